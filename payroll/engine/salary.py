"""Pay for the work itself, from gross to net. Exit holiday pay is in `holiday`."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from office.money import ZERO, round_cents
from payroll.engine.contributions import (
    WorkerContribution,
    special_contribution,
    special_law,
    worker_contribution,
)
from payroll.engine.lines import Code, PayLine, Side, line, plain_line
from payroll.engine.terms import Case
from payroll.engine.withholding import fiscal_work_bonus, monthly_tax


@dataclass(frozen=True, slots=True)
class SalaryTax:
    """Withholding tax on pay for the work at one payment, in euros."""

    before_bonus: Decimal
    bonus: Decimal  # fiscal work bonus the contract gives right to
    bonus_used: Decimal  # part of the month's bonus that lowers this payment's tax
    higher: Decimal  # more, because the worker asked for a rate

    @property
    def withheld(self) -> Decimal:
        return self.before_bonus - self.bonus_used + self.higher


@dataclass(frozen=True, slots=True)
class Salary:
    """Pay for the work, in euros."""

    gross: Decimal
    contribution: WorkerContribution
    special_base: Decimal
    special: Decimal
    tax: SalaryTax

    @property
    def taxable(self) -> Decimal:
        """Gross pay less the worker's contribution after the work bonus."""
        return self.gross - self.contribution.net

    @property
    def net(self) -> Decimal:
        return self.taxable - self.special - self.tax.withheld


def salary(gross: Decimal, *, fraction: Decimal, special_base: Decimal, case: Case) -> Salary:
    """Pay for the work, without holiday pay; `fraction` is that of a full-time month.

    The special contribution and the tax are those of the month's total less what was already
    taken, and never more than what there is (payroll notes 2.6).
    """
    contribution = worker_contribution(gross, fraction=fraction, case=case)
    taxable = gross - contribution.net
    month = special_contribution(
        case.earlier.special_base + special_base, steps=special_law(case).value
    )
    special = still_due(month, taken=case.earlier.special_contribution, most=taxable)
    tax = salary_tax(contribution, taxable=taxable, most=taxable - special, case=case)
    return Salary(gross, contribution, special_base, special, tax)


def salary_tax(
    contribution: WorkerContribution, *, taxable: Decimal, most: Decimal, case: Case
) -> SalaryTax:
    """Tax of the month's total less what was withheld before, at most `most`, in euros.

    The fiscal work bonus of the whole month lowers it, down to zero and no further.
    """
    earlier = case.earlier
    month_taxable = earlier.taxable + taxable
    before_bonus = still_due(
        monthly_tax(month_taxable, case=case),
        taken=earlier.withheld + earlier.fiscal_bonus_used,
        most=most,
    )
    bonus = fiscal_work_bonus(contribution.bonus_a, contribution.bonus_b, case=case)
    used = min(earlier.fiscal_bonus + bonus - earlier.fiscal_bonus_used, before_bonus)
    withheld = before_bonus - used
    higher = still_due(
        round_cents(month_taxable * (case.household.higher_rate or ZERO)),
        taken=earlier.withheld + withheld,
        most=most - withheld,
    )
    return SalaryTax(before_bonus, bonus, used, higher)


def still_due(month: Decimal, *, taken: Decimal, most: Decimal) -> Decimal:
    """What remains of a month's total, never negative and never more than there is.

    >>> still_due(Decimal(100), taken=Decimal(70), most=Decimal(20))
    Decimal('20')
    """
    return min(max(month - taken, ZERO), most)


def salary_lines(salary: Salary, *, case: Case) -> Iterator[PayLine]:
    """From gross to net salary; bases of monthly amounts are the month's totals."""
    due, tax, side = salary.contribution, salary.tax, Side.SALARY
    month_taxable = case.earlier.taxable + salary.taxable
    yield plain_line(side, Code.GROSS, amount=salary.gross, parameter="gross", source="contract")
    yield line(side, Code.ONSS, amount=-due.due, law=due.law, base=salary.gross, rate=due.law.value)
    yield line(side, Code.WORK_BONUS_B, amount=due.bonus_b, law=due.bonus_law)
    yield line(side, Code.WORK_BONUS_A, amount=due.bonus_a, law=due.bonus_law)
    yield line(
        side,
        Code.SPECIAL_CONTRIBUTION,
        amount=-salary.special,
        law=special_law(case),
        base=case.earlier.special_base + salary.special_base,
    )
    yield line(
        side,
        Code.WITHHOLDING,
        amount=-tax.before_bonus,
        law=case.fiscal("withholding_brackets"),
        base=month_taxable,
    )
    yield line(
        side,
        Code.FISCAL_WORK_BONUS,
        amount=tax.bonus_used,
        law=case.fiscal("fiscal_work_bonus"),
    )
    if case.household.higher_rate:
        yield plain_line(
            side,
            Code.HIGHER_WITHHOLDING,
            amount=-tax.higher,
            parameter="higher_rate",
            source="worker",
            base=month_taxable,
        )
