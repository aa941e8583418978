"""The job: purchase order, its days and expenses, what the client was shown, and whether the work
was done.
"""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import User
from office import clock, languages
from office.fields import MoneyField
from office.refs import RefField
from orders.states import ChangeStatus, OrderStatus

INSTANT = timedelta(microseconds=1)  # a link that closes at midnight is open until the day before


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User) -> "OrderQuerySet":
        return self.all() if user.is_staff else self.filter(affiliate__user=user)


class Order(models.Model):
    """One job of one affiliate for one client.

    While a draft its fields are free (and may be empty). Sending freezes: ``shown`` is every word
    and figure the client is shown (page and PDF print it), ``shown_sha256`` the hash of its
    canonical JSON, ``split`` the split of the price part (one part per month) as values ready to
    copy at the signature.
    """

    ref = RefField(verbose_name=_("référence"))
    version = models.PositiveSmallIntegerField(default=1, verbose_name=_("version"))
    status = models.CharField(
        max_length=10, choices=OrderStatus, default=OrderStatus.DRAFT, verbose_name=_("état")
    )
    affiliate = models.ForeignKey(
        "members.Affiliate",
        on_delete=models.PROTECT,
        related_name="orders",
        verbose_name=_("affilié"),
    )
    # none while the affiliate has none yet: drafting is always possible
    activity = models.ForeignKey(
        "members.Activity",
        null=True,
        on_delete=models.PROTECT,
        related_name="orders",
        verbose_name=_("activité"),
    )
    replaces = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        verbose_name=_("remplace"),
    )
    # what
    trade = models.ForeignKey(
        "members.Trade",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("métier"),
    )
    description = models.TextField(blank=True, verbose_name=_("description"))
    # where and when (days: OrderDay)
    place = models.CharField(max_length=200, blank=True, verbose_name=_("lieu"))
    free_setting = models.BooleanField(default=False, verbose_name=_("lieux et horaires libres"))
    # for whom; the contact belongs to the order
    client = models.ForeignKey(
        "invoicing.Client",
        null=True,
        on_delete=models.PROTECT,
        related_name="orders",
        verbose_name=_("client"),
    )
    signer_name = models.CharField(max_length=120, blank=True, verbose_name=_("signataire"))
    signer_email = models.EmailField(blank=True, verbose_name=_("adresse du signataire"))
    signer_language = models.CharField(max_length=2, default="fr")
    # for how much
    amount_kind = models.CharField(
        max_length=5,
        choices=[("price", _("prix hors TVA")), ("gross", _("salaire brut"))],
        default="price",
    )
    amount = MoneyField(null=True, verbose_name=_("montant"))
    payment_term_days = models.PositiveSmallIntegerField(
        default=10, verbose_name=_("délai de paiement (jours)")
    )
    valid_until = models.DateField(null=True, verbose_name=_("valable jusqu’au"))
    # typed and not a value yet, by part of the form: {"price": {"amount": "mille"}}
    unfinished = models.JSONField(default=dict)
    # frozen at sending
    price = MoneyField(null=True, verbose_name=_("prix hors TVA"))
    gross = MoneyField(null=True, verbose_name=_("salaire brut"))
    fee_rate = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    insurance_rate = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    split = models.JSONField(default=dict)
    shown = models.JSONField(default=dict)
    shown_sha256 = models.CharField(max_length=64, blank=True)
    conditions_version = models.CharField(max_length=20, blank=True)
    guaranteed = models.BooleanField(null=True, verbose_name=_("couverte par la garantie"))
    guarantee_reason = models.CharField(max_length=40, blank=True)  # code of the answer
    code_wanted = models.BooleanField(  # the signature asks for a mailed code (policy)
        default=False, verbose_name=_("code demandé à la signature")
    )
    link_expires_at = models.DateTimeField(null=True, verbose_name=_("fin du lien de signature"))
    reminded_on = models.DateField(null=True, verbose_name=_("signature rappelée le"))
    document = models.ForeignKey(
        "office.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )
    certificate = models.ForeignKey(  # evidence of the signature, ordered with it
        "office.Document",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("certificat"),
    )
    # life
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, verbose_name=_("envoyée"))
    opened_at = models.DateTimeField(null=True, verbose_name=_("ouverte"))
    signed_at = models.DateTimeField(null=True, verbose_name=_("signée"))
    signed_name = models.CharField(max_length=120, blank=True, verbose_name=_("signée par"))
    signed_role = models.CharField(max_length=120, blank=True, verbose_name=_("en qualité de"))
    drawing = models.TextField(blank=True)  # the signature drawn by hand (`orders.drawing`)
    purchase_reference = models.CharField(
        max_length=60, blank=True, verbose_name=_("référence du client")
    )
    ended_at = models.DateTimeField(
        null=True, verbose_name=_("terminée")
    )  # declined, lapsed, cancelled, replaced
    ended_reason = models.CharField(max_length=400, blank=True, verbose_name=_("raison"))
    # what was made of it: the order points down
    invoices = models.ManyToManyField("invoicing.Invoice", related_name="+")
    contracts = models.ManyToManyField("payroll.Contract", related_name="+")

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        indexes = [
            models.Index(fields=["affiliate", "-id"]),
            models.Index(
                fields=["link_expires_at"], condition=Q(status="sent"), name="order_to_lapse"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"])
                | (
                    Q(sent_at__isnull=False, price__isnull=False, link_expires_at__isnull=False)
                    & Q(activity__isnull=False, client__isnull=False)
                    & ~Q(shown_sha256="")
                ),
                name="order_sent_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["signed", "held", "released", "replaced"])
                | (Q(signed_at__isnull=False) & ~Q(signed_name="")),
                name="order_signed_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["declined", "lapsed", "cancelled", "replaced"])
                | Q(ended_at__isnull=False),
                name="order_ended_when",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def last_day_to_sign(self) -> date | None:
        """The last day whose evening finds the link open; none while it was not sent."""
        return clock.day_of(self.link_expires_at - INSTANT) if self.link_expires_at else None


class OrderDay(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    hours = models.DecimalField(max_digits=4, decimal_places=2)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["order", "day"], name="order_day_once"),
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=24), name="order_day_hours"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hours}"


