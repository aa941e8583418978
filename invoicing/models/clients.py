"""Who buys: shared by all affiliates."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import User
from office.fields import MoneyField
from office.refs import RefField


class ClientKind(models.TextChoices):
    BELGIAN_BUSINESS = "belgian_business", _("entreprise belge assujettie à la TVA")
    BELGIAN_BODY = "belgian_body", _("organisme belge sans numéro de TVA")
    PRIVATE = "private", _("particulier")
    EU_BUSINESS = "eu_business", _("entreprise d’un autre pays de l’Union")
    OTHER = "other", _("autre")


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, user: User) -> "ClientQuerySet":
        """Who stands in the public register is known to all; a private person to who named him."""
        if user.is_staff:
            return self.all()
        return self.filter(Q(enterprise_number__isnull=False) | Q(created_by_id=user.pk))


class Client(models.Model):
    """A client's identity, shared by all affiliates; locked once verified. Contacts belong to each
    order.
    """

    ref = RefField(_("référence"))
    kind = models.CharField(_("genre"), max_length=20, choices=ClientKind)
    enterprise_number = models.CharField(
        _("numéro d’entreprise"), max_length=10, null=True, unique=True
    )  # ten digits
    vat_number = models.CharField(_("numéro de TVA"), max_length=14, blank=True)
    name = models.CharField(_("nom"), max_length=120)
    street = models.CharField(_("rue et numéro"), max_length=120)
    postcode = models.CharField(_("code postal"), max_length=10)
    city = models.CharField(_("localité"), max_length=80)
    country = models.CharField(_("pays"), max_length=2, default="BE")
    language = models.CharField(_("langue"), max_length=2, default="fr")
    payment_term_days = models.PositiveSmallIntegerField(
        _("délai de paiement (jours)"), null=True, blank=True
    )  # negotiated
    created_at = models.DateTimeField(_("créé le"))
    created_by_id = models.BigIntegerField(
        _("créé par"), null=True
    )  # a user: may mend it until verified
    found_at = models.DateTimeField(_("repris du registre public le"), null=True, blank=True)
    verified_at = models.DateTimeField(_("vérifié le"), null=True, blank=True)
    verified_by_id = models.BigIntegerField(_("vérifié par"), null=True)
    blocked_at = models.DateTimeField(_("hors garantie depuis"), null=True, blank=True)
    blocked_reason = models.CharField(_("raison"), max_length=300, blank=True)
    guarantee_ceiling = MoneyField(
        _("plafond garanti"), null=True, blank=True
    )  # decided by staff; else policy

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="belgian_business") | Q(enterprise_number__isnull=False),
                name="client_business_has_number",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by_id=None)
                | Q(verified_at__isnull=False, verified_by_id__isnull=False),
                name="client_verified_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_served(self) -> bool:
        """Whether the platform can make orders for him yet."""
        return self.kind == ClientKind.BELGIAN_BUSINESS

    @property
    def known(self) -> bool:
        """Whether somebody else than a member says who he is: our staff, or the public register."""
        return self.verified_at is not None or self.found_at is not None
