"""The API as a whole: every room's endpoints, documents, the feed, and its own description."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import include, path, re_path, register_converter
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from members.api_base import ApiView, described, user_of
from members.scopes import Scope
from office.api import problems
from office.api.pages import PageIn, page, page_of
from office.api.papers import NOT_MADE, paper
from office.api.values import ChoiceOut, InstantOut, Out, RefOut, TextOut, asked
from office.models import Document, FeedItem
from smart import api_page, shares
from smart.papers import documents_of

PREFIX = "/api/"


class RefConverter:
    """What stands in an address where a public reference is expected: one that is none at all
    answers as one of somebody else's.
    """

    regex = r"[^/\x00]{1,100}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RefConverter, "ref")


# --- Documents -----------------------------------------------------------------------------------


class DocumentOut(Out):
    """A paper of the house, or one handed in."""

    ref = RefOut()
    kind = TextOut()
    title = TextOut()
    file_name = TextOut()
    media_type = TextOut()
    language = TextOut()
    created_at = InstantOut(or_none=False)
    made = serializers.SerializerMethodField(help_text="Whether it can be downloaded yet.")

    def get_made(self, document: Document) -> bool:
        return document.sha256 is not None


class Documents(ApiView):
    scopes = {"GET": Scope.DOCUMENTS_READ}

    @described(
        "list_documents",
        "Documents",
        scope=Scope.DOCUMENTS_READ,
        query=PageIn,
        gives=page_of(DocumentOut),
    )
    def get(self, request: Request) -> Response:
        """Papers, newest first."""
        return page(documents_of(user_of(request)), asked(PageIn, request), out=DocumentOut)


class OneDocument(ApiView):
    scopes = {"GET": Scope.DOCUMENTS_READ}

    @described(
        "show_document", "A document", scope=Scope.DOCUMENTS_READ, gives=DocumentOut, about_one=True
    )
    def get(self, request: Request, ref: str) -> Response:
        """What a paper is."""
        found = get_object_or_404(documents_of(user_of(request)), ref=ref)
        return Response(DocumentOut(found).data)


class DocumentFile(ApiView):
    scopes = {"GET": Scope.DOCUMENTS_READ}

    @described(
        "download_document",
        "Download a document",
        scope=Scope.DOCUMENTS_READ,
        gives=OpenApiTypes.BINARY,
        media_type="application/pdf",
        about_one=True,
        problems=NOT_MADE,
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        """Its file, of the type it says."""
        return paper(get_object_or_404(documents_of(user_of(request)), ref=ref))


# --- Events --------------------------------------------------------------------------------------


class ThingOut(Out):
    kind = ChoiceOut(("order", "contract", "payslip", "invoice", "credit_note"))
    ref = RefOut()


class EventOut(Out):
    """Something that happened to things of this person; ask each thing for what it is now."""

    ref = RefOut()
    kind = ChoiceOut(shares.PUBLIC)
    at = InstantOut(or_none=False)
    things = ThingOut(many=True)


class Events(ApiView):
    scopes = {"GET": Scope.EVENTS_READ}

    @described(
        "list_events", "Events", scope=Scope.EVENTS_READ, query=PageIn, gives=page_of(EventOut)
    )
    def get(self, request: Request) -> Response:
        """Oldest first. `next` is the last event told: ask again after it, none is missed."""
        rows = FeedItem.objects.filter(user_id=user_of(request).pk)
        return page(rows, asked(PageIn, request), out=EventOut, oldest_first=True, goes_on=True)


# --- The description -----------------------------------------------------------------------------


class BearerDescription(OpenApiAuthenticationExtension):
    """How the door is described."""

    target_class = "members.api_base.Bearer"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def refuse_unknown_fields(result: Any, **_: Any) -> Any:
    """A body with a field nobody knows is refused, and the description says so."""
    for name, schema in result["components"]["schemas"].items():
        if name.endswith(("In", "InRequest")):
            schema["additionalProperties"] = False
    return result


@require_safe
def description_page(request: HttpRequest) -> HttpResponse:
    """The description, to read."""
    return render(request, "smart/api.html", {"api": api_page.description()})


@csrf_exempt  # no cookie counts here
def nothing_here(request: HttpRequest) -> HttpResponse:
    """An address of the API that does not exist."""
    return problems.response(404, code="not_found", detail=_("Il n’y a rien à cette adresse."))


urlpatterns: list[Any] = [
    path("", description_page, name="api"),
    path(
        "v1/openapi.json",
        SpectacularJSONAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api-description",
    ),
    path("v1/", include("members.api")),
    path("v1/", include("invoicing.api")),
    path("v1/", include("payroll.api")),
    path("v1/", include("orders.api.views")),
    path("v1/documents", Documents.as_view(), name="api-documents"),
    path("v1/documents/<ref:ref>", OneDocument.as_view(), name="api-document"),
    path("v1/documents/<ref:ref>/file", DocumentFile.as_view(), name="api-document-file"),
    path("v1/events", Events.as_view(), name="api-events"),
    re_path("", nothing_here),
]