class ExpenseLine(models.Model):
    """An expense that is part of the price (euros excl. VAT)."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="expense_lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=120, verbose_name=_("frais"))
    amount = MoneyField(verbose_name=_("montant"))

    class Meta:
        verbose_name = _("frais")
        verbose_name_plural = _("frais")
        ordering = ["position"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="expense_line_pays")]

    def __str__(self) -> str:
        return self.label


class Receipt(models.Model):
    """The proof of an expense. Refunded once approved, and only from money received for it."""

    line = models.ForeignKey(
        ExpenseLine, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("frais")
    )
    amount = MoneyField(verbose_name=_("montant"))
    paper = models.ForeignKey("office.Document", on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(verbose_name=_("déposé"))
    approved_at = models.DateTimeField(null=True, verbose_name=_("approuvé"))
    approved_by = models.ForeignKey(
        "members.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("approuvé par"),
    )
    refused_reason = models.CharField(max_length=300, blank=True, verbose_name=_("raison du refus"))
    refunded_on = models.DateField(null=True, verbose_name=_("remboursé"))

    class Meta:
        verbose_name = _("justificatif")
        verbose_name_plural = _("justificatifs")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="receipt_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(refunded_on=None) | Q(approved_at__isnull=False),
                name="receipt_refunded_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return str(self.line)


class WorkReport(models.Model):
    """What the affiliate says of the work of one contract (one month), or that she said nothing."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="reports", verbose_name=_("mission")
    )
    contract = models.OneToOneField(
        "payroll.Contract",
        on_delete=models.PROTECT,
        related_name="report",
        verbose_name=_("contrat"),
    )
    answer = models.CharField(
        max_length=10,
        choices=[
            ("agreed", _("fait comme convenu")),
            ("fewer", _("moins de jours ou d’heures")),
            ("not_done", _("pas fait")),
            ("ill", _("maladie ou accident")),
            ("silence", _("sans réponse")),
        ],
        verbose_name=_("réponse"),
    )
    hours = models.JSONField(
        default=dict
    )  # {"2026-12-01": "7.60"} really worked, with "fewer" and "ill"
    note = models.CharField(max_length=600, blank=True, verbose_name=_("note"))
    reported_at = models.DateTimeField(verbose_name=_("répondu"))
    reported_by = models.CharField(max_length=200, verbose_name=_("répondu par"))
    decided_at = models.DateTimeField(null=True, verbose_name=_("décidé"))
    decided_by = models.ForeignKey(
        "members.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("décidé par"),
    )
    decided_price = MoneyField(
        null=True, verbose_name=_("à facturer, décidé")
    )  # to invoice for this part, euros excl. VAT
    decided_gross = MoneyField(
        null=True, verbose_name=_("salaire brut, décidé")
    )  # wage to pay for this contract
    decision_note = models.CharField(
        max_length=600, blank=True, verbose_name=_("note de la décision")
    )

    class Meta:
        verbose_name = _("réponse sur le travail")
        verbose_name_plural = _("réponses sur le travail")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, decided_gross=None)
                | Q(
                    decided_at__isnull=False, decided_by__isnull=False, decided_gross__isnull=False
                ),
                name="work_report_decided_whole",
            )
        ]

    def __str__(self) -> str:
        return str(self.contract)


