"""Truths of contracts and pay runs: days, declarations, sums. No database, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from office.calendar import (
    ONE_DAY,
    bank_day_on_or_after,
    bank_day_on_or_before,
    bank_days_before,
    legal_working_day_after,
)
from payroll.engine.terms import MonthToDate, WorkDay
from payroll.policy import PayrollPolicy

HUNDREDTH = Decimal("0.01")
BY_WORK = frozenset({"special_base", "special_contribution"})  # follow the month of the work


def pay_deadline(last_day: date, *, days: int) -> date:
    """The last day on which pay may arrive: ``days`` legal working days after the last day worked.

    Law of 12 April 1965, art. 9: every day counts but Sundays and public holidays.

    >>> pay_deadline(date(2026, 12, 1), days=7)
    datetime.date(2026, 12, 9)
    """
    return legal_working_day_after(last_day, days)


@dataclass(frozen=True, kw_only=True)
class PayDays:
    """The bank's calendar of one payment: when it is built, approved at the latest, executed."""

    build_on: date
    approve_before: date
    pay_on: date


def pay_days(deadline: date, *, policy: PayrollPolicy) -> PayDays:
    """Count back from the day the money must be there, in bank days.

    >>> rates = PayrollPolicy(insurance_rates={})
    >>> days = pay_days(date(2026, 12, 9), policy=rates)
    >>> str(days.pay_on), str(days.build_on)
    ('2026-12-08', '2026-12-03')
    """
    pay_on = bank_days_before(bank_day_on_or_before(deadline), policy.transfer_days)
    return PayDays(
        build_on=bank_days_before(pay_on, policy.build_days),
        approve_before=bank_days_before(pay_on, policy.approve_days),
        pay_on=pay_on,
    )


def run_days(deadlines: Iterable[date], *, on: date, policy: PayrollPolicy) -> PayDays:
    """The days of a run built on a day.

    As the nearest deadline asks, never before the first possible bank day.

    >>> rates = PayrollPolicy(insurance_rates={})
    >>> late = run_days([date(2026, 12, 2)], on=date(2026, 12, 4), policy=rates)
    >>> late.pay_on, late.approve_before
    (datetime.date(2026, 12, 4), datetime.date(2026, 12, 4))
    """
    wished = pay_days(min(deadlines), policy=policy)
    first = bank_day_on_or_after(on)
    return PayDays(
        build_on=on,
        approve_before=max(wished.approve_before, on),
        pay_on=max(wished.pay_on, first),
    )


def worked_days(
    days: Sequence[tuple[date, Decimal]], *, hours_done: Decimal
) -> tuple[WorkDay, ...]:
    """The days a payslip counts. Fewer (or more) hours than agreed are spread over the agreed days.

    The law of pay looks at the hours together and the month; a wage due without a worked hour
    counts the agreed hours.

    >>> agreed = [(date(2026, 12, day), Decimal(8)) for day in (1, 2)]
    >>> [str(work.hours) for work in worked_days(agreed, hours_done=Decimal(10))]
    ['5.00', '5.00']
    """
    agreed = sum((hours for _, hours in days), Decimal(0))
    if hours_done in (0, agreed):
        return tuple(WorkDay(day, hours) for day, hours in days)
    spread = [
        (day, (hours * hours_done / agreed).quantize(HUNDREDTH, ROUND_HALF_UP))
        for day, hours in days
    ]
    day, last = spread[-1]
    spread[-1] = (day, last + hours_done - sum(hours for _, hours in spread))
    return tuple(WorkDay(day, hours) for day, hours in spread if hours > 0)


@dataclass(frozen=True, kw_only=True)
class Paid:
    """What an earlier payslip added to its person's month, and the two months it belongs to."""

    paid_on: date
    worked_on: date
    adds: MonthToDate


def month_to_date(paid: Iterable[Paid], *, paid_on: date, worked_on: date) -> MonthToDate:
    """A person's totals so far.

    By month of payment, and by month of work for the special contribution.

    Payroll notes 2.6: all contracts of one worker paid in the same month by the same employer are
    added up.

    >>> slip = Paid(paid_on=date(2026, 12, 8), worked_on=date(2026, 11, 30),
    ...             adds=MonthToDate(gross=Decimal(500), special_base=Decimal(500)))
    >>> total = month_to_date([slip], paid_on=date(2026, 12, 15), worked_on=date(2026, 12, 3))
    >>> total.gross, total.special_base
    (Decimal('500.00'), Decimal('0.00'))
    """
    total = MonthToDate()
    for slip in paid:
        counts_payment = _same_month(slip.paid_on, paid_on)
        counts_work = _same_month(slip.worked_on, worked_on)
        total += MonthToDate(
            **{
                name: value
                for name, value in asdict(slip.adds).items()
                if (counts_work if name in BY_WORK else counts_payment)
            }
        )
    return total


def month_as_text(month: MonthToDate) -> dict[str, str]:
    """A month's totals for a JSON column.

    >>> month_as_text(MonthToDate(gross=Decimal("12.50")))["gross"]
    '12.50'
    """
    return {name: str(value) for name, value in asdict(month).items()}


def month_from_text(values: dict[str, str]) -> MonthToDate:
    """The totals a JSON column holds.

    >>> month_from_text(month_as_text(MonthToDate(taxable=Decimal("1.00")))).taxable
    Decimal('1.00')
    """
    return MonthToDate(**{field.name: Decimal(values[field.name]) for field in fields(MonthToDate)})


def dimona_due(starts_on: date) -> date:
    """The evening before.

    The declaration must exist when work starts (royal decree of 5 November 2002, art. 4).

    >>> dimona_due(date(2026, 12, 1))
    datetime.date(2026, 11, 30)
    """
    return starts_on - ONE_DAY


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)
