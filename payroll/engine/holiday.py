"""Holiday pay of a white collar worker, settled at the end of the contract (payroll notes 3.7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from office.money import round_cents
from payroll.engine.lines import Code, PayLine, Side, line
from payroll.engine.salary import Salary, still_due
from payroll.engine.terms import Case
from payroll.engine.withholding import MONTHS, holiday_rate, holiday_tax


@dataclass(frozen=True, slots=True)
class ExitHoliday:
    """Exit holiday pay of one contract, in euros."""

    simple: Decimal
    double: Decimal
    contribution: Decimal  # ordinary contribution on the simple part
    retention_base: Decimal  # 6.80 of the 7.67 of the double part
    retention: Decimal

    @property
    def taxable(self) -> Decimal:
        return self.simple + self.double - self.contribution - self.retention


def exit_holiday(gross: Decimal, *, case: Case) -> ExitHoliday:
    """Exit holiday pay on a contract's gross pay: 7.67 % simple and 7.67 % double.

    The simple part bears the worker's ordinary contribution, the double part a retention on
    6.80 % of gross (laws on annual holidays; payroll notes 3.7).
    """
    simple = round_cents(gross * case.social("exit_holiday_simple").value)
    retention_base = round_cents(gross * case.social("exit_holiday_double_subject").value)
    return ExitHoliday(
        simple=simple,
        double=round_cents(gross * case.social("exit_holiday_double").value),
        contribution=round_cents(simple * case.social("onss_personal").value),
        retention_base=retention_base,
        retention=round_cents(retention_base * case.social("exit_holiday_retention").value),
    )


def holiday_withholding(holiday: ExitHoliday, *, salary: Salary, case: Case) -> Decimal:
    """Tax on the month's exit holiday pay less what was withheld before, in euros."""
    earlier = case.earlier
    return still_due(
        holiday_tax(
            earlier.holiday_taxable + holiday.taxable,
            annual=annual_reference(salary, case=case),
            case=case,
        ),
        taken=earlier.holiday_withheld,
        most=holiday.taxable,
    )


def annual_reference(salary: Salary, *, case: Case) -> Decimal:
    """Reference pay of a year in euros: twelve times the month's total of the person.

    Taxable or gross, as the switch in the legislation says; taxable is our reading (notes 2.2).
    """
    if case.fiscal("exceptional_tax_reference").value == "gross":
        return (case.earlier.gross + salary.gross) * MONTHS
    return (case.earlier.taxable + salary.taxable) * MONTHS


def holiday_lines(
    holiday: ExitHoliday, *, salary: Salary, withheld: Decimal, case: Case
) -> Iterator[PayLine]:
    """From gross to net holiday pay; the base of the tax is the month's total."""
    side = Side.HOLIDAY
    simple, double = case.social("exit_holiday_simple"), case.social("exit_holiday_double")
    for code, law, amount in (
        (Code.HOLIDAY_SIMPLE, simple, holiday.simple),
        (Code.HOLIDAY_DOUBLE, double, holiday.double),
    ):
        yield line(side, code, amount=amount, law=law, base=salary.gross, rate=law.value)
    personal, retention = case.social("onss_personal"), case.social("exit_holiday_retention")
    for code, law, base, amount in (
        (Code.HOLIDAY_ONSS, personal, holiday.simple, holiday.contribution),
        (Code.HOLIDAY_RETENTION, retention, holiday.retention_base, holiday.retention),
    ):
        yield line(side, code, amount=-amount, law=law, base=base, rate=law.value)
    base = case.earlier.holiday_taxable + holiday.taxable
    rate = holiday_rate(annual_reference(salary, case=case), case=case)
    yield line(
        side,
        Code.HOLIDAY_WITHHOLDING,
        amount=-withheld,
        law=case.fiscal("exceptional_tax"),
        base=base,
        rate=rate if round_cents(base * rate) == withheld else None,
    )
