"""Numbers without a hole, and dates that never go back."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

TAKE = """
INSERT INTO office_counter AS counter (series, last_number, last_on) VALUES (%s, %s, %s)
ON CONFLICT (series) DO UPDATE
   SET last_number = counter.last_number + excluded.last_number,
       last_on = greatest(counter.last_on, excluded.last_on)
RETURNING last_number, last_on
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A block of numbers, ``first`` and those after it, all dated ``on``."""

    first: int
    on: date


def take(series: str, *, on: date, count: int = 1) -> Taken:
    """The next ``count`` numbers of a series, dated ``on`` or, if later, as the last number given.

    Inside the transaction that uses them, just before its last writes: the series stays locked
    until it ends, and a rollback gives the numbers back.
    """
    if count < 1:
        raise ValueError(f"{count} numbers cannot be taken")
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [series, count, on])
        last, last_on = cursor.fetchone()
    return Taken(first=last - count + 1, on=last_on)
