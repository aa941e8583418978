"""Moves the demo's clock forward and runs, hour by hour that matters, what beat would have run."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from office import clock, mail
from office.models import Letter
from smart import round as rounds

LONGEST_WAIT = timedelta(days=31)


@dataclass(frozen=True)
class Happening:
    """What one round did: an hour of the demo, and the steps that found something to do."""

    at: datetime
    done: dict[str, int]


def next_day() -> list[Happening]:
    """Tomorrow at the same hour, with everything that beat would have done until then."""
    here = timezone.localtime(clock.now())
    tomorrow = here.replace(tzinfo=None) + timedelta(days=1)
    return [h for h in play_until(timezone.make_aware(tomorrow)) if h.done]


def next_event() -> list[Happening]:
    """The first hour at which beat has something to do; at most a month from now."""
    for happening in play_until(clock.now() + LONGEST_WAIT):
        if happening.done:
            return [happening]
    return []


def play_until(until: datetime) -> Iterator[Happening]:
    """Every round between now and `until`, each at its hour; ends with the clock at `until`.

    Whoever stops iterating leaves the clock where it stands.
    """
    for at in hours_between(clock.now(), until):
        clock.move_to(at)
        yield Happening(at, play_round(at))
    clock.move_to(until)


def play_round(at: datetime) -> dict[str, int]:
    """One round and the letters it posted; steps that did nothing are left out."""
    done = {step: count for step, count in rounds.daily_round(at).items() if count}
    deliver_letters()
    return done


def deliver_letters() -> None:
    """What the worker does with waiting letters, so that each arrives at its hour of the demo."""
    for letter_id in Letter.objects.filter(sent_at=None, stuck_at=None).values_list(
        "id", flat=True
    ):
        mail.deliver(letter_id, at=clock.now())


def hours_between(after: datetime, until: datetime) -> Iterator[datetime]:
    """The hours of the rounds after one instant, up to and including another."""
    day = timezone.localtime(after).date()
    while day <= timezone.localtime(until).date():
        for at in hours_of(day):
            if after < at <= until:
                yield at
        day += timedelta(days=1)


def hours_of(day: date) -> list[datetime]:
    """The hours of a day at which some step of the round begins to be due."""
    return [
        timezone.make_aware(datetime.combine(day, time(hour, minute)))
        for hour, minute in rounds.HOURS
    ]
