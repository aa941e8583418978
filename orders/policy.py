"""House policy of the orders: sensible days, how long a client has to sign, when silence counts as
a yes.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from office import policy


@policy.department("orders")
@dataclass(frozen=True, kw_only=True)
class OrdersPolicy:
    """Hours a day are those of one order; days are working days of the office."""

    min_hours_a_day: Decimal = Decimal("3.00")
    max_hours_a_day: Decimal = Decimal("8.00")
    validity_days: int = 14
    silence_days: int = 2


def on_day(day: date) -> OrdersPolicy:
    """The policy of a day; the values written here until the cooperative decides others."""
    try:
        return policy.current(OrdersPolicy, day)
    except policy.NoPolicy:
        return OrdersPolicy()
