"""Every fault of the API as one shape (RFC 9457): ``code`` for machines, ``detail`` for people.

A refusal of an action is a 422 with its own code, a status that changed meanwhile a 409, a body of
another shape a 400 whose ``fields`` say what to mend where.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from office.lifecycle import NotAllowed
from office.refusals import Refusal

MEDIA_TYPE = "application/problem+json"
GENERAL = "non_field_errors"


class Problem(serializers.Serializer[Any]):
    """A problem as it is described."""

    type = serializers.CharField()
    title = serializers.CharField(help_text="The meaning of the HTTP status.")
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable: for machines.")
    detail = serializers.CharField(help_text="A sentence in the caller's language.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        help_text="What to mend where, by name of the field.",
    )


class ProblemRenderer(JSONRenderer):
    """JSON, under the media type of problems."""

    media_type = MEDIA_TYPE


class Conflict(exceptions.APIException):
    """A request that contradicts what stands."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


def handle(fault: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to what a view raised; None for a fault of ours, which is a 500 and logged."""
    problem = _problem_of(fault)
    if problem is None:
        return None
    headers = {}
    if isinstance(fault, exceptions.APIException):
        if header := getattr(fault, "auth_header", None):
            headers["WWW-Authenticate"] = header
        if (wait := getattr(fault, "wait", None)) is not None:
            headers["Retry-After"] = str(int(wait))
    return Response(problem, status=problem["status"], headers=headers, content_type=MEDIA_TYPE)


def problem(number: int, *, code: str, detail: str, fields: Any = None) -> dict[str, Any]:
    """A problem's content."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(number).phrase,
        "status": number,
        "code": code,
        "detail": detail,
        "fields": fields or {},
    }


def response(number: int, *, code: str, detail: str) -> HttpResponse:
    """A problem outside any view."""
    content = JSONRenderer().render(problem(number, code=code, detail=detail))
    return HttpResponse(content, status=number, content_type=MEDIA_TYPE)


def _problem_of(fault: Exception) -> dict[str, Any] | None:
    match fault:
        case Refusal():
            number = 409 if isinstance(fault, NotAllowed) else 422
            fields = {fault.field: [str(fault)]} if fault.field else {}
            return problem(number, code=fault.code, detail=str(fault), fields=fields)
        case Http404():
            return problem(404, code="not_found", detail=_("Il n’y a rien ici pour vous."))
        case PermissionDenied():
            return problem(403, code="permission_denied", detail=_("Ce n’est pas permis."))
        case exceptions.ValidationError():
            fields = _flat(fault.detail)
            detail = _("Certains champs sont à revoir.")
            return problem(400, code="invalid_request", detail=detail, fields=fields)
        case exceptions.ParseError():
            detail = _("Le corps de la demande n’est pas du JSON lisible.")
            return problem(fault.status_code, code=_code_of(fault), detail=detail)
        case exceptions.APIException():
            return problem(fault.status_code, code=_code_of(fault), detail=str(fault.detail))
    return None


def _code_of(fault: exceptions.APIException) -> str:
    codes = fault.get_codes()
    return codes if isinstance(codes, str) else fault.default_code


def _flat(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Sentences by the way to their field: ``days.0.hours``."""
    if isinstance(detail, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            way = prefix if name == GENERAL else f"{prefix}.{name}" if prefix else str(name)
            found |= _flat(inner, way)
        return found
    if isinstance(detail, list) and any(isinstance(item, Mapping | list) for item in detail):
        return _flat({str(number): item for number, item in enumerate(detail) if item}, prefix)
    sentences = detail if isinstance(detail, list) else [detail]
    return {prefix or "body": [str(sentence) for sentence in sentences]}
