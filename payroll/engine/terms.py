"""What the engine is given: days worked, household, employer, what was already paid this month."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Literal

from office.money import ZERO
from office.parameters import Dated, Reading

Scale = Literal["I", "II"]
SpouseIncome = Literal["single", "own", "none", "small", "pension_small"]
Category = Literal["commercial", "non_profit"]
PayClass = Literal["A", "B", "C", "D"]


class BadTerms(ValueError):
    """What the engine was given contradicts itself; the message says where."""

    code = "bad_terms"


@dataclass(frozen=True, slots=True)
class WorkDay:
    """One day of work under the contract, with its hours (up to 24, parts allowed)."""

    day: date
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Household:
    """What the worker declared for the withholding tax.

    `spouse_income` says whether there is a partner, and what the partner earns: "single" (nobody),
    "own" (own professional income), "small" or "pension_small" (own income below the limits of the
    key formula), "none" (none: the only one of scale II). `children` counts every child,
    `disabled_children` how many of them are disabled. `higher_rate` is a fraction of taxable pay
    (0.25 for 25 %) below which the worker asks never to be taxed.
    """

    scale: Scale = "I"
    children: int = 0
    disabled_children: int = 0
    disabled: bool = False
    spouse_disabled: bool = False
    single_parent: bool = False
    spouse_income: SpouseIncome = "single"
    other_dependants: int = 0
    dependants_66_in_care: int = 0
    higher_rate: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.scale == "II") != (self.spouse_income == "none"):
            raise BadTerms("scale II is for a partner without income, and only for that")
        if not 0 <= self.disabled_children <= self.children:
            raise BadTerms("disabled children are some of the children")
        if self.single_parent and (self.spouse_income != "single" or not self.children):
            raise BadTerms("a single parent has children and no partner")
        if self.spouse_disabled and self.spouse_income == "single":
            raise BadTerms("a disabled partner needs a partner")
        if min(self.other_dependants, self.dependants_66_in_care) < 0:
            raise BadTerms("dependants cannot be fewer than none")
        if self.higher_rate is not None and not 0 <= self.higher_rate < 1:
            raise BadTerms("a higher rate is a fraction: 0.25 for 25 %")


@dataclass(frozen=True, slots=True)
class Employer:
    """What the law asks about the employer: workers employed, kind, joint committee."""

    workers: int
    category: Category = "commercial"
    joint_committee: str = "200"


@dataclass(frozen=True, slots=True)
class MonthToDate:
    """What this person already had from this employer in the same calendar month, in euros.

    The last two fields follow the month of the work, all others the month of the payment.
    """

    gross: Decimal = ZERO  # ordinary gross pay
    taxable: Decimal = ZERO  # ordinary pay after contributions
    withheld: Decimal = ZERO  # withholding tax on ordinary pay
    fiscal_bonus: Decimal = ZERO  # fiscal work bonus the worker was entitled to
    fiscal_bonus_used: Decimal = ZERO  # part of it that lowered the tax
    holiday_taxable: Decimal = ZERO  # exit holiday pay after contributions
    holiday_withheld: Decimal = ZERO  # withholding tax on it
    special_base: Decimal = ZERO  # base of the special contribution, by month of work
    special_contribution: Decimal = ZERO  # special contribution, by month of work

    def __add__(self, other: "MonthToDate") -> "MonthToDate":
        names = [field.name for field in fields(self)]
        return MonthToDate(*(getattr(self, name) + getattr(other, name) for name in names))


@dataclass(frozen=True, slots=True)
class ContractMonth:
    """The work under one contract, which lies inside one calendar month, and the day it is paid.

    `earlier` is what was already paid in that month; nothing for a first job.
    """

    days: Sequence[WorkDay]
    paid_on: date
    earlier: MonthToDate = MonthToDate()

    def __post_init__(self) -> None:
        check_days(self.days)


@dataclass(frozen=True, slots=True)
class Case:
    """One payment under the law, with its two time keys.

    What concerns social security follows the day of work, what concerns the tax the day of payment.
    """

    law: Reading
    household: Household
    worked_on: date
    paid_on: date
    earlier: MonthToDate = MonthToDate()

    def social(self, name: str) -> Dated:
        """A figure of social law, of the day of work."""
        return self.law.get(name, self.worked_on)

    def fiscal(self, name: str) -> Dated:
        """A figure of tax law, of the day of payment."""
        return self.law.get(name, self.paid_on)


def total_hours(days: Sequence[WorkDay]) -> Decimal:
    """The hours of some days together."""
    return sum((day.hours for day in days), Decimal(0))


def check_days(days: Sequence[WorkDay]) -> None:
    """Refuse a contract without work, or one that leaves its calendar month."""
    if not days or any(not 0 < day.hours <= 24 for day in days):
        raise BadTerms("a contract has at least one day, and each day up to 24 hours of work")
    if len({(work.day.year, work.day.month) for work in days}) > 1:
        raise BadTerms("a contract lies inside one calendar month")
    if len({work.day for work in days}) < len(days):
        raise BadTerms("each day of work is named once")
