"""What the withholding tax knows of a person: versions with a start date, never changed."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from members import rules
from members.models import Affiliate, Household
from members.rules import HouseholdFacts
from office import journal
from office.actors import Actor


@transaction.atomic
def record(
    affiliate_id: int,
    *,
    facts: HouseholdFacts,
    starts_on: date,
    by: Actor,
    on: date,
    at: datetime,
) -> Household:
    """A new version from ``starts_on``; for the same day the last one told counts.

    Raises the household refusals of `members.rules`.
    """
    rules.check_household(facts)
    rules.check_household_start(starts_on, on=on)
    affiliate = Affiliate.objects.get(pk=affiliate_id)
    household = add(affiliate, facts=facts, starts_on=starts_on, at=at)
    journal.record("household.recorded", household, affiliate, by=by, at=at)
    return household


def add(affiliate: Affiliate, *, facts: HouseholdFacts, starts_on: date, at: datetime) -> Household:
    """Write a version that was checked."""
    return Household.objects.create(
        affiliate=affiliate,
        starts_on=starts_on,
        scale=rules.scale_of(facts.partner_income),
        recorded_at=at,
        **asdict(facts),
    )
