"""A month of days as big squares: what can be ticked, what is already taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from office.calendar import ONE_DAY, holiday_name, month_bounds
from office.templatetags.house import hours as shown_hours
from office.templatetags.house import longday
from orders.habits import Elsewhere
from orders.rules import Schedule

MONTHS_AHEAD = 18


@dataclass(frozen=True, kw_only=True)
class Square:
    """One day; ``said`` is all of it in words."""

    day: date
    ticked: bool
    closed: bool  # it can no longer be chosen
    holiday: str
    taken: Decimal  # hours of other jobs
    hours: Decimal | None  # of this one
    over: bool  # more hours than a day may have, all jobs together
    said: str


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month: weeks of seven squares, None outside of it. ``value`` is like 2026-12."""

    name: str
    value: str
    before: str
    after: str
    weekdays: Sequence[tuple[str, str]]  # short, whole
    weeks: Sequence[Sequence[Square | None]]


def month_to_show(wanted: str, days: Schedule, *, on: date) -> date:
    """The first day of the month asked for, else of the first day chosen, else of tomorrow.

    >>> month_to_show("2026-12", (), on=date(2026, 11, 23))
    datetime.date(2026, 12, 1)
    >>> month_to_show("rien", ((date(2027, 1, 8), Decimal(4)),), on=date(2026, 11, 23))
    datetime.date(2027, 1, 1)
    """
    first, last = on.replace(day=1), (on + timedelta(days=31 * MONTHS_AHEAD)).replace(day=1)
    try:
        month = date.fromisoformat(f"{wanted}-01")
    except ValueError:
        coming = [day for day, _hours in days if day > on]
        month = min(coming, default=on + ONE_DAY).replace(day=1)
    return min(max(month, first), last)


def month_of(
    first: date,
    days: Schedule,
    taken: Mapping[date, Sequence[Elsewhere]],
    over: Mapping[date, Decimal],
    *,
    on: date,
) -> Month:
    """A month as squares; a day can be chosen from the day after ``on``."""
    first, last = month_bounds(first)
    chosen = dict(days)
    squares: list[Square | None] = [None] * first.weekday()
    for number in range((last - first).days + 1):
        day = first + number * ONE_DAY
        squares.append(_square(day, chosen.get(day), taken.get(day, ()), day in over, on))
    squares += [None] * (-len(squares) % 7)
    monday = date(2026, 11, 23)
    names = [monday + number * ONE_DAY for number in range(7)]
    return Month(
        name=date_format(first, "F Y"),
        value=f"{first:%Y-%m}",
        before=f"{first - ONE_DAY:%Y-%m}" if first > on else "",
        after=f"{last + ONE_DAY:%Y-%m}",
        weekdays=[(date_format(day, "D"), date_format(day, "l")) for day in names],
        weeks=[squares[start : start + 7] for start in range(0, len(squares), 7)],
    )


def _square(
    day: date, hours: Decimal | None, others: Sequence[Elsewhere], over: bool, on: date
) -> Square:
    holiday = holiday_name(day)
    words = [longday(day)]
    if holiday:
        words.append(_("jour férié, {name}").format(name=holiday))
    words += [
        _("déjà {hours} pour {title}").format(hours=shown_hours(one.hours), title=one.title)
        for one in others
    ]
    return Square(
        day=day,
        ticked=hours is not None,
        closed=day <= on and hours is None,
        holiday=holiday,
        taken=sum((one.hours for one in others), Decimal(0)),
        hours=hours,
        over=over,
        said=", ".join(words),
    )
