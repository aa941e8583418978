"""People: who logs in, who is an affiliate, and what is known of them."""

from typing import Any

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models.trades import Trade
from members.states import AffiliateStatus
from office.actors import Actor, ActorKind
from office.notices import Reader
from office.refs import RefField

AFFILIATE = "affiliate"  # who works through the cooperative, beside the roles of the desk


class Role(models.TextChoices):
    ADVISOR = "advisor", _("conseil")
    FINANCE = "finance", _("finances")
    PAYROLL = "payroll", _("paie")
    ADMINISTRATOR = "administrator", _("administration")


class UserQuerySet(models.QuerySet["User"]):
    def staff(self) -> "UserQuerySet":
        return self.filter(is_staff=True, is_active=True)


class Users(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **values: object) -> "User":
        user = self.model(email=email.strip().lower(), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **values: object) -> "User":
        values |= {"is_staff": True, "is_superuser": True, "role": Role.ADMINISTRATOR}
        return self.create_user(email, password, **values)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who can log in: an affiliate, or staff with a role."""

    email = models.EmailField(_("adresse e-mail"), unique=True)  # lower case
    name = models.CharField(_("nom"), max_length=120)
    language = models.CharField(_("langue"), max_length=2, default="fr")
    role = models.CharField(_("rôle"), max_length=15, choices=Role, blank=True)
    is_staff = models.BooleanField(_("personnel"), default=False)
    is_active = models.BooleanField(_("compte ouvert"), default=True)
    joined_at = models.DateTimeField(_("inscrit le"))
    email_confirmed_at = models.DateTimeField(_("e-mail confirmé le"), null=True, blank=True)

    objects = Users.from_queryset(UserQuerySet)()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("personne qui se connecte")
        verbose_name_plural = _("personnes qui se connectent")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_staff=False, role="") | (Q(is_staff=True) & ~Q(role="")),
                name="user_role_is_staff",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """What the desk calls who is logged in."""
        return self.name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Every active member of the staff may read what the desk shows; writing goes by
        buttons.
        """
        reads = perm.partition(".")[2].startswith("view_")
        return (self.is_active and self.is_staff and reads) or super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return (self.is_active and self.is_staff) or super().has_module_perms(app_label)

    def as_actor(self, *, address: str = "", agent: str = "") -> Actor:
        kind = ActorKind.STAFF if self.is_staff else ActorKind.AFFILIATE
        return Actor(kind=kind, name=self.name, user_id=self.pk, address=address, agent=agent)

    def as_reader(self) -> Reader:
        """Who is told things."""
        return Reader(user_id=self.pk, name=self.name, address=self.email, language=self.language)

    @property
    def roles(self) -> list[str]:
        """What she is told things as: an affiliate, or her role at the desk; there the
        administrator stands in for all.
        """
        if not self.is_staff:
            return [AFFILIATE]
        return Role.values if self.role == Role.ADMINISTRATOR else [self.role]


