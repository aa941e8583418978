"""The Celery application, and every periodic task of the platform on one page."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smart.settings")

# name of the task -> seconds between two runs; each may run twice or late without harm
PERIODIC: dict[str, float] = {
    "office.tasks.sweep": 5,  # what a nudge did not reach
    "smart.tasks.share": 5,  # what happened, into each person's feed
    "office.tasks.sweep_batches": 5,  # buttons pressed for many rows
    "office.tasks.sweep_webhooks": 15,
    "smart.tasks.forget_answers": 6 * 3600,
    "smart.tasks.heartbeat": 10,  # lets /healthz see that beat and a worker live
    "office.tasks.sweep_orphans": 6 * 3600,  # files of acts that were rolled back
    "smart.tasks.daily_round": 300,  # does what is due by date: lapse, remind, release, issue, pay
}

app = Celery("smart")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # a run that waited longer than its own interval is dropped: the next one does its work
    name: {"task": name, "schedule": seconds, "options": {"expires": seconds}}
    for name, seconds in PERIODIC.items()
}


@setup_logging.connect
def log_as_the_web_does(**_: Any) -> None:
    """Workers and beat write the same JSON lines as the web."""
    logging.config.dictConfig(settings.LOGGING)


@worker_init.connect
@beat_init.connect
def refuse_unsafe_start(**_: Any) -> None:
    """A worker or beat with unsafe settings stops before its first task."""
    from smart import checks

    checks.refuse_unsafe()
