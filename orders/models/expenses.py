"""The expenses in the price of an order, and their proofs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.fields import MoneyField
from orders.models.orders import Order


class ExpenseLine(models.Model):
    """An expense that is part of the price (euros excl. VAT)."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="expense_lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=120, verbose_name=_("frais"))
    amount = MoneyField(verbose_name=_("montant"))

    class Meta:
        verbose_name = _("frais")
        verbose_name_plural = _("frais")
        ordering = ["position"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="expense_line_pays")]

    def __str__(self) -> str:
        return self.label


class Receipt(models.Model):
    """The proof of an expense. Refunded once approved, and only from money received for it."""

    line = models.ForeignKey(
        ExpenseLine, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("frais")
    )
    amount = MoneyField(verbose_name=_("montant"))
    paper = models.ForeignKey("office.Document", on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(verbose_name=_("déposé"))
    approved_at = models.DateTimeField(null=True, verbose_name=_("approuvé"))
    approved_by = models.ForeignKey(
        "members.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("approuvé par"),
    )
    refused_reason = models.CharField(max_length=300, blank=True, verbose_name=_("raison du refus"))
    refunded_on = models.DateField(null=True, verbose_name=_("remboursé"))

    class Meta:
        verbose_name = _("justificatif")
        verbose_name_plural = _("justificatifs")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="receipt_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(refunded_on=None) | Q(approved_at__isnull=False),
                name="receipt_refunded_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return str(self.line)
