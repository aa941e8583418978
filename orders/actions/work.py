"""Was the work done? One tap on the last evening; silence goes on, any other answer waits for the
advisor.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from members.models import User
from office import clock, journal, links, notices
from office.actors import SYSTEM, Actor
from office.calendar import ONE_DAY, working_days_after, working_days_ago
from office.models import Link
from office.money import ZERO, euros
from office.refusals import Refusal
from orders import letters, rules, settlement
from orders.locks import lock_of_contract
from orders.models import Order, WorkReport
from orders.policy import on_day
from orders.refusals import InEuros
from orders.states import OrderStatus
from payroll.actions import contracts
from payroll.actions import locks as contract_locks
from payroll.models import Contract
from payroll.states import ContractStatus

EVENING = time(17)  # Brussels: from then on the last day's question is asked
LIVING = (
    ContractStatus.DRAFT,
    ContractStatus.OFFERED,
    ContractStatus.UPLOADED,
    ContractStatus.SIGNED,
)
CHUNK = 500
AT_WORK = (OrderStatus.SIGNED, OrderStatus.HELD)


class TooEarly(Refusal):
    code = "too_early"
    sentence = _(
        "Le dernier jour de travail est le {day:%d/%m/%Y} : vous pourrez confirmer à partir de ce "
        "jour-là."
    )
    field = "answer"


class AnsweredBefore(Refusal):
    code = "answered_before"
    sentence = _(
        "Vous avez déjà répondu « {answer} ». Si ce n’est pas juste, écrivez à votre conseiller."
    )


class NoSuchAnswer(Refusal):
    code = "no_such_answer"
    sentence = _("Choisissez une des quatre réponses.")
    field = "answer"


class HoursWrong(Refusal):
    code = "hours_wrong"
    sentence = _("Pour le {day:%d/%m/%Y}, écrivez entre 0 et {agreed} heures.")
    field = "hours"


class NothingFewer(Refusal):
    code = "nothing_fewer"
    sentence = _(
        "Ces heures sont celles qui étaient convenues. Diminuez-les, ou répondez « fait comme "
        "convenu »."
    )
    field = "hours"


class NotAtWork(Refusal):
    code = "not_at_work"
    sentence = _("Cette mission est « {status} » : il n’y a rien à confirmer.")


class DecidedBefore(Refusal):
    code = "decided_before"
    sentence = _("{who} a déjà décidé, le {at:%d/%m/%Y}.")


class AmountOutside(InEuros):
    code = "amount_outside"
    sentence = _("{what} : écrivez un montant entre 0 et {most} (ce qui était convenu).")


class NoteMissing(InEuros):
    code = "note_missing"
    sentence = _(
        "Ce salaire est sous les {owed} dus pour les heures faites : dites pourquoi dans la note."
    )
    field = "note"


@transaction.atomic
def confirm_work(
    contract_id: int,
    *,
    answer: str,
    by: Actor,
    at: datetime,
    hours: Mapping[date, Decimal] | None = None,
    note: str = "",
) -> WorkReport:
    """The affiliate answers for the work of one contract.

    ``agreed`` (from its last day on) releases pay, and the invoice when it is the last of the job;
    ``fewer``, ``not_done`` and ``ill`` hold both for the advisor. ``hours`` are those really worked
    each day. The same answer twice changes nothing; another one raises ``AnsweredBefore``.
    """
    order = lock_of_contract(contract_id)
    contract = contract_locks.only(contract_id)
    before = WorkReport.objects.filter(contract=contract).first()
    if before is not None:
        if before.answer == answer:
            return before
        raise AnsweredBefore(answer=before.get_answer_display())
    if order.status not in AT_WORK or not contract.living:
        raise NotAtWork(status=order.get_status_display())
    worked = _check_answer(contract, answer, hours or {}, on=clock.day_of(at))
    return _report(order, contract, answer, worked, note, by=by, at=at)


def ask_work(*, at: datetime) -> int:
    """Ask, from the last evening on, whether the work was done; gives how many letters were
    posted.
    """
    on = clock.day_of(at)
    until = on if localtime(at).time() >= EVENING else on - ONE_DAY
    asked = links.issued("work", for_each=Contract, key="contract_id")
    waiting = _unanswered(until=until).exclude(asked)
    return sum(_ask_once(contract, order, at) for contract, order in _rows(waiting))


def remind_silence(*, at: datetime) -> int:
    """From the first working day after the last day on, remind who has not answered; once."""
    waiting = _unanswered(until=working_days_ago(clock.day_of(at), 1))
    return sum(_remind_once(contract, order, at) for contract, order in _rows(waiting))


def release_silent(*, at: datetime) -> int:
    """After two whole working days without an answer, invoice and pay go on marked not
    confirmed.
    """
    on = clock.day_of(at)
    until = working_days_ago(on - ONE_DAY, on_day(on).silence_days)
    silent = list(_unanswered(until=until).values_list("contract_id", flat=True))
    return sum(_release_silence(contract_id, at) for contract_id in silent)


@transaction.atomic
def decide_work(
    report_id: int,
    *,
    price: Decimal,
    gross: Decimal,
    user: User,
    at: datetime,
    note: str = "",
) -> Order:
    """The advisor decides what of this contract's part is invoiced (euros excl. VAT) and what wage
    is paid.

    Both at most what was agreed. A wage below what the hours done are worth needs a note.
    """
    contract_id = WorkReport.objects.values_list("contract_id", flat=True).get(pk=report_id)
    order = lock_of_contract(contract_id)
    report = WorkReport.objects.select_related("contract").get(pk=report_id)
    if report.decided_at is not None:
        raise DecidedBefore(who=report.decided_by, at=report.decided_at)
    _check_decision(order, report, euros(price), euros(gross), note)
    report.decided_at, report.decided_by = at, user
    report.decided_price, report.decided_gross = euros(price), euros(gross)
    report.decision_note = note.strip()
    report.save()
    actor = user.as_actor()
    _carry_out(report, by=actor, at=at)
    journal.record(
        "work.decided",
        order,
        report.contract,
        by=actor,
        at=at,
        price=report.decided_price,
        note=report.decision_note,
    )
    letters.work_decided(report, at=at)
    notices.settle("orders/held", about=report, at=at)
    settlement.settle(order, by=actor, at=at)
    return order


def owed(report: WorkReport) -> Decimal:
    """The wage the law owes for the hours of a report: in proportion to those agreed, in euros."""
    contract = report.contract
    return rules.prorata(contract.gross, done=hours_done(report), agreed=contract.hours)


def hours_done(report: WorkReport) -> Decimal:
    """The hours a report says were worked; silence leaves those agreed."""
    if report.answer in ("agreed", "silence"):
        return report.contract.hours
    return sum((Decimal(hours) for hours in report.hours.values()), Decimal("0.00"))


def _unanswered(*, until: date) -> QuerySet[Any]:
    """What joins an order to its contracts that ended on a day or before and of which nothing was
    said.
    """
    return Order.contracts.through.objects.filter(
        contract__ends_on__lte=until,
        contract__released_at=None,
        contract__status__in=LIVING,
        contract__report=None,
        order__status__in=AT_WORK,
    ).order_by("contract_id")


def _rows(joined: QuerySet[Any]) -> Iterator[tuple[Contract, Order]]:
    """Contracts with their orders, some at a time. A round mostly finds none: keys come first."""
    keys = list(joined.values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        rows = joined.select_related("contract", "order__affiliate__user").in_bulk(chunk)
        yield from ((rows[key].contract, rows[key].order) for key in chunk if key in rows)


@transaction.atomic
def _ask_once(contract: Contract, order: Order, at: datetime) -> bool:
    return letters.work(contract, order, link=_link(contract, order, at), at=at)


@transaction.atomic
def _remind_once(contract: Contract, order: Order, at: datetime) -> bool:
    by = working_days_after(contract.ends_on, on_day(clock.day_of(at)).silence_days)
    return letters.work_reminder(contract, order, link=_link(contract, order, at), by=by, at=at)


def _link(contract: Contract, order: Order, at: datetime) -> Link:
    return links.newest(contract, "work") or links.issue(
        "work", subject=contract, address=order.affiliate.user.email, at=at
    )


@transaction.atomic
def _release_silence(contract_id: int, at: datetime) -> bool:
    order = lock_of_contract(contract_id)
    contract = contract_locks.only(contract_id)
    answered = WorkReport.objects.filter(contract=contract).exists()
    if answered or order.status not in AT_WORK or not contract.living:
        return False
    _report(order, contract, "silence", {}, "", by=SYSTEM, at=at)
    if contract.signed:
        letters.work_silent(contract, order, at=at)
    return True


def _check_answer(
    contract: Contract, answer: str, hours: Mapping[date, Decimal], *, on: date
) -> dict[date, Decimal]:
    if answer == "agreed":
        if on < contract.ends_on:
            raise TooEarly(day=contract.ends_on)
        return {}
    if answer == "not_done":
        return {}
    if answer not in ("fewer", "ill"):
        raise NoSuchAnswer()
    agreed = {row.day: row.hours for row in contract.days.all()}
    worked = {day: hours.get(day, Decimal("0.00")) for day in agreed}
    for day, done in worked.items():
        if not 0 <= done <= agreed[day]:
            raise HoursWrong(day=day, agreed=rules.shown_hours(agreed[day]))
    if answer == "fewer" and worked == agreed:
        raise NothingFewer()
    return worked


def _report(
    order: Order,
    contract: Contract,
    answer: str,
    worked: Mapping[date, Decimal],
    note: str,
    *,
    by: Actor,
    at: datetime,
) -> WorkReport:
    report = WorkReport.objects.create(
        order=order,
        contract=contract,
        answer=answer,
        hours={day.isoformat(): str(hours) for day, hours in worked.items()},
        note=note.strip(),
        reported_at=at,
        reported_by=by.name,
    )
    journal.record("work.reported", order, contract, by=by, at=at, answer=answer)
    notices.settle("orders/work", "orders/work_reminder", about=contract, at=at)
    # nobody answered and she never signed: whether she worked at all is for the advisor to find out
    if answer == "agreed" or (answer == "silence" and contract.signed):
        contracts.release_held(
            contract,
            kind="confirmed" if answer == "agreed" else "silence",
            gross_due=contract.gross,
            hours_done=contract.hours,
            by=by,
            at=at,
        )
        settlement.settle(order, by=by, at=at)
        return report
    settlement.hold(order)
    letters.held(report, at=at)
    return report


def _check_decision(
    order: Order, report: WorkReport, price: Decimal, gross: Decimal, note: str
) -> None:
    most = settlement.service_of(order, report.contract)
    if not ZERO <= price <= most:
        raise AmountOutside(what=_("À facturer"), most=most)
    if not ZERO <= gross <= report.contract.gross:
        raise AmountOutside(what=_("Salaire brut"), most=report.contract.gross)
    if gross < owed(report) and not note.strip():
        raise NoteMissing(owed=owed(report))


def _carry_out(report: WorkReport, *, by: Actor, at: datetime) -> None:
    """Pay follows the decision; work that was never done leaves no contract behind."""
    assert report.decided_gross is not None
    contract = report.contract
    if report.answer == "not_done" and report.decided_gross == 0:
        contracts.annul(contract.pk, reason=str(_("travail pas fait")), by=by, at=at)
        return
    worked = [date.fromisoformat(day) for day, done in report.hours.items() if Decimal(done) > 0]
    contracts.release(
        contract.pk,
        kind="decided",
        gross_due=report.decided_gross,
        hours_done=hours_done(report),
        last_day=max(worked, default=contract.ends_on),
        by=by,
        at=at,
    )
