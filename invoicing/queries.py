"""Reads: clients by number, what was received, what a document's amounts pay."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from invoicing import rules
from invoicing.models import (
    Allotment,
    Client,
    Invoice,
    Payment,
    Purpose,
    Question,
    QuestionKind,
    Receivable,
)
from invoicing.states import InvoiceStatus, QuestionStatus
from office import bank
from office.money import ZERO


def find_client(number: str) -> Client | None:
    """The client of a Belgian enterprise or VAT number, however it is written; none when unknown
    or wrong.
    """
    try:
        digits = rules.enterprise_number(number)
    except rules.NumberWrong:
        return None
    return Client.objects.filter(enterprise_number=digits).first()


def issuing_allowed() -> bool:
    """Whether this deployment may issue: a Belgian business must get a structured invoice (VAT
    Code art. 53 §2bis).

    True in the demo, and where a setting says that the structured invoice is made elsewhere.
    """
    return settings.COOP_DEMO or settings.COOP_EINVOICING != "off"


def parts(invoice: Invoice) -> dict[str, Decimal]:
    """What an invoice's total is made of, in euros by purpose."""
    return {
        Purpose.VAT: invoice.vat,
        Purpose.EMPLOYMENT: invoice.employment,
        Purpose.FEE: invoice.fee,
        Purpose.EXPENSES: invoice.expenses,
        Purpose.ROUNDING: invoice.rounding,
    }


def is_credited(invoice: Invoice) -> bool:
    """Whether an issued credit note cancels the invoice."""
    return invoice.credit_notes.filter(status=InvoiceStatus.ISSUED).exists()


def is_disputed(invoice: Invoice) -> bool:
    """Whether the client disputes the invoice and waits for an answer."""
    return open_disputes(invoice).exists()


def open_disputes(invoice: Any) -> QuerySet[Question]:
    """What a client disputes of an invoice (or of an outer query's) and was not answered yet."""
    return Question.objects.filter(
        invoice=invoice, kind=QuestionKind.DISPUTE, status=QuestionStatus.OPEN
    )


def received_on_invoice(invoice: Invoice) -> Decimal:
    """Euros received on an invoice, reversals taken off."""
    return Payment.objects.filter(invoice=invoice).aggregate(sum=Sum("amount"))["sum"] or ZERO


def received(job: str) -> dict[str, Decimal]:
    """Euros received for a job by purpose; every purpose is there."""
    return allotted(Allotment.objects.filter(invoice__job=job))


def received_by_job(jobs: Iterable[str], purpose: Purpose) -> dict[str, Decimal]:
    """Euros received for one purpose, by job; jobs that received nothing may miss."""
    rows = Allotment.objects.filter(invoice__job__in=set(jobs), purpose=purpose)
    return dict(
        rows.values("invoice__job").annotate(sum=Sum("amount")).values_list("invoice__job", "sum")
    )


def allotted(rows: QuerySet[Allotment]) -> dict[str, Decimal]:
    """Euros by purpose of some allotments; every purpose is there."""
    sums = dict(rows.values("purpose").annotate(sum=Sum("amount")).values_list("purpose", "sum"))
    return {purpose: sums.get(purpose, ZERO) for purpose in Purpose.values}


@dataclass(frozen=True, kw_only=True)
class ClientPage:
    """What a client sees of his invoice or credit note; ``state`` is one of paid, part, open,
    late, credited, credit.
    """

    paper: dict[str, Any]
    state: str
    tone: str
    said: str
    open_amount: Decimal
    paid_amount: Decimal
    overpaid_amount: Decimal
    payment_code: str
    days_late: int
    ready: bool

    @property
    def to_pay(self) -> bool:
        """Something is still to be paid."""
        return self.open_amount > 0


def client_page(invoice: Invoice, *, on: date) -> ClientPage:
    """The page of an issued document as it stands on a day."""
    receivable = getattr(invoice, "receivable", None)
    open_amount = receivable.open_amount if receivable else ZERO
    paid = received_on_invoice(invoice)
    late = (on - invoice.due_on).days if open_amount and invoice.due_on else 0
    state = _state(invoice, receivable, paid=paid, late=late)
    tone, said = SAID[state]
    code = invoice.printed["payment_code"]
    if open_amount and paid:
        code = bank.payment_code(
            name=invoice.printed["entity"]["name"],
            iban=invoice.printed["entity"]["iban"],
            amount=open_amount,
            reference=invoice.communication,
        )
    return ClientPage(
        paper=invoice.printed,
        state=state,
        tone=tone,
        said=str(said),
        open_amount=open_amount,
        paid_amount=paid,
        overpaid_amount=receivable.overpaid_amount if receivable else ZERO,
        payment_code=code,
        days_late=max(late, 0),
        ready=invoice.document is not None and invoice.document.sha256 is not None,
    )


SAID = {
    "credit": ("info", _("note de crédit")),
    "credited": ("stopped", _("annulée par une note de crédit")),
    "paid": ("done", _("payée")),
    "late": ("stopped", _("échéance passée")),
    "part": ("waiting", _("payée en partie")),
    "open": ("waiting", _("à payer")),
}


def _state(invoice: Invoice, receivable: Receivable | None, *, paid: Decimal, late: int) -> str:
    if receivable is None:
        return "credit"
    if not receivable.open_amount:
        return "credited" if is_credited(invoice) else "paid"
    if late > 0:
        return "late"
    return "part" if paid else "open"
