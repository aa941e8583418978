"""What the house does by itself, in order. Beat calls it every few minutes, and may call twice.

A step is a function of the instant; it gives how many things it did. It takes its own transactions,
so a round stopped anywhere goes on in the next one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from invoicing import queries as invoicing_queries
from invoicing.actions import issuing
from members.actions import papers
from members.queries import readers
from office import clock, digest
from orders import actions as orders
from payroll.actions import runs, starts

log = structlog.get_logger(__name__)

Step = Callable[[datetime], int]

# hours of the day (Brussels) at which some step begins to be due: the demo's clock stops at each
HOURS = ((0, 0), (8, 0), (17, 0))

LOCK = 4_126  # any number: one round at a time


def issue_released(at: datetime) -> int:
    allowed = invoicing_queries.issuing_allowed()
    return issuing.issue_released(on=clock.day_of(at), at=at, allowed=allowed)


STEPS: dict[str, Step] = {
    "lapse": lambda at: orders.lapse_due(at=at),
    "remind_to_sign": lambda at: orders.remind_to_sign(at=at),
    "warn_not_ready": lambda at: orders.warn_not_ready(at=at),
    "mark_irregular_starts": lambda at: starts.mark_irregular(at=at),
    "ask_work": lambda at: orders.ask_work(at=at),
    "remind_silence": lambda at: orders.remind_silence(at=at),
    "release_silent": lambda at: orders.release_silent(at=at),
    "issue_released": issue_released,
    "build_pay_runs": lambda at: runs.build_due(at=at),
    "alarm_late": lambda at: runs.alarm_late(at=at),
    "expire_papers": lambda at: papers.expire_due(at=at),
    "remind_papers": lambda at: papers.remind_due(at=at),
    "forget_papers": lambda at: papers.forget_due(at=at),
    "send_digests": lambda at: digest.send(readers, at=at),
}

LABELS: dict[str, str | Promise] = {
    "lapse": _("liens de signature expirés"),
    "remind_to_sign": _("signatures rappelées aux clients"),
    "warn_not_ready": _("avertissements « ne commencez pas encore »"),
    "mark_irregular_starts": _("débuts irréguliers signalés"),
    "ask_work": _("confirmations de travail demandées"),
    "remind_silence": _("rappels de confirmation"),
    "release_silent": _("travaux libérés sans réponse"),
    "issue_released": _("factures émises"),
    "build_pay_runs": _("paies préparées"),
    "alarm_late": _("alertes de paie à approuver"),
    "expire_papers": _("pièces échues"),
    "remind_papers": _("rappels de pièces"),
    "forget_papers": _("images de pièces effacées"),
    "send_digests": _("résumés du jour"),
}


def daily_round(at: datetime) -> dict[str, int]:
    """Run every step; gives what each did.

    A step that fails stops no other; the round raises what failed at its end.
    """
    done: dict[str, int] = {}
    failures: list[Exception] = []
    for name, step in STEPS.items():
        try:
            done[name] = step(at)
        except Exception as failure:
            log.exception("round_step_failed", step=name)
            failures.append(failure)
    if failures:
        raise ExceptionGroup("steps of the round failed", failures)
    return done


@contextmanager
def alone(*, wait: bool = True) -> Iterator[bool]:
    """Hold the round for one process; a dead holder frees it.

    Without waiting, says whether it was free.
    """
    function = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [LOCK])
        taken = wait or cursor.fetchone()[0]
    try:
        yield taken
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
