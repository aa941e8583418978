"""Pay runs: built by the round or by hand, submitted by one person, approved by another."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger.models import LegalEntity
from members import queries as members
from members.models import User
from office import journal, lifecycle, policy
from office.actors import SYSTEM, Actor
from office.calendar import bank_day_on_or_after
from office.clock import day_of
from office.money import ZERO
from office.refusals import Refusal
from payroll import documents, letters, queries, slips
from payroll.actions import books, locks
from payroll.actions.signatures import ReasonMissing
from payroll.law import law
from payroll.models import Contract, PayRun, Payslip, PayslipLine, Transfer
from payroll.policy import PayrollPolicy
from payroll.rules import PayDays, month_as_text, month_to_date, run_days
from payroll.slips import LeftOut, Slips
from payroll.states import RUN_TRANSITIONS, RunStatus

BATCH = 500


class SamePerson(Refusal):
    code = "same_person"
    sentence = _("Quatre yeux : {name} a soumis cette paie, une autre personne doit l’approuver.")


class PayDayPassed(Refusal):
    code = "pay_day_passed"
    sentence = _(
        "Cette paie était calculée pour le {day} ; payée ce mois-ci, l’impôt change. "
        "Abandonnez-la et préparez-la de nouveau : elle sera recalculée."
    )


class MonthChanged(Refusal):
    code = "month_changed"
    sentence = _(
        "Une autre paie du même mois a été abandonnée depuis : le précompte de {names} n’est plus "
        "juste. Abandonnez cette paie et préparez-la de nouveau."
    )


class UnconfirmedLaw(Refusal):
    code = "unconfirmed_law"
    sentence = _("Ces paramètres légaux ne sont pas confirmés : {names}. La paie ne peut partir.")


@dataclass(frozen=True, kw_only=True)
class Built:
    """The answer of a build.

    The run (made now, or the open one that already holds everything), and who is left out.
    """

    run: PayRun | None
    made: bool
    left_out: tuple[LeftOut, ...]


def build_due(*, at: datetime) -> int:
    """The round's step: a run for each entity whose deadlines ask for one now.

    How many were made.
    """
    return sum(build(entity_id, by=SYSTEM, at=at).made for entity_id in queries.entities_with_pay())


@transaction.atomic
def build(entity_id: int, *, by: Actor, at: datetime, everything: bool = False) -> Built:
    """Payslips and transfers for every released contract that must be paid now, and for what the
    bank sent back.

    ``everything`` takes all released contracts, also those whose day is still far. Two clicks, two
    beats: the second finds nothing left to pay and answers the open run. A contract that cannot be
    paid is left out and named.
    """
    on = day_of(at)
    entity = LegalEntity.objects.select_for_update(no_key=True).get(pk=entity_id)
    house = policy.current(PayrollPolicy, on)
    due = queries.due_for_pay(entity_id, on=on, policy=house, everything=everything)
    contracts = _still_to_pay(due)
    again = queries.to_pay_again(entity_id)
    if not contracts and not again:
        return Built(run=_open_run(entity_id), made=False, left_out=())
    deadlines = [row.pay_deadline for row in contracts if row.pay_deadline] or [on]
    days = run_days(deadlines, on=on, policy=house)
    run = _run(entity, days, by=by, at=at)
    made = slips.compute(contracts, run=run, entity=entity, law=law(), at=at)
    _pay_again(again, made, run=run, same_account=everything, at=at)
    _note_left_out([*contracts, *(row.contract for row in again)], made.left_out, at=at)
    if not made.payslips and not made.transfers:
        return Built(run=_open_run(entity_id), made=False, left_out=tuple(made.left_out))
    _save(run, made)
    journal.record(
        "run.built", *_subjects(run, made.payslips), by=by, at=at, left_out=len(made.left_out)
    )
    return Built(run=run, made=True, left_out=tuple(made.left_out))


@transaction.atomic
def submit(run_id: int, *, by: Actor, user: User, at: datetime) -> PayRun:
    """Payroll has looked at the run and puts it before another person. Twice by the same.

    No change.
    """
    run = _locked(run_id)
    if run.status == RunStatus.SUBMITTED and run.submitted_by_id == user.pk:
        return run
    lifecycle.move(run, RunStatus.SUBMITTED, RUN_TRANSITIONS)
    run.submitted_at, run.submitted_by = at, user
    run.save(update_fields=["status", "submitted_at", "submitted_by"])
    journal.record("run.submitted", run, by=by, at=at)
    return run


@transaction.atomic
def approve(run_id: int, *, by: Actor, user: User, at: datetime) -> PayRun:
    """A second person approves: payslips are final, the books hold them, the bank file is ready.

    Twice: no change.

    Raises ``SamePerson``, ``PayDayPassed`` (the tax of another month), ``MonthChanged``,
    ``UnconfirmedLaw``, ``NotAllowed``.
    """
    run = _locked(run_id)
    if run.status == RunStatus.APPROVED and run.approved_by_id == user.pk:
        return run
    if run.submitted_by_id == user.pk:
        raise SamePerson(name=user.name)
    lifecycle.move(run, RunStatus.APPROVED, RUN_TRANSITIONS)
    rows = _payslips(run)
    run.pay_on = _pay_day(run, on=day_of(at))
    _check_law(rows)
    _check_months(rows)
    transfers = list(run.transfers.select_related("payslip").order_by("pk"))
    _finish(rows, transfers, pay_on=run.pay_on, at=at)
    books.book_pay(rows, on=day_of(at), at=at)
    run.bank_file = documents.bank_file(run, transfers, execute_on=run.pay_on, at=at)
    run.approved_at, run.approved_by = at, user
    run.save(update_fields=["status", "pay_on", "approved_at", "approved_by", "bank_file"])
    journal.record("run.approved", *_subjects(run, rows), by=by, at=at, pay_on=run.pay_on)
    for payslip in rows:
        letters.payslip_ready(payslip, at=at)
    return run


@transaction.atomic
def discard(run_id: int, *, reason: str, by: Actor, user: User, at: datetime) -> PayRun:
    """The run is not to be paid: its contracts wait for the next one, which computes them anew."""
    if not reason.strip():
        raise ReasonMissing()
    run = _locked(run_id)
    if run.status == RunStatus.DISCARDED:
        return run
    lifecycle.move(run, RunStatus.DISCARDED, RUN_TRANSITIONS)
    run.discarded_at, run.discarded_by, run.discarded_reason = at, user, reason.strip()[:300]
    run.save(update_fields=["status", "discarded_at", "discarded_by", "discarded_reason"])
    rows = _payslips(run)
    run.payslips.update(dropped_at=at)
    run.transfers.update(dropped_at=at)
    journal.record("run.discarded", *_subjects(run, rows), by=by, at=at, reason=reason)
    return run


def alarm_late(*, at: datetime) -> int:
    """Tell the pay staff, once a day, of runs to approve today or earlier and of contracts no run
    can pay.
    """
    on = day_of(at)
    late = PayRun.objects.filter(status__in=queries.OPEN_RUNS, approve_before__lte=on)
    posted = sum(letters.run_late(run, on=on, at=at) for run in late.order_by("pk"))
    stuck = list(
        Contract.objects.living()
        .exclude(left_out_reason="")
        .select_related("affiliate")
        .order_by("pay_deadline", "pk")
    )
    if stuck:
        posted += letters.left_out(stuck, on=on, at=at)
    return posted


def _still_to_pay(contract_ids: list[int]) -> list[Contract]:
    """Lock the contracts, then look again: another run may have taken them while we waited."""
    if not contract_ids:
        return []
    locks.contracts(contract_ids)
    return list(
        Contract.objects.to_pay()
        .filter(pk__in=contract_ids)
        .select_related("affiliate__user")
        .prefetch_related("days")
        .order_by("pk")
    )


def _run(entity: LegalEntity, days: PayDays, *, by: Actor, at: datetime) -> PayRun:
    return PayRun(
        entity=entity,
        pay_on=days.pay_on,
        approve_before=days.approve_before,
        built_at=at,
        built_by=by.name,
    )


def _pay_again(
    payslips: list[Payslip], made: Slips, *, run: PayRun, same_account: bool, at: datetime
) -> None:
    """Pay what the bank sent back, to the account of today.

    To the very account the bank refused only when staff ask for it (``same_account``).
    """
    accounts = members.bank_accounts_of({row.contract.affiliate_id for row in payslips}, at)
    for payslip in payslips:
        refused = max(payslip.transfers.all(), key=lambda row: row.pk).iban
        account = accounts.get(payslip.contract.affiliate_id)
        if account and (same_account or account.iban != refused):
            made.transfers.append(slips.transfer(payslip, account, run=run))
        else:
            reason = _("La banque a refusé le virement : un autre compte est attendu.")
            cannot = slips.CannotPay("account_refused", str(reason))
            made.left_out.append(slips.left_out(payslip.contract, cannot))


def _note_left_out(contracts: list[Contract], left_out: list[LeftOut], *, at: datetime) -> None:
    reasons = {row.contract_id: row for row in left_out}
    changed = []
    for contract in contracts:
        row = reasons.get(contract.pk)
        reason = row.reason[:300] if row else ""
        if reason != contract.left_out_reason:
            contract.left_out_reason = reason
            changed.append(contract)
        if row and row.code == "no_account":
            letters.account_missing(contract, at=at)
    Contract.objects.bulk_update(changed, ["left_out_reason"], batch_size=BATCH)


def _save(run: PayRun, made: Slips) -> None:
    run.total = sum((transfer.amount for transfer in made.transfers), ZERO)
    run.left_out = [asdict(row) for row in made.left_out]
    run.save(force_insert=True)
    Payslip.objects.bulk_create(made.payslips, batch_size=BATCH)
    PayslipLine.objects.bulk_create(made.lines, batch_size=BATCH)
    Transfer.objects.bulk_create(made.transfers, batch_size=BATCH)


def _open_run(entity_id: int) -> PayRun | None:
    return (
        PayRun.objects.filter(entity=entity_id, status__in=queries.OPEN_RUNS)
        .order_by("-pk")
        .first()
    )


def _locked(run_id: int) -> PayRun:
    """The run, with its entity held first.

    Builds and approvals of one entity follow one another.
    """
    entity_id = PayRun.objects.values_list("entity", flat=True).get(pk=run_id)
    LegalEntity.objects.select_for_update(no_key=True).get(pk=entity_id)
    return (
        PayRun.objects.select_for_update(no_key=True, of=("self",))
        .select_related("entity", "submitted_by")
        .get(pk=run_id)
    )


def _payslips(run: PayRun) -> list[Payslip]:
    return list(
        run.payslips.select_related("contract__affiliate__user", "contract__activity", "household")
        .prefetch_related("lines")
        .order_by("pk")
    )


def _pay_day(run: PayRun, *, on: date) -> date:
    """The run's day, or the first bank day left when it has passed; never in another month."""
    pay_on = max(run.pay_on, bank_day_on_or_after(on))
    if (pay_on.year, pay_on.month) != (run.pay_on.year, run.pay_on.month):
        raise PayDayPassed(day=f"{run.pay_on:%d/%m/%Y}")
    return pay_on


