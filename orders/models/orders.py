"""The purchase order, with its days and its expenses."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import User
from office import clock
from office.fields import MoneyField
from office.refs import RefField
from orders.states import OrderStatus

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
