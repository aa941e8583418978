"""The one place that reads the clock. Views, tasks, admin and commands ask; nothing deeper does.

The demo's clock stands ahead of the real one by `DemoClock.ahead`; elsewhere it is the real one.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from office.models import DemoClock

BRUSSELS = ZoneInfo("Europe/Brussels")


class ClockFixed(RuntimeError):
    """Only the demo's clock can be moved."""

    code = "clock_fixed"


def is_demo() -> bool:
    """Whether this is a demo, whose clock can be moved and whose papers are specimens."""
    return settings.COOP_DEMO


def real() -> datetime:
    """This instant by the clock of the world outside, also in the demo: telephones show codes
    by it.
    """
    return datetime.now(UTC)


def now() -> datetime:
    """This instant, in UTC."""
    if not settings.COOP_DEMO:
        return real()
    ahead = DemoClock.objects.values_list("ahead", flat=True).first()
    return real() + (ahead or timedelta())


def today() -> date:
    """This day in Brussels."""
    return day_of(now())


def day_of(at: datetime) -> date:
    """The day in Brussels of an instant.

    >>> day_of(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    datetime.date(2026, 12, 1)
    """
    return at.astimezone(BRUSSELS).date()


def start_of(day: date) -> datetime:
    """Midnight in Brussels at the start of a day, in UTC.

    >>> start_of(date(2026, 12, 1)).isoformat()
    '2026-11-30T23:00:00+00:00'
    """
    return datetime.combine(day, time(), BRUSSELS).astimezone(UTC)


def move_to(at: datetime) -> None:
    """Set the demo's clock to an instant; it walks on from there. `ClockFixed` outside the demo."""
    if not settings.COOP_DEMO:
        raise ClockFixed("the clock moves in the demo only")
    DemoClock.objects.update_or_create(id=1, defaults={"ahead": at.astimezone(UTC) - real()})
