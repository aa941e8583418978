"""What people ask and answer about an order: an advisor before it leaves, the client before he
signs, either of them afterwards, the affiliate once the work is over.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office import languages
from office.fields import MoneyField
from orders.models.orders import Order
from orders.states import ChangeStatus


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
