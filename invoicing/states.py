"""The life of an invoice or credit note as a document (what is paid of it is another life: its
receivable), and of what a client asks.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class QuestionStatus(TextChoices):
    OPEN = "open", _("à répondre")
    ANSWERED = "answered", pgettext_lazy("question", "répondue")


QUESTION_TRANSITIONS = {
    QuestionStatus.OPEN: frozenset({QuestionStatus.ANSWERED}),
    QuestionStatus.ANSWERED: frozenset(),
}
