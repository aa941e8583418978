"""Euros are Decimal, rounded in one place, split without losing a cent."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


class NotEuros(ValueError):
    """What was given is not an amount in euros and whole cents."""

    code = "not_euros"

    def __init__(self, value: object) -> None:
        super().__init__(f"{value!r} is not an amount in euros and whole cents")
        self.value = value


def euros(value: Decimal | int | str) -> Decimal:
    """An amount with exactly two decimals; floats and parts of a cent are refused, never rounded.

    >>> euros("12.5"), euros(3)
    (Decimal('12.50'), Decimal('3.00'))
    >>> euros("0.001")
    Traceback (most recent call last):
    office.money.NotEuros: '0.001' is not an amount in euros and whole cents
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise NotEuros(value)
    try:
        amount = Decimal(value)
        cents = amount.quantize(CENT)
    except InvalidOperation:
        raise NotEuros(value) from None
    if cents != amount:  # also true of NaN
        raise NotEuros(value)
    return cents + ZERO  # minus zero becomes zero


def round_cents(amount: Decimal) -> Decimal:
    """The nearest cent, half away from zero: the one place where money is rounded.

    >>> round_cents(Decimal("0.125")), round_cents(Decimal("-0.125"))
    (Decimal('0.13'), Decimal('-0.13'))
    """
    return amount.quantize(CENT, ROUND_HALF_UP)


def floor_cents(amount: Decimal) -> Decimal:
    """The cent below or equal.

    >>> floor_cents(Decimal("645.2451")), floor_cents(Decimal("-0.001"))
    (Decimal('645.24'), Decimal('-0.01'))
    """
    return amount.quantize(CENT, ROUND_FLOOR)


def split(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Divide an amount in proportion to weights; the parts add up to it exactly.

    Every part is rounded down, then the cents left go one by one to the parts that lost most,
    the earlier one first.

    >>> split(euros("10.00"), [1, 1, 1])
    [Decimal('3.34'), Decimal('3.33'), Decimal('3.33')]
    >>> split(euros("-0.01"), [1, 2])
    [Decimal('0.00'), Decimal('-0.01')]
    """
    total = euros(total)
    whole = sum(weights, Decimal(0))
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be zero or more, and at least one above zero")
    exact = [abs(total) * weight / whole for weight in weights]
    parts = [floor_cents(part) for part in exact]
    losses = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in losses[: int((abs(total) - sum(parts)) / CENT)]:
        parts[at] += CENT
    return [-part + ZERO if total < 0 else part for part in parts]
