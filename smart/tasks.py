"""The periodic tasks of the top room."""

from celery import shared_task

from members.actions import tokens
from office import clock, feed
from smart import health
from smart import round as rounds
from smart.shares import shares_of


@shared_task(name="smart.tasks.daily_round")
def daily_round() -> None:
    """What is due by date; two beats do it once."""
    with rounds.alone(wait=False) as free:
        if free:
            rounds.daily_round(clock.now())


@shared_task(name="smart.tasks.share")
def share() -> None:
    """What happened, into the feed of whom it concerns."""
    while feed.share(shares_of, at=clock.now()):
        pass


@shared_task(name="smart.tasks.forget_answers")
def forget_answers() -> None:
    """Answers of the API that nobody asks for again."""
    tokens.forget_answers(at=clock.now())


@shared_task(name="smart.tasks.heartbeat")
def heartbeat() -> None:
    """The mark /healthz looks for."""
    health.beat()