class AffiliateQuerySet(models.QuerySet["Affiliate"]):
    def visible_to(self, user: User) -> "AffiliateQuerySet":
        return self.all() if user.is_staff else self.filter(user=user)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    # ref never changes
    exclude=["ref", "national_number_sealed", "national_number_index", "draft_sealed"],
)
class Affiliate(models.Model):
    """A person who works through the cooperative. Identity is locked once accepted."""

    ref = RefField(_("référence"))
    user = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="affiliate", verbose_name=_("compte")
    )
    status = models.CharField(
        _("état"), max_length=10, choices=AffiliateStatus, default=AffiliateStatus.DRAFT
    )
    first_name = models.CharField(_("prénom"), max_length=60)
    last_name = models.CharField(_("nom"), max_length=60)
    # what she typed of the second step so far (office.crypto.seal of JSON), until she sends it
    draft_sealed = models.BinaryField(null=True)
    birth_date = models.DateField(_("naissance"), null=True)
    national_number_sealed = models.BinaryField(null=True)  # office.crypto.seal
    national_number_index = models.CharField(  # office.crypto.index
        max_length=64, unique=True, null=True
    )
    national_number_masked = models.CharField(_("numéro national"), max_length=15, blank=True)
    street = models.CharField(_("rue et numéro"), max_length=120, blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    city = models.CharField(_("localité"), max_length=80, blank=True)
    country = models.CharField(_("pays"), max_length=2, default="BE")
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    trade = models.ForeignKey(
        Trade, on_delete=models.PROTECT, related_name="affiliates", verbose_name=_("métier")
    )
    registered_at = models.DateTimeField(_("inscrit le"))
    sent_at = models.DateTimeField(_("inscription envoyée le"), null=True)
    decided_at = models.DateTimeField(_("décidé le"), null=True)
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("décidé par")
    )
    refusal_reason = models.CharField(_("raison du refus"), max_length=400, blank=True)
    advisor = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="portfolio",
        verbose_name=_("conseiller"),
    )

    objects = AffiliateQuerySet.as_manager()

    class Meta:
        verbose_name = _("affilié")
        verbose_name_plural = _("affiliés")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(
                    draft_sealed=None,
                    birth_date__isnull=False,
                    national_number_sealed__isnull=False,
                    national_number_index__isnull=False,
                    sent_at__isnull=False,
                ),
                name="affiliate_sent_whole",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "registered"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="affiliate_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(refusal_reason=""),
                name="affiliate_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def may_send(self) -> bool:
        """Whether her orders may leave: everybody drafts, members send."""
        return self.status == AffiliateStatus.ACCEPTED


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    def visible_to(self, user: User) -> "BankAccountQuerySet":
        return self.all() if user.is_staff else self.filter(affiliate__user=user)

    def waiting(self) -> "BankAccountQuerySet":
        """Neither approved nor refused yet."""
        return self.filter(approved_at=None, refused_at=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class BankAccount(models.Model):
    """An account pay may go to: counts once confirmed by mail and by staff; the newest is used."""

    affiliate = models.ForeignKey(
        Affiliate, on_delete=models.PROTECT, related_name="bank_accounts", verbose_name=_("affilié")
    )
    iban = models.CharField(_("compte"), max_length=34)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    asked_at = models.DateTimeField(_("demandé le"))
    confirmed_at = models.DateTimeField(
        _("confirmé par la personne le"), null=True
    )  # by the affiliate, through the mailed link
    approved_at = models.DateTimeField(_("approuvé le"), null=True)  # by staff
    approved_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("approuvé par")
    )
    refused_at = models.DateTimeField(_("refusé le"), null=True)
    refused_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("refusé par")
    )
    refusal_reason = models.CharField(_("raison du refus"), max_length=400, blank=True)

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("compte bancaire")
        verbose_name_plural = _("comptes bancaires")
        constraints = [
            models.CheckConstraint(
                condition=Q(refused_at=None, refused_by=None)
                | (
                    Q(refused_at__isnull=False, refused_by__isnull=False, approved_at=None)
                    & ~Q(refusal_reason="")
                ),
                name="bank_account_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(
                    approved_at__isnull=False,
                    approved_by__isnull=False,
                    confirmed_at__isnull=False,
                ),
                name="bank_account_approved_after_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.iban[:4]} •••• {self.iban[-4:]}"


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, user: User) -> "HouseholdQuerySet":
        return self.all() if user.is_staff else self.filter(affiliate__user=user)


class Household(models.Model):
    """What the withholding tax knows of a person from a date on; a payslip names its version.

    A version is never changed (guard in the database): a correction is the next version.
    """

    affiliate = models.ForeignKey(
        Affiliate, on_delete=models.PROTECT, related_name="households", verbose_name=_("affilié")
    )
    starts_on = models.DateField(_("à partir du"))
    scale = models.CharField(_("barème"), max_length=1, choices=[("1", "I"), ("2", "II")])
    partner_income = models.CharField(
        _("conjoint"),
        max_length=15,
        choices=[
            ("none_partner", _("pas de conjoint ni de cohabitant légal")),
            ("own", _("revenus professionnels propres")),
            ("none", _("pas de revenus")),
            ("small", _("petits revenus professionnels (limite légale)")),
            ("small_pension", _("petite pension (limite légale)")),
        ],
    )
    children = models.PositiveSmallIntegerField(_("enfants"), default=0)
    disabled_children = models.PositiveSmallIntegerField(_("enfants handicapés"), default=0)
    single_parent = models.BooleanField(_("parent isolé"), default=False)
    disabled = models.BooleanField(_("handicap"), default=False)
    partner_disabled = models.BooleanField(_("handicap du conjoint"), default=False)
    dependants_over_66 = models.PositiveSmallIntegerField(
        _("personnes de plus de 66 ans"), default=0
    )
    other_dependants = models.PositiveSmallIntegerField(_("autres personnes à charge"), default=0)
    higher_rate = models.DecimalField(
        _("taux plus élevé choisi"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    recorded_at = models.DateTimeField(_("noté le"))

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("ménage")
        verbose_name_plural = _("ménages")
        indexes = [models.Index(fields=["affiliate", "-starts_on", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(disabled_children__lte=models.F("children")),
                name="household_disabled_children_are_children",
            ),
            models.CheckConstraint(
                condition=Q(higher_rate=None) | Q(higher_rate__gt=0, higher_rate__lte=1),
                name="household_rate_is_fraction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.affiliate} {self.starts_on}"
