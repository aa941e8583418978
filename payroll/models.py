"""Contracts, their declarations, pay runs and payslips."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from members.models import User
from office.fields import MoneyField, RateField
from office.refs import RefField
from payroll.states import ContractStatus, DeclarationStatus, RunStatus


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> "ContractQuerySet":
        """All of them for staff; an affiliate sees her own."""
        return self.all() if user.is_staff else self.filter(affiliate__user=user)

    def living(self) -> "ContractQuerySet":
        """Neither annulled nor replaced by another version."""
        return self.exclude(status__in=[ContractStatus.ANNULLED, ContractStatus.REPLACED])

    def to_pay(self) -> "ContractQuerySet":
        """Released with something due, and on no payslip yet."""
        slips = Payslip.objects.filter(contract=OuterRef("pk"), dropped_at=None)
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


class PayRun(models.Model):
    """Payslips paid together by one bank file. One person submits, another approves."""

    ref = RefField(_("référence"))
    status = models.CharField(_("état"), max_length=10, choices=RunStatus, default=RunStatus.BUILT)
    entity = models.ForeignKey(
        "ledger.LegalEntity", verbose_name=_("entité"), on_delete=models.PROTECT, related_name="+"
    )
    pay_on = models.DateField(
        _("exécution demandée le")
    )  # the day the money must be on the accounts (requested execution)
    approve_before = models.DateField(_("à approuver au plus tard le"))
    total = MoneyField(_("total"), default=0)
    built_at = models.DateTimeField(_("préparée le"))
    built_by = models.CharField(_("préparée par"), max_length=200)
    submitted_at = models.DateTimeField(_("soumise le"), null=True)
    submitted_by = models.ForeignKey(
        "members.User",
        null=True,
        verbose_name=_("soumise par"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField(_("approuvée le"), null=True)
    approved_by = models.ForeignKey(
        "members.User",
        null=True,
        verbose_name=_("approuvée par"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    bank_file = models.ForeignKey(
        "office.Document",
        null=True,
        verbose_name=_("fichier pour la banque"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    left_out = models.JSONField(
        _("exclus"), default=list
    )  # contracts not in it: ref, name, code, reason
    discarded_at = models.DateTimeField(_("abandonnée le"), null=True)
    discarded_by = models.ForeignKey(
        "members.User",
        null=True,
        verbose_name=_("abandonnée par"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    discarded_reason = models.CharField(_("raison de l’abandon"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("paie")
        verbose_name_plural = _("paies")
        indexes = [
            models.Index(
                fields=["approve_before"],
                condition=Q(status__in=["built", "submitted"]),
                name="pay_run_to_approve",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="submitted")
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="pay_run_submitted_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None, discarded_by=None, discarded_reason="")
                & ~Q(status="discarded")
                | Q(status="discarded", discarded_at__isnull=False, discarded_by__isnull=False)
                & ~Q(discarded_reason=""),
                name="pay_run_discarded_whole",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("submitted_by")),
                name="pay_run_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "executed"])
                | Q(approved_at__isnull=False, approved_by__isnull=False)
                & Q(submitted_by__isnull=False, bank_file__isnull=False),
                name="pay_run_approved_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.pay_on:%d/%m/%Y}"


class PayslipQuerySet(models.QuerySet["Payslip"]):
    def visible_to(self, user: User) -> "PayslipQuerySet":
        """All of them for staff; an affiliate sees her own once they are final."""
        if user.is_staff:
            return self.all()
        return self.filter(contract__affiliate__user=user, final_at__isnull=False)

    def live(self) -> "PayslipQuerySet":
        """Not dropped with a discarded run."""
        return self.filter(dropped_at=None)


class Payslip(models.Model):
    """What one contract pays. Final once its run is approved (guard in the database).

    ``month`` holds what this slip ``adds`` to the person's month and the totals ``after`` it, as
    text amounts.
    """

    ref = RefField(_("référence"))
    contract = models.ForeignKey(
        Contract, verbose_name=_("contrat"), on_delete=models.PROTECT, related_name="payslips"
    )
    run = models.ForeignKey(
        PayRun, verbose_name=_("paie"), on_delete=models.PROTECT, related_name="payslips"
    )
    household = models.ForeignKey(
        "members.Household", verbose_name=_("ménage"), on_delete=models.PROTECT, related_name="+"
    )
    paid_on = models.DateField(_("payé le"))  # decides the year of the tax
    hours = models.DecimalField(_("heures"), max_digits=6, decimal_places=2)
    gross = MoneyField(_("brut"))
    holiday_gross = MoneyField(_("pécule brut"))
    employee_contributions = MoneyField(_("cotisations personnelles"))
    withholding = MoneyField(_("précompte"))
    net_salary = MoneyField(_("salaire net"))
    net_holiday = MoneyField(_("pécule net"))
    employer_contributions = MoneyField(_("cotisations patronales"))
    insurance_and_funds = MoneyField(_("assurance et fonds"))
    employment_cost = MoneyField(_("coût total"))
    net_payable = MoneyField(_("net à payer"))
    month = models.JSONField(_("mois"))
    unconfirmed = models.JSONField(
        _("paramètres non confirmés"), default=list
    )  # names of parameters not confirmed
    final_at = models.DateTimeField(_("définitive le"), null=True)
    dropped_at = models.DateTimeField(_("abandonné le"), null=True)  # its run was discarded
    document = models.ForeignKey(
        "office.Document",
        null=True,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = PayslipQuerySet.as_manager()

    class Meta:
        verbose_name = _("fiche de paie")
        verbose_name_plural = _("fiches de paie")
        constraints = [
            models.CheckConstraint(
                condition=Q(net_payable=F("net_salary") + F("net_holiday")),
                name="payslip_net_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    employment_cost=F("net_salary")
                    + F("net_holiday")
                    + F("employee_contributions")
                    + F("withholding")
                    + F("employer_contributions")
                    + F("insurance_and_funds")
                ),
                name="payslip_cost_adds_up",
            ),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(dropped_at=None),
                name="payslip_once_per_contract",
            ),
            models.CheckConstraint(
                condition=Q(final_at=None) | Q(document__isnull=False, dropped_at=None),
                name="payslip_final_has_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}"


class PayslipLine(models.Model):
    payslip = models.ForeignKey(
        Payslip, verbose_name=_("fiche de paie"), on_delete=models.CASCADE, related_name="lines"
    )
    position = models.PositiveSmallIntegerField(_("rang"))
    code = models.CharField(_("code"), max_length=40)
    side = models.CharField(
        _("côté"), max_length=20
    )  # of the engine: salary, holiday, employer ...
    base = MoneyField(_("base"), null=True)
    rate = models.DecimalField(_("taux"), max_digits=10, decimal_places=6, null=True)
    amount = MoneyField(_("montant"))
    parameter = models.CharField(_("paramètre"), max_length=80, blank=True)
    starts_on = models.DateField(_("du"), null=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    confirmed = models.BooleanField(_("confirmé"), default=True)

    class Meta:
        verbose_name = _("ligne")
        verbose_name_plural = _("lignes")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["payslip", "position"], name="payslip_line_position")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.amount}"


class Transfer(models.Model):
    """One line of a bank file, its account frozen when the run is built.

    Executed or rejected by the bank; a rejected one is sent again in another run.
    """

    run = models.ForeignKey(
        PayRun, verbose_name=_("paie"), on_delete=models.PROTECT, related_name="transfers"
    )
    payslip = models.ForeignKey(
        Payslip, verbose_name=_("fiche de paie"), on_delete=models.PROTECT, related_name="transfers"
    )
    name = models.CharField(_("nom"), max_length=120)
    iban = models.CharField(_("compte"), max_length=34)
    amount = MoneyField(_("montant"))
    executed_on = models.DateField(_("exécuté le"), null=True)
    rejected_on = models.DateField(_("refusé le"), null=True)
    rejected_reason = models.CharField(_("motif de la banque"), max_length=300, blank=True)
    dropped_at = models.DateTimeField(_("abandonné le"), null=True)  # its run was discarded

    class Meta:
        verbose_name = _("virement")
        verbose_name_plural = _("virements")
        indexes = [
            models.Index(
                fields=["payslip"], condition=Q(rejected_on__isnull=False), name="transfer_rejected"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(executed_on=None) | Q(rejected_on=None),
                name="transfer_executed_or_rejected",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None) | Q(executed_on=None, rejected_on=None),
                name="transfer_dropped_was_never_sent",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_pays"),
            models.UniqueConstraint(
                fields=["payslip"],
                condition=Q(rejected_on=None, dropped_at=None),
                name="transfer_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name
