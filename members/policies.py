"""House policy of people."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from office import policy


@policy.department("papers", _("pièces des membres"))
@dataclass(frozen=True, kw_only=True)
class PapersPolicy:
    """How many days the pictures of papers are kept, and when an identity card’s end is told.

    The law says no longer than needed, and no number of days that we found: the house decides, so
    nothing here has a default. ``kept_days`` counts from the answer on a paper, ``draft_days`` from
    the day it was given by somebody who never sent her registration.
    """

    kept_days: int
    draft_days: int
    reminder_days: int


@policy.department("shares", _("parts"))
@dataclass(frozen=True, kw_only=True)
class SharesPolicy:
    """One share a calendar year of use: its value in euros, and the jobs that come before it.

    Smart asks 30 euros a year (its FAQ, 2022-23) and lets three jobs be declared before a share is
    due (its page for members of category A); whether the three start anew each year it does not
    say: here they are a person's first three.
    """

    price: Decimal = Decimal("30.00")
    free_jobs: int = 3
