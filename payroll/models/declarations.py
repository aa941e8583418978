"""What social security is told of a contract."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payroll.models.contracts import Contract
from payroll.states import DeclarationStatus


class Declaration(models.Model):
    """A Dimona to make by hand on the portal of social security.

    IN before the start, UPDATE or CANCEL after a change. When a new version replaces a contract,
    its recorded rows move to the new one: the period declared is the same.
    """

    contract = models.ForeignKey(
        Contract, verbose_name=_("contrat"), on_delete=models.PROTECT, related_name="declarations"
    )
    kind = models.CharField(
        _("genre"), max_length=6, choices=[("in", "IN"), ("update", "UPDATE"), ("cancel", "CANCEL")]
    )
    status = models.CharField(
        _("état"), max_length=10, choices=DeclarationStatus, default=DeclarationStatus.TO_DECLARE
    )
    due_on = models.DateField(_("à faire au plus tard le"))  # the day before this contract starts
    period_number = models.CharField(
        _("numéro de période"), max_length=12, blank=True
    )  # of the answer
    previous = models.ForeignKey(
        "self",
        null=True,
        verbose_name=_("déclaration précédente"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("créé le"))
    recorded_at = models.DateTimeField(_("notée le"), null=True)
    recorded_by = models.ForeignKey(
        "members.User",
        null=True,
        verbose_name=_("notée par"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("déclaration Dimona")
        verbose_name_plural = _("déclarations Dimona")
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(status="to_declare"), name="declaration_to_make"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="recorded")
                | (Q(recorded_at__isnull=False, recorded_by__isnull=False) & ~Q(period_number="")),
                name="declaration_recorded_whole",
            )
        ]

    def __str__(self) -> str:
        return f"Dimona {self.get_kind_display()} {self.contract}"
