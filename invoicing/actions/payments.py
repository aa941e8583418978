"""Money of clients: whole, in parts, too much, or recorded by mistake."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from invoicing import letters
from invoicing.actions.allotments import allot_anew, lock_jobs
from invoicing.actions.clients import ReasonMissing
from invoicing.actions.invoices import subjects
from invoicing.models import Invoice, Payment, Receivable, Series
from invoicing.states import InvoiceStatus
from ledger import incoming
from ledger.booking import Leg, book
from ledger.queries import account_id
from office import clock, journal
from office.actors import Actor
from office.refusals import Refusal


class NotPayable(Refusal):
    code = "not_payable"
    sentence = _("Un paiement s’inscrit sur une facture émise ; « {document} » ne l’est pas.")


class KeyReused(Refusal):
    code = "key_reused"
    sentence = _(
        "Ce formulaire a déjà servi à inscrire un paiement de {amount} €. Ouvrez-le à nouveau pour "
        "en inscrire un autre."
    )


class NotReversible(Refusal):
    code = "not_reversible"
    sentence = _("Une correction ne se corrige pas : inscrivez à nouveau le paiement.")


@transaction.atomic
def record(
    invoice_id: int,
    *,
    amount: Decimal,
    received_on: date,
    reference: str,
    request_key: str,
    by: Actor,
    at: datetime,
) -> Payment:
    """Write down that a client paid ``amount`` euros; a part or too much is fine.

    The same ``request_key`` twice is one payment. Booked D 550 / C the client's account.
    """
    amount = incoming.check_amount(amount)
    incoming.check_day(received_on, at=at)
    invoice = _lock(invoice_id)
    if known := Payment.objects.filter(request_key=request_key).first():
        if (known.invoice_id, known.amount) != (invoice.pk, amount):
            raise KeyReused(amount=known.amount)
        return known
    if invoice.status != InvoiceStatus.ISSUED or invoice.series != Series.INVOICE:
        raise NotPayable(document=invoice)
    payment = Payment.objects.create(
        invoice=invoice,
        amount=amount,
        received_on=received_on,
        reference=reference.strip()[:140],
        request_key=request_key,
        recorded_at=at,
        recorded_by=by.name,
    )
    _book(payment, kind="payment", text=f"Paiement de {invoice}", on=received_on, at=at)
    journal.record(
        "payment.recorded",
        f"payment:{payment.pk}",
        *subjects(invoice),
        by=by,
        at=at,
        amount=amount,
        received_on=received_on,
    )
    if not Receivable.objects.filter(invoice=invoice, open_amount__gt=0).exists():
        letters.paid(invoice, payment, at=at)
    return payment


@transaction.atomic
def reverse(payment_id: int, *, reason: str, by: Actor, at: datetime) -> Payment:
    """Undo a payment recorded by mistake, by its opposite; done twice, the first time counts."""
    if not reason.strip():
        raise ReasonMissing()
    payment = Payment.objects.get(pk=payment_id)
    invoice = _lock(payment.invoice_id)
    if payment.reverses_id is not None:
        raise NotReversible()
    if known := Payment.objects.filter(reverses=payment).first():
        return known
    on = clock.day_of(at)
    reversal = Payment.objects.create(
        invoice=invoice,
        amount=-payment.amount,
        received_on=on,
        reference=payment.reference,
        request_key=f"reversal:{payment.pk}",
        reverses=payment,
        reason=reason.strip()[:300],
        recorded_at=at,
        recorded_by=by.name,
    )
    text = f"Paiement de {invoice} inscrit par erreur"
    _book(reversal, kind="payment_reversal", text=text, on=on, at=at)
    journal.record(
        "payment.reversed",
        f"payment:{payment.pk}",
        *subjects(invoice),
        by=by,
        at=at,
        amount=payment.amount,
        reason=reversal.reason,
    )
    return reversal


def _lock(invoice_id: int) -> Invoice:
    job = Invoice.objects.values_list("job", flat=True).get(pk=invoice_id)
    return next(document for document in lock_jobs([job]) if document.pk == invoice_id)


def _book(payment: Payment, *, kind: str, text: str, on: date, at: datetime) -> None:
    invoice = payment.invoice
    bank = account_id(invoice.entity_id, "550")
    client = account_id(invoice.entity_id, "400", f"client:{invoice.client_id}")
    book(
        invoice.entity_id,
        on=on,
        kind=kind,
        source=f"payment:{payment.pk}",
        text=text,
        job=invoice.job,
        legs=[Leg(bank, payment.amount), Leg(client, -payment.amount)],
        at=at,
    )
    allot_anew(invoice, payment=payment, on=on, at=at)
