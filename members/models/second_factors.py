"""The second step of the staff's login."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models.people import User


class SecondFactor(models.Model):
    """What a person has besides her password: an app that shows codes. The secret is sealed.

    ``pending`` is the secret of an app that has not yet shown a code; the one before it counts
    until then. ``last_step`` is the half minute of the last code taken: none is taken twice.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    secret = models.BinaryField(null=True)  # office.crypto.seal
    pending = models.BinaryField(null=True)
    confirmed_at = models.DateTimeField(_("confirmée le"), null=True)
    last_step = models.BigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    locked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("vérification en deux étapes")
        verbose_name_plural = _("vérifications en deux étapes")
        constraints = [
            models.CheckConstraint(
                condition=Q(secret=None, confirmed_at=None)
                | Q(secret__isnull=False, confirmed_at__isnull=False),
                name="second_factor_confirmed_with_secret",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A code for the day the app is lost: works once, kept as a hash."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)
