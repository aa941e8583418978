"""What workers do for the office. Each task claims its row and may run twice."""

import time
from collections.abc import Callable
from itertools import zip_longest

from celery import shared_task

from office import bundles, clock, documents, leases, limits, mail, outbox, storage
from office.batches import actions as batches
from office.webhooks import actions as webhooks

BATCH = 50
SWEEP_SECONDS = 4.0  # a sweep that has more to do leaves it to the next, one beat later


@shared_task(name=mail.TASK)
def deliver_letter(letter_id: int) -> None:
    """Hand a letter to the mail server."""
    mail.deliver(letter_id, at=clock.now())


@shared_task(name=documents.TASK)
def make_document(document_id: int) -> None:
    """Render a paper."""
    documents.make(document_id, at=clock.now())


@shared_task(name="office.tasks.sweep")
def sweep() -> None:
    """Do what no nudge brought to a worker, and leave to staff what no worker will finish.

    Letters and papers take turns, so that a slow mail server does not hold up papers.
    """
    ends_at = time.monotonic() + SWEEP_SECONDS
    mail.leave_to_staff(at=clock.now())
    documents.leave_to_staff(at=clock.now())
    while turns := _turns():
        for work, row_id in turns:
            if time.monotonic() > ends_at:
                return
            work(row_id, at=clock.now())


@shared_task(name=webhooks.TASK)
def deliver_webhook(delivery_id: int) -> None:
    """Tell a person's own server."""
    webhooks.deliver(delivery_id, at=clock.now())


@shared_task(name="office.tasks.sweep_webhooks")
def sweep_webhooks() -> None:
    """Tell what no nudge brought to a worker; apart, as other people's servers are slow."""
    ends_at = time.monotonic() + SWEEP_SECONDS
    webhooks.leave_to_owner(at=clock.now())
    for row in leases.waiting(webhooks.to_send(), limit=BATCH):
        if time.monotonic() > ends_at:
            return
        webhooks.deliver(row, at=clock.now())


@shared_task(name=batches.TASK)
def work_batch(batch_id: int) -> None:
    """Do the rows of a batch for a while, then let other work have its turn."""
    ends_at = time.monotonic() + SWEEP_SECONDS
    while batches.do_next(batch_id):
        if time.monotonic() > ends_at:
            outbox.nudge(batches.TASK, batch_id)
            return
    batches.end(batch_id, at=clock.now())


@shared_task(name="office.tasks.sweep_batches")
def sweep_batches() -> None:
    """Go on with what no nudge brought to a worker, or whose worker died."""
    for batch_id in batches.unfinished(limit=BATCH):
        work_batch(batch_id)


@shared_task(name="office.tasks.sweep_orphans")
def sweep_orphans() -> None:
    """Remove files that no document names, bundles a day old, and counts of tries that are over."""
    bundles.forget(at=clock.now())
    storage.sweep_orphans()
    limits.forget_old(at=clock.now())


def _turns() -> list[tuple[Callable[..., None], int]]:
    """What waits, a letter and a paper in turn."""
    letters = [(mail.deliver, row) for row in leases.waiting(mail.to_deliver(), limit=BATCH)]
    papers = [(documents.make, row) for row in leases.waiting(documents.to_make(), limit=BATCH)]
    return [turn for pair in zip_longest(letters, papers) for turn in pair if turn]
