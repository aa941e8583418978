"""The choice of a trade: a list in groups that the script of the house makes one type in."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from members.models import Trade, TradeGroup, TradeStatus
from members.rules import folded
from office import clock

NOTES = {TradeStatus.PAUSED: _("en pause"), TradeStatus.REFUSED: _("non accepté")}
Choice = tuple[Any, Any]


class TradeSelect(forms.Select):
    """Each trade carries what else people call it, for the script to search."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        search = {
            "data-search": _("Tapez un mot : violon, traduction, vélo…"),
            "data-none": _("Aucun métier ne s’appelle ainsi. Essayez un autre mot, ou voyez"),
            "data-register": _("le registre des métiers"),
            "data-address": reverse_lazy("trades"),
        }
        super().__init__(search | (attrs or {}))

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if isinstance(value, ModelChoiceIteratorValue):
            shown = set(folded(str(option["label"])).split())
            trade: Trade = value.instance  # type: ignore[attr-defined]
            more = [word for word in trade.words.split() if word not in shown]
            option["attrs"]["data-words"] = " ".join(more)
        return option


def groups_of(trades: Iterable[Trade]) -> Iterator[Choice]:
    """Trades with their family and standing, as the groups of a list, each in its own order."""
    ordered = sorted(trades, key=lambda trade: (_place(trade.family), str(trade)))
    for family, rows in groupby(ordered, key=lambda trade: trade.family):
        yield _name(family), [(ModelChoiceIteratorValue(row.pk, row), label(row)) for row in rows]


def label(trade: Trade) -> str:
    """A trade (with its standing) in a list; one that is not taken says so."""
    note = NOTES.get(trade.status)  # type: ignore[attr-defined]
    return f"{trade} ({note})" if note else str(trade)


def _place(family: TradeGroup | None) -> int:
    return family.position if family else 0


def _name(family: TradeGroup | None) -> str:
    return f"{family.parent} · {family}" if family else ""


class ByFamily(ModelChoiceIterator):
    """The trades of the register, in groups, as they stand today."""

    def __iter__(self) -> Iterator[Choice]:
        yield "", self.field.empty_label
        yield from groups_of(self.queryset.standing(clock.today()))  # type: ignore[attr-defined]


class TradeField(forms.ModelChoiceField):
    """A trade of the register. What is not taken can be chosen: who asks is told why."""

    iterator = ByFamily
    widget = TradeSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Métier"))
        kwargs.setdefault("empty_label", _("Choisissez…"))
        super().__init__(Trade.objects.registered(), **kwargs)
