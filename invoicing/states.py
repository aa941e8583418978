"""The life of an invoice or credit note as a document. What is paid of it is another life: its
receivable.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InvoiceStatus(TextChoices):
    DRAFT = "draft", _("brouillon")
    RELEASED = "released", _("à émettre")
    ISSUED = "issued", _("émise")
    ANNULLED = "annulled", _("brouillon annulé")


INVOICE_TRANSITIONS = {
    InvoiceStatus.DRAFT: frozenset({InvoiceStatus.RELEASED, InvoiceStatus.ANNULLED}),
    InvoiceStatus.RELEASED: frozenset({InvoiceStatus.ISSUED, InvoiceStatus.ANNULLED}),
    InvoiceStatus.ISSUED: frozenset(),
    InvoiceStatus.ANNULLED: frozenset(),
}
