"""Refusals that name amounts: exact for machines, written for people."""

from decimal import Decimal

from office.refusals import Refusal
from office.templatetags.house import euros


class InEuros(Refusal):
    """Every Decimal among its values is an amount in euros."""

    def __str__(self) -> str:
        words = {
            name: euros(value) if isinstance(value, Decimal) else value
            for name, value in self.values.items()
        }
        return str(self.sentence).format(**words)
