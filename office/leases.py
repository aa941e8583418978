"""Rows that a worker does once: claimed by a conditional update, for a time.

The time is the database's own, so that all workers agree and the demo's clock has no say. A claim
(`claimed_until`) is also its holder's token: whoever lost it to another finds that out at the next
conditional update. A claim in the future that nobody works on is a wait before the next attempt.
"""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import DateTimeField, F, Func, Q, QuerySet
from django.db.models.expressions import CombinedExpression
from django.utils import translation

from office.models import Delivery, Document, Letter

Row = TypeVar("Row", Letter, Document, Delivery)
MAX_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=1)


class DatabaseTime(Func):
    """The database's clock, which also walks within a transaction."""

    function = "clock_timestamp"
    output_field = DateTimeField()


def in_(seconds: float | timedelta) -> CombinedExpression:
    """So many seconds from now, by the database's clock."""
    wait = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
    return DatabaseTime() + wait


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 15 s, doubled each time, an hour at most.

    >>> [int(wait_after(attempts).total_seconds()) for attempts in (1, 2, 3, 8, 20)]
    [15, 30, 60, 1920, 3600]
    """
    return min(timedelta(seconds=15 * 2 ** min(attempts - 1, 20)), LONGEST_WAIT)


def free() -> Q:
    """Rows that nobody holds."""
    return Q(claimed_until=None) | Q(claimed_until__lt=DatabaseTime())


def claim(rows: QuerySet[Row], row_id: int, *, seconds: int) -> datetime | None:
    """Take a row of ``rows`` for so many seconds; gives the claim, None when it is taken."""
    taken = rows.filter(free(), pk=row_id, stuck_at=None, attempts__lt=MAX_ATTEMPTS).update(
        claimed_until=in_(seconds), attempts=F("attempts") + 1
    )
    if not taken:
        return None
    claimed: datetime | None = rows.values_list("claimed_until", flat=True).get(pk=row_id)
    return claimed


def waiting(rows: QuerySet[Row], *, limit: int) -> list[int]:
    """The oldest rows that could be claimed now."""
    claimable = rows.filter(free(), stuck_at=None, attempts__lt=MAX_ATTEMPTS)
    return list(claimable.order_by("id").values_list("id", flat=True)[:limit])


def give_back(rows: QuerySet[Any], row: Row, *, fault: str, at: datetime, for_good: bool) -> None:
    """An attempt failed: wait for the next one, or leave the row to staff when there is none."""
    values: dict[str, Any] = {"fault": fault[:300], "claimed_until": in_(wait_after(row.attempts))}
    if for_good or row.attempts >= MAX_ATTEMPTS:
        values |= {"stuck_at": at, "claimed_until": None}
    rows.filter(pk=row.pk).update(**values)


def exhausted(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Rows whose every attempt died with its worker."""
    return rows.filter(free(), stuck_at=None, attempts__gte=MAX_ATTEMPTS)


def in_words(fault: str) -> str:
    """A fault as its reader says it; what stands between brackets is the machine's."""
    sentence, bracket, detail = fault.partition(" (")
    return (translation.gettext(sentence) if sentence else "") + bracket + detail
