"""How often a door may be tried: one counted row per door and window, the same for every machine.

    limits.take("sign", link.pk, most=60, seconds=600, at=at)

Call it outside the transaction of the act, so that a refused act still counts.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from office import crypto
from office.models import Tally
from office.refusals import Refusal

KEPT = timedelta(days=1)  # longer than any window

COUNT = """
INSERT INTO office_tally AS tally (key, since, count) VALUES (%(key)s, %(at)s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN tally.since <= %(start)s THEN 1 ELSE tally.count + 1 END,
    since = CASE WHEN tally.since <= %(start)s THEN EXCLUDED.since ELSE tally.since END
RETURNING count
"""


class TooOften(Refusal):
    code = "too_often"
    sentence = _("Trop d’essais en peu de temps. Attendez {minutes} minutes, puis recommencez.")


def take(door: str, who: Any, *, most: int, seconds: int, at: datetime) -> None:
    """Count one try of somebody at a door; `TooOften` after ``most`` tries in ``seconds``.

    ``who`` is kept as its HMAC: the table tells nobody who knocked.
    """
    start = at - timedelta(seconds=seconds)
    key = crypto.index(f"{door}:{who}")
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": key, "at": at, "start": start})
        (count,) = cursor.fetchone()
    if count > most:
        raise TooOften(minutes=-(-seconds // 60))


def forget_old(*, at: datetime) -> int:
    """Drop the counts whose window is long over; gives how many."""
    return Tally.objects.filter(since__lt=at - KEPT).delete()[0]
