"""Keys for programs, and the answers kept for them."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models.people import User
from office.refs import RefField


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> "ApiTokenQuerySet":
        return self.all() if user.is_staff else self.filter(user=user)


class ApiToken(models.Model):
    """A key by which a program acts for a person, within its scopes. Only its hash is kept.

    ``used`` counts the requests of the minute that began at ``minute`` (the rate limit).
    """

    ref = RefField()
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="api_tokens", verbose_name=_("personne")
    )
    name = models.CharField(_("nom"), max_length=60)
    prefix = models.CharField(_("début"), max_length=12)  # shown, so that one knows which it is
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("droits"))
    created_at = models.DateTimeField(_("créé le"))
    expires_at = models.DateTimeField(_("expire le"))
    revoked_at = models.DateTimeField(_("révoqué le"), null=True)
    last_used_at = models.DateTimeField(_("dernier usage"), null=True)
    minute = models.DateTimeField(null=True)
    used = models.PositiveIntegerField(default=0)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("jeton d’accès")
        verbose_name_plural = _("jetons d’accès")
        indexes = [models.Index(fields=["user", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="api_token_expires"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def living(self, at: datetime) -> bool:
        """Whether it opens anything at an instant."""
        return self.revoked_at is None and at < self.expires_at


class KeptAnswer(models.Model):
    """The answer to a write of the API under its Idempotency-Key: asked again, said again."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    asked = models.CharField(max_length=64)  # hash of method, address and body
    status = models.PositiveSmallIntegerField(null=True)
    content = models.JSONField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kept_at"])]
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once_per_key")
        ]

    def __str__(self) -> str:
        return self.key
