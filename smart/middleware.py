"""Three small layers around every request."""

import uuid
from collections.abc import Callable

import structlog
from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


def request_id(get_response: GetResponse) -> GetResponse:
    """Give every log line of one request the same id, and nothing that names a person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=uuid.uuid4().hex[:12])
        return get_response(request)

    return middleware


def admin_scripts(get_response: GetResponse) -> GetResponse:
    """Let the staff desk's own scripts evaluate and style; every other page stays strict."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/admin/"):
            relaxed = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}
            response._csp_update = relaxed  # type: ignore[attr-defined]
        return response

    return middleware


def no_store(get_response: GetResponse) -> GetResponse:
    """Pages about persons are kept by no cache and by no shared browser."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
