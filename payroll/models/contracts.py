"""Employment contracts and their days."""

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from members.models import User
from office.fields import MoneyField, RateField
from office.refs import RefField
from payroll.states import ContractStatus


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> "ContractQuerySet":
        """All of them for staff; an affiliate sees her own."""
        return self.all() if user.is_staff else self.filter(affiliate__user=user)

    def living(self) -> "ContractQuerySet":
        """Neither annulled nor replaced by another version."""
        return self.exclude(status__in=[ContractStatus.ANNULLED, ContractStatus.REPLACED])

    def to_pay(self) -> "ContractQuerySet":
        """Released with something due, and on no payslip yet."""
        payslips = apps.get_model("payroll", "Payslip").objects  # they point down to contracts
        slips = payslips.filter(contract=OuterRef("pk"), dropped_at=None)
        return (
            self.living().filter(released_at__isnull=False, gross_due__gt=0).exclude(Exists(slips))
        )


class Contract(models.Model):
    """A fixed-term employment contract inside one calendar month.

    What it prints is frozen in ``printed``.

    ``gross`` is the agreed pay in euros for all its days. Being signed and being paid are two
    lives: the work is released (confirmed, by silence, or decided) and then a payslip pays
    ``gross_due``.
    """

    ref = RefField(_("référence"))
    status = models.CharField(
        _("état"), max_length=10, choices=ContractStatus, default=ContractStatus.DRAFT
    )
    entity = models.ForeignKey(
        "ledger.LegalEntity", verbose_name=_("entité"), on_delete=models.PROTECT, related_name="+"
    )
    affiliate = models.ForeignKey(
        "members.Affiliate",
        verbose_name=_("affilié"),
        on_delete=models.PROTECT,
        related_name="contracts",
    )
    activity = models.ForeignKey(
        "members.Activity",
        verbose_name=_("activité"),
        on_delete=models.PROTECT,
        related_name="contracts",
    )
    job = models.CharField(_("mission"), max_length=8)
    trade = models.ForeignKey(
        "members.Trade", verbose_name=_("métier"), on_delete=models.PROTECT, related_name="+"
    )
    client_name = models.CharField(_("client"), max_length=120)
    description = models.TextField(_("description"))
    place = models.CharField(_("lieu"), max_length=200)
    free_setting = models.BooleanField(
        _("cadre libre")
    )  # places and hours mainly chosen by the worker
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    hours = models.DecimalField(_("heures"), max_digits=6, decimal_places=2)
    gross = MoneyField(_("brut"))
    insurance_rate = RateField(_("taux d’assurance"))
    guaranteed = models.BooleanField(
        _("garanti"), default=False
    )  # the fund bears what the client never pays
    joint_committee = models.CharField(_("commission paritaire"), max_length=10)
    language = models.CharField(_("langue"), max_length=2)
    printed = models.JSONField(_("imprimé"), default=dict)
    document = models.ForeignKey(
        "office.Document",
        null=True,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("créé le"))
    cooperative_signed_at = models.DateTimeField(_("signé par la coopérative le"), null=True)
    cooperative_signed_by = models.ForeignKey(
        "members.User",
        null=True,
        verbose_name=_("signé pour la coopérative par"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    signature_level = models.CharField(
        _("signature"),
        max_length=6,
        blank=True,
        choices=[("wet", _("papier")), ("simple", _("clic"))],
    )
    signed_paper = models.ForeignKey(
        "office.Document",
        null=True,
        verbose_name=_("papier signé"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    affiliate_signed_at = models.DateTimeField(_("signé par l’affilié le"), null=True)
    checked_by = models.ForeignKey(
        "members.User",
        null=True,
        verbose_name=_("papier vérifié par"),
        on_delete=models.PROTECT,
        related_name="+",
    )  # of a paper
    released_at = models.DateTimeField(_("transmis à la paie le"), null=True)
    release_kind = models.CharField(
        _("travail"),
        max_length=10,
        blank=True,
        choices=[
            ("confirmed", _("confirmé")),
            ("silence", _("non confirmé")),
            ("decided", _("décidé par votre conseiller")),
        ],
    )
    hours_done = models.DecimalField(_("heures faites"), max_digits=6, decimal_places=2, null=True)
    last_day_worked = models.DateField(_("dernier jour travaillé"), null=True)
    gross_due = MoneyField(_("brut dû"), null=True)
    pay_deadline = models.DateField(_("à payer au plus tard le"), null=True)
    left_out_reason = models.CharField(
        _("exclu de la paie parce que"), max_length=300, blank=True
    )  # of the last run built
    irregular_checked_at = models.DateTimeField(
        _("début vérifié le"), null=True
    )  # once the first day has begun
    irregular_start = models.BooleanField(
        _("début irrégulier"), default=False
    )  # began unsigned or undeclared
    irregular_decision = models.CharField(_("décision sur le début"), max_length=400, blank=True)
    irregular_decided_at = models.DateTimeField(_("décidé le"), null=True)
    irregular_decided_by = models.ForeignKey(
        "members.User",
        null=True,
        verbose_name=_("décidé par"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    replaces = models.ForeignKey(
        "self",
        null=True,
        verbose_name=_("remplace"),
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contrat")
        verbose_name_plural = _("contrats")
        indexes = [
            models.Index(fields=["job"]),
            models.Index(fields=["status", "starts_on"]),
            models.Index(
                fields=["starts_on"],
                condition=Q(irregular_checked_at=None),
                name="contract_start_to_check",
            ),
            models.Index(
                fields=["pay_deadline"],
                condition=~Q(left_out_reason=""),
                name="contract_left_out",
            ),
            models.Index(
                fields=["ends_on"], condition=Q(released_at=None), name="contract_unanswered"
            ),
            models.Index(
                fields=["pay_deadline"],
                condition=Q(released_at__isnull=False),
                name="contract_released",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), gross__gt=0, hours__gt=0),
                name="contract_in_order",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__month=F("starts_on__month"))
                & Q(ends_on__year=F("starts_on__year")),
                name="contract_inside_one_month",
            ),
            models.CheckConstraint(
                condition=Q(cooperative_signed_at=None, cooperative_signed_by=None)
                | Q(cooperative_signed_at__isnull=False, cooperative_signed_by__isnull=False),
                name="contract_cooperative_signature",
            ),
            models.CheckConstraint(
                condition=~Q(status="signed")
                | (
                    Q(cooperative_signed_at__isnull=False, affiliate_signed_at__isnull=False)
                    & ~Q(signature_level="")
                ),
                name="contract_signed_by_both",
            ),
            models.CheckConstraint(
                condition=Q(irregular_decided_at=None, irregular_decided_by=None)
                & Q(irregular_decision="")
                | Q(irregular_start=True, irregular_decided_at__isnull=False)
                & Q(irregular_decided_by__isnull=False)
                & ~Q(irregular_decision=""),
                name="contract_irregular_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, release_kind="", gross_due=None)
                | (
                    Q(released_at__isnull=False, gross_due__isnull=False)
                    & Q(pay_deadline__isnull=False)
                    & ~Q(release_kind="")
                ),
                name="contract_released_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.affiliate} {self.starts_on:%d/%m/%Y}"

    @property
    def signed(self) -> bool:
        """Signed by the cooperative and by the affiliate."""
        return self.status == ContractStatus.SIGNED

    @property
    def living(self) -> bool:
        """Neither annulled nor replaced by another version."""
        return self.status not in (ContractStatus.ANNULLED, ContractStatus.REPLACED)


class ContractDay(models.Model):
    contract = models.ForeignKey(
        Contract, verbose_name=_("contrat"), on_delete=models.CASCADE, related_name="days"
    )
    day = models.DateField(_("jour"))
    hours = models.DecimalField(_("heures"), max_digits=4, decimal_places=2)

    class Meta:
        verbose_name = _("jour du contrat")
        verbose_name_plural = _("jours du contrat")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "day"], name="contract_day_once"),
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=24), name="contract_day_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hours}"
