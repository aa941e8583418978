"""Days as Belgian law, the banks and the office count them. Nothing here knows what day it is."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from django.utils.translation import gettext_lazy as _
from workalendar.europe import Belgium, EuropeanCentralBank

ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


@cache
def legal_holidays(year: int) -> frozenset[date]:
    """The ten legal public holidays (royal decree of 18 April 1974, art. 1).

    >>> len(legal_holidays(2026)), date(2026, 7, 21) in legal_holidays(2026)
    (10, True)
    """
    return frozenset(day for day, _name in Belgium().holidays(year))


HOLIDAYS = {  # as the library names the ten
    "New year": _("Jour de l’An"),
    "Easter Monday": _("Lundi de Pâques"),
    "Labour Day": _("Fête du Travail"),
    "Ascension Thursday": _("Ascension"),
    "Whit Monday": _("Lundi de Pentecôte"),
    "National Day": _("Fête nationale"),
    "Assumption of Mary to Heaven": _("Assomption"),
    "All Saints Day": _("Toussaint"),
    "Armistice of 1918": _("Armistice"),
    "Christmas Day": _("Noël"),
}


def holiday_name(day: date) -> str:
    """The name of a legal public holiday in the reader's language; nothing on another day.

    >>> holiday_name(date(2026, 12, 25)), holiday_name(date(2026, 12, 26))
    ('Noël', '')
    """
    names = [name for found, name in Belgium().holidays(day.year) if found == day]
    return str(HOLIDAYS[names[0]]) if names else ""


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(day for day, _name in EuropeanCentralBank().holidays(year))


def is_legal_holiday(day: date) -> bool:
    """One of the ten legal public holidays.

    >>> is_legal_holiday(date(2026, 12, 25)), is_legal_holiday(date(2026, 12, 26))
    (True, False)
    """
    return day in legal_holidays(day.year)


def is_legal_working_day(day: date) -> bool:
    """Every day but Sundays and public holidays: a Saturday counts (law of 12 April 1965).

    >>> is_legal_working_day(date(2026, 11, 21)), is_legal_working_day(date(2026, 11, 22))
    (True, False)
    """
    return day.weekday() != SUNDAY and not is_legal_holiday(day)


def is_office_day(day: date) -> bool:
    """Monday to Friday, public holidays excepted.

    >>> is_office_day(date(2026, 11, 20)), is_office_day(date(2026, 11, 21))
    (True, False)
    """
    return day.weekday() < SATURDAY and not is_legal_holiday(day)


def is_bank_day(day: date) -> bool:
    """A day on which euros move between banks (TARGET calendar of the European Central Bank).

    Closed at weekends, on 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December.

    >>> is_bank_day(date(2026, 11, 11)), is_bank_day(date(2026, 4, 3))
    (True, False)
    """
    return day.weekday() < SATURDAY and day not in _bank_holidays(day.year)


def legal_working_day_after(day: date, n: int) -> date:
    """The nth legal working day after a day, that day itself not counted.

    >>> legal_working_day_after(date(2026, 11, 10), 7)  # skips Armistice day and a Sunday
    datetime.date(2026, 11, 19)
    """
    return _step(day, n, ONE_DAY, is_legal_working_day)


def working_days_after(day: date, n: int) -> date:
    """The nth office working day (Monday to Friday, no public holiday) after a day.

    >>> working_days_after(date(2026, 11, 20), 2)
    datetime.date(2026, 11, 24)
    """
    return _step(day, n, ONE_DAY, is_office_day)


def working_days_ago(day: date, n: int) -> date:
    """The last day from which n office working days have passed by a day, that day counted: for
    this day and all before it, `working_days_after(it, n)` has come.

    >>> working_days_ago(date(2026, 11, 24), 2)
    datetime.date(2026, 11, 22)
    """
    return _step(day + ONE_DAY, n, -ONE_DAY, is_office_day) - ONE_DAY


def bank_day_on_or_before(day: date) -> date:
    """The day itself when banks are open, else the last bank day before it.

    >>> bank_day_on_or_before(date(2026, 12, 27))
    datetime.date(2026, 12, 24)
    """
    return day if is_bank_day(day) else bank_days_before(day, 1)


def bank_day_on_or_after(day: date) -> date:
    """The day itself when banks are open, else the next bank day.

    >>> bank_day_on_or_after(date(2026, 12, 25))
    datetime.date(2026, 12, 28)
    """
    return day if is_bank_day(day) else _step(day, 1, ONE_DAY, is_bank_day)


def bank_days_before(day: date, n: int) -> date:
    """The nth bank day before a day, that day itself not counted.

    >>> bank_days_before(date(2026, 12, 28), 1)
    datetime.date(2026, 12, 24)
    """
    return _step(day, n, -ONE_DAY, is_bank_day)


def month_bounds(day: date) -> tuple[date, date]:
    """The first and last day of the month of a day.

    >>> month_bounds(date(2028, 2, 10))
    (datetime.date(2028, 2, 1), datetime.date(2028, 2, 29))
    """
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - ONE_DAY


def _step(day: date, n: int, one: timedelta, counts: Callable[[date], bool]) -> date:
    if n < 0:
        raise ValueError("count days forward from zero")
    while n:
        day += one
        n -= counts(day)
    return day
