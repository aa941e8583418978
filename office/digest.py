"""The day's digest: what waits for a person, in one letter a day, without what she has read."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time

from django.db import transaction

from office import clock, mail, notices
from office.models import Notice
from office.notices import Reader

HOUR = time(8)  # of Brussels; no house policy: nothing owed or promised hangs on it
CHUNK = 200
LONGEST = 40  # lines; of what is beyond, the number

Readers = Callable[[Sequence[int]], Mapping[int, Reader]]


def send(readers_of: Readers, *, at: datetime) -> int:
    """Post today's digests, from their hour on; gives how many.

    ``readers_of`` knows who still reads. One a day for each person, whoever calls and how often:
    the letter and the notices it holds change together.
    """
    if at.astimezone(clock.BRUSSELS).time() < HOUR:
        return 0
    waiting = (
        Notice.objects.filter(waits=True).order_by("user_id").values_list("user_id", flat=True)
    )
    people = list(waiting.distinct())
    posted = 0
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        readers = readers_of(chunk)
        Notice.objects.filter(user_id__in=set(chunk) - set(readers), waits=True).update(waits=False)
        posted += sum(_send(readers[user_id], at=at) for user_id in chunk if user_id in readers)
    return posted


@transaction.atomic
def _send(reader: Reader, *, at: datetime) -> bool:
    mine = notices.told(reader.user_id).filter(waits=True)
    rows = list(mine.select_for_update(no_key=True).order_by("id"))
    if not rows:
        return False
    letter = mail.post(
        notices.DIGEST,
        to=reader.address,
        language=reader.language,
        about=f"user:{reader.user_id}",
        once=f"digest:{reader.user_id}:{clock.day_of(at)}",
        at=at,
        context={
            "name": reader.name,
            "lines": [notices.line_of(row, reader.language) for row in rows[:LONGEST]],
            "count": len(rows),
            "more": len(rows[LONGEST:]),
            "page": notices.public("notices"),
        },
        way_out=notices.way_out(reader, at=at),
    )
    if letter is None:
        return False  # today's has left; tomorrow's holds these
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(waits=False)
    return True
