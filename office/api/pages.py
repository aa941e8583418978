"""Lists by keyset: a page holds so many rows and the ref that the next one begins after.

A page costs the same number of queries however far one has gone and however long the list is.
"""

from functools import cache
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.response import Response

from office.api.values import In, Out, RefIn, RefOut
from office.refusals import Refusal

SIZE, MOST = 25, 100
Row = TypeVar("Row", bound=Model)


class PageUnknown(Refusal):
    code = "page_unknown"
    sentence = _("Cette page n’existe pas (plus) : reprenez la liste à son début.")
    field = "after"


class PageIn(In):
    """Which part of a list."""

    after = RefIn(required=False, help_text="`next` of the page before.")
    size = serializers.IntegerField(
        required=False,
        default=SIZE,
        min_value=1,
        max_value=MOST,
        help_text="Rows of a page.",
        error_messages={"invalid": _("Donnez un nombre entier.")},
    )


@cache
def page_of(out: type[Out]) -> Any:
    """The description of a page of such rows."""
    name = f"{out.__name__.removesuffix('Out')}Page"
    return inline_serializer(name, {"items": out(many=True), "next": RefOut(or_none=True)})


def page(
    rows: QuerySet[Row],
    asked: dict[str, Any],
    *,
    out: type[Out],
    oldest_first: bool = False,
    goes_on: bool = False,
) -> Response:
    """A page of rows that have a ``ref``, newest first unless told.

    A list that ``goes_on`` always says where: after its last row, or where one was.
    """
    if ref := asked.get("after"):
        last = rows.order_by().filter(ref=ref).values_list("pk", flat=True).first()
        if last is None:
            raise PageUnknown
        rows = rows.filter(**{"pk__gt" if oldest_first else "pk__lt": last})
    found = list(rows.order_by("pk" if oldest_first else "-pk")[: asked["size"] + 1])
    shown = found[: asked["size"]]
    following = asked.get("after") if goes_on else None
    if shown and (goes_on or len(found) > len(shown)):
        following = getattr(shown[-1], "ref")  # noqa: B009
    return Response({"items": out(shown, many=True).data, "next": following})
