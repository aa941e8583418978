"""From when new work in a trade is accepted, paused or refused."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import Trade, TradeState, TradeStatus, User
from office import journal, languages
from office.actors import Actor
from office.refusals import Refusal


class TradeReasonMissing(Refusal):
    code = "trade_reason_missing"
    sentence = _("Écrivez la raison dans chaque langue : elle est lue par qui choisit ce métier.")

    def __init__(self, *, language: str) -> None:
        super().__init__()
        self.field = f"reason_{language}"  # type: ignore[misc]


class TradeStateInThePast(Refusal):
    code = "trade_state_in_the_past"
    sentence = _("Cette date est passée. Choisissez aujourd’hui ou plus tard.")
    field = "starts_on"


@transaction.atomic
def decide(
    code: str,
    *,
    status: str,
    starts_on: date,
    reasons: Mapping[str, str],
    user: User,
    by: Actor,
    on: date,
    at: datetime,
) -> TradeState:
    """A trade is accepted, paused or refused from a day on; ``reasons`` by language (fr, nl, en).

    What is signed goes on. Decided twice alike, nothing happens. Raises ``TradeStateInThePast``,
    ``TradeReasonMissing``.
    """
    if starts_on < on:
        raise TradeStateInThePast
    told = {language: reasons.get(language, "").strip() for language in languages.CODES}
    if status == TradeStatus.ACCEPTED:
        told = dict.fromkeys(told, "")
    elif lacking := next((language for language, text in told.items() if not text), ""):
        raise TradeReasonMissing(language=lacking)
    trade = Trade.objects.select_for_update(no_key=True).get(pk=code)
    values = {"status": status, "starts_on": starts_on}
    values |= {f"reason_{language}": text for language, text in told.items()}
    last = trade.states.order_by("-starts_on", "-id").first()
    if last and all(getattr(last, name) == value for name, value in values.items()):
        return last
    state = TradeState.objects.create(trade=trade, **values, decided_at=at, decided_by=user)
    journal.record(
        "trade.decided", f"trade:{code}", by=by, at=at, status=status, starts_on=starts_on, **told
    )
    return state
