"""What a white collar worker contributes to social security. The law of the days of work counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from office.money import ZERO, round_cents
from office.parameters import Dated
from payroll.engine.terms import Case, SpouseIncome

WEEKS_PER_YEAR, MONTHS_PER_YEAR = 52, 12

SPECIAL_TABLE: Mapping[SpouseIncome, str] = {
    "single": "special_contribution_single",
    "own": "special_contribution_two_incomes",
    "small": "special_contribution_two_incomes",
    "pension_small": "special_contribution_two_incomes",
    "none": "special_contribution_one_income",
}


@dataclass(frozen=True, slots=True)
class WorkerContribution:
    """The worker's ordinary contribution on gross pay, and the work bonus that lowers it."""

    due: Decimal
    bonus_a: Decimal
    bonus_b: Decimal
    law: Dated
    bonus_law: Dated

    @property
    def net(self) -> Decimal:
        """What is really withheld, in euros."""
        return self.due - self.bonus_a - self.bonus_b


def full_time_fraction(hours: Decimal, *, case: Case) -> Decimal:
    """Hours as a fraction of a full-time month (38 x 52 / 12 hours), at most 1.

    That a month of more hours counts as full is our reading (inferred).
    """
    week: Decimal = case.social("full_time_week_hours").value
    return min(hours * MONTHS_PER_YEAR / (week * WEEKS_PER_YEAR), Decimal(1))


def worker_contribution(gross: Decimal, *, fraction: Decimal, case: Case) -> WorkerContribution:
    """Ordinary contribution on gross pay less the work bonus of one contract, in euros.

    Never below zero: part B of the bonus gives way first (payroll notes 1.1, 1.4).
    """
    law, bonus_law = case.social("onss_personal"), case.social("work_bonus_white_collar")
    due = round_cents(gross * law.value)
    part_a, part_b = work_bonus(gross, fraction=fraction, table=bonus_law.value)
    bonus_a = min(part_a, due)
    return WorkerContribution(due, bonus_a, min(part_b, due - bonus_a), law, bonus_law)


def work_bonus(
    gross: Decimal, *, fraction: Decimal, table: Mapping[str, Any]
) -> tuple[Decimal, Decimal]:
    """Parts A and B of the work bonus in euros, for a fraction of a full-time month.

    The reference wage is the gross pay (at 100 %, also where contributions are due on 108 %)
    brought to a full month; the bonus of that wage is brought back to the hours worked.

    >>> part = {"maximum": Decimal(100), "from": Decimal(2000), "to": Decimal(3000),
    ...         "slope": Decimal("0.1")}
    >>> work_bonus(Decimal(1250), fraction=Decimal("0.5"), table={"a": part, "b": part})
    (Decimal('25.00'), Decimal('25.00'))
    """
    reference = round_cents(gross / fraction)
    part_a, part_b = (round_cents(_part(table[part], reference) * fraction) for part in "ab")
    return part_a, part_b


def _part(steps: Mapping[str, Decimal], reference: Decimal) -> Decimal:
    if reference > steps["to"]:
        return ZERO
    above = max(reference - steps["from"], Decimal(0))
    return max(round_cents(steps["maximum"] - steps["slope"] * above), ZERO)


def special_law(case: Case) -> Dated:
    """The steps of the special contribution for the household of a case."""
    return case.social(SPECIAL_TABLE[case.household.spouse_income])


def special_contribution(base: Decimal, *, steps: Sequence[Mapping[str, Any]]) -> Decimal:
    """Special contribution of a month in euros, from the month's base (code 856, notes 1.5).

    >>> steps = ({"to": Decimal(2000), "fixed": Decimal(0), "rate": Decimal(0),
    ...           "over": Decimal(0), "at_least": Decimal(0), "at_most": None},
    ...          {"to": None, "fixed": Decimal(10), "rate": Decimal("0.01"),
    ...           "over": Decimal(2000), "at_least": Decimal(0), "at_most": Decimal(60)})
    >>> [str(special_contribution(Decimal(pay), steps=steps)) for pay in (2000, 2500, 9000)]
    ['0.00', '15.00', '60.00']
    """
    step = next(step for step in steps if step["to"] is None or base <= step["to"])
    amount = max(step["fixed"] + step["rate"] * (base - step["over"]), step["at_least"])
    return round_cents(amount if step["at_most"] is None else min(amount, step["at_most"]))
