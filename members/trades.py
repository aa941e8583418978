"""The register of trades, kept as data and synced after migrate; where a trade stands on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from members.models import Trade, TradeGroup, TradeQuerySet, TradeState, TradeStatus, in_language
from members.rules import folded

REGISTER = Path(__file__).with_name("trades.yaml")
LANGUAGES = ("fr", "nl", "en")


def sync() -> None:
    """Bring the tables in line with ``trades.yaml``.

    A trade that left it becomes inactive. The file says how a trade begins; from the first state
    kept in the database on, staff decides.
    """
    file = yaml.safe_load(REGISTER.read_text(encoding="utf-8"))
    families = [(sector, family) for sector in file["sectors"] for family in sector["families"]]
    _keep(TradeGroup, [_group(sector, n) for n, sector in enumerate(file["sectors"])])
    _keep(TradeGroup, [_group(row, n, sector) for n, (sector, row) in enumerate(families)])
    written = [
        _trade(entry, family, sector) for sector, family in families for entry in family["trades"]
    ]
    _keep(Trade, written)
    Trade.objects.exclude(code__in=[trade.code for trade in written]).update(active=False)
    _begin(file["reasons"], [family for _sector, family in families])


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
    labels = _labels(entry, "label")
    return TradeGroup(code=entry["code"], parent_id=above, position=position, **labels)


def _trade(entry: dict[str, Any], family: dict[str, Any], sector: dict[str, Any]) -> Trade:
    own = family | entry
    names = [level[language] for level in (entry, family, sector) for language in LANGUAGES]
    return Trade(
        code=entry["code"],
        family_id=family["code"],
        words=folded(" ".join([*names, entry["words"]])),
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
        if (reason := reasons.get(family.get("state")))
        for entry in family["trades"]
        if entry["code"] not in decided
    )


# --- Where a trade stands -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Whether new work in a trade is taken on a day, and the reason people are told."""

    status: TradeStatus
    reason: str = ""

    @property
    def accepted(self) -> bool:
        return self.status == TradeStatus.ACCEPTED

    @property
    def refused(self) -> bool:
        return self.status == TradeStatus.REFUSED


def standing(trade: Trade, on: date) -> Standing:
    """Where a trade stands on a day, in the reader's language."""
    state = trade.states.filter(starts_on__lte=on).order_by("-starts_on", "-id").first()
    if state is None:
        return Standing(status=TradeStatus.ACCEPTED)
    return Standing(status=TradeStatus(state.status), reason=in_language(state, "reason"))


def found(asked: str, on: date) -> TradeQuerySet:
    """The trades of the register in which every word typed begins one of theirs."""
    trades = Trade.objects.registered().standing(on)
    for word in folded(asked).split():
        trades = trades.filter(words__contains=f" {word}")
    return trades
