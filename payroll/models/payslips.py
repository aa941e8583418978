"""What contracts pay, line by line, and to which account."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models import User
from office.fields import MoneyField
from office.refs import RefField
from payroll.models.contracts import Contract
from payroll.models.runs import PayRun


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
