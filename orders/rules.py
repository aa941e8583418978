"""What is true of an order's days, dates and words. Pure: no row, no clock, no setting."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from office import languages
from office.money import ZERO, round_cents, split
from office.refusals import Refusal

Schedule = Sequence[tuple[date, Decimal]]

MIN_DESCRIPTION = 10  # characters: it is printed on the order, the contract and the invoice
WEEKS_PASSED_OVER = 8


class DayTwice(Refusal):
    code = "day_twice"
    sentence = _("Le {day:%d/%m/%Y} est indiqué deux fois. Gardez une seule ligne par jour.")
    field = "days"


class DayPassed(Refusal):
    code = "day_passed"
    sentence = _(
        "Le {day:%d/%m/%Y} ne convient plus : le client doit signer avant le premier jour de "
        "travail. Choisissez le {first:%d/%m/%Y} ou plus tard."
    )
    field = "days"


class DayTooLong(Refusal):
    code = "day_too_long"
    sentence = _(
        "{hours} heures le {day:%d/%m/%Y}, c’est trop : au plus {most} heures par jour. "
        "Répartissez le travail sur un jour de plus."
    )
    field = "days"


class DayTooShort(Refusal):
    code = "day_too_short"
    sentence = _(
        "{hours} heures le {day:%d/%m/%Y}, c’est trop peu : une journée de travail compte au "
        "moins {least} heures. Regroupez les heures sur moins de jours."
    )
    field = "days"


def check_each_day_once(days: Schedule) -> None:
    """Refuse a day named twice.

    >>> check_each_day_once([(date(2026, 12, 1), Decimal(4)), (date(2026, 12, 1), Decimal(4))])
    Traceback (most recent call last):
    orders.rules.DayTwice: day_twice
    """
    seen: set[date] = set()
    for day, _hours in days:
        if day in seen:
            raise DayTwice(day=day)
        seen.add(day)


def check_days_to_come(days: Schedule, *, on: date) -> None:
    """Refuse a first day that is today or earlier: the link lapses when the first day starts.

    >>> check_days_to_come([(date(2026, 11, 23), Decimal(4))], on=date(2026, 11, 23))
    Traceback (most recent call last):
    orders.rules.DayPassed: day_passed
    """
    first = min(day for day, _hours in days)
    if first <= on:
        raise DayPassed(day=first, first=on + timedelta(days=1))


def check_hours(days: Schedule, *, least: Decimal, most: Decimal) -> None:
    """Refuse a day with more or fewer hours than is sensible.

    >>> check_hours([(date(2026, 12, 1), Decimal("7.6"))], least=Decimal(3), most=Decimal(8))
    >>> check_hours([(date(2026, 12, 1), Decimal(9))], least=Decimal(3), most=Decimal(8))
    Traceback (most recent call last):
    orders.rules.DayTooLong: day_too_long
    """
    for day, hours in days:
        if hours > most:
            raise DayTooLong(day=day, hours=shown_hours(hours), most=shown_hours(most))
        if hours < least:
            raise DayTooShort(day=day, hours=shown_hours(hours), least=shown_hours(least))


def moved(days: Schedule, *, earliest: date, closed: Callable[[date], bool]) -> Schedule:
    """The same days whole weeks later, so that the first is ``earliest`` or after.

    A week in which one of them would fall on a closed day (a public holiday) is passed over, eight
    at most; after that, the closed days are left out.

    >>> friday = [(date(2026, 12, 18), Decimal(4))]
    >>> moved(friday, earliest=date(2026, 12, 19), closed=lambda day: day.day == 25)
    ((datetime.date(2027, 1, 1), Decimal('4')),)
    >>> moved(friday, earliest=date(2026, 12, 19), closed=lambda day: True)
    ()
    """
    if not days:
        return ()
    first = min(day for day, _hours in days)
    weeks = max(0, -((first - earliest).days // 7))
    tries = [
        tuple((day + timedelta(weeks=weeks + more), hours) for day, hours in days)
        for more in range(WEEKS_PASSED_OVER + 1)
    ]
    for again in tries:
        if not any(closed(day) for day, _hours in again):
            return again
    return tuple((day, hours) for day, hours in tries[0] if not closed(day))


def overfull(
    days: Schedule, elsewhere: Mapping[date, Decimal], *, most: Decimal
) -> dict[date, Decimal]:
    """The days on which all jobs of a person together exceed ``most`` hours, with their total.

    >>> overfull([(date(2026, 12, 1), Decimal(4)), (date(2026, 12, 2), Decimal(4))],
    ...          {date(2026, 12, 1): Decimal("7.6")}, most=Decimal(8))
    {datetime.date(2026, 12, 1): Decimal('11.6')}
    """
    totals = {day: hours + elsewhere[day] for day, hours in days if day in elsewhere}
    return {day: total for day, total in totals.items() if total > most}


def shown_hours(hours: Decimal) -> str:
    """Hours for a sentence, in the language of the page, without zeros that say nothing.

    >>> shown_hours(Decimal("7.60")), shown_hours(Decimal("8.00")), shown_hours(Decimal(10))
    ('7,6', '8', '10')
    """
    return languages.typed(_short(hours))


def carried(number: Decimal) -> str:
    """An amount or hours in an address: readable as typed in every language of the house.

    >>> carried(Decimal("7.60")), carried(Decimal("1250.00"))
    ('7,6', '1250')
    """
    return _short(number).replace(".", ",")


def _short(number: Decimal) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def by_month(days: Schedule) -> dict[date, list[tuple[date, Decimal]]]:
    """The days of each calendar month, by the month's first day, in order: one contract each.

    >>> [(month.month, len(days)) for month, days in by_month(
    ...     [(date(2026, 12, 1), Decimal(4)), (date(2026, 11, 30), Decimal(4))]).items()]
    [(11, 1), (12, 1)]
    """
    months: dict[date, list[tuple[date, Decimal]]] = {}
    for day, hours in sorted(days):
        months.setdefault(day.replace(day=1), []).append((day, hours))
    return months


def total_hours(days: Iterable[tuple[date, Decimal]]) -> Decimal:
    """The hours of some days together.

    >>> total_hours([(date(2026, 12, 1), Decimal("7.60")), (date(2026, 12, 2), Decimal(4))])
    Decimal('11.60')
    """
    return sum((hours for _day, hours in days), Decimal("0.00"))


def lapses_on(*, valid_until: date, first_days: Iterable[date]) -> date:
    """The day whose first instant (Brussels) closes the signing link.

    The day after the validity date, or the first working day (of the order, and of the order it
    replaces) when that comes earlier, whatever the hour at which the client opens the link.

    >>> lapses_on(valid_until=date(2026, 12, 5), first_days=[date(2026, 12, 1)])
    datetime.date(2026, 12, 1)
    >>> lapses_on(valid_until=date(2026, 11, 27), first_days=[date(2026, 12, 1)])
    datetime.date(2026, 11, 28)
    """
    return min(valid_until + timedelta(days=1), *first_days)


def shares(amount: Decimal, months: Mapping[date, Schedule]) -> dict[date, Decimal]:
    """An amount over months in proportion to their hours; the parts add up to it.

    >>> half = [(date(2026, 12, 1), Decimal(4))]
    >>> list(shares(Decimal("10.01"), {date(2026, 11, 1): half, date(2026, 12, 1): half}).values())
    [Decimal('5.01'), Decimal('5.00')]
    """
    weights = [total_hours(days) for days in months.values()]
    return dict(zip(months, split(amount, weights), strict=True))


def prorata(amount: Decimal, *, done: Decimal, agreed: Decimal) -> Decimal:
    """What is due of an amount for the hours really done, in euros; never more than the amount.

    >>> prorata(Decimal("600.00"), done=Decimal("7.60"), agreed=Decimal("22.80"))
    Decimal('200.00')
    >>> prorata(Decimal("600.00"), done=Decimal(30), agreed=Decimal("22.80"))
    Decimal('600.00')
    """
    return min(round_cents(amount * done / agreed), amount) if agreed else ZERO


def capped_split(
    net: Decimal, *, fee_rate: Decimal, expenses: Decimal, cost: Decimal
) -> dict[str, Decimal]:
    """Another price than agreed, divided: the fee, then expenses, then wages, as far as it reaches.

    Euros; the parts add up to the price, and none is below zero whatever was decided.

    >>> parts = capped_split(Decimal("500.00"), fee_rate=Decimal("0.065"),
    ...                      expenses=Decimal("100.00"), cost=Decimal("900.00"))
    >>> [str(part) for part in parts.values()]
    ['32.50', '367.50', '100.00', '0.00']
    """
    fee = round_cents(net * fee_rate)
    kept = min(expenses, net - fee)
    employment = min(cost, net - fee - kept)
    return {
        "fee": fee,
        "employment": employment,
        "expenses": kept,
        "rounding": net - fee - kept - employment,
    }


def first_line(text: str) -> str:
    """The first line of a description, for lists and subjects of letters.

    >>> first_line("Site web de la collection\\nTrois pages")
    'Site web de la collection'
    """
    line = next(iter(text.strip().splitlines()), "")
    return line if len(line) <= 70 else line[:67].rstrip() + "…"


def readers(signer: str, steps: Sequence[tuple[str, str]]) -> set[str]:
    """The addresses that may read an order: the signer's, and those that passed it on to him.

    ``steps`` are (from, to), oldest first.

    >>> sorted(readers("lea@x.be", [("marc@x.be", "tom@x.be"), ("marc@x.be", "Lea@x.be")]))
    ['lea@x.be', 'marc@x.be']
    """
    found = {signer.lower()}
    for giver, receiver in reversed(steps):
        if receiver.lower() in found:
            found.add(giver.lower())
    return found


def reminder_day(last_day: date, *, before: Sequence[int], since: date, today: date) -> date | None:
    """The day whose reminder to sign is due today, if one is; those of ``since`` or earlier are
    past.

    >>> friday = date(2026, 12, 4)
    >>> reminder_day(friday, before=(3, 1), since=date(2026, 11, 23), today=date(2026, 12, 2))
    datetime.date(2026, 12, 1)
    >>> reminder_day(friday, before=(3, 1), since=date(2026, 12, 1), today=date(2026, 12, 2))
    """
    days = (last_day - timedelta(days=count) for count in before)
    return max((day for day in days if since < day <= today), default=None)
