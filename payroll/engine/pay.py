"""One payslip: a white collar contract inside one calendar month, exit holiday pay included."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from office.money import ZERO, euros
from office.parameters import Law, Reading
from payroll.engine.contributions import full_time_fraction
from payroll.engine.cost import cost_terms, employer_lines
from payroll.engine.holiday import ExitHoliday, exit_holiday, holiday_lines, holiday_withholding
from payroll.engine.lines import Code, PayLine, Side
from payroll.engine.salary import Salary, salary, salary_lines
from payroll.engine.terms import (
    Case,
    Employer,
    Household,
    MonthToDate,
    WorkDay,
    check_days,
    total_hours,
)

NOTHING_EARLIER = MonthToDate()


@dataclass(frozen=True, slots=True)
class Pay:
    """A payslip's totals and lines, in euros.

    employment_cost = net_salary + net_holiday + employee_contributions + withholding
                      + employer_contributions + insurance_and_funds
    """

    gross: Decimal
    holiday_gross_simple: Decimal
    holiday_gross_double: Decimal
    employee_contributions: Decimal  # special contribution and retention included
    withholding: Decimal  # on salary and on holiday pay
    net_salary: Decimal
    net_holiday: Decimal
    employer_contributions: Decimal
    insurance_and_funds: Decimal
    hours: Decimal
    paid_on: date
    adds: MonthToDate  # what this pay adds to the month's totals
    unconfirmed: tuple[str, ...]  # parameters used that nobody confirmed
    estimated: tuple[str, ...]  # parameters used beyond their last known day
    lines: tuple[PayLine, ...]

    @property
    def holiday_gross(self) -> Decimal:
        """Simple and double holiday pay before contributions and tax."""
        return self.holiday_gross_simple + self.holiday_gross_double

    @property
    def net(self) -> Decimal:
        """What goes to the worker's account."""
        return self.net_salary + self.net_holiday

    @property
    def employment_cost(self) -> Decimal:
        """Everything the contract costs the employer."""
        on_top = self.employer_contributions + self.insurance_and_funds
        return self.gross + self.holiday_gross + on_top

    def amount(self, code: Code) -> Decimal:
        """The amount of the lines with a code, signed as printed; zero when there is none."""
        return sum((line.amount for line in self.lines if line.code is code), ZERO)


def compute_pay(
    *,
    gross: Decimal,
    days: Sequence[WorkDay],
    household: Household,
    employer: Employer,
    law: Law,
    paid_on: date,
    insurance_rate: Decimal,
    earlier: MonthToDate = NOTHING_EARLIER,
) -> Pay:
    """The payslip of one contract.

    `gross` is the whole gross pay of the contract in euros, `insurance_rate` the accident
    insurer's fraction of it, `earlier` what was already paid in the same month. Contributions
    follow the law of the first day of work, the tax that of the day of payment. A figure of law
    nobody knows raises `NoValue`; those nobody confirmed are named in the result.
    """
    check_days(days)
    gross, worked_on, read = euros(gross), min(work.day for work in days), Reading(law)
    case = Case(read, household, worked_on, paid_on, earlier)
    terms = cost_terms(employer, insurance_rate=insurance_rate, law=read, on=worked_on)
    holiday = exit_holiday(gross, case=case)
    work = salary(
        gross,
        fraction=full_time_fraction(total_hours(days), case=case),
        special_base=_special_base(gross, holiday=holiday, case=case),
        case=case,
    )
    withheld = holiday_withholding(holiday, salary=work, case=case)
    lines = (
        *salary_lines(work, case=case),
        *holiday_lines(holiday, salary=work, withheld=withheld, case=case),
        *employer_lines(gross, simple=holiday.simple, terms=terms),
    )
    return Pay(
        gross=gross,
        holiday_gross_simple=holiday.simple,
        holiday_gross_double=holiday.double,
        employee_contributions=_employee_contributions(work, holiday),
        withholding=work.tax.withheld + withheld,
        net_salary=work.net,
        net_holiday=holiday.taxable - withheld,
        employer_contributions=_total(lines, Side.EMPLOYER),
        insurance_and_funds=_total(lines, Side.INSURANCE_AND_FUNDS),
        hours=total_hours(days),
        paid_on=paid_on,
        adds=_adds(work, holiday, withheld),
        unconfirmed=read.unconfirmed,
        estimated=read.estimated,
        lines=tuple(line for line in lines if line.amount or line.code is Code.GROSS),
    )


def _special_base(gross: Decimal, *, holiday: ExitHoliday, case: Case) -> Decimal:
    """Base of the special contribution; whether holiday pay belongs to it is a switch."""
    if case.social("special_contribution_base").value == "gross_and_exit_holiday":
        return gross + holiday.simple
    return gross


def _employee_contributions(work: Salary, holiday: ExitHoliday) -> Decimal:
    return work.contribution.net + work.special + holiday.contribution + holiday.retention


def _adds(work: Salary, holiday: ExitHoliday, holiday_withheld: Decimal) -> MonthToDate:
    return MonthToDate(
        gross=work.gross,
        taxable=work.taxable,
        withheld=work.tax.withheld,
        fiscal_bonus=work.tax.bonus,
        fiscal_bonus_used=work.tax.bonus_used,
        holiday_taxable=holiday.taxable,
        holiday_withheld=holiday_withheld,
        special_base=work.special_base,
        special_contribution=work.special,
    )


def _total(lines: Sequence[PayLine], side: Side) -> Decimal:
    return sum((line.amount for line in lines if line.side is side), ZERO)
