"""A job that comes back: which days, month by month. Pure: no row, no clock, no setting."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from office.money import round_cents
from orders.rules import Schedule, by_month, total_hours

WEEKLY, MONTHLY = "weekly", "monthly"
MOST_TIMES = 53
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """The days to come, by the first day of their month, and those that fall on a holiday."""

    months: dict[date, Schedule]
    left_out: tuple[date, ...]


def repeated(
    days: Schedule, *, rhythm: str, times: int, after: date, closed: Callable[[date], bool]
) -> Repetition:
    """The days of a job again, ``times`` weeks or months on, those after a day only.

    Weekly repeats its last week; monthly its last month, each day on the same weekday of the same
    week of the month (a fifth Tuesday is the last one where there are four). Closed days are left
    out.

    >>> tuesday = ((date(2026, 12, 15), Decimal(4)),)
    >>> again = repeated(tuesday, rhythm=WEEKLY, times=3, after=date(2026, 11, 23),
    ...                  closed=lambda day: day.day == 22)
    >>> [(month.month, [day.day for day, _hours in rows]) for month, rows in again.months.items()]
    [(12, [29]), (1, [5])]
    >>> again.left_out
    (datetime.date(2026, 12, 22),)
    >>> again = repeated(tuesday, rhythm=MONTHLY, times=2, after=date(2026, 11, 23),
    ...                  closed=lambda day: False)
    >>> [day for rows in again.months.values() for day, _hours in rows]
    [datetime.date(2027, 1, 19), datetime.date(2027, 2, 16)]
    """
    last = max(day for day, _hours in days)
    if rhythm == WEEKLY:
        monday = last - timedelta(days=last.weekday())
        pattern = [(day, hours) for day, hours in days if day >= monday]
        found = [(day + n * WEEK, hours) for n in range(1, times + 1) for day, hours in pattern]
    else:
        pattern = [(day, hours) for day, hours in days if day >= last.replace(day=1)]
        found = [
            (_same_weekday(day, n), hours) for n in range(1, times + 1) for day, hours in pattern
        ]
    coming = {day: hours for day, hours in found if day > after}
    kept = sorted((day, hours) for day, hours in coming.items() if not closed(day))
    return Repetition(
        months={month: tuple(rows) for month, rows in by_month(kept).items()},
        left_out=tuple(sorted(day for day in coming if closed(day))),
    )


def times_until(days: Schedule, until: date, *, rhythm: str) -> int:
    """How many times a job comes back until a day, that day included.

    >>> tuesday = ((date(2026, 12, 15), Decimal(4)),)
    >>> times_until(tuesday, date(2027, 1, 5), rhythm=WEEKLY)
    3
    >>> times_until(tuesday, date(2027, 2, 28), rhythm=MONTHLY)
    2
    """
    last = max(day for day, _hours in days)
    if rhythm == WEEKLY:
        return max(0, (until - last) // WEEK)
    return max(0, (until.year - last.year) * 12 + until.month - last.month)


def in_proportion(amount: Decimal, days: Schedule, *, of: Schedule) -> Decimal:
    """An amount in euros for other days than those it was for, by their hours.

    >>> one, three = [(date(2026, 12, 1), Decimal(4))], [(date(2027, 1, n), Decimal(4)) for n in
    ...                                                  (5, 12, 19)]
    >>> in_proportion(Decimal("200.00"), three, of=one)
    Decimal('600.00')
    """
    return round_cents(amount * total_hours(days) / total_hours(of))


def _same_weekday(day: date, months: int) -> date:
    """The same weekday of the same week of a later month; its last one when there is no fifth."""
    ahead = day.month - 1 + months
    first = date(day.year + ahead // 12, ahead % 12 + 1, 1)
    offset = (day.weekday() - first.weekday()) % 7 + 7 * ((day.day - 1) // 7)
    if offset >= monthrange(first.year, first.month)[1]:
        offset -= 7
    return first + timedelta(days=offset)
