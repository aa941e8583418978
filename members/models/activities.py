"""The activity a person's money belongs to, and who signs for the cooperative."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models.people import Affiliate, User
from office.refs import RefField


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: User) -> "ActivityQuerySet":
        return self.all() if user.is_staff else self.filter(affiliate__user=user)


class Activity(models.Model):
    """What every job, invoice, contract and booking belongs to. Here the kind job by job."""

    ref = RefField(_("référence"))
    affiliate = models.ForeignKey(
        Affiliate, on_delete=models.PROTECT, related_name="activities", verbose_name=_("affilié")
    )
    entity = models.ForeignKey(
        "ledger.LegalEntity", on_delete=models.PROTECT, related_name="+", verbose_name=_("entité")
    )
    name = models.CharField(_("nom"), max_length=120)
    kind = models.CharField(
        _("sorte"), max_length=15, choices=[("job_by_job", _("mission par mission"))]
    )
    opened_at = models.DateTimeField(_("ouverte le"))
    budget_account = models.OneToOneField(
        "ledger.Account",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("compte du budget"),
    )

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activité")
        verbose_name_plural = _("activités")

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """Who may sign contracts for an entity, from when until when."""

    entity = models.ForeignKey(
        "ledger.LegalEntity",
        on_delete=models.PROTECT,
        related_name="mandates",
        verbose_name=_("entité"),
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("personne")
    )
    title = models.CharField(_("titre"), max_length=80)
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"), null=True, blank=True)

    class Meta:
        verbose_name = _("mandat")
        verbose_name_plural = _("mandats")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="mandate_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.title}"
