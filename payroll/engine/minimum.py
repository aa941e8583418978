"""What the law owes at least, by when, and for the hours really worked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from office.calendar import legal_working_day_after
from office.money import euros, round_cents
from office.parameters import Dated, Law
from payroll.engine.terms import Employer, PayClass, WorkDay, total_hours

QUARTER_MONTHS, QUARTER_WEEKS = 3, 13
HOURLY = Decimal("0.0001")
HOURS = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Minimum:
    """The lowest gross pay for some hours, in euros, and the figure of law it comes from."""

    hourly: Decimal  # four decimals
    hours: Decimal
    total: Decimal
    monthly: Decimal  # full-time scale it is deduced from
    law: Dated


class BelowMinimum(ValueError):
    """Pay is below the legal minimum. Two ways out: more pay, or fewer hours."""

    code = "below_minimum"

    def __init__(self, gross: Decimal, minimum: Minimum) -> None:
        self.gross, self.minimum = gross, minimum
        self.minimum_gross = minimum.total
        self.hours_possible = (gross / minimum.hourly).quantize(HOURS, ROUND_FLOOR)
        super().__init__(
            f"{gross} is below the minimum: pay {self.minimum_gross} for {minimum.hours} hours,"
            f" or work at most {self.hours_possible} hours"
        )


def minimum_pay(
    days: Sequence[WorkDay],
    *,
    employer: Employer,
    pay_class: PayClass,
    experience_years: int,
    on: date,
    law: Law,
    years_in_firm: int = 0,
) -> Minimum:
    """The higher of the national minimum and the committee's scale, for the hours of some days.

    Hourly pay = monthly pay x 3 / 13 / 38, to four decimals. `experience_years` are whole years
    of work in the trade; the scale of the committee is another from the second year in the firm
    on. A committee whose scale is not in the legislation raises `NoValue`.
    """
    national = law.get("minimum_monthly_income", on)
    period, first = ("first_year", 0) if years_in_firm < 1 else ("later_years", 1)
    scale = law.get(f"minimum_cp{employer.joint_committee}_{period}", on)
    steps: Sequence[Decimal] = scale.value[pay_class]  # one a year of experience, from `first` on
    monthly = steps[min(max(experience_years - first, 0), len(steps) - 1)]
    source = scale if monthly >= national.value else national
    monthly = max(monthly, national.value)
    week: Decimal = law.value("full_time_week_hours", on)
    hourly = hourly_pay(monthly, week_hours=week)
    hours = total_hours(days)
    return Minimum(hourly, hours, round_cents(hourly * hours), monthly, source)


def hourly_pay(monthly: Decimal, *, week_hours: Decimal) -> Decimal:
    """Pay of an hour in euros, four decimals, from pay of a full-time month.

    >>> hourly_pay(Decimal("2111.89"), week_hours=Decimal(38))
    Decimal('12.8252')
    """
    hourly = monthly * QUARTER_MONTHS / QUARTER_WEEKS / week_hours
    return hourly.quantize(HOURLY, ROUND_HALF_UP)


def check_minimum(gross: Decimal, *, minimum: Minimum) -> None:
    """Refuse gross pay below the minimum, naming both ways out."""
    if euros(gross) < minimum.total:
        raise BelowMinimum(gross, minimum)


def pay_deadline(last_day: date, *, law: Law) -> date:
    """The last day on which pay may arrive: the seventh legal working day after the work.

    Law of 12 April 1965: all days count but Sundays and public holidays.
    """
    return legal_working_day_after(last_day, int(law.value("pay_deadline_days", last_day)))


def prorata_gross(
    gross: Decimal, *, days_agreed: Sequence[WorkDay], hours_worked: Decimal
) -> Decimal:
    """Gross pay owed for the hours really worked, of what was agreed for all of them, in euros.

    >>> day = WorkDay(date(2026, 11, 23), Decimal(8))
    >>> prorata_gross(Decimal("100.00"), days_agreed=[day], hours_worked=Decimal(6))
    Decimal('75.00')
    """
    return round_cents(euros(gross) * hours_worked / total_hours(days_agreed))
