"""The activity people's money belongs to, who takes part in it from when until when, and who signs
for the cooperative.
"""

from collections.abc import Sequence
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models.people import Affiliate, User
from members.states import InvitationStatus
from office.refs import RefField


class ActivityRole(models.TextChoices):
    """What a person is in an activity: a holder answers for it and says who takes part."""

    HOLDER = "holder", _("titulaire de l’activité")
    PARTICIPANT = "participant", _("participant·e")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def held_by(
        self, affiliate_id: int, *, on: date, roles: Sequence[str] = tuple(ActivityRole.values)
    ) -> "ActivityQuerySet":
        return self._mandated(Q(affiliate=affiliate_id, role__in=roles), on)

    def visible_to(self, user: User, *, on: date) -> "ActivityQuerySet":
        return self.all() if user.is_staff else self._mandated(Q(affiliate__user=user), on)

    def _mandated(self, whose: Q, on: date) -> "ActivityQuerySet":
        """Those in which somebody has a mandate on a day: the one place that says who has
        access.
        """
        held = ActivityMandate.objects.held(on).filter(whose)
        return self.filter(pk__in=held.values("activity"))


class Activity(models.Model):
    """What every job, invoice, contract and booking belongs to. Here the kind job by job.

    ``affiliate`` is whom it was opened for; who has access is said by its mandates.
    """

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


class ActivityMandateQuerySet(models.QuerySet["ActivityMandate"]):
    def held(self, on: date) -> "ActivityMandateQuerySet":
        """Those that hold on a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)

    def lasting(self, on: date) -> "ActivityMandateQuerySet":
        """Those that hold on a day or later."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on))


class ActivityMandate(models.Model):
    """A person takes part in an activity from a day to a day, both included. It is ended with a
    date, never deleted; the database refuses two of one person on one day.
    """

    ref = RefField(_("référence"))
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("activité")
    )
    affiliate = models.ForeignKey(
        Affiliate,
        on_delete=models.PROTECT,
        related_name="activity_mandates",
        verbose_name=_("affilié"),
    )
    role = models.CharField(_("rôle"), max_length=11, choices=ActivityRole)
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"), null=True, blank=True)

    objects = ActivityMandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandat dans l’activité")
        verbose_name_plural = _("mandats dans les activités")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="activity_mandate_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.affiliate} · {self.get_role_display()}"


class ActivityInvitationQuerySet(models.QuerySet["ActivityInvitation"]):
    def addressed_to(self, affiliate: Affiliate) -> "ActivityInvitationQuerySet":
        """Those sent to her address or her reference."""
        return self.filter(invited__in=[affiliate.user.email, affiliate.ref])

    def open(self) -> "ActivityInvitationQuerySet":
        """Those that wait for an answer."""
        return self.filter(status=InvitationStatus.OPEN)


class ActivityInvitation(models.Model):
    """Somebody is asked to take part. ``invited`` is what the holder typed, an e-mail or a member's
    reference; nothing here says whether it is anybody's. Without ``starts_on`` the mandate begins
    on the day of the answer, without ``ends_on`` it lasts until it is ended.
    """

    ref = RefField(_("référence"))
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("activité")
    )
    invited = models.CharField(_("invité·e"), max_length=254)
    role = models.CharField(_("rôle"), max_length=11, choices=ActivityRole)
    starts_on = models.DateField(_("du"), null=True, blank=True)
    ends_on = models.DateField(_("au"), null=True, blank=True)
    status = models.CharField(
        _("état"), max_length=10, choices=InvitationStatus, default=InvitationStatus.OPEN
    )
    inviter = models.ForeignKey(
        Affiliate, on_delete=models.PROTECT, related_name="+", verbose_name=_("invité·e par")
    )
    invited_at = models.DateTimeField(_("envoyée le"))
    answered_at = models.DateTimeField(_("répondue le"), null=True)
    mandate = models.OneToOneField(
        ActivityMandate,
        null=True,
        on_delete=models.PROTECT,
        related_name="invitation",
        verbose_name=_("mandat"),
    )

    objects = ActivityInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation dans une activité")
        verbose_name_plural = _("invitations dans une activité")
        indexes = [models.Index(fields=["invited"], condition=Q(status="open"), name="invited")]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "invited"],
                condition=Q(status="open"),
                name="activity_invitation_open_once",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None)
                | Q(ends_on=None)
                | Q(ends_on__gte=models.F("starts_on")),
                name="activity_invitation_in_order",
            ),
            models.CheckConstraint(
                condition=Q(status="open", answered_at=None, mandate=None)
                | Q(status="accepted", answered_at__isnull=False, mandate__isnull=False)
                | Q(status__in=["declined", "withdrawn"], answered_at__isnull=False, mandate=None),
                name="activity_invitation_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.invited}"


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
