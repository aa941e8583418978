"""House policy of the orders: sensible days, how long a client has to sign and how he proves who he
is, when silence counts as a yes.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from office import policy


@policy.department("orders", _("missions"))
@dataclass(frozen=True, kw_only=True)
class OrdersPolicy:
    """A day of one order has at least ``min_hours_a_day`` and at most ``max_hours_a_day``, or is
    refused; all orders of a person together above the most are told to her, not refused. Days of
    silence are working days of the office.

    From ``code_from`` euros excl. VAT on, signing asks for a code mailed to who has the link. He is
    reminded ``remind_days`` calendar days before the last one to sign, and may pass the order on to
    a colleague ``forwards`` times in all.
    """

    min_hours_a_day: Decimal = Decimal("3.00")
    max_hours_a_day: Decimal = Decimal("8.00")
    validity_days: int = 14
    silence_days: int = 2
    code_from: Decimal = Decimal("2000.00")
    remind_days: tuple[int, ...] = (3, 1)
    forwards: int = 3

    def __post_init__(self) -> None:
        if self.min_hours_a_day > self.max_hours_a_day:
            raise policy.Unfit(_("le moins d’heures par jour dépasse le plus."))
        if self.validity_days < 1:
            raise policy.Unfit(_("un client a au moins un jour pour signer."))
        if any(not 0 < days <= self.validity_days for days in self.remind_days):
            raise policy.Unfit(_("un rappel part pendant les jours pour signer."))


@policy.department("reviews", _("missions à regarder"))
@dataclass(frozen=True, kw_only=True)
class ReviewsPolicy:
    """Within how many working days of the office an advisor answers about a job she was asked to
    look at before it leaves. Smart’s own delay is not known: nothing is promised before it is
    decided.
    """

    review_days: int


def on_day(day: date) -> OrdersPolicy:
    """The policy of a day; the values written here until the cooperative decides others."""
    try:
        return policy.current(OrdersPolicy, day)
    except policy.NoPolicy:
        return OrdersPolicy()
