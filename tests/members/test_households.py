"""Ana's household: versions from a date on, never changed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from members import queries, rules
from members.actions import households
from members.forms import household_initial
from members.models import Affiliate, Household
from members.rules import HouseholdFacts
from tests import world

AT = world.MONDAY
ON = date(2026, 11, 23)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peopled")]


def record(ana: Affiliate, starts_on: date, **facts: object) -> Household:
    told = HouseholdFacts(**facts)  # type: ignore[arg-type]
    return households.record(
        ana.pk, facts=told, starts_on=starts_on, by=world.by(ana), on=ON, at=AT
    )


def test_a_version_counts_from_its_day_and_the_last_told_wins() -> None:
    ana = world.ana()
    before = queries.household_of(ana.pk, ON)
    record(ana, date(2026, 12, 1), children=1)
    told = record(ana, date(2026, 12, 1), children=1, single_parent=True)
    assert queries.household_of(ana.pk, date(2026, 11, 30)) == before
    assert queries.household_of(ana.pk, date(2026, 12, 1)) == told
    assert HouseholdFacts(**household_initial(told)) == HouseholdFacts(
        children=1, single_parent=True
    )
    assert household_initial(None) == {}
    assert str(told) == f"{ana.name} 2026-12-01"


def test_the_past_stays_as_it_was_paid() -> None:
    ana = world.ana()
    with pytest.raises(rules.HouseholdTooEarly, match="01/11/2026"):
        record(ana, date(2026, 10, 31))
    with pytest.raises(rules.HouseholdTooLate):
        record(ana, ON + timedelta(days=367))
    told = record(ana, date(2026, 11, 1), higher_rate=Decimal("0.25"))
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Household.objects.filter(pk=told.pk).update(children=3)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        told.delete()


def test_no_household_on_a_day_is_said_by_name() -> None:
    ana, bruno = world.ana(), world.bruno()
    with pytest.raises(queries.NoHousehold, match=ana.name):
        queries.household_of(ana.pk, date(2020, 1, 1))
    found = queries.households_of([ana.pk, bruno.pk], ON)
    assert set(found) == {ana.pk, bruno.pk}
    assert set(Household.objects.visible_to(ana.user)) == {found[ana.pk]}
    assert set(Household.objects.visible_to(world.denis())) == set(found.values())
