"""Clients, invoices and credit notes, what is still owed on them, payments, and the guarantee's
advances.
"""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from invoicing.states import InvoiceStatus, QuestionStatus
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


class Series(models.TextChoices):
    INVOICE = "invoice", _("facture")
    CREDIT_NOTE = "credit_note", _("note de crédit")


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, user: User) -> "InvoiceQuerySet":
        return self.all() if user.is_staff else self.filter(activity__affiliate__user=user)


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


class Payment(models.Model):
    """Money of a client on an invoice, or (amount below zero) the reversal of a mistake. Never
    changed.
    """

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="payments", verbose_name=_("facture")
    )
    amount = MoneyField(_("montant"))
    received_on = models.DateField(_("reçu le"))
    reference = models.CharField(
        _("référence de l’extrait"), max_length=140, blank=True
    )  # of the bank statement
    request_key = models.CharField(
        _("clé du formulaire"), max_length=64, unique=True
    )  # of the form: sent twice, one payment
    reverses = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="reversed_by",
        verbose_name=_("corrige"),
    )
    reason = models.CharField(_("raison"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("inscrit le"))
    recorded_by = models.CharField(_("inscrit par"), max_length=200)

    class Meta:
        verbose_name = _("paiement")
        verbose_name_plural = _("paiements")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses=None)
                | (Q(amount__lt=0, reverses__isnull=False) & ~Q(reason="")),
                name="payment_or_reversal",
            )
        ]

    def __str__(self) -> str:
        return str(self.invoice)


class Purpose(models.TextChoices):
    """What a client's money pays."""

    VAT = "vat", _("TVA")
    EMPLOYMENT = "employment", _("coût du salaire")
    FEE = "fee", _("contribution à la coopérative")
    EXPENSES = "expenses", _("frais")
    ROUNDING = "rounding", _("arrondi")
    OVERPAID = "overpaid", _("trop-perçu")


class Allotment(models.Model):
    """Which part of the money received on an invoice pays what, in the written order of the
    policy.

    Made by a payment (or its reversal); or by a credit note, which frees what had been paid. Never
    changed: what an invoice's money pays today is the sum of its allotments.
    """

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="allotments", verbose_name=_("facture")
    )
    payment = models.ForeignKey(
        Payment,
        null=True,
        on_delete=models.PROTECT,
        related_name="allotments",
        verbose_name=_("paiement"),
    )
    credit_note = models.ForeignKey(
        Invoice,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("note de crédit"),
    )
    purpose = models.CharField(_("affecté à"), max_length=12, choices=Purpose)
    amount = MoneyField(_("montant"))

    class Meta:
        verbose_name = _("affectation")
        verbose_name_plural = _("affectations")
        constraints = [
            models.UniqueConstraint(fields=["payment", "purpose"], name="allotment_once"),
            models.UniqueConstraint(
                fields=["credit_note", "purpose"], name="allotment_once_per_credit_note"
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit_note=None)
                | Q(payment=None, credit_note__isnull=False),
                name="allotment_one_cause",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="allotment_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.amount}"


class Advance(models.Model):
    """How the employment cost of one payslip was paid: by the client's money, or first by the
    fund's means.

    ``cost`` is the whole; ``amount`` what the client's money did not cover when it was needed. The
    advance is then repaid by the client, or lost; what is lost may still be recovered.
    """

    invoice = models.ForeignKey(
        Invoice,
        null=True,
        on_delete=models.PROTECT,
        related_name="advances",
        verbose_name=_("facture"),
    )
    entity = models.ForeignKey(
        "ledger.LegalEntity", on_delete=models.PROTECT, related_name="+", verbose_name=_("entité")
    )
    job = models.CharField(_("mission"), max_length=8, db_index=True)
    source = models.CharField(_("pièce"), max_length=40, unique=True)  # "payslip:12"
    covered = models.BooleanField(
        _("couverte par le fonds")
    )  # True: the guarantee fund bears a loss; False: the activity
    cost = MoneyField(_("coût du salaire"))
    amount = MoneyField(_("avancé"))
    repaid = MoneyField(_("remboursé"), default=0)
    lost = MoneyField(_("perdu"), default=0)
    recovered = MoneyField(_("récupéré"), default=0)  # of what was lost
    made_on = models.DateField(_("avancé le"))
    lost_reason = models.CharField(_("raison de la perte"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("avance")
        verbose_name_plural = _("avances")
        indexes = [
            models.Index(
                fields=["made_on"],
                condition=Q(amount__gt=F("repaid") + F("lost")),
                name="advance_outstanding",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cost__gt=0, amount__gte=0, repaid__gte=0, lost__gte=0)
                & Q(recovered__gte=0, recovered__lte=F("lost"), cost__gte=F("amount"))
                & Q(amount__gte=F("repaid") + F("lost")),
                name="advance_never_more_than_made",
            ),
            models.CheckConstraint(
                condition=Q(lost=0) | ~Q(lost_reason=""), name="advance_lost_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.job

    @property
    def outstanding(self) -> Decimal:
        """Euros advanced and neither repaid nor lost."""
        return self.amount - self.repaid - self.lost


class QuestionKind(models.TextChoices):
    QUESTION = "question", _("question")
    DISPUTE = "dispute", _("contestation de la facture")


class Outcome(models.TextChoices):
    """What the cooperative answers to a dispute."""

    STANDS = "stands", _("la facture reste due")
    CORRECTED = "corrected", _("la facture est corrigée")


class Question(models.Model):
    """What a client asks about a job or disputes of its invoice, and the cooperative's answer.

    ``link`` is the page it was written on: there the answer stands, and its letter leads there.
    """

    ref = RefField(_("référence"))
    kind = models.CharField(_("sorte"), max_length=8, choices=QuestionKind)
    status = models.CharField(
        _("état"), max_length=8, choices=QuestionStatus, default=QuestionStatus.OPEN
    )
    job = models.CharField(_("mission"), max_length=8)  # the order's ref
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="questions", verbose_name=_("client")
    )
    affiliate = models.ForeignKey(
        "members.Affiliate", on_delete=models.PROTECT, related_name="+", verbose_name=_("affilié")
    )
    invoice = models.ForeignKey(
        Invoice,
        null=True,
        on_delete=models.PROTECT,
        related_name="questions",
        verbose_name=_("facture"),
    )
    link = models.ForeignKey("office.Link", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("langue"), max_length=2)
    name = models.CharField(_("de"), max_length=120)
    text = models.CharField(_("texte"), max_length=1500)
    asked_at = models.DateTimeField(_("écrit le"))
    answer = models.CharField(_("réponse"), max_length=1500, blank=True)
    outcome = models.CharField(_("suite"), max_length=9, choices=Outcome, blank=True)
    answered_at = models.DateTimeField(_("répondu le"), null=True)
    answered_by = models.ForeignKey(
        User,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("répondu par"),
    )

    class Meta:
        verbose_name = _("question d’un client")
        verbose_name_plural = _("questions des clients")
        indexes = [
            models.Index(fields=["link"]),
            models.Index(fields=["id"], condition=Q(status="open"), name="question_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(kind="dispute", status="open"),
                name="question_one_open_dispute",
            ),
            models.CheckConstraint(
                condition=Q(kind="question", outcome="") | Q(kind="dispute", invoice__isnull=False),
                name="question_dispute_of_an_invoice",
            ),
            models.CheckConstraint(
                condition=Q(status="open", answer="", answered_at=None, answered_by=None)
                | (
                    Q(status="answered", answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                    & (Q(kind="question") | ~Q(outcome=""))
                ),
                name="question_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.ref}"
