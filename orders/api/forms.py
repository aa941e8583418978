"""What comes in and goes out of the jobs' API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from invoicing.models import Client
from members.models import ActivityMandate, Trade, User
from office import clock, languages
from office.api.pages import PageIn
from office.api.values import (
    AmountIn,
    ChoiceIn,
    ChoiceOut,
    CountIn,
    DayIn,
    DayOut,
    DecimalOut,
    EmailIn,
    FlagIn,
    HoursIn,
    In,
    InstantOut,
    MoneyOut,
    Out,
    RefIn,
    RefOut,
    RowsIn,
    TextIn,
    TextOut,
)
from office.refusals import Refusal
from orders.models import Order
from orders.plans import JobFields
from orders.states import OrderStatus
from payroll.engine.split import PARTS

KINDS = ("price", "gross")
MOST_DAYS, MOST_EXPENSES = 92, 20
KNOTS = ("done", "now", "waiting", "todo", "stopped")


class TradeUnknown(Refusal):
    code = "trade_unknown"
    sentence = _("Le métier « {trade} » n’est pas au registre : choisissez-en un de la liste.")
    field = "trade"


class ClientUnknown(Refusal):
    code = "client_unknown"
    sentence = _("Aucun client ne porte la référence {ref}. Cherchez-le d’abord par son numéro.")
    field = "client"


class ActivityUnknown(Refusal):
    code = "activity_unknown"
    sentence = _("Vous ne prenez part aujourd’hui à aucune activité {ref}.")
    field = "activity"


# --- In ------------------------------------------------------------------------------------------


class DayRowIn(In):
    """A day of work."""

    day = DayIn()
    hours = HoursIn()


class ExpenseIn(In):
    """An expense that is part of the price, excl. VAT."""

    label = TextIn(most=120)  # type: ignore[assignment]
    amount = AmountIn()


class SimulateIn(In):
    """A price (or a gross pay) and the days it is for."""

    trade = TextIn(most=40, pattern="^[a-z_]{1,40}$")
    amount_kind = ChoiceIn(KINDS, required=False, default="price")
    amount = AmountIn(help_text="Euros, for all the work: a price excl. VAT, or a gross pay.")
    days = RowsIn(DayRowIn, most=MOST_DAYS, min_length=1)
    expenses = RowsIn(ExpenseIn, most=MOST_EXPENSES, required=False, default=list)


class OrderIn(In):
    """All that stands in a draft. Everything is optional: what is missing is asked at sending."""

    activity = RefIn(
        allow_null=True,
        required=False,
        default=None,
        help_text="Ref of an activity she takes part in; without it her own.",
    )
    trade = TextIn(most=40, pattern="^[a-z_]{1,40}$", blank=True, required=False, default="")
    description = TextIn(most=2000, blank=True, required=False, default="")
    place = TextIn(most=200, blank=True, required=False, default="")
    free_setting = FlagIn(required=False, default=False)
    client = RefIn(allow_null=True, required=False, default=None, help_text="Ref of a client.")
    signer_name = TextIn(most=120, blank=True, required=False, default="")
    signer_email = EmailIn(blank=True, required=False, default="")
    signer_language = ChoiceIn(languages.CODES, required=False, default="fr")
    amount_kind = ChoiceIn(KINDS, required=False, default="price")
    amount = AmountIn(allow_null=True, required=False, default=None)
    payment_term_days = CountIn(min_value=0, max_value=365, required=False, default=10)
    valid_until = DayIn(allow_null=True, required=False, default=None)
    days = RowsIn(DayRowIn, most=MOST_DAYS, required=False, default=list)
    expenses = RowsIn(ExpenseIn, most=MOST_EXPENSES, required=False, default=list)


class CancelIn(In):
    """Why; the client reads it."""

    reason = TextIn(most=400, blank=True, required=False, default="")


class OrderQuery(PageIn):
    """Which orders."""

    status = ChoiceIn(OrderStatus.values, required=False)


def job_fields(values: dict[str, Any], user: User) -> JobFields:
    """What was sent as the fields of a draft. Raises ``TradeUnknown``, ``ClientUnknown``,
    ``ActivityUnknown``.
    """
    typed = dict(values)
    trade, ref = typed.pop("trade"), typed.pop("client", None)
    if trade and not Trade.objects.filter(pk=trade, active=True).exists():
        raise TradeUnknown(trade=trade)
    client_id = None
    if ref:
        client_id = (
            Client.objects.visible_to(user).filter(ref=ref).values_list("pk", flat=True).first()
        )
        if client_id is None:
            raise ClientUnknown(ref=ref)
    return JobFields(
        activity_id=_activity(typed.pop("activity", None), user),
        trade_code=trade,
        client_id=client_id,
        days=tuple((row["day"], row["hours"]) for row in typed.pop("days")),
        expenses=tuple((row["label"], row["amount"]) for row in typed.pop("expenses")),
        **typed,
    )


def _activity(ref: str | None, user: User) -> int | None:
    """The activity she names, while she takes part in it."""
    if ref is None:
        return None
    held = ActivityMandate.objects.held(clock.today()).filter(affiliate__user=user)
    key = held.filter(activity__ref=ref).values_list("activity", flat=True).first()
    if key is None:
        raise ActivityUnknown(ref=ref)
    return key


# --- Out -----------------------------------------------------------------------------------------


class PartsOut(Out):
    """The nine parts of a price; they add up to it."""

    def get_fields(self) -> dict[str, Any]:
        return {name: MoneyOut() for name in PARTS}


class LineOut(Out):
    """A line of the pay."""

    side = TextOut()
    code = TextOut()
    base = MoneyOut(or_none=True)
    rate = DecimalOut(or_none=True)
    amount = MoneyOut()
    source = TextOut()  # type: ignore[assignment]
    starts_on = TextOut(or_none=True, help_text="Day since when the parameter holds.")
    confirmed = serializers.BooleanField()


class SplitOut(Out):
    """What a price pays, to the cent."""

    price = MoneyOut()
    gross = MoneyOut()
    holiday_gross = MoneyOut()
    employment = MoneyOut(help_text="What the contracts cost the employer.")
    fee_rate = DecimalOut()
    parts = PartsOut()
    lines = LineOut(many=True)


class SimulationOut(Out):
    """A price and all it falls apart into, for this person, before anything is sent."""

    split = SplitOut()
    net = MoneyOut(help_text="Net pay with the holiday pay.")
    net_exact = serializers.BooleanField(
        help_text="False: other work of the month, an unknown household or figures may move it."
    )
    estimated = serializers.ListField(
        child=serializers.CharField(), help_text="Figures of law nobody knows yet for these dates."
    )
    below_minimum = TextOut(or_none=True, help_text="What to do when the pay is below the minimum.")
    guaranteed = serializers.BooleanField()
    guarantee = TextOut(help_text="The answer of the payment guarantee for a new client.")


class DayRowOut(Out):
    day = DayOut()
    hours = DecimalOut()


class ExpenseOut(Out):
    label = TextOut()  # type: ignore[assignment]
    amount = MoneyOut()


class OrderOut(Out):
    """A job."""

    ref = RefOut()
    version = serializers.IntegerField()
    status = ChoiceOut(OrderStatus.values)
    activity = RefOut(source="activity.ref", or_none=True, default=None)
    trade = TextOut(source="trade_id", or_none=True)
    description = TextOut()
    place = TextOut()
    free_setting = serializers.BooleanField()
    client = RefOut(source="client.ref", or_none=True, default=None)
    client_name = TextOut(source="client.name", or_none=True, default=None)
    signer_name = TextOut()
    signer_email = TextOut()
    signer_language = ChoiceOut(languages.CODES)
    amount_kind = ChoiceOut(KINDS)
    amount = MoneyOut(or_none=True)
    payment_term_days = serializers.IntegerField()
    valid_until = DayOut(or_none=True)
    days = DayRowOut(many=True)
    expenses = ExpenseOut(source="expense_lines", many=True)
    price = MoneyOut(or_none=True, help_text="Frozen at sending, excl. VAT.")
    gross = MoneyOut(or_none=True)
    guaranteed = serializers.BooleanField(allow_null=True)
    replaces = RefOut(source="replaces.ref", or_none=True, default=None)
    document = RefOut(source="document.ref", or_none=True, default=None)
    created_at = InstantOut(or_none=False)
    changed_at = InstantOut(or_none=False)
    sent_at = InstantOut()
    opened_at = InstantOut()
    link_expires_at = InstantOut()
    signed_at = InstantOut()
    signed_name = TextOut()
    ended_at = InstantOut()
    ended_reason = TextOut()


class WholeOrderOut(OrderOut):
    """A job and, once sent, what its price pays."""

    split = serializers.SerializerMethodField()

    @extend_schema_field(SplitOut(allow_null=True))
    def get_split(self, order: Order) -> Any:
        return SplitOut(order.split).data if order.split else None


class KnotOut(Out):
    """Where one part of the job stands, in the caller's language."""

    label = TextOut()  # type: ignore[assignment]
    state = ChoiceOut(KNOTS)
    detail = TextOut()
    on = DayOut(or_none=True)


class StatusOut(Out):
    """Where a job stands."""

    ref = RefOut()
    status = ChoiceOut(OrderStatus.values)
    label = TextOut()  # type: ignore[assignment]
    knots = KnotOut(many=True)
