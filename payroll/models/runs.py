"""Payslips paid together."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from office.fields import MoneyField
from office.refs import RefField
from payroll.states import RunStatus


class PayRun(models.Model):
    """Payslips paid together by one bank file. One person submits, another approves."""

    ref = RefField(_("référence"))
    status = models.CharField(_("état"), max_length=10, choices=RunStatus, default=RunStatus.BUILT)
    entity = models.ForeignKey(
        "ledger.LegalEntity", verbose_name=_("entité"), on_delete=models.PROTECT, related_name="+"
    )
    pay_on = models.DateField(
        _("exécution demandée le")
    )  # the day the money must be on the accounts (requested execution)
    approve_before = models.DateField(_("à approuver au plus tard le"))
    total = MoneyField(_("total"), default=0)
    built_at = models.DateTimeField(_("préparée le"))
    built_by = models.CharField(_("préparée par"), max_length=200)
    submitted_at = models.DateTimeField(_("soumise le"), null=True)
    submitted_by = models.ForeignKey(
        "members.User",
        null=True,
        verbose_name=_("soumise par"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField(_("approuvée le"), null=True)
    approved_by = models.ForeignKey(
        "members.User",
        null=True,
        verbose_name=_("approuvée par"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    bank_file = models.ForeignKey(
        "office.Document",
        null=True,
        verbose_name=_("fichier pour la banque"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    left_out = models.JSONField(
        _("exclus"), default=list
    )  # contracts not in it: ref, name, code, reason
    discarded_at = models.DateTimeField(_("abandonnée le"), null=True)
    discarded_by = models.ForeignKey(
        "members.User",
        null=True,
        verbose_name=_("abandonnée par"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    discarded_reason = models.CharField(_("raison de l’abandon"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("paie")
        verbose_name_plural = _("paies")
        indexes = [
            models.Index(
                fields=["approve_before"],
                condition=Q(status__in=["built", "submitted"]),
                name="pay_run_to_approve",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="submitted")
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="pay_run_submitted_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None, discarded_by=None, discarded_reason="")
                & ~Q(status="discarded")
                | Q(status="discarded", discarded_at__isnull=False, discarded_by__isnull=False)
                & ~Q(discarded_reason=""),
                name="pay_run_discarded_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("submitted_by")),
                name="pay_run_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "executed"])
                | Q(approved_at__isnull=False, approved_by__isnull=False)
                & Q(submitted_by__isnull=False, bank_file__isnull=False),
                name="pay_run_approved_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.pay_on:%d/%m/%Y}"
