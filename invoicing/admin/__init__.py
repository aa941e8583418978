"""The finance desk, one module by noun."""

from invoicing.admin import advances, clients, invoices, payments, questions, receivables

__all__ = ["advances", "clients", "invoices", "payments", "questions", "receivables"]
