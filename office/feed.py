"""What happened, as each person may follow it from outside: her feed.

An event is queued for sharing by the database, in the transaction that wrote it, so that none is
lost; it leaves the queue in the transaction that writes the feeds, so that none comes twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from office.models import Event, EventToShare, FeedItem
from office.webhooks import actions as webhooks

LOCK = 4_127  # any number: one sharer at a time
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one person is told of one event."""

    event_id: int
    user_id: int
    kind: str
    things: tuple[tuple[str, str], ...]  # (kind, ref)


Shares = Callable[[Sequence[Event]], Sequence[Share]]


@transaction.atomic
def share(shares_of: Shares, *, at: datetime, limit: int = CHUNK) -> int:
    """Write the oldest queued events into the feeds they belong to, and plan who is told of them.

    ``shares_of`` knows whose things they are. Nothing happens while another process shares.
    """
    if not _alone():
        return 0
    queue = EventToShare.objects.order_by("event_id").values_list("event_id", flat=True)
    ids = list(queue[:limit])
    if not ids:
        return 0
    events = list(Event.objects.filter(pk__in=ids).order_by("pk"))
    moments = {event.pk: event.at for event in events}
    items = FeedItem.objects.bulk_create(
        FeedItem(
            user_id=one.user_id,
            event_id=one.event_id,
            kind=one.kind,
            at=moments[one.event_id],
            things=[{"kind": kind, "ref": ref} for kind, ref in one.things],
        )
        for one in shares_of(events)
    )
    webhooks.plan(items, at=at)
    EventToShare.objects.filter(event_id__in=ids).delete()
    return len(ids)


def waiting() -> bool:
    """Whether an event is queued."""
    return EventToShare.objects.exists()


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
