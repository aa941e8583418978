"""House policy of this room: dated rows, one typed dataclass per department."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from invoicing.models import Purpose
from office import policy


@policy.department("invoicing", _("facturation"))
@dataclass(frozen=True, kw_only=True)
class InvoicingPolicy:
    """How the cooperative invoices.

    ``fee_rate`` is its fee, a fraction of the price excl. VAT, expenses included.
    ``allotment_order`` says what a part payment pays first. A term above ``max_term_days`` is void
    between businesses (law of 2 August 2002).
    """

    fee_rate: Decimal = Decimal("0.065")
    default_term_days: int = 10
    max_term_days: int = 60
    allotment_order: list[str] = field(
        default_factory=lambda: ["vat", "employment", "fee", "expenses", "rounding"]
    )

    def __post_init__(self) -> None:
        parts = {purpose.value: str(purpose.label) for purpose in Purpose.of_an_invoice()}
        if sorted(self.allotment_order) != sorted(parts):
            named = ", ".join(parts.values())
            raise policy.Unfit(
                _("un paiement règle chacune de ces parts une fois : {named}.").format(named=named)
            )
        if self.default_term_days > self.max_term_days:
            raise policy.Unfit(_("le délai habituel dépasse le plus long."))
        if self.fee_rate >= 1:
            raise policy.Unfit(_("la contribution ne laisse rien du prix."))


@policy.department("guarantee", _("garantie de paiement"))
@dataclass(frozen=True, kw_only=True)
class GuaranteePolicy:
    """When the guarantee fund bears the loss of an unpaid job.

    Ceilings are euros excl. VAT of all that a client has not paid yet, the job asked for included;
    a client is new until he has paid one invoice in full. ``fund_share`` is the fund's part of
    each fee, a fraction.
    """

    new_client_ceiling: Decimal = Decimal("5000.00")
    client_ceiling: Decimal = Decimal("25000.00")
    fund_share: Decimal = Decimal("0.10")
