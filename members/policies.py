"""House policy of people."""

from dataclasses import dataclass

from office import policy


@policy.department("papers")
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
