"""How the price of a job falls apart, to the cent: from a price to a gross pay and back.

price = fee + expenses + employment cost + rounding, where fee = price x fee rate to the cent.
Work over several calendar months makes one contract a month; the gross pay is divided over them by
hours. Payroll notes, section 8.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from itertools import groupby

from office import money
from office.money import CENT, ZERO, euros, floor_cents, round_cents
from office.parameters import Law, Reading
from payroll.engine.cost import CostTerms, cost_terms, employment_cost
from payroll.engine.minimum import pay_deadline
from payroll.engine.pay import NOTHING_EARLIER, Pay, compute_pay
from payroll.engine.terms import (
    ContractMonth,
    Employer,
    Household,
    MonthToDate,
    WorkDay,
    total_hours,
)


class PriceTooLow(ValueError):
    """Fee and expenses leave no money for pay."""

    code = "price_too_low"

    def __init__(self, price: Decimal, fee: Decimal, expenses: Decimal) -> None:
        super().__init__(f"of {price}, fee {fee} and expenses {expenses} leave nothing for pay")
        self.price, self.fee, self.expenses = price, fee, expenses


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a price in euros. The nine parts add up to it; gross is a bracket over some.

    gross + holiday_gross = employee_contributions + withholding_tax + net_salary + net_holiday_pay
    """

    price: Decimal
    fee: Decimal
    expenses: Decimal
    employer_contributions: Decimal
    insurance_and_funds: Decimal
    employee_contributions: Decimal
    withholding_tax: Decimal
    net_salary: Decimal
    net_holiday_pay: Decimal
    rounding: Decimal
    gross: Decimal
    holiday_gross: Decimal
    fee_rate: Decimal
    months: tuple[Pay, ...]  # one contract and payslip each
    unconfirmed: tuple[str, ...]
    estimated: tuple[str, ...]

    @property
    def employment_cost(self) -> Decimal:
        """What the contracts cost the employer."""
        return sum((pay.employment_cost for pay in self.months), ZERO)

    @property
    def parts(self) -> dict[str, Decimal]:
        """The nine parts in the order they are shown; they add up to the price."""
        return {name: getattr(self, name) for name in PARTS}


PARTS = (
    "fee",
    "expenses",
    "employer_contributions",
    "insurance_and_funds",
    "employee_contributions",
    "withholding_tax",
    "net_salary",
    "net_holiday_pay",
    "rounding",
)


def contract_months(days: Iterable[WorkDay], *, law: Law) -> tuple[ContractMonth, ...]:
    """Days of work as one contract per calendar month, each paid on the last day allowed."""
    months = groupby(sorted(days, key=_day), key=lambda work: work.day.replace(day=1))
    return tuple(_contract_month(tuple(work), law=law) for _month, work in months)


def split_price(
    *,
    price: Decimal,
    expenses: Decimal,
    months: Sequence[ContractMonth],
    household: Household,
    employer: Employer,
    law: Law,
    insurance_rate: Decimal,
    fee_rate: Decimal,
) -> Split:
    """The largest gross pay a price carries, and everything it falls apart into.

    `price` in euros without VAT, expenses included; `fee_rate` and `insurance_rate` are fractions.
    What is too small to be a cent of gross pay stays in `rounding`.
    """
    price, expenses = euros(price), euros(expenses)
    fee = fee_of(price, fee_rate=fee_rate)
    if price - fee - expenses <= 0:
        raise PriceTooLow(price, fee, expenses)
    job = _Job(months, household, employer, law, insurance_rate)
    gross = largest_gross(price - fee - expenses, months=months, terms=job.terms())
    return _split(price, fee=fee, fee_rate=fee_rate, expenses=expenses, gross=gross, job=job)


def split_gross(
    *,
    gross: Decimal,
    expenses: Decimal,
    months: Sequence[ContractMonth],
    household: Household,
    employer: Employer,
    law: Law,
    insurance_rate: Decimal,
    fee_rate: Decimal,
) -> Split:
    """The smallest price that carries a gross pay, and everything it falls apart into.

    `gross` in euros for the whole job, expenses not included; rates are fractions.
    """
    gross, expenses = euros(gross), euros(expenses)
    job = _Job(months, household, employer, law, insurance_rate)
    needed = total_cost(gross, months=months, terms=job.terms()) + expenses
    price = smallest_price(needed, fee_rate=fee_rate)
    fee = fee_of(price, fee_rate=fee_rate)
    return _split(price, fee=fee, fee_rate=fee_rate, expenses=expenses, gross=gross, job=job)


def fee_of(price: Decimal, *, fee_rate: Decimal) -> Decimal:
    """The cooperative's fee on a price without VAT, expenses included, in euros.

    >>> fee_of(Decimal("1000.00"), fee_rate=Decimal("0.065"))
    Decimal('65.00')
    """
    return round_cents(price * fee_rate)


