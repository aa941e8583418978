"""The papers of this room: what an invoice or a credit note prints, frozen at issue."""

from datetime import datetime
from typing import Any

from invoicing import rules
from invoicing.models import Client, Invoice, Series
from ledger.models import LegalEntity
from office import bank, documents
from office.models import Document
from office.rules import plain

TITLES = {
    "fr": {Series.INVOICE: "Facture {}", Series.CREDIT_NOTE: "Note de crédit {}"},
    "nl": {Series.INVOICE: "Factuur {}", Series.CREDIT_NOTE: "Creditnota {}"},
    "en": {Series.INVOICE: "Invoice {}", Series.CREDIT_NOTE: "Credit note {}"},
}
DUPLICATE = {"fr": "Duplicata", "nl": "Duplicaat", "en": "Duplicate"}


def printed(invoice: Invoice) -> dict[str, Any]:
    """Every word and figure of the paper (royal decree no. 1, art. 5 §1; CSA art. 2:20), ready for
    JSON.
    """
    lines = list(invoice.lines.all())
    return plain(
        {
            "series": invoice.series,
            "number": invoice.printed_number,
            "title": title(invoice),
            "issued_on": invoice.issued_on,
            "due_on": invoice.due_on,
            "term_days": invoice.payment_term_days,
            "work_from": invoice.work_from,
            "work_until": invoice.work_until,
            "job": invoice.job,
            "purchase_reference": invoice.purchase_reference,
            "entity": _entity(invoice.entity),
            "client": _client(invoice.client),
            "contact": invoice.contact_name,
            "lines": [
                {
                    "label": line.label,
                    "quantity": line.quantity,
                    "unit_price": line.unit_price,
                    "net": line.net,
                    "vat_rate": line.vat_rate,
                }
                for line in lines
            ],
            "rates": [
                {"rate": part.rate, "base": part.base, "vat": part.vat}
                for part in rules.vat_by_rate((line.net, line.vat_rate) for line in lines)
            ],
            "net": invoice.net,
            "vat": invoice.vat,
            "total": invoice.total,
            "communication": invoice.communication,
            "payment_code": _payment_code(invoice),
            "credits": _credited(invoice.credits),
            "reason": invoice.reason,
        }
    )


def title(invoice: Invoice) -> str:
    """What the document is and its number, in its own language."""
    return TITLES[invoice.language][Series(invoice.series)].format(invoice.printed_number)


def original(invoice: Invoice, *, at: datetime) -> Document:
    """The paper of a document being issued: the one its client gets."""
    return _order(invoice, invoice.printed, kind=invoice.series, suffix="", at=at)


def duplicate(invoice: Invoice, *, at: datetime) -> Document:
    """One more copy, of the same frozen words, that says it is a duplicate (royal decree no. 1,
    art. 5).
    """
    context = invoice.printed | {"duplicate": True}
    suffix = f" ({DUPLICATE[invoice.language]})"
    return _order(invoice, context, kind=f"{invoice.series}_copy", suffix=suffix, at=at)


def _order(
    invoice: Invoice, context: dict[str, Any], *, kind: str, suffix: str, at: datetime
) -> Document:
    return documents.order(
        kind,
        template=f"print/{invoice.series}.v1.{invoice.language}.html",
        language=invoice.language,
        subject=f"invoice:{invoice.pk}",
        title=title(invoice) + suffix,
        file_name=f"{title(invoice)}{suffix}.pdf".replace(" ", "-"),
        context=context,
        at=at,
    )


def _payment_code(invoice: Invoice) -> str:
    if invoice.series != Series.INVOICE:
        return ""
    return bank.payment_code(
        name=invoice.entity.name,
        iban=invoice.entity.iban,
        amount=invoice.total,
        reference=invoice.communication,
    )


def _credited(invoice: Invoice | None) -> dict[str, Any] | None:
    if invoice is None:
        return None
    return {"number": invoice.printed_number, "issued_on": invoice.issued_on}


def _entity(entity: LegalEntity) -> dict[str, str]:
    fields = "name legal_form street postcode city enterprise_number vat_number court"
    fields += " email website iban bic bank"
    return {field: getattr(entity, field) for field in fields.split()}


def _client(client: Client) -> dict[str, str]:
    fields = "name street postcode city country vat_number enterprise_number"
    return {field: getattr(client, field) or "" for field in fields.split()}
