"""Corrections of a locked identity: what she asks, why, with which proof, what staff decided."""

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models.people import Affiliate, User
from office.models import SealedFile
from office.refs import RefField
from office.templatetags.house import shortday


class IdentityCorrectionQuerySet(models.QuerySet["IdentityCorrection"]):
    def visible_to(self, user: User) -> "IdentityCorrectionQuerySet":
        return self.all() if user.is_staff else self.filter(affiliate__user=user)

    def open(self) -> "IdentityCorrectionQuerySet":
        """Those that nobody decided yet."""
        return self.filter(decided_at=None)


class IdentityCorrection(models.Model):
    """The identity she asks for, beside the one that stood. Once accepted it is the history.

    Papers made before keep what they print. A decided row is never changed (guard in the database).
    """

    ref = RefField(_("référence"))
    affiliate = models.ForeignKey(
        Affiliate, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("affilié")
    )
    first_name = models.CharField(_("prénom"), max_length=60)
    last_name = models.CharField(_("nom"), max_length=60)
    birth_date = models.DateField(_("naissance"))
    national_number_sealed = models.BinaryField()  # office.crypto.seal
    national_number_index = models.CharField(max_length=64)  # office.crypto.index
    national_number_masked = models.CharField(_("numéro national"), max_length=15)
    was_first_name = models.CharField(_("prénom jusque-là"), max_length=60)
    was_last_name = models.CharField(_("nom jusque-là"), max_length=60)
    was_birth_date = models.DateField(_("naissance jusque-là"))
    was_national_number_sealed = models.BinaryField()
    was_national_number_index = models.CharField(max_length=64)
    was_national_number_masked = models.CharField(_("numéro national jusque-là"), max_length=15)
    reason = models.CharField(_("pourquoi"), max_length=400)
    proof = models.OneToOneField(
        SealedFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("preuve")
    )
    asked_at = models.DateTimeField(_("demandée le"))
    decided_at = models.DateTimeField(_("décidée le"), null=True)
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("décidée par")
    )
    accepted = models.BooleanField(_("acceptée"), null=True)
    refusal_reason = models.CharField(_("raison du refus"), max_length=400, blank=True)

    objects = IdentityCorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction d’identité")
        verbose_name_plural = _("corrections d’identité")
        constraints = [
            models.UniqueConstraint(
                fields=["affiliate"],
                condition=Q(decided_at=None),
                name="identity_correction_one_open",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, accepted=None, refusal_reason="")
                | Q(
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    accepted=True,
                    refusal_reason="",
                )
                | Q(decided_at__isnull=False, decided_by__isnull=False, accepted=False)
                & ~Q(refusal_reason=""),
                name="identity_correction_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.was_first_name} {self.was_last_name}"

    @property
    def changes(self) -> list[tuple[str | Promise, str, str]]:
        """What differs: the field, what stood, what is asked. Of the number the start only."""
        number = self.was_national_number_index != self.national_number_index
        rows: list[tuple[str | Promise, str, str, bool]] = [
            (_("prénom"), self.was_first_name, self.first_name, False),
            (_("nom"), self.was_last_name, self.last_name, False),
            (
                _("naissance"),
                shortday(self.was_birth_date),
                shortday(self.birth_date),
                False,
            ),
            (
                _("numéro national"),
                self.was_national_number_masked,
                self.national_number_masked,
                number,
            ),
        ]
        return [(label, was, asked) for label, was, asked, also in rows if also or was != asked]
