"""Days as the law, the banks and the office count them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office import calendar

days = st.dates(date(2024, 1, 1), date(2035, 12, 31))


def test_the_ten_legal_holidays_of_2026() -> None:
    assert sorted(calendar.legal_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 21),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]


@pytest.mark.parametrize("year", range(2024, 2036))
def test_ten_holidays_every_year(year: int) -> None:
    assert len(calendar.legal_holidays(year)) == 10


def test_days_on_which_banks_are_closed_in_2026() -> None:
    year = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    weekdays = [day for day in year if day.weekday() < 5]
    assert [day for day in weekdays if not calendar.is_bank_day(day)] == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 12, 25),
    ]


@pytest.mark.parametrize(
    ("day", "legal", "office", "bank"),
    [
        (date(2026, 11, 21), True, False, False),  # Saturday
        (date(2026, 11, 22), False, False, False),  # Sunday
        (date(2026, 11, 11), False, False, True),  # holiday on which banks work
        (date(2026, 4, 3), True, True, False),  # Good Friday
        (date(2025, 12, 26), True, True, False),  # day after Christmas
        (date(2026, 11, 23), True, True, True),
    ],
)
def test_three_kinds_of_working_day(day: date, legal: bool, office: bool, bank: bool) -> None:
    assert calendar.is_legal_working_day(day) is legal
    assert calendar.is_office_day(day) is office
    assert calendar.is_bank_day(day) is bank


@settings(deadline=None)
@given(days, st.integers(0, 15))
@pytest.mark.parametrize(
    ("after", "counts"),
    [
        (calendar.legal_working_day_after, calendar.is_legal_working_day),
        (calendar.working_days_after, calendar.is_office_day),
    ],
)
def test_the_nth_day_after(
    after: Callable[[date, int], date], counts: Callable[[date], bool], day: date, n: int
) -> None:
    end = after(day, n)
    between = [day + timedelta(days=number) for number in range(1, (end - day).days + 1)]
    assert sum(map(counts, between)) == n
    assert n == 0 or counts(end)


@settings(deadline=None)
@given(days, st.integers(0, 10))
def test_the_last_day_since_which_so_many_have_passed(day: date, n: int) -> None:
    last = calendar.working_days_ago(day, n)
    assert calendar.working_days_after(last, n) <= day
    assert calendar.working_days_after(last + timedelta(days=1), n) > day


@settings(deadline=None)
@given(days, st.integers(1, 10))
def test_bank_days_before(day: date, n: int) -> None:
    start = calendar.bank_days_before(day, n)
    between = [start + timedelta(days=number) for number in range((day - start).days)]
    assert sum(map(calendar.is_bank_day, between)) == n
    assert calendar.is_bank_day(start)


@settings(deadline=None)
@given(days)
def test_nearest_bank_day(day: date) -> None:
    before, after = calendar.bank_day_on_or_before(day), calendar.bank_day_on_or_after(day)
    assert before <= day <= after
    assert calendar.is_bank_day(before)
    assert calendar.is_bank_day(after)
    assert (before == day == after) is calendar.is_bank_day(day)


def test_days_are_counted_forward() -> None:
    with pytest.raises(ValueError, match="forward"):
        calendar.working_days_after(date(2026, 11, 23), -1)


@settings(deadline=None)
@given(days)
def test_month_bounds(day: date) -> None:
    first, last = calendar.month_bounds(day)
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert first <= day <= last
    assert first.month == last.month
