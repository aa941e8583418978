"""What the journal keeps of a colleague who looks at the portal as an affiliate."""

from datetime import datetime

from django.db import transaction

from members.models import Affiliate
from office import journal
from office.actors import Actor


@transaction.atomic
def begin(affiliate_id: int, *, reason: str, by: Actor, at: datetime) -> Affiliate:
    """A colleague begins to look, and says why."""
    affiliate = Affiliate.objects.select_related("user").get(pk=affiliate_id)
    journal.record("affiliate.seen_as", affiliate, by=by, at=at, reason=reason)
    return affiliate


@transaction.atomic
def end(affiliate_id: int, *, by: Actor, at: datetime) -> None:
    """She looks no longer."""
    journal.record("affiliate.seen_as_ended", f"affiliate:{affiliate_id}", by=by, at=at)
