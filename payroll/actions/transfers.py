"""What the bank did with each transfer: executed, or sent back and paid again by another run."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from office import journal, lifecycle
from office.actors import Actor
from office.clock import day_of
from office.lifecycle import NotAllowed
from office.refusals import Refusal
from payroll import letters
from payroll.actions import books
from payroll.actions.signatures import ReasonMissing
from payroll.models import PayRun, Transfer
from payroll.states import RUN_TRANSITIONS, RunStatus

SENT = (RunStatus.APPROVED, RunStatus.EXECUTED)


class NotYet(Refusal):
    code = "not_yet"
    sentence = _("Le {day} est encore à venir. Choisissez aujourd’hui ou un jour passé.")
    field = "on"


class BeforeApproval(Refusal):
    code = "before_approval"
    sentence = _("Cette paie a été approuvée le {day} : la banque n’a rien pu faire avant.")
    field = "on"


@transaction.atomic
def confirm_executed(transfer_ids: Iterable[int], *, on: date, by: Actor, at: datetime) -> int:
    """The bank paid these transfers on a day; how many were confirmed now.

    Already confirmed ones stay as they are.

    Raises ``NotYet``, ``BeforeApproval``, and ``NotAllowed`` for a transfer that was rejected or
    never sent.
    """
    rows = [row for row in _locked(transfer_ids) if not row.executed_on]
    for row in rows:
        _check(row, on=on, at=at)
        row.executed_on = on
    Transfer.objects.bulk_update(rows, ["executed_on"], batch_size=500)
    books.book_executed(rows, on=on, at=at)
    for run in {row.run for row in rows}:
        journal.record(
            "run.transfers_executed",
            run,
            *[journal.key(row.payslip) for row in rows if row.run_id == run.pk],
            *[f"job:{row.payslip.contract.job}" for row in rows if row.run_id == run.pk],
            by=by,
            at=at,
            executed_on=on,
        )
        _close(run)
    return len(rows)


@transaction.atomic
def reject(transfer_id: int, *, on: date, reason: str, by: Actor, at: datetime) -> Transfer:
    """The bank sent a transfer back: the next run pays it again, to the account approved by then.

    Twice: no change.
    """
    if not reason.strip():
        raise ReasonMissing()
    [row] = _locked([transfer_id])
    if row.rejected_on:
        return row
    _check(row, on=on, at=at)
    if row.executed_on:
        raise NotAllowed(subject=str(row), status=_("exécuté"))
    row.rejected_on, row.rejected_reason = on, reason.strip()[:300]
    row.save(update_fields=["rejected_on", "rejected_reason"])
    journal.record(
        "transfer.rejected",
        row,
        row.payslip,
        row.run,
        f"job:{row.payslip.contract.job}",
        by=by,
        at=at,
        reason=row.rejected_reason,
    )
    letters.transfer_rejected(row, at=at)
    _close(row.run)
    return row


def _check(row: Transfer, *, on: date, at: datetime) -> None:
    if row.rejected_on or row.run.status not in SENT or row.run.approved_at is None:
        status = _("refusé par la banque") if row.rejected_on else row.run.get_status_display()
        raise NotAllowed(subject=str(row), status=status)
    if on > day_of(at):
        raise NotYet(day=f"{on:%d/%m/%Y}")
    approved_on = day_of(row.run.approved_at)
    if on < approved_on:
        raise BeforeApproval(day=f"{approved_on:%d/%m/%Y}")


def _close(run: PayRun) -> None:
    """Nothing left to hear of: the run is executed."""
    waiting = run.transfers.filter(executed_on=None, rejected_on=None)
    if run.status == RunStatus.APPROVED and not waiting.exists():
        lifecycle.move(run, RunStatus.EXECUTED, RUN_TRANSITIONS)
        run.save(update_fields=["status"])


def _locked(transfer_ids: Iterable[int]) -> list[Transfer]:
    """Runs first, then their transfers, by ascending key."""
    wanted = sorted(set(transfer_ids))
    runs = PayRun.objects.filter(transfers__in=wanted).values_list("pk", flat=True)
    list(
        PayRun.objects.select_for_update(no_key=True)
        .filter(pk__in=sorted(set(runs)))
        .order_by("pk")
    )
    rows = list(
        Transfer.objects.select_for_update(no_key=True, of=("self",))
        .select_related("run__entity", "payslip__contract__affiliate__user")
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    if len(rows) != len(wanted):
        raise Transfer.DoesNotExist(f"no transfer among {wanted}")
    return rows
