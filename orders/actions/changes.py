"""Before the work starts either side may cancel or ask for something else; once a contract is
signed, staff decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import User
from office import clock, journal, lifecycle, notices
from office.actors import Actor, ActorKind
from office.money import ZERO, euros
from office.refusals import Refusal
from orders import letters, settlement
from orders.actions.drafts import create
from orders.actions.examining import WorkHasBegun, first_day, replaceable
from orders.actions.sending import settle_requests
from orders.actions.signing import ReasonMissing
from orders.actions.work import AmountOutside, DecidedBefore
from orders.locks import lock
from orders.models import ChangeRequest, Order
from orders.plans import fields_of
from orders.states import CHANGE_TRANSITIONS, ORDER_TRANSITIONS, ChangeStatus, OrderStatus
from payroll.actions import contracts
from payroll.models import Contract, Declaration
from payroll.states import DeclarationStatus

KEEP, CANCEL, CHANGE = "keep", "cancel", "change"
NOTHING = (ZERO, ZERO)


class ContractSigned(Refusal):
    code = "contract_signed"
    sentence = _(
        "Le contrat de travail est déjà signé : la mission ne s’annule plus d’un clic. Demandez "
        "l’annulation, votre conseiller en décide avec les conséquences sous les yeux."
    )


class TooLateToChange(Refusal):
    code = "too_late_to_change"
    sentence = _(
        "Le travail a commencé le {day:%d/%m/%Y} : la mission ne s’annule et ne se change plus "
        "ici. Écrivez à la coopérative."
    )


class AskedBefore(Refusal):
    code = "asked_before"
    sentence = _("Une demande est déjà en cours : « {text} ». La réponse viendra par courriel.")


class ReplacedSoon(Refusal):
    code = "replaced_soon"
    sentence = _(
        "Une nouvelle version de cette mission est déjà en préparation ({ref}). Continuez-la, "
        "ou jetez-la d’abord."
    )


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """What cancelling would mean for one contract, as staff see it before they decide; euros."""

    contract: Contract
    signed: bool
    wage_until_term: (
        Decimal  # early ending without serious cause: pay until the term (law of 1978, art. 40)
    )
    cost: Decimal
    service: Decimal  # of the price, excl. VAT
    declared: bool


def consequences(order: Order) -> list[Consequence]:
    """What cancelling a signed order would mean, contract by contract."""
    recorded = set(
        Declaration.objects.filter(
            contract__in=order.contracts.all(), status=DeclarationStatus.RECORDED
        ).values_list("contract_id", flat=True)
    )
    return [
        Consequence(
            contract=contract,
            signed=contract.signed,
            wage_until_term=contract.gross if contract.signed else ZERO,
            cost=settlement.cost_of(contract, contract.gross) if contract.signed else ZERO,
            service=settlement.service_of(order, contract),
            declared=contract.pk in recorded,
        )
        for contract in order.contracts.living().order_by("starts_on").select_related("entity")
    ]


@transaction.atomic
def cancel(order_id: int, *, reason: str, by: Actor, at: datetime) -> Order:
    """Either side cancels a job before it starts and before its contract is signed; the drafts are
    annulled.

    Raises ``ContractSigned``, ``TooLateToChange``, ``ReasonMissing`` or ``NotAllowed``. Twice: no
    change.
    """
    order = lock(order_id)
    if order.status == OrderStatus.CANCELLED:
        return order
    if order.status != OrderStatus.DRAFT and not reason.strip():
        raise ReasonMissing()
    if order.status == OrderStatus.SIGNED:
        _check_not_begun(order, at)
        if any(contract.signed for contract in order.contracts.all()):
            raise ContractSigned()
    known_to_client = order.status in (OrderStatus.SENT, OrderStatus.SIGNED)
    _end(order, reason.strip(), {}, by=by, at=at)
    if known_to_client:
        letters.cancelled(order, by_client=by.kind == ActorKind.CLIENT, at=at)
    return order


@transaction.atomic
def propose_change(order_id: int, *, by: Actor, at: datetime) -> Order:
    """A draft that will replace a signed job once the client has signed it; the job stands until
    then.
    """
    order = lock(order_id)
    on = clock.day_of(at)
    if not replaceable(order, on=on):
        if order.status == OrderStatus.SIGNED:
            raise TooLateToChange(day=first_day(order))
        raise WorkHasBegun()
    successor = Order.objects.filter(replaces=order).first()
    if successor is not None:
        raise ReplacedSoon(ref=successor.ref)
    draft = create(order.affiliate_id, fields=fields_of(order), by=by, at=at, replaces=order)
    journal.record("order.change_proposed", order, draft, by=by, at=at)
    return draft


@transaction.atomic
def ask_change(order_id: int, *, kind: str, text: str, by: Actor, at: datetime) -> ChangeRequest:
    """Client or affiliate asks, before the start, to change or to cancel a signed job; one request
    at a time.

    The same words twice are one request. Raises ``ReasonMissing``, ``TooLateToChange``,
    ``AskedBefore``.
    """
    order = lock(order_id)
    if not text.strip():
        raise ReasonMissing()
    _check_not_begun(order, at)
    standing = ChangeRequest.objects.filter(order=order, status=ChangeStatus.OPEN).first()
    if standing is not None:
        if (standing.kind, standing.text) == (kind, text.strip()):
            return standing
        raise AskedBefore(text=standing.text)
    request = ChangeRequest.objects.create(
        order=order, kind=kind, text=text.strip(), asked_at=at, asked_by=by.name
    )
    journal.record("order.change_asked", order, by=by, at=at, kind_asked=kind, text=request.text)
    letters.change_asked(request, by_client=by.kind == ActorKind.CLIENT, at=at)
    return request


@transaction.atomic
def withdraw_request(request_id: int, *, by: Actor, at: datetime) -> ChangeRequest:
    """Who asked thinks better of it."""
    request = _lock_request(request_id)
    if request.status == ChangeStatus.WITHDRAWN:
        return request
    lifecycle.move(request, ChangeStatus.WITHDRAWN, CHANGE_TRANSITIONS)
    request.decided_at = at
    request.save(update_fields=["status", "decided_at"])
    journal.record("order.change_withdrawn", request.order, by=by, at=at)
    notices.settle("orders/change_asked_staff", about=request, at=at)
    return request


@transaction.atomic
def decide_change(
    request_id: int,
    *,
    outcome: str,
    note: str,
    user: User,
    at: datetime,
    amounts: Mapping[int, tuple[Decimal, Decimal]] | None = None,
) -> ChangeRequest:
    """Staff decide: ``keep`` the job, ``cancel`` it, or ``change`` (a new version is drafted for
    the affiliate).

    With ``cancel``, ``amounts`` gives by contract what the client still owes (euros excl. VAT) and
    what wage is paid, both zero unless told.
    """
    request = _lock_request(request_id)
    order = request.order
    if request.status != ChangeStatus.OPEN:
        raise DecidedBefore(who=request.decided_by or order, at=request.decided_at or at)
    if not note.strip():
        raise ReasonMissing()
    actor = user.as_actor()
    lifecycle.move(request, ChangeStatus.DONE, CHANGE_TRANSITIONS)
    request.decided_at, request.decided_by, request.decision = at, user, note.strip()
    request.save()
    if outcome == CANCEL:
        _check_not_begun(order, at)
        _end(order, note.strip(), amounts or {}, by=actor, at=at)
    elif outcome == CHANGE:
        propose_change(order.pk, by=actor, at=at)
    journal.record(
        "order.change_decided", order, by=actor, at=at, outcome=outcome, note=request.decision
    )
    letters.change_answer(request, outcome=outcome, at=at)
    notices.settle("orders/change_asked_staff", about=request, at=at)
    return request


def _lock_request(request_id: int) -> ChangeRequest:
    order_id = ChangeRequest.objects.values_list("order_id", flat=True).get(pk=request_id)
    order = lock(order_id)
    request = ChangeRequest.objects.select_related("decided_by").get(pk=request_id)
    request.order = order
    return request


def _check_not_begun(order: Order, at: datetime) -> None:
    if order.status not in (OrderStatus.SENT, OrderStatus.SIGNED):
        lifecycle.move(order, OrderStatus.CANCELLED, {order.status: frozenset()})
    if first_day(order) <= clock.day_of(at):
        raise TooLateToChange(day=first_day(order))


def _end(
    order: Order,
    reason: str,
    amounts: Mapping[int, tuple[Decimal, Decimal]],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The order is cancelled; its drafts are annulled but for what was decided to be owed."""
    lifecycle.move(order, OrderStatus.CANCELLED, ORDER_TRANSITIONS)
    order.ended_at, order.ended_reason = at, reason
    order.save(update_fields=["status", "ended_at", "ended_reason"])
    for contract in order.contracts.living().order_by("pk"):
        _end_contract(order, contract, amounts.get(contract.pk, NOTHING), reason, by=by, at=at)
    service = sum((euros(price) for price, _gross in amounts.values()), ZERO)
    rows = list(order.contracts.order_by("pk").select_related("entity"))
    settlement.bill(order, rows, service=service, not_confirmed=False, by=by, at=at)
    settle_requests(order, at=at)
    journal.record("order.cancelled", order, by=by, at=at, reason=reason, service=service)


def _end_contract(
    order: Order,
    contract: Contract,
    amounts: tuple[Decimal, Decimal],
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    price, gross = (euros(amount) for amount in amounts)
    most = settlement.service_of(order, contract)
    if not ZERO <= price <= most:
        raise AmountOutside(what=_("À facturer"), most=most)
    if not ZERO <= gross <= contract.gross:
        raise AmountOutside(what=_("Salaire brut"), most=contract.gross)
    if not gross:
        contracts.annul(contract.pk, reason=reason, by=by, at=at)
        return
    contracts.release(contract.pk, kind="decided", gross_due=gross, hours_done=ZERO, by=by, at=at)
