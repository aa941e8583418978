"""Invoices, credit notes, and what is still owed on them."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from invoicing.models.clients import Client
from invoicing.states import InvoiceStatus
from members.models import User
from office.fields import MoneyField
from office.refs import RefField


class Series(models.TextChoices):
    INVOICE = "invoice", _("facture")
    CREDIT_NOTE = "credit_note", _("note de crédit")


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, user: User) -> "InvoiceQuerySet":
        return self.all() if user.is_staff else self.filter(affiliate__user=user)


class Invoice(models.Model):
    """An invoice or a credit note. Frozen once issued (guard in the database); a correction is a
    new document.

    Amounts are above zero for both. ``fee``, ``employment``, ``expenses`` and ``rounding`` are the
    internal split of ``net``: they add up to it. ``printed`` freezes every word the paper shows of
    issuer and client.
    """

    ref = RefField(_("référence"))
    series = models.CharField(_("document"), max_length=12, choices=Series, default=Series.INVOICE)
    status = models.CharField(
        _("statut"), max_length=10, choices=InvoiceStatus, default=InvoiceStatus.DRAFT
    )
    entity = models.ForeignKey(
        "ledger.LegalEntity", on_delete=models.PROTECT, related_name="+", verbose_name=_("entité")
    )
    activity = models.ForeignKey(
        "members.Activity",
        on_delete=models.PROTECT,
        related_name="invoices",
        verbose_name=_("activité"),
    )
    affiliate = models.ForeignKey(  # whose job it invoices: an activity may have several people
        "members.Affiliate",
        on_delete=models.PROTECT,
        related_name="invoices",
        verbose_name=_("affilié"),
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("client")
    )
    job = models.CharField(_("mission"), max_length=8)  # the order's ref
    language = models.CharField(_("langue"), max_length=2)
    contact_name = models.CharField(_("contact"), max_length=120)
    contact_email = models.EmailField(_("e-mail du contact"))
    purchase_reference = models.CharField(_("référence du client"), max_length=60, blank=True)
    work_from = models.DateField(_("prestation du"))
    work_until = models.DateField(_("prestation au"))
    payment_term_days = models.PositiveSmallIntegerField(_("délai de paiement (jours)"))
    net = MoneyField(_("hors TVA"))
    vat = MoneyField(_("TVA"))
    total = MoneyField(_("TVA comprise"))
    fee = MoneyField(_("contribution à la coopérative"))
    fund_share = MoneyField(
        _("dont fonds de garantie"), default=0
    )  # the part of the fee for the guarantee fund, set at issue
    employment = MoneyField(_("coût du salaire"))
    expenses = MoneyField(_("frais"))
    rounding = MoneyField(_("arrondi"))
    guaranteed = models.BooleanField(
        _("couverte par le fonds"), default=False
    )  # the fund bears a loss, decided before sending
    not_confirmed = models.BooleanField(
        _("travail non confirmé"), default=False
    )  # released by silence
    credits = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="credit_notes",
        verbose_name=_("facture corrigée"),
    )
    reason = models.CharField(_("motif"), max_length=300, blank=True)  # of a credit note
    created_at = models.DateTimeField(_("créée le"))
    released_at = models.DateTimeField(_("libérée le"), null=True)
    number = models.PositiveBigIntegerField(_("numéro d’ordre"), null=True)
    printed_number = models.CharField(_("numéro"), max_length=30, blank=True)
    issued_on = models.DateField(_("émise le"), null=True)
    issued_at = models.DateTimeField(_("émise à"), null=True)
    due_on = models.DateField(_("à payer pour le"), null=True)
    communication = models.CharField(_("communication"), max_length=12, blank=True)  # twelve digits
    printed = models.JSONField(_("contenu imprimé"), default=dict)
    document = models.ForeignKey(
        "office.Document",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("PDF"),
    )

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("facture ou note de crédit")
        verbose_name_plural = _("factures et notes de crédit")
        indexes = [
            models.Index(fields=["job"]),
            models.Index(fields=["id"], condition=Q(status="released"), name="invoice_to_issue"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "series", "number"], name="invoice_number_once"
            ),
            models.UniqueConstraint(
                fields=["communication"],
                condition=~Q(communication=""),
                name="invoice_communication_once",
            ),
            models.UniqueConstraint(
                fields=["credits"],
                condition=Q(series="credit_note") & ~Q(status="annulled"),
                name="invoice_credited_once",
            ),
            models.CheckConstraint(
                condition=Q(total=F("net") + F("vat")), name="invoice_total_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(net=F("fee") + F("employment") + F("expenses") + F("rounding")),
                name="invoice_split_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(fee__gte=0, employment__gte=0, expenses__gte=0, rounding__gte=0)
                & Q(net__gt=0, vat__gte=0, fund_share__gte=0, fund_share__lte=F("fee")),
                name="invoice_amounts_not_below_zero",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="issued", number__isnull=False, issued_on__isnull=False)
                    & Q(issued_at__isnull=False, due_on__isnull=False)
                    & ~Q(printed_number="")
                )
                | (~Q(status="issued") & Q(number=None, issued_on=None, issued_at=None)),
                name="invoice_issued_has_number",
            ),
            models.CheckConstraint(
                condition=Q(series="invoice", credits=None)
                | Q(series="credit_note", credits__isnull=False),
                name="invoice_credit_note_refers",
            ),
        ]

    def __str__(self) -> str:
        return self.printed_number or f"{self.get_series_display()} {self.ref}"

    @property
    def issue_day(self) -> date:
        """The day of issue; only an issued document has one."""
        if self.issued_on is None:
            raise ValueError(f"document {self.pk} is not issued")
        return self.issued_on


class InvoiceLine(models.Model):
    """A line of an invoice: ``net`` in euros excl. VAT; ``vat_rate`` a fraction."""

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="lines", verbose_name=_("document")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    label = models.TextField(_("libellé"))
    quantity = models.DecimalField(_("quantité"), max_digits=8, decimal_places=2)
    unit_price = MoneyField(_("prix unitaire"))
    net = MoneyField(_("hors TVA"))
    vat_rate = models.DecimalField(_("taux de TVA"), max_digits=5, decimal_places=4)

    class Meta:
        verbose_name = _("ligne")
        verbose_name_plural = _("lignes")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_position")
        ]

    def __str__(self) -> str:
        return self.label


class Receivable(models.Model):
    """What the client still owes on an issued invoice, and when somebody looks at it next. The
    only mutable part.
    """

    invoice = models.OneToOneField(
        Invoice, on_delete=models.PROTECT, related_name="receivable", verbose_name=_("facture")
    )
    open_amount = MoneyField(_("reste à payer"))
    overpaid_amount = MoneyField(_("trop-perçu"), default=0)
    settled_on = models.DateField(_("soldée le"), null=True)
    next_step_on = models.DateField(_("à revoir le"), null=True)

    class Meta:
        verbose_name = _("créance")
        verbose_name_plural = _("créances")
        indexes = [
            models.Index(
                fields=["next_step_on"], condition=Q(open_amount__gt=0), name="receivable_open"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(open_amount__gte=0, overpaid_amount__gte=0), name="receivable_signs"
            ),
            models.CheckConstraint(
                condition=Q(open_amount__gt=0, settled_on=None)
                | Q(open_amount=0, settled_on__isnull=False),
                name="receivable_settled_when_nothing_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.invoice)
