"""Which version of the terms of membership each person has accepted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.people import User


class TermsAcceptance(models.Model):
    """A person accepts a version, in a language: the hash is that of the very text shown.

    Never changed, never deleted (guard in the database).
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="terms", verbose_name=_("personne")
    )
    version = models.CharField(_("version"), max_length=20)
    language = models.CharField(_("langue"), max_length=2)
    sha256 = models.CharField(_("empreinte du texte"), max_length=64)
    accepted_at = models.DateTimeField(_("accepté le"))
    address = models.CharField(_("adresse IP"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("acceptation des conditions")
        verbose_name_plural = _("acceptations des conditions")
        constraints = [
            models.UniqueConstraint(fields=["user", "version"], name="terms_accepted_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.version}"
