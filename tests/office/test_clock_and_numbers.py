"""The clock that the demo moves, and numbers that follow each other."""

from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from office import numbering
from office.clock import ClockFixed
from office.models import Counter, DemoClock


def test_the_demo_clock_walks_on_from_where_it_was_moved(clock: ModuleType) -> None:
    there = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
    clock.move_to(there)
    clock.move_to(there + timedelta(days=1))
    assert timedelta() <= clock.now() - there - timedelta(days=1) < timedelta(seconds=20)
    assert clock.today() == date(2027, 3, 2)
    assert DemoClock.objects.count() == 1
    assert clock.is_demo()


def test_a_day_in_brussels_starts_before_the_day_in_utc(clock: ModuleType) -> None:
    assert clock.start_of(date(2026, 7, 1)) == datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    assert clock.day_of(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == date(2026, 7, 1)


def test_outside_the_demo_the_clock_is_the_real_one_and_asks_nobody(
    clock: ModuleType, settings: Any, django_assert_num_queries: Any
) -> None:
    clock.move_to(datetime(2030, 1, 1, tzinfo=UTC))
    settings.COOP_DEMO = False
    with django_assert_num_queries(0):
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=20)
        with pytest.raises(ClockFixed):
            clock.move_to(datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.django_db
def test_numbers_follow_each_other_and_dates_never_go_back() -> None:
    assert numbering.take("CE:invoice", on=date(2026, 12, 2)) == numbering.Taken(
        first=1, on=date(2026, 12, 2)
    )
    assert numbering.take("CE:invoice", on=date(2026, 12, 1), count=50) == numbering.Taken(
        first=2, on=date(2026, 12, 2)
    )
    assert numbering.take("CE:invoice", on=date(2026, 12, 3)).first == 52
    assert numbering.take("CE:credit-note", on=date(2026, 12, 1)).first == 1
    assert Counter.objects.get(series="CE:invoice").last_number == 52


@pytest.mark.django_db
def test_taking_numbers_is_one_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        numbering.take("CE:invoice", on=date(2026, 12, 2), count=5000)
    with pytest.raises(ValueError, match="0 numbers"):
        numbering.take("CE:invoice", on=date(2026, 12, 2), count=0)
