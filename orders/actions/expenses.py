"""Expenses: a receipt is handed in, approved, and refunded only from money the client paid for
expenses.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from invoicing.queries import received
from ledger.booking import Booking, Leg, book_many
from ledger.queries import account_id
from members.models import User
from office import documents, journal, notices
from office.actors import Actor
from office.money import ZERO, euros
from office.refusals import Refusal
from orders import letters
from orders.locks import lock
from orders.models import ExpenseLine, Order, Receipt
from orders.refusals import InEuros
from orders.states import OrderStatus

EXPENSES_REFUNDED, BANK, CHARGED_TO_BUDGETS = "613", "550", "935"

TITLES = {"fr": "Justificatif {label}", "nl": "Bewijsstuk {label}", "en": "Receipt {label}"}


class NothingToRefund(Refusal):
    code = "nothing_to_refund"
    sentence = _("Les justificatifs se déposent une fois la commande signée par le client.")


class AmountNotThere(InEuros):
    code = "amount_not_there"
    sentence = _(
        "Pour « {label} », {left} restent à justifier. Écrivez un montant entre 0,01 et {left}."
    )
    field = "amount"


class ReceiptDecided(Refusal):
    code = "receipt_decided"
    sentence = _("Ce justificatif a déjà reçu une réponse.")


class NotApproved(Refusal):
    code = "not_approved"
    sentence = _("Ce justificatif n’est pas approuvé : il ne peut pas être remboursé.")


class NotReceivedYet(InEuros):
    code = "not_received_yet"
    sentence = _(
        "Le client n’a pas encore payé assez pour ces frais : {available} sont disponibles, "
        "{amount} sont demandés. Le remboursement se fera dès son paiement."
    )


class NoReason(Refusal):
    code = "no_reason"
    sentence = _("Dites pourquoi ce justificatif est refusé : la personne le lira.")
    field = "reason"


@transaction.atomic
def hand_in(
    line_id: int,
    *,
    amount: Decimal,
    content: bytes,
    media_type: str,
    file_name: str,
    by: Actor,
    at: datetime,
) -> Receipt:
    """Keep the proof of an expense of a signed order; ``amount`` in euros, at most what is left of
    the line.
    """
    line = ExpenseLine.objects.get(pk=line_id)
    order = lock(line.order_id, "affiliate__user")
    language = order.affiliate.user.language
    if order.status not in (OrderStatus.SIGNED, OrderStatus.HELD, OrderStatus.RELEASED):
        raise NothingToRefund()
    left = line.amount - _claimed(line)
    if not ZERO < euros(amount) <= left:
        raise AmountNotThere(label=line.label, left=left)
    paper = documents.keep(
        "receipt",
        subject=order,
        title=TITLES[language].format(label=line.label)[:200],
        file_name=file_name,
        media_type=media_type,
        content=content,
        at=at,
        language=language,
    )
    receipt = Receipt.objects.create(line=line, amount=euros(amount), paper=paper, handed_in_at=at)
    journal.record("receipt.handed_in", order, by=by, at=at, amount=receipt.amount, of=line.label)
    letters.receipt_to_approve(receipt, order, at=at)
    return receipt


@transaction.atomic
def approve_receipt(receipt_id: int, *, user: User, at: datetime) -> Receipt:
    """Staff accept the proof. Twice: no change; after a refusal ``ReceiptDecided``."""
    receipt = _lock_receipt(receipt_id)
    if receipt.approved_at is not None:
        return receipt
    if receipt.refused_reason:
        raise ReceiptDecided()
    receipt.approved_at, receipt.approved_by = at, user
    receipt.save(update_fields=["approved_at", "approved_by"])
    _record("receipt.approved", receipt, user, at)
    letters.receipt_answer(receipt, kind="approved", at=at)
    notices.settle("orders/receipt_to_approve", about=receipt, at=at)
    return receipt


@transaction.atomic
def refuse_receipt(receipt_id: int, *, reason: str, user: User, at: datetime) -> Receipt:
    """Staff refuse the proof, with a reason; another one may be handed in for the same line."""
    receipt = _lock_receipt(receipt_id)
    if receipt.approved_at is not None or receipt.refused_reason:
        raise ReceiptDecided()
    if not reason.strip():
        raise NoReason()
    receipt.refused_reason = reason.strip()
    receipt.save(update_fields=["refused_reason"])
    _record("receipt.refused", receipt, user, at)
    letters.receipt_answer(receipt, kind="refused", at=at)
    notices.settle("orders/receipt_to_approve", about=receipt, at=at)
    return receipt


@transaction.atomic
def refund(receipt_id: int, *, on: date, user: User, at: datetime) -> Receipt:
    """Refunded on a day: only what is approved, and only from money received for the job's
    expenses.

    Twice: no change. Raises ``NotApproved`` or ``NotReceivedYet``.
    """
    receipt = _lock_receipt(receipt_id)
    if receipt.refunded_on is not None:
        return receipt
    if receipt.approved_at is None:
        raise NotApproved()
    available = available_for_refund(receipt.line.order)
    if receipt.amount > available:
        raise NotReceivedYet(available=available, amount=receipt.amount)
    receipt.refunded_on = on
    receipt.save(update_fields=["refunded_on"])
    _book(receipt, on=on, at=at)
    _record("receipt.refunded", receipt, user, at)
    letters.receipt_answer(receipt, kind="refunded", at=at)
    return receipt


def available_for_refund(order: Order) -> Decimal:
    """Euros the client paid for the expenses of a job and that were not refunded yet."""
    refunded = Receipt.objects.filter(line__order=order, refunded_on__isnull=False).aggregate(
        total=Sum("amount")
    )
    return received(order.ref)["expenses"] - (refunded["total"] or ZERO)


def _claimed(line: ExpenseLine) -> Decimal:
    total = line.receipts.filter(refused_reason="").aggregate(total=Sum("amount"))["total"]
    return total or ZERO


def _lock_receipt(receipt_id: int) -> Receipt:
    order = lock(Receipt.objects.values_list("line__order_id", flat=True).get(pk=receipt_id))
    receipt = Receipt.objects.select_related("line").get(pk=receipt_id)
    receipt.line.order = order
    return receipt


def _book(receipt: Receipt, *, on: date, at: datetime) -> None:
    order = receipt.line.order
    assert order.activity is not None
    entity_id, amount = order.activity.entity_id, receipt.amount
    text = f"Frais remboursés, mission {order.ref} : {receipt.line.label}"[:200]
    legs = {
        f"receipt:{receipt.pk}": (
            account_id(entity_id, EXPENSES_REFUNDED),
            account_id(entity_id, BANK),
        ),
        f"receipt-cost:{receipt.pk}": (
            order.activity.budget_account_id,
            account_id(entity_id, CHARGED_TO_BUDGETS),
        ),
    }
    book_many(
        [
            Booking(
                entity_id=entity_id,
                on=on,
                kind="refund",
                source=source,
                text=text,
                legs=[Leg(debit, amount), Leg(credit, -amount)],
                job=order.ref,
            )
            for source, (debit, credit) in legs.items()
        ],
        at=at,
    )


def _record(kind: str, receipt: Receipt, user: User, at: datetime) -> None:
    journal.record(kind, receipt.line.order, by=user.as_actor(), at=at, amount=receipt.amount)
