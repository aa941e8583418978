"""Money of clients, and what it pays."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from invoicing.models.invoices import Invoice
from office.fields import MoneyField


class Payment(models.Model):
    """Money of a client on an invoice, or (amount below zero) the reversal of a mistake. Never
    changed.
    """

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="payments", verbose_name=_("facture")
    )
    amount = MoneyField(_("montant"))
    received_on = models.DateField(_("reçu le"))
    reference = models.CharField(
        _("référence de l’extrait"), max_length=140, blank=True
    )  # of the bank statement
    request_key = models.CharField(
        _("clé du formulaire"), max_length=64, unique=True
    )  # of the form: sent twice, one payment
    reverses = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="reversed_by",
        verbose_name=_("corrige"),
    )
    reason = models.CharField(_("raison"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("inscrit le"))
    recorded_by = models.CharField(_("inscrit par"), max_length=200)

    class Meta:
        verbose_name = _("paiement")
        verbose_name_plural = _("paiements")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses=None)
                | (Q(amount__lt=0, reverses__isnull=False) & ~Q(reason="")),
                name="payment_or_reversal",
            )
        ]

    def __str__(self) -> str:
        return str(self.invoice)


class Purpose(models.TextChoices):
    """What a client's money pays."""

    VAT = "vat", _("TVA")
    EMPLOYMENT = "employment", _("coût du salaire")
    FEE = "fee", _("contribution à la coopérative")
    EXPENSES = "expenses", _("frais")
    ROUNDING = "rounding", _("arrondi")
    OVERPAID = "overpaid", _("trop-perçu")

    @classmethod
    def of_an_invoice(cls) -> list["Purpose"]:
        """What an invoice is made of; the rest is too much."""
        return [purpose for purpose in cls if purpose is not cls.OVERPAID]


class Allotment(models.Model):
    """Which part of the money received on an invoice pays what, in the written order of the
    policy.

    Made by a payment (or its reversal); or by a credit note, which frees what had been paid. Never
    changed: what an invoice's money pays today is the sum of its allotments.
    """

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="allotments", verbose_name=_("facture")
    )
    payment = models.ForeignKey(
        Payment,
        null=True,
        on_delete=models.PROTECT,
        related_name="allotments",
        verbose_name=_("paiement"),
    )
    credit_note = models.ForeignKey(
        Invoice,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("note de crédit"),
    )
    purpose = models.CharField(_("affecté à"), max_length=12, choices=Purpose)
    amount = MoneyField(_("montant"))

    class Meta:
        verbose_name = _("affectation")
        verbose_name_plural = _("affectations")
        constraints = [
            models.UniqueConstraint(fields=["payment", "purpose"], name="allotment_once"),
            models.UniqueConstraint(
                fields=["credit_note", "purpose"], name="allotment_once_per_credit_note"
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit_note=None)
                | Q(payment=None, credit_note__isnull=False),
                name="allotment_one_cause",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="allotment_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.amount}"