def _check_law(rows: list[Payslip]) -> None:
    names = sorted({name for row in rows for name in row.unconfirmed})
    if names and not settings.COOP_DEMO:
        raise UnconfirmedLaw(names=", ".join(names))


def _check_months(rows: list[Payslip]) -> None:
    """Each slip must still stand on the month it was computed from.

    A discarded run may have gone from under it.
    """
    if not rows:
        return
    contracts = [row.contract for row in rows]
    first = rows[0]
    paid = slips.paid_by_person(
        contracts, entity_id=first.contract.entity_id, pay_on=first.paid_on, before_id=first.pk
    )
    changed = set()
    for row in rows:
        contract = row.contract
        known = paid[contract.affiliate_id]
        earlier = month_to_date(known, paid_on=row.paid_on, worked_on=contract.starts_on)
        adds = slips.month_from_text(row.month["adds"])
        if month_as_text(earlier + adds) != row.month["after"]:
            changed.add(contract.affiliate.name)
        known.append(slips.Paid(paid_on=row.paid_on, worked_on=contract.starts_on, adds=adds))
    if changed:
        raise MonthChanged(names=", ".join(sorted(changed)))


def _finish(rows: list[Payslip], transfers: list[Transfer], *, pay_on: date, at: datetime) -> None:
    accounts = {transfer.payslip_id: transfer.iban for transfer in transfers}
    for payslip in rows:
        payslip.paid_on, payslip.final_at = pay_on, at
        payslip.document = documents.payslip_paper(
            payslip, account=accounts.get(payslip.pk, ""), at=at
        )
    Payslip.objects.bulk_update(rows, ["paid_on", "final_at", "document"], batch_size=BATCH)


def _subjects(run: PayRun, rows: list[Payslip]) -> list[PayRun | str]:
    """One event for the run, found on each of its contracts, payslips and jobs."""
    subjects: list[PayRun | str] = [run]
    for row in rows:
        contract = row.contract
        subjects += [journal.key(row), journal.key(contract), f"job:{contract.job}"]
    return subjects
