"""What a room above hands over to have something invoiced: values only."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from office.money import ZERO


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """A line to print: euros excl. VAT; ``unit_price`` is ``net`` unless told."""

    label: str
    net: Decimal
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class InvoicePlan:
    """One invoice, ready to be copied into a draft.

    Fee, employment, expenses and rounding split the net price and add up to it, each zero or more.
    """

    entity_id: int
    activity_id: int
    affiliate_id: int
    client_id: int
    job: str
    language: str
    contact_name: str
    contact_email: str
    work_from: date
    work_until: date
    payment_term_days: int
    lines: tuple[PlanLine, ...]
    vat_rate: Decimal
    fee: Decimal
    employment: Decimal
    expenses: Decimal
    rounding: Decimal
    guaranteed: bool
    purchase_reference: str = ""

    @property
    def net(self) -> Decimal:
        """Euros excl. VAT: the sum of the lines."""
        return sum((line.net for line in self.lines), ZERO)
