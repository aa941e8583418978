"""What clients ask and dispute."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from invoicing.models.clients import Client
from invoicing.models.invoices import Invoice
from invoicing.states import QuestionStatus
from members.models import User
from office.refs import RefField


class QuestionKind(models.TextChoices):
    QUESTION = "question", _("question")
    DISPUTE = "dispute", _("contestation de la facture")


class Outcome(models.TextChoices):
    """What the cooperative answers to a dispute."""

    STANDS = "stands", _("la facture reste due")
    CORRECTED = "corrected", _("la facture est corrigée")


class Question(models.Model):
    """What a client asks about a job or disputes of its invoice, and the cooperative's answer.

    ``link`` is the page it was written on: there the answer stands, and its letter leads there.
    """

    ref = RefField(_("référence"))
    kind = models.CharField(_("sorte"), max_length=8, choices=QuestionKind)
    status = models.CharField(
        _("état"), max_length=8, choices=QuestionStatus, default=QuestionStatus.OPEN
    )
    job = models.CharField(_("mission"), max_length=8)  # the order's ref
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="questions", verbose_name=_("client")
    )
    affiliate = models.ForeignKey(
        "members.Affiliate", on_delete=models.PROTECT, related_name="+", verbose_name=_("affilié")
    )
    invoice = models.ForeignKey(
        Invoice,
        null=True,
        on_delete=models.PROTECT,
        related_name="questions",
        verbose_name=_("facture"),
    )
    link = models.ForeignKey("office.Link", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("langue"), max_length=2)
    name = models.CharField(_("de"), max_length=120)
    text = models.CharField(_("texte"), max_length=1500)
    asked_at = models.DateTimeField(_("écrit le"))
    answer = models.CharField(_("réponse"), max_length=1500, blank=True)
    outcome = models.CharField(_("suite"), max_length=9, choices=Outcome, blank=True)
    answered_at = models.DateTimeField(_("répondu le"), null=True)
    answered_by = models.ForeignKey(
        User,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("répondu par"),
    )

    class Meta:
        verbose_name = _("question d’un client")
        verbose_name_plural = _("questions des clients")
        indexes = [
            models.Index(fields=["link"]),
            models.Index(fields=["id"], condition=Q(status="open"), name="question_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(kind="dispute", status="open"),
                name="question_one_open_dispute",
            ),
            models.CheckConstraint(
                condition=Q(kind="question", outcome="") | Q(kind="dispute", invoice__isnull=False),
                name="question_dispute_of_an_invoice",
            ),
            models.CheckConstraint(
                condition=Q(status="open", answer="", answered_at=None, answered_by=None)
                | (
                    Q(status="answered", answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                    & (Q(kind="question") | ~Q(outcome=""))
                ),
                name="question_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.ref}"
