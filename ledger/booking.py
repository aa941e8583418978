"""The one way into the books: whole entries, written by one statement, whether one or five
thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, connection
from django.utils.translation import gettext_lazy as _

from office.refusals import Refusal


class Unbalanced(Refusal):
    code = "unbalanced"
    sentence = _("L’écriture « {source} » n’est pas en équilibre : ses montants font {total} €.")


class AlreadyBooked(Refusal):
    code = "already_booked"
    sentence = _("C’est déjà dans les livres : {sources}.")


class PeriodClosed(Refusal):
    code = "period_closed"
    sentence = _("Le mois de cette écriture est clôturé ({detail}).")


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of an entry: ``amount`` in euros, debit above zero, credit below; a leg of zero is
    left out.
    """

    account_id: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """An entry to write. ``source`` names what it books (``invoice:12``) and may be booked once
    per entity.
    """

    entity_id: int
    on: date
    kind: str
    source: str
    text: str
    legs: Sequence[Leg]
    job: str = ""


_BOOK = """
WITH given AS (
    SELECT * FROM unnest(
        %s::bigint[], %s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::smallint[]
    ) WITH ORDINALITY AS t (entity_id, "on", kind, source, job, text, legs, n)
), written AS (
    INSERT INTO ledger_entry (entity_id, "on", kind, source, job, text, legs, booked_at)
    SELECT entity_id, "on", kind, source, job, text, legs, %s FROM given ORDER BY n
    ON CONFLICT (entity_id, source) DO NOTHING
    RETURNING id, entity_id, source
), postings AS (
    INSERT INTO ledger_posting (entry_id, account_id, amount)
    SELECT written.id, leg.account_id, leg.amount
    FROM unnest(%s::int[], %s::bigint[], %s::numeric[]) AS leg (n, account_id, amount)
    JOIN given USING (n)
    JOIN written USING (entity_id, source)
    JOIN ledger_account account
        ON account.id = leg.account_id AND account.entity_id = given.entity_id
)
SELECT written.id, given.source
FROM given LEFT JOIN written USING (entity_id, source) ORDER BY given.n
"""


def book(
    entity_id: int,
    *,
    on: date,
    kind: str,
    source: str,
    text: str,
    legs: Sequence[Leg],
    at: datetime,
    job: str = "",
) -> int:
    """Write one entry and answer its key. See `book_many` for what is refused."""
    booking = Booking(
        entity_id=entity_id, on=on, kind=kind, source=source, text=text, legs=legs, job=job
    )
    return book_many([booking], at=at)[0]


def book_many(bookings: Sequence[Booking], *, at: datetime) -> list[int]:
    """Write entries in one statement and answer their keys, in the order given.

    Raises `Unbalanced` when legs do not add up to zero, `AlreadyBooked` when a source is already
    in the books (the transaction stays usable and must be given up), `PeriodClosed` for a closed
    month. Legs of zero are left out.
    """
    if not bookings:
        return []
    kept = [[leg for leg in booking.legs if leg.amount] for booking in bookings]
    for booking, legs in zip(bookings, kept, strict=True):
        total = sum((leg.amount for leg in legs), Decimal(0))
        if total or len(legs) < 2:
            raise Unbalanced(source=booking.source, total=total)
    numbered = [(n, leg) for n, legs in enumerate(kept, start=1) for leg in legs]
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                _BOOK,
                [
                    [booking.entity_id for booking in bookings],
                    [booking.on for booking in bookings],
                    [booking.kind for booking in bookings],
                    [booking.source for booking in bookings],
                    [booking.job for booking in bookings],
                    [booking.text[:200] for booking in bookings],
                    [len(legs) for legs in kept],
                    at,
                    [n for n, _leg in numbered],
                    [leg.account_id for _n, leg in numbered],
                    [leg.amount for _n, leg in numbered],
                ],
            )
            rows = cursor.fetchall()
    except IntegrityError as fault:
        diagnosis = getattr(fault.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", "") == "entry_in_open_period":
            raise PeriodClosed(detail=getattr(diagnosis, "message_detail", "")) from fault
        raise
    if known := [source for key, source in rows if key is None]:
        raise AlreadyBooked(sources=", ".join(known))
    return [key for key, _source in rows]
