"""Drafts: copied from a plan, released when the work is known, annulled, credited. Numbers come at
issue.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from invoicing import rules
from invoicing.actions.clients import ReasonMissing
from invoicing.models import Invoice, InvoiceLine, Series
from invoicing.plans import InvoicePlan
from invoicing.states import INVOICE_TRANSITIONS, InvoiceStatus
from office import journal, lifecycle
from office.actors import Actor
from office.money import ZERO
from office.refusals import Refusal


class SplitWrong(Refusal):
    code = "split_wrong"
    sentence = _(
        "La répartition fait {split} € et le prix {net} € : les deux doivent être égaux, et aucune "
        "part ne peut être négative."
    )


class NothingToInvoice(Refusal):
    code = "nothing_to_invoice"
    sentence = _("Il n’y a rien à facturer : annulez le brouillon plutôt que de l’émettre à zéro.")


class NotCreditable(Refusal):
    code = "not_creditable"
    sentence = _(
        "Seule une facture émise reçoit une note de crédit. Ce qui n’est pas émis s’annule."
    )


class NotIssued(Refusal):
    code = "not_issued"
    sentence = _("« {document} » n’est pas encore émis.")


class AlreadyCredited(Refusal):
    code = "already_credited"
    sentence = _("Cette facture a déjà sa note de crédit : {credit_note}.")


class Credited(NamedTuple):
    """The two documents a correction makes."""

    credit_note: Invoice
    new_draft: Invoice


def subjects(invoice: Invoice) -> list[str]:
    """The things an event about this document concerns."""
    return [
        f"invoice:{invoice.pk}",
        f"client:{invoice.client_id}",
        f"activity:{invoice.activity_id}",
        f"job:{invoice.job}",
    ]


@transaction.atomic(savepoint=False)  # refuses nothing, so there is nothing to go back to
def draft(plan: InvoicePlan, *, by: Actor, at: datetime) -> Invoice:
    """Copy a plan into a draft. Reads no law and no policy, and has nothing to refuse."""
    invoice = Invoice.objects.create(created_at=at, **_values(plan))
    _write_lines(invoice, plan)
    journal.record("invoice.drafted", *subjects(invoice), by=by, at=at, net=invoice.net)
    return invoice


@transaction.atomic
def release(
    invoice_id: int,
    *,
    not_confirmed: bool = False,
    amended: InvoicePlan | None = None,
    by: Actor,
    at: datetime,
) -> Invoice:
    """The work is done: the draft may be issued, with other amounts when the work was not as
    agreed.

    Released twice, the first time counts. Raises `lifecycle.NotAllowed` for an annulled draft,
    `SplitWrong` and `NothingToInvoice` for an amended plan that cannot be invoiced.
    """
    return release_held(
        lock(invoice_id), not_confirmed=not_confirmed, amended=amended, by=by, at=at
    )


def release_held(
    invoice: Invoice,
    *,
    not_confirmed: bool = False,
    amended: InvoicePlan | None = None,
    by: Actor,
    at: datetime,
) -> Invoice:
    """``release`` for a caller whose transaction holds the document's lock."""
    if invoice.status in {InvoiceStatus.RELEASED, InvoiceStatus.ISSUED}:
        return invoice
    lifecycle.move(invoice, InvoiceStatus.RELEASED, INVOICE_TRANSITIONS)
    invoice.released_at, invoice.not_confirmed = at, not_confirmed
    if amended is not None:
        _amend(invoice, amended)
        invoice.save()
    else:
        invoice.save(update_fields=["status", "released_at", "not_confirmed"])
    journal.record(
        "invoice.released",
        *subjects(invoice),
        by=by,
        at=at,
        net=invoice.net,
        not_confirmed=not_confirmed,
        amended=amended is not None,
    )
    return invoice


