"""The tables of this room, by noun."""

from invoicing.models.advances import Advance
from invoicing.models.clients import Client, ClientKind, ClientQuerySet
from invoicing.models.invoices import Invoice, InvoiceLine, InvoiceQuerySet, Receivable, Series
from invoicing.models.payments import Allotment, Payment, Purpose
from invoicing.models.questions import Outcome, Question, QuestionKind

__all__ = [
    "Advance",
    "Allotment",
    "Client",
    "ClientKind",
    "ClientQuerySet",
    "Invoice",
    "InvoiceLine",
    "InvoiceQuerySet",
    "Outcome",
    "Payment",
    "Purpose",
    "Question",
    "QuestionKind",
    "Receivable",
    "Series",
]
