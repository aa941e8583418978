"""Rows that say a thing once: ``once`` names what is said and to whom, unique in its table."""

from typing import TypeVar

from office.models import Batch, Letter, Notice

Row = TypeVar("Row", Batch, Letter, Notice)


def first_to_say(row: Row, *, by: str) -> bool:
    """Insert the row unless what it says was said; its own unique field ``by`` tells whose it is.

    Whoever comes second waits for the first to commit, and is the first when that is undone.
    """
    table = type(row)._default_manager
    table.bulk_create([row], ignore_conflicts=True)
    mine = table.filter(**{"once": row.once, by: getattr(row, by)})
    row.pk = mine.values_list("pk", flat=True).first()
    return row.pk is not None
