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

    ref = RefField()
    status = models.CharField(max_length=10, choices=ContractStatus, default=ContractStatus.DRAFT)
    entity = models.ForeignKey("ledger.LegalEntity", on_delete=models.PROTECT, related_name="+")
    affiliate = models.ForeignKey(
        "members.Affiliate", on_delete=models.PROTECT, related_name="contracts"
    )
    activity = models.ForeignKey(
        "members.Activity", on_delete=models.PROTECT, related_name="contracts"
    )
    job = models.CharField(max_length=8)
    trade = models.ForeignKey("members.Trade", on_delete=models.PROTECT, related_name="+")
    client_name = models.CharField(max_length=120)
    description = models.TextField()
    place = models.CharField(max_length=200)
    free_setting = models.BooleanField()  # places and hours mainly chosen by the worker
    starts_on = models.DateField()
    ends_on = models.DateField()
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    gross = MoneyField()
    insurance_rate = RateField()
    guaranteed = models.BooleanField(default=False)  # the fund bears what the client never pays
    joint_committee = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    printed = models.JSONField(default=dict)
    document = models.ForeignKey(
        "office.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    cooperative_signed_at = models.DateTimeField(null=True)
    cooperative_signed_by = models.ForeignKey(
        "members.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    signature_level = models.CharField(
        max_length=6, blank=True, choices=[("wet", _("papier")), ("simple", _("clic"))]
    )
    signed_paper = models.ForeignKey(
        "office.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )
    affiliate_signed_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        "members.User", null=True, on_delete=models.PROTECT, related_name="+"
    )  # of a paper
    released_at = models.DateTimeField(null=True)
    release_kind = models.CharField(
        max_length=10,
        blank=True,
        choices=[
            ("confirmed", _("confirmé")),
            ("silence", _("non confirmé")),
            ("decided", _("décidé par votre conseiller")),
        ],
    )
    hours_done = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    last_day_worked = models.DateField(null=True)
    gross_due = MoneyField(null=True)
    pay_deadline = models.DateField(null=True)
    left_out_reason = models.CharField(max_length=300, blank=True)  # of the last run built
    irregular_checked_at = models.DateTimeField(null=True)  # once the first day has begun
    irregular_start = models.BooleanField(default=False)  # began unsigned or undeclared
    irregular_decision = models.CharField(max_length=400, blank=True)
    irregular_decided_at = models.DateTimeField(null=True)
    irregular_decided_by = models.ForeignKey(
        "members.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contrat")
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
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    hours = models.DecimalField(max_digits=4, decimal_places=2)

    class Meta:
        verbose_name = _("jour du contrat")
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

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="declarations")
    kind = models.CharField(
        max_length=6, choices=[("in", "IN"), ("update", "UPDATE"), ("cancel", "CANCEL")]
    )
    status = models.CharField(
        max_length=10, choices=DeclarationStatus, default=DeclarationStatus.TO_DECLARE
    )
    due_on = models.DateField()  # the day before this contract starts
    period_number = models.CharField(max_length=12, blank=True)  # of the answer
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(
        "members.User", null=True, on_delete=models.PROTECT, related_name="+"
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

    ref = RefField()
    status = models.CharField(max_length=10, choices=RunStatus, default=RunStatus.BUILT)
    entity = models.ForeignKey("ledger.LegalEntity", on_delete=models.PROTECT, related_name="+")
    pay_on = models.DateField()  # the day the money must be on the accounts (requested execution)
    approve_before = models.DateField()
    total = MoneyField(default=0)
    built_at = models.DateTimeField()
    built_by = models.CharField(max_length=200)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        "members.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        "members.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    bank_file = models.ForeignKey(
        "office.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )
    left_out = models.JSONField(default=list)  # contracts not in it: ref, name, code, reason
    discarded_at = models.DateTimeField(null=True)
    discarded_by = models.ForeignKey(
        "members.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    discarded_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("paie")
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

    ref = RefField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="payslips")
    run = models.ForeignKey(PayRun, on_delete=models.PROTECT, related_name="payslips")
    household = models.ForeignKey("members.Household", on_delete=models.PROTECT, related_name="+")
    paid_on = models.DateField()  # decides the year of the tax
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    gross = MoneyField()
    holiday_gross = MoneyField()
    employee_contributions = MoneyField()
    withholding = MoneyField()
    net_salary = MoneyField()
    net_holiday = MoneyField()
    employer_contributions = MoneyField()
    insurance_and_funds = MoneyField()
    employment_cost = MoneyField()
    net_payable = MoneyField()
    month = models.JSONField()
    unconfirmed = models.JSONField(default=list)  # names of parameters not confirmed
    final_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)  # its run was discarded
    document = models.ForeignKey(
        "office.Document", null=True, on_delete=models.PROTECT, related_name="+"
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
    payslip = models.ForeignKey(Payslip, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    side = models.CharField(max_length=20)  # of the engine: salary, holiday, employer ...
    base = MoneyField(null=True)
    rate = models.DecimalField(max_digits=10, decimal_places=6, null=True)
    amount = MoneyField()
    parameter = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField(null=True)
    source = models.CharField(max_length=300, blank=True)
    confirmed = models.BooleanField(default=True)

    class Meta:
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

    run = models.ForeignKey(PayRun, on_delete=models.PROTECT, related_name="transfers")
    payslip = models.ForeignKey(Payslip, on_delete=models.PROTECT, related_name="transfers")
    name = models.CharField(max_length=120)
    iban = models.CharField(max_length=34)
    amount = MoneyField()
    executed_on = models.DateField(null=True)
    rejected_on = models.DateField(null=True)
    rejected_reason = models.CharField(max_length=300, blank=True)
    dropped_at = models.DateTimeField(null=True)  # its run was discarded

    class Meta:
        verbose_name = _("virement")
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
        return f"{self.name} {self.amount}"
