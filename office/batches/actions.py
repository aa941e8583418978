"""A batch is started, done row by row, ended; what was refused is tried again."""

from collections.abc import Iterable
from datetime import datetime

import structlog
from django.db import OperationalError, transaction
from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext_lazy as _

from office import journal, outbox
from office.actors import Actor, ActorKind
from office.batches import acts
from office.batches.models import Batch, BatchRow, BatchState
from office.once import first_to_say
from office.refusals import Refusal

log = structlog.get_logger(__name__)

TASK = "office.tasks.work_batch"
MAX_ATTEMPTS = 4  # a row whose worker died so often is left to its author
LONGEST = BatchRow._meta.get_field("sentence").max_length
BROKEN = _("Quelque chose a cassé chez nous : cette ligne n’a pas changé, l’incident est noté.")
WORN_OUT = _("Chaque essai s’est arrêté en route : cette ligne n’a pas changé.")


class NotYours(Refusal):
    code = "not_yours"
    sentence = _("Seule la personne qui a demandé cette action peut la reprendre.")


@transaction.atomic
def start(
    act: str,
    keys: Iterable[int],
    *,
    typed: dict[str, list[str]],
    once: str,
    language: str,
    by: Actor,
    at: datetime,
) -> Batch:
    """Write down what is to do to which rows. Asked twice from one page (``once``): one batch."""
    assert by.user_id is not None
    batch = Batch(
        act=act,
        typed=typed,
        once=f"{by.user_id}:{once}"[:120],
        by_user_id=by.user_id,
        by_name=by.name,
        address=by.address,
        agent=by.agent,
        language=language,
        started_at=at,
    )
    if not first_to_say(batch, by="ref"):
        return Batch.objects.get(once=batch.once)
    rows = [BatchRow(batch=batch, key=key) for key in dict.fromkeys(keys)]
    BatchRow.objects.bulk_create(rows, batch_size=1000)
    journal.record("batch.started", batch, by=by, at=at, act=act, rows=len(rows))
    outbox.nudge(TASK, batch.pk)
    return batch


def unfinished(*, limit: int) -> list[int]:
    """The oldest batches that have not ended."""
    waiting = Batch.objects.filter(ended_at=None).order_by("id")
    return list(waiting.values_list("id", flat=True)[:limit])


def do_next(batch_id: int) -> bool:
    """Do one row that nobody does; False when there is none."""
    row_id = choose(batch_id)
    if row_id is None:
        return False
    do(batch_id, row_id)
    return True


@transaction.atomic
def end(batch_id: int, *, at: datetime) -> bool:
    """A batch without a row left to do has ended; rows that wore out their workers are left."""
    batch = Batch.objects.select_for_update(no_key=True).get(pk=batch_id)
    with acts.in_language(batch):
        _to_do(batch_id).filter(attempts__gte=MAX_ATTEMPTS).update(
            state=BatchState.REFUSED, sentence=str(WORN_OUT)
        )
    if batch.ended_at or _to_do(batch_id).exists():
        return False
    batch.ended_at = at
    batch.save(update_fields=["ended_at"])
    told = counts(batch)
    done, refused = told[BatchState.DONE], told[BatchState.REFUSED]
    journal.record("batch.ended", batch, by=author(batch), at=at, done=done, refused=refused)
    return True


@transaction.atomic
def try_again(batch_id: int, *, by: Actor, at: datetime) -> int:
    """What was refused is to do again; gives how many rows. Twice: nothing more.

    Raises ``NotYours``.
    """
    batch = Batch.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.by_user_id != by.user_id:
        raise NotYours
    again = batch.rows.filter(state=BatchState.REFUSED).update(
        state=BatchState.TO_DO, sentence="", attempts=0
    )
    if again:
        batch.ended_at = None
        batch.save(update_fields=["ended_at"])
        journal.record("batch.tried_again", batch, by=by, at=at, rows=again)
        outbox.nudge(TASK, batch.pk)
    return again


def counts(batch: Batch) -> dict[str, int]:
    """How many rows stand in each state."""
    found = batch.rows.values_list("state").annotate(Count("pk")).order_by()
    return dict.fromkeys(BatchState.values, 0) | dict(found)


def author(batch: Batch) -> Actor:
    """Who pressed the button."""
    return Actor(kind=ActorKind.STAFF, name=batch.by_name, user_id=batch.by_user_id)


def _to_do(batch_id: int) -> QuerySet[BatchRow]:
    return BatchRow.objects.filter(batch=batch_id, state=BatchState.TO_DO)


def _free(batch_id: int) -> QuerySet[BatchRow]:
    """Rows to do that no worker holds at this moment."""
    rows = _to_do(batch_id).filter(attempts__lte=MAX_ATTEMPTS)
    return rows.select_for_update(of=("self",), no_key=True, skip_locked=True)


@transaction.atomic
def choose(batch_id: int) -> int | None:
    """The row least tried, its new attempt counted before it begins: it may end its worker."""
    row = _free(batch_id).filter(attempts__lt=MAX_ATTEMPTS).order_by("attempts", "id").first()
    if row is None:
        return None
    BatchRow.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
    return row.pk


@transaction.atomic
def do(batch_id: int, row_id: int) -> None:
    """Press the button and note what became of it, in the transaction that holds the row; nothing
    when another worker was quicker.
    """
    row = _free(batch_id).select_related("batch").filter(pk=row_id).first()
    if row is None:
        return
    with acts.in_language(row.batch):
        try:
            with transaction.atomic():
                acts.press(row.batch, row.key)
            row.state = BatchState.DONE
        except Refusal as refusal:
            row.state, row.sentence = BatchState.REFUSED, str(refusal)[:LONGEST]
        except OperationalError:  # two at once, or the database went: later
            raise
        except Exception as fault:
            log.exception("batch.row_broken", row=row.pk, fault=type(fault).__name__)
            row.state, row.sentence = BatchState.REFUSED, str(BROKEN)
    row.save(update_fields=["state", "sentence"])
