"""Proof of the books, read afresh from the tables: what the guards promise is verified, not
trusted.
"""

from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from ledger.models import Entry, Posting


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something in the books that is not as it must be, in a sentence."""

    code: str
    text: str


def run() -> list[Problem]:
    """Every entry balanced and whole, every leg in its own entity's books."""
    return [*_entries(), *_strangers()]


def _entries() -> list[Problem]:
    sums = Entry.objects.annotate(total=Sum("postings__amount"), found=Count("postings"))
    wrong = sums.filter(Q(total=None) | ~Q(total=0) | ~Q(found=F("legs")))
    return [
        Problem(
            code="entry_unbalanced",
            text=_(
                "L’écriture {id} ({source}) ne s’équilibre pas : {total} € en {found} lignes."
            ).format(id=entry.pk, source=entry.source, total=entry.total, found=entry.found),
        )
        for entry in wrong.order_by("id")
    ]


def _strangers() -> list[Problem]:
    legs = Posting.objects.exclude(account__entity_id=F("entry__entity_id"))
    return [
        Problem(
            code="leg_elsewhere",
            text=_("L’écriture {id} touche un compte d’une autre entité.").format(id=entry),
        )
        for entry in legs.order_by("entry_id").values_list("entry_id", flat=True).distinct()
    ]