def smallest_price(needed: Decimal, *, fee_rate: Decimal) -> Decimal:
    """The smallest price of which the needed euros are left after the fee.

    >>> smallest_price(Decimal("935.00"), fee_rate=Decimal("0.065"))
    Decimal('1000.00')
    """
    price = (needed / (1 - fee_rate)).quantize(CENT, ROUND_CEILING)
    while price - CENT - fee_of(price - CENT, fee_rate=fee_rate) >= needed:
        price -= CENT
    return price


def largest_gross(
    budget: Decimal, *, months: Sequence[ContractMonth], terms: Sequence[CostTerms]
) -> Decimal:
    """The largest gross pay in euros whose employment cost fits a budget.

    The closed form is off by at most half a cent for each rounded line; from that much above it
    the first cent that fits is taken, so that the answer is the largest even where the cost of
    several months is not quite monotone.
    """
    hours = [total_hours(month.days) for month in months]
    shares = zip(hours, terms, strict=True)
    per_euro = sum((share * term.per_euro for share, term in shares), Decimal(0)) / sum(hours)
    roundings = sum(term.roundings for term in terms)
    gross = floor_cents(budget / per_euro) + CENT * (roundings // 2 + 1)
    while gross and total_cost(gross, months=months, terms=terms) > budget:
        gross -= CENT
    return gross


def total_cost(
    gross: Decimal, *, months: Sequence[ContractMonth], terms: Sequence[CostTerms]
) -> Decimal:
    """Employment cost in euros of a gross pay divided over the months of a job."""
    parts = zip(_divided(gross, months=months), terms, strict=True)
    return sum((employment_cost(part, terms=term) for part, term in parts), ZERO)


@dataclass(frozen=True, slots=True)
class _Job:
    """What a split is computed for, apart from its amounts."""

    months: Sequence[ContractMonth]
    household: Household
    employer: Employer
    law: Law
    insurance_rate: Decimal

    def terms(self) -> list[CostTerms]:
        """The rates of each month's cost, by its first day of work."""
        read, firsts = Reading(self.law), [min(map(_day, month.days)) for month in self.months]
        return [
            cost_terms(self.employer, insurance_rate=self.insurance_rate, law=read, on=first)
            for first in firsts
        ]

    def pays(self, gross: Decimal) -> list[Pay]:
        """The payslip of each month; months paid together share one total for the tax."""
        pays: list[Pay] = []
        for month, part in zip(self.months, _divided(gross, months=self.months), strict=True):
            pay = compute_pay(
                gross=part,
                days=month.days,
                household=self.household,
                employer=self.employer,
                law=self.law,
                paid_on=month.paid_on,
                insurance_rate=self.insurance_rate,
                earlier=month.earlier + _paid_together(pays, month),
            )
            pays.append(pay)
        return pays


def _split(
    price: Decimal,
    *,
    fee: Decimal,
    fee_rate: Decimal,
    expenses: Decimal,
    gross: Decimal,
    job: _Job,
) -> Split:
    pays = job.pays(gross)
    return Split(
        price=price,
        fee=fee,
        expenses=expenses,
        employer_contributions=sum((pay.employer_contributions for pay in pays), ZERO),
        insurance_and_funds=sum((pay.insurance_and_funds for pay in pays), ZERO),
        employee_contributions=sum((pay.employee_contributions for pay in pays), ZERO),
        withholding_tax=sum((pay.withholding for pay in pays), ZERO),
        net_salary=sum((pay.net_salary for pay in pays), ZERO),
        net_holiday_pay=sum((pay.net_holiday for pay in pays), ZERO),
        rounding=price - fee - expenses - sum((pay.employment_cost for pay in pays), ZERO),
        gross=gross,
        holiday_gross=sum((pay.holiday_gross for pay in pays), ZERO),
        fee_rate=fee_rate,
        months=tuple(pays),
        unconfirmed=_together(pay.unconfirmed for pay in pays),
        estimated=_together(pay.estimated for pay in pays),
    )


def _paid_together(pays: Sequence[Pay], month: ContractMonth) -> MonthToDate:
    """What earlier contracts of the same job add to the totals of the month of payment."""
    total = NOTHING_EARLIER
    for pay in pays:
        if pay.paid_on.replace(day=1) == month.paid_on.replace(day=1):
            total += replace(pay.adds, special_base=ZERO, special_contribution=ZERO)
    return total


def _divided(gross: Decimal, *, months: Sequence[ContractMonth]) -> list[Decimal]:
    return money.split(gross, [total_hours(month.days) for month in months])


def _contract_month(days: Sequence[WorkDay], *, law: Law) -> ContractMonth:
    return ContractMonth(days, paid_on=pay_deadline(days[-1].day, law=law))


def _together(names: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(sorted({name for some in names for name in some}))


def _day(work: WorkDay) -> date:
    return work.day
