"""What an affiliate types of a job: values only, complete or not, whole or part by part."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from office import rules as office_rules
from orders.models import Order
from orders.rules import Schedule


@dataclass(frozen=True, kw_only=True)
class JobFields:
    """The fields of a draft. ``amount`` in euros is a price excl. VAT or a gross pay
    (``amount_kind``).

    ``days`` are (day, hours), ``expenses`` (label, euros excl. VAT) and part of the price. Without
    ``activity_id`` the job goes to her own activity.
    """

    activity_id: int | None = None
    trade_code: str = ""
    description: str = ""
    place: str = ""
    free_setting: bool = False
    client_id: int | None = None
    signer_name: str = ""
    signer_email: str = ""
    signer_language: str = "fr"
    amount_kind: str = "price"
    amount: Decimal | None = None
    payment_term_days: int = 10
    valid_until: date | None = None
    days: Schedule = ()
    expenses: tuple[tuple[str, Decimal], ...] = ()

    @property
    def expenses_total(self) -> Decimal:
        return sum((amount for _label, amount in self.expenses), Decimal("0.00"))


def fields_of(order: Order) -> JobFields:
    """What stands in an order, as it was typed."""
    return JobFields(
        activity_id=order.activity_id,
        trade_code=order.trade_id or "",
        description=order.description,
        place=order.place,
        free_setting=order.free_setting,
        client_id=order.client_id,
        signer_name=order.signer_name,
        signer_email=order.signer_email,
        signer_language=order.signer_language,
        amount_kind=order.amount_kind,
        amount=order.amount,
        payment_term_days=order.payment_term_days,
        valid_until=order.valid_until,
        days=tuple((row.day, row.hours) for row in order.days.all()),
        expenses=tuple((row.label, row.amount) for row in order.expense_lines.all()),
    )


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a draft that is filled in by itself: its name, and which of ``JobFields`` it is."""

    name: str
    fields: tuple[str, ...]


def mark(order: Order, part: Part) -> str:
    """What a part of a draft holds, in sixteen characters: other ones as soon as it changed."""
    fields = fields_of(order)
    held = {name: getattr(fields, name) for name in part.fields}
    held["unfinished"] = order.unfinished.get(part.name, {})
    return office_rules.sha256(office_rules.canonical_json(held))[:16]
