"""The dated figures of law this room uses."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from office.parameters import Law, load


@cache
def law() -> Law:
    """The parameters of ``invoicing/legislation``."""
    return load(Path(__file__).with_name("legislation"))


def vat_rate(on: date) -> Decimal:
    """The standard rate of Belgian VAT on a day, a fraction; raises `office.parameters.NoValue`.

    >>> vat_rate(date(2026, 12, 1))
    Decimal('0.21')
    """
    return Decimal(law().value("vat_standard_rate", on))