class Review(models.Model):
    """An advisor looks at a draft before it may leave, and answers by ``due_on``.

    ``grounds`` are the reasons, each with its sentence by language, as it was when she asked
    (``orders.grounds``). What was allowed holds for what they are about only: this trade, this
    client, this price.
    """

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("mission")
    )
    grounds = models.JSONField(default=list, verbose_name=_("raisons"))
    asked_at = models.DateTimeField(verbose_name=_("demandé"))
    due_on = models.DateField(verbose_name=_("réponse au plus tard"))
    decided_at = models.DateTimeField(null=True, verbose_name=_("décidé"))
    decided_by = models.ForeignKey(
        "members.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("décidé par"),
    )
    allowed = models.BooleanField(null=True, verbose_name=_("peut partir"))
    note = models.CharField(max_length=400, blank=True, verbose_name=_("réponse"))

    class Meta:
        verbose_name = _("mission à regarder")
        verbose_name_plural = _("missions à regarder")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, allowed=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, allowed__isnull=False),
                name="review_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(allowed=False) | ~Q(note=""), name="review_refused_with_reason"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(decided_at=None), name="review_one_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.order)

    @property
    def reasons(self) -> list[str]:
        """Every reason, in the language of who reads."""
        return [ground["sentence"][languages.current()] for ground in self.grounds]

    @property
    def reason(self) -> str:
        """The same in one line."""
        return " ".join(self.reasons)


class ChangeRequest(models.Model):
    """Client or affiliate asks, after the signature, for other dates or price, or to cancel; staff
    may decide.
    """

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="change_requests", verbose_name=_("mission")
    )
    status = models.CharField(
        max_length=10, choices=ChangeStatus, default=ChangeStatus.OPEN, verbose_name=_("état")
    )
    kind = models.CharField(
        max_length=7,
        choices=[("cancel", _("annuler")), ("change", _("changer"))],
        verbose_name=_("demande"),
    )
    text = models.CharField(max_length=1000, verbose_name=_("texte"))
    asked_at = models.DateTimeField(verbose_name=_("demandé"))
    asked_by = models.CharField(max_length=200, verbose_name=_("demandé par"))
    decided_at = models.DateTimeField(null=True, verbose_name=_("décidé"))
    decided_by = models.ForeignKey(
        "members.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("décidé par"),
    )
    decision = models.CharField(max_length=600, blank=True, verbose_name=_("réponse"))

    class Meta:
        verbose_name = _("demande de changement")
        verbose_name_plural = _("demandes de changement")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="done") | Q(decided_at__isnull=False),
                name="change_request_decided",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status="open"), name="change_request_one_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.order)


class Forwarding(models.Model):
    """The client passed the order on to the colleague who may sign it. Never changed: evidence."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="forwardings", verbose_name=_("mission")
    )
    version = models.PositiveSmallIntegerField(verbose_name=_("version"))
    from_name = models.CharField(max_length=120, verbose_name=_("transmise par"))
    from_email = models.EmailField(verbose_name=_("depuis l’adresse"))
    to_name = models.CharField(max_length=120, verbose_name=_("transmise à"))
    to_role = models.CharField(max_length=120, verbose_name=_("en qualité de"))
    to_email = models.EmailField(verbose_name=_("à l’adresse"))
    words = models.CharField(max_length=200, blank=True, verbose_name=_("mot joint"))
    forwarded_at = models.DateTimeField(verbose_name=_("transmise le"))

    class Meta:
        verbose_name = _("transmission")
        verbose_name_plural = _("transmissions")

    def __str__(self) -> str:
        return f"{self.order} → {self.to_name}"