@transaction.atomic
def annul(invoice_id: int, *, by: Actor, at: datetime) -> Invoice:
    """Drop a draft that will not be invoiced. Annulled twice, the first time counts."""
    return annul_held(lock(invoice_id), by=by, at=at)


def annul_held(invoice: Invoice, *, by: Actor, at: datetime) -> Invoice:
    """``annul`` for a caller whose transaction holds the document's lock."""
    if invoice.status == InvoiceStatus.ANNULLED:
        return invoice
    lifecycle.move(invoice, InvoiceStatus.ANNULLED, INVOICE_TRANSITIONS)
    invoice.save(update_fields=["status"])
    journal.record("invoice.annulled", *subjects(invoice), by=by, at=at)
    return invoice


@transaction.atomic
def credit_whole(invoice_id: int, *, reason: str, by: Actor, at: datetime) -> Credited:
    """Correct an issued invoice: a credit note for the whole, released, and a new draft to mend
    and release.
    """
    if not reason.strip():
        raise ReasonMissing()
    invoice = lock(invoice_id)
    if invoice.status != InvoiceStatus.ISSUED or invoice.series != Series.INVOICE:
        raise NotCreditable()
    known = invoice.credit_notes.exclude(status=InvoiceStatus.ANNULLED).first()
    if known is not None:
        raise AlreadyCredited(credit_note=known)
    note = _copy(
        invoice,
        series=Series.CREDIT_NOTE,
        status=InvoiceStatus.RELEASED,
        credits=invoice,
        reason=reason.strip()[:300],
        fund_share=invoice.fund_share,
        created_at=at,
        released_at=at,
    )
    new_draft = _copy(invoice, created_at=at)
    journal.record(
        "invoice.credited",
        *subjects(invoice),
        *subjects(note),
        *subjects(new_draft),
        by=by,
        at=at,
        reason=note.reason,
    )
    return Credited(note, new_draft)


def lock(invoice_id: int) -> Invoice:
    """The document, locked until the end of the transaction."""
    return Invoice.objects.select_for_update(no_key=True).get(pk=invoice_id)


_COPIED = (
    "entity_id",
    "activity_id",
    "affiliate_id",
    "client_id",
    "job",
    "language",
    "contact_name",
    "contact_email",
    "purchase_reference",
    "work_from",
    "work_until",
    "payment_term_days",
    "fee",
    "employment",
    "expenses",
    "rounding",
    "guaranteed",
)


def _values(plan: InvoicePlan) -> dict[str, object]:
    net = plan.net
    vat = sum((part.vat for part in rules.vat_by_rate([(net, plan.vat_rate)])), ZERO)
    copied = {name: getattr(plan, name) for name in _COPIED}
    return copied | {"net": net, "vat": vat, "total": net + vat}


def _write_lines(invoice: Invoice, plan: InvoicePlan) -> None:
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            position=position,
            label=line.label,
            quantity=line.quantity,
            unit_price=line.net if line.unit_price is None else line.unit_price,
            net=line.net,
            vat_rate=plan.vat_rate,
        )
        for position, line in enumerate(plan.lines, start=1)
    )


def _amend(invoice: Invoice, plan: InvoicePlan) -> None:
    split = (plan.fee, plan.employment, plan.expenses, plan.rounding)
    if plan.net == 0:
        raise NothingToInvoice()
    if sum(split, ZERO) != plan.net or min(split) < 0:
        raise SplitWrong(split=sum(split, ZERO), net=plan.net)
    for name, value in _values(plan).items():
        setattr(invoice, name, value)
    invoice.lines.all().delete()
    _write_lines(invoice, plan)


def _copy(invoice: Invoice, **values: object) -> Invoice:
    copied = {name: getattr(invoice, name) for name in (*_COPIED, "net", "vat", "total")}
    twin = Invoice.objects.create(**copied | values)
    lines = list(invoice.lines.all())
    for line in lines:
        line.pk, line.invoice = None, twin
    InvoiceLine.objects.bulk_create(lines)
    return twin
