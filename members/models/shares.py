"""The share of the cooperative a member holds for a calendar year, and the money paid for it."""

from decimal import Decimal

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from members.models.people import Affiliate, User
from office.fields import MoneyField
from office.money import ZERO
from office.refs import RefField


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, user: User) -> "ShareQuerySet":
        return self.all() if user.is_staff else self.filter(affiliate__user=user)

    def paid(self) -> "ShareQuerySet":
        return self.filter(paid_on__isnull=False)


class Share(models.Model):
    """One share, for one calendar year: asked for at the price of that day, hers once paid whole.

    The register of shares is the paid ones, by number.
    """

    ref = RefField(_("référence"))
    affiliate = models.ForeignKey(
        Affiliate, on_delete=models.PROTECT, related_name="shares", verbose_name=_("membre")
    )
    entity = models.ForeignKey(
        "ledger.LegalEntity", on_delete=models.PROTECT, related_name="+", verbose_name=_("entité")
    )
    year = models.PositiveSmallIntegerField(_("année"))
    amount = MoneyField(_("valeur"))
    communication = models.CharField(_("communication"), max_length=12, blank=True)
    asked_at = models.DateTimeField(_("demandée le"))
    paid_on = models.DateField(_("payée le"), null=True)
    certificate = models.ForeignKey(
        "office.Document",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("certificat"),
    )

    objects = ShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        constraints = [
            models.UniqueConstraint(fields=["affiliate", "year"], name="share_once_a_year"),
            models.UniqueConstraint(
                fields=["communication"],
                condition=~Q(communication=""),
                name="share_communication_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="share_has_a_value"),
        ]

    def __str__(self) -> str:
        return f"{self.affiliate} {self.year}"

    @property
    def received(self) -> Decimal:
        """Euros received for it and not given back."""
        total: Decimal = self.payments.aggregate(sum=Sum("amount", default=ZERO))["sum"]
        return total


class SharePayment(models.Model):
    """Money for a share, from her own account; below zero when too much was given back.

    Never changed (guard in the database). One ``request_key`` (a line of the bank) counts once.
    """

    share = models.ForeignKey(
        Share, on_delete=models.PROTECT, related_name="payments", verbose_name=_("part")
    )
    amount = MoneyField(_("montant"))
    received_on = models.DateField(_("reçu le"))
    reference = models.CharField(_("ligne de la banque"), max_length=140)
    request_key = models.CharField(max_length=160, unique=True)
    recorded_at = models.DateTimeField(_("inscrit le"))
    recorded_by = models.CharField(_("inscrit par"), max_length=200)

    class Meta:
        verbose_name = _("paiement d’une part")
        verbose_name_plural = _("paiements de parts")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="share_payment_not_zero")
        ]

    def __str__(self) -> str:
        return f"{self.share} {self.amount}"
