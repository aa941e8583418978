"""Small layers around every request."""

import uuid
from collections.abc import Callable
from http import HTTPStatus

import structlog
from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.utils import translation

from members import visitors
from office import languages

GetResponse = Callable[[HttpRequest], HttpResponse]
PAGES = ("text/html", "text/css", "text/javascript", "image/svg+xml")


def request_id(get_response: GetResponse) -> GetResponse:
    """Give every log line of one request the same id, and nothing that names a person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=uuid.uuid4().hex[:12])
        return get_response(request)

    return middleware


def visitor_address(get_response: GetResponse) -> GetResponse:
    """Put the visitor's own address in REMOTE_ADDR when our proxies stand in front.

    Evidence of signing and the lock on logins rest on it, so only as many entries of
    X-Forwarded-For are believed as there are proxies of ours (COOP_PROXIES); what a visitor
    wrote there himself lies further left.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        if 0 < settings.COOP_PROXIES <= len(hops):
            request.META["REMOTE_ADDR"] = hops[-settings.COOP_PROXIES]
        return get_response(request)

    return middleware


def without_nul(get_response: GetResponse) -> GetResponse:
    """A NUL in what an address asks is nothing anybody typed, and the database takes none."""

    def middleware(request: HttpRequest) -> HttpResponse:
        while "%00" in request.META["QUERY_STRING"]:
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
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


class ApplicationFirst:
    """Leads who has not sent her application yet from any other page of hers to it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        return redirect("application") if isinstance(fault, visitors.ApplicationFirst) else None


def dead_ends(get_response: GetResponse) -> GetResponse:
    """Who comes to a button's own address without pressing it is told so, instead of nothing.

    It happens to people: the login page sends them back to where the button was leading.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
            page["Allow"] = response["Allow"]
            return page
        return response

    return middleware


def no_store(get_response: GetResponse) -> GetResponse:
    """Pages about persons are kept by no cache and by no shared browser."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def compressed_pages(get_response: GetResponse) -> GetResponse:
    """Pages, styles and scripts travel compressed; papers and data as they are.

    Django pads each page by a random length and masks the form's token, so that its size tells
    nothing of what it holds (BREACH).
    """
    gzip = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.headers.get("Content-Type", "").startswith(PAGES):
            gzip.process_response(request, response)
        return response

    return middleware


def language(get_response: GetResponse) -> GetResponse:
    """Speak the person's own language; a visitor's choice, then what his browser asks for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        own = request.user.language if request.user.is_authenticated else ""
        code = own or languages.chosen(request) or languages.asked(request)
        with translation.override(code or settings.LANGUAGE_CODE):
            return get_response(request)

    return middleware
