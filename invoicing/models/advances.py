"""What the guarantee pays before, or instead of, a client."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from invoicing.models.invoices import Invoice
from office.fields import MoneyField


class Advance(models.Model):
    """How the employment cost of one payslip was paid: by the client's money, or first by the
    fund's means.

    ``cost`` is the whole; ``amount`` what the client's money did not cover when it was needed. The
    advance is then repaid by the client, or lost; what is lost may still be recovered.
    """

    invoice = models.ForeignKey(
        Invoice,
        null=True,
        on_delete=models.PROTECT,
        related_name="advances",
        verbose_name=_("facture"),
    )
    entity = models.ForeignKey(
        "ledger.LegalEntity", on_delete=models.PROTECT, related_name="+", verbose_name=_("entité")
    )
    job = models.CharField(_("mission"), max_length=8, db_index=True)
    source = models.CharField(_("pièce"), max_length=40, unique=True)  # "payslip:12"
    covered = models.BooleanField(
        _("couverte par le fonds")
    )  # True: the guarantee fund bears a loss; False: the activity
    cost = MoneyField(_("coût du salaire"))
    amount = MoneyField(_("avancé"))
    repaid = MoneyField(_("remboursé"), default=0)
    lost = MoneyField(_("perdu"), default=0)
    recovered = MoneyField(_("récupéré"), default=0)  # of what was lost
    made_on = models.DateField(_("avancé le"))
    lost_reason = models.CharField(_("raison de la perte"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("avance")
        verbose_name_plural = _("avances")
        indexes = [
            models.Index(
                fields=["made_on"],
                condition=Q(amount__gt=F("repaid") + F("lost")),
                name="advance_outstanding",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cost__gt=0, amount__gte=0, repaid__gte=0, lost__gte=0)
                & Q(recovered__gte=0, recovered__lte=F("lost"), cost__gte=F("amount"))
                & Q(amount__gte=F("repaid") + F("lost")),
                name="advance_never_more_than_made",
            ),
            models.CheckConstraint(
                condition=Q(lost=0) | ~Q(lost_reason=""), name="advance_lost_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.job

    @property
    def outstanding(self) -> Decimal:
        """Euros advanced and neither repaid nor lost."""
        return self.amount - self.repaid - self.lost
