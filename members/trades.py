"""The register of trades, kept as data and synced after migrate; where a trade stands on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from members.models import Trade, TradeGroup, TradeState, TradeStatus, in_language
from members.rules import folded
from office.refusals import Refusal

REGISTER = Path(__file__).with_name("trades.yaml")
LANGUAGES = ("fr", "nl", "en")
_read = lazy(in_language, str)

RISKS: dict[str, str | Promise] = {  # our classes for the accident insurer
    "office": _("travail de bureau"),
    "visits": _("visites et déplacements"),
    "stage": _("scène"),
    "workshop": _("atelier"),
    "care": _("soins"),
    "sport": _("sport"),
    "outdoors": _("plein air"),
    "heights": _("travail en hauteur"),
    "acrobatics": _("acrobatie"),
    "site": _("chantier"),
    "shooting": _("tournage"),
    "transport": _("transport"),
}


def sync() -> None:
    """Bring the tables in line with ``trades.yaml``.

    A trade that left it becomes inactive. The file says how a trade begins; from the first state
    kept in the database on, staff decides.
    """
    file = yaml.safe_load(REGISTER.read_text(encoding="utf-8"))
    sectors: list[dict[str, Any]] = file["sectors"]
    families = [(family, sector) for sector in sectors for family in sector["families"]]
    _keep(TradeGroup, [_group(sector, n) for n, sector in enumerate(sectors)])
    _keep(TradeGroup, [_group(family, n, sector) for n, (family, sector) in enumerate(families)])
    written = [_trade(entry, family) for family, _sector in families for entry in family["trades"]]
    _keep(Trade, written)
    Trade.objects.exclude(code__in=[trade.code for trade in written]).update(active=False)
    _begin(file["reasons"], [family for family, _sector in families])


def _keep(model: Any, rows: Iterable[Any]) -> None:
    model.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[field.name for field in model._meta.fields if not field.primary_key],
    )


def _labels(entry: dict[str, Any], name: str) -> dict[str, str]:
    return {f"{name}_{language}": entry[language] for language in LANGUAGES}


def _group(entry: dict[str, Any], position: int, parent: dict[str, Any] | None = None) -> Any:
    above = parent["code"] if parent else None
    return TradeGroup(
        code=entry["code"],
        parent_id=above,
        position=position,
        words=_words(entry),
        **_labels(entry, "label"),
    )


def _words(entry: dict[str, Any]) -> str:
    return folded(" ".join([*(entry[language] for language in LANGUAGES), entry.get("words", "")]))


def _trade(entry: dict[str, Any], family: dict[str, Any]) -> Trade:
    own = family | entry
    return Trade(
        code=entry["code"],
        family_id=family["code"],
        words=_words(entry),
        artistic=own.get("artistic", False),
        risk_class=own["risk"],
        contract_kind=own["contract"],
        pay_class=own["pay"],
        papers=own.get("papers", []),
        active=True,
        **_labels(entry, "label"),
    )


def _begin(reasons: dict[str, Any], families: Iterable[dict[str, Any]]) -> None:
    """The state the register gives to trades that have none yet."""
    decided = set(TradeState.objects.values_list("trade", flat=True))
    TradeState.objects.bulk_create(
        TradeState(
            trade_id=entry["code"],
            status=reason["status"],
            starts_on=reason["since"],
            **_labels(reason, "reason"),
        )
        for family in families
        if (reason := reasons.get(family.get("state", "")))
        for entry in family["trades"]
        if entry["code"] not in decided
    )


class TradeRefused(Refusal):
    code = "trade_refused"
    sentence = _("La coopérative ne prend pas le métier « {trade} ». {reason}")
    field = "trade"


# --- Where a trade stands -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Whether new work in a trade is taken on a day, and the reason people are told."""

    status: TradeStatus
    reason: str | Promise = ""

    @property
    def accepted(self) -> bool:
        return self.status == TradeStatus.ACCEPTED

    @property
    def refused(self) -> bool:
        return self.status == TradeStatus.REFUSED


def standing_of(row: Any) -> Standing:
    """The same of a trade read ``standing`` (on a day)."""
    return Standing(status=TradeStatus(row.status), reason=in_language(row, "reason"))


def standing(trade: Trade, on: date) -> Standing:
    """Where a trade stands on a day; why, in the language of who reads."""
    state = trade.states.filter(starts_on__lte=on).order_by("-starts_on", "-id").first()
    if state is None:
        return Standing(status=TradeStatus.ACCEPTED)
    return Standing(status=TradeStatus(state.status), reason=_read(state, "reason"))
