"""The periodic tasks of the top room."""

from celery import shared_task

from office import clock
from smart import health
from smart import round as rounds


@shared_task(name="smart.tasks.daily_round")
def daily_round() -> None:
    """What is due by date; two beats do it once."""
    with rounds.alone(wait=False) as free:
        if free:
            rounds.daily_round(clock.now())


@shared_task(name="smart.tasks.heartbeat")
def heartbeat() -> None:
    """The mark /healthz looks for."""
    health.beat()
