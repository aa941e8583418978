"""The register of trades: three levels, and from when each trade is accepted, paused or refused."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from members.rules import folded
from office import languages


class ContractKind(models.TextChoices):
    WHITE_COLLAR = "white_collar", _("employé")
    ARTIST = "artist", _("artiste")
    BLUE_COLLAR = "blue_collar", _("ouvrier")


class TradePaper(models.TextChoices):
    """What somebody shows before a first job, where the trade asks for it."""

    DIPLOMA = "diploma", _("diplôme ou certificat de qualification")
    DRIVING_LICENCE = "driving_licence", _("permis de conduire")
    CRIMINAL_RECORD_MINORS = (
        "criminal_record_minors",
        _("extrait de casier judiciaire pour le travail avec des mineurs"),
    )
    FIRST_AID = "first_aid", _("brevet de secourisme")
    LIFESAVING = "lifesaving", _("brevet de sauvetage aquatique")
    FOOD_HYGIENE = "food_hygiene", _("attestation d’hygiène alimentaire")
    DRONE_CERTIFICATE = "drone_certificate", _("certificat de télépilote")
    WORK_AT_HEIGHT = "work_at_height", _("attestation de travail en hauteur")
    SAFETY_CERTIFICATE = "safety_certificate", _("attestation de sécurité de chantier")
    PLANT_PROTECTION_LICENCE = "plant_protection_licence", _("phytolicence")


class TradeStatus(models.TextChoices):
    ACCEPTED = "accepted", _("accepté")
    PAUSED = "paused", _("en pause")
    REFUSED = "refused", _("non accepté")


def in_language(row: object, name: str, language: str = "") -> str:
    """The words of a row (``label``, ``reason``) in a language, or in that of the page."""
    return str(getattr(row, f"{name}_{language or languages.current()}"))


class TradeGroup(models.Model):
    """A sector of the register (without parent), or a family inside it."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="families",
        verbose_name=_("secteur"),
    )
    label_fr = models.CharField(_("nom"), max_length=80)
    label_nl = models.CharField(_("en néerlandais"), max_length=80)
    label_en = models.CharField(_("en anglais"), max_length=80)
    words = models.TextField(default="")  # what it is found by, folded (members.rules.folded)
    position = models.PositiveSmallIntegerField(_("place"))

    class Meta:
        verbose_name = _("famille de métiers")
        verbose_name_plural = _("familles de métiers")
        ordering = ["position"]

    def __str__(self) -> str:
        return in_language(self, "label")


class TradeQuerySet(models.QuerySet["Trade"]):
    def registered(self) -> "TradeQuerySet":
        """The trades of the register, with family and sector."""
        return self.filter(active=True).select_related("family__parent")

    def found(self, asked: str) -> "TradeQuerySet":
        """Those of which every word asked begins one of theirs, of their family or sector."""
        trades = self
        for word in folded(asked).split():
            start = f" {word}"
            trades = trades.filter(
                Q(words__contains=start)
                | Q(family__words__contains=start)
                | Q(family__parent__words__contains=start)
            )
        return trades

    def standing(self, on: date) -> "TradeQuerySet":
        """Each trade with where it stands on a day: ``status`` and its reasons."""
        decided = TradeState.objects.filter(trade=OuterRef("pk"), starts_on__lte=on)
        last = decided.order_by("-starts_on", "-id")
        answers = {"status": TradeStatus.ACCEPTED.value}
        answers |= dict.fromkeys(("reason_fr", "reason_nl", "reason_en"), "")
        return self.annotate(
            **{
                name: Coalesce(Subquery(last.values(name)[:1]), Value(otherwise))
                for name, otherwise in answers.items()
            }
        )


class Trade(models.Model):
    """A trade of the register (``members/trades.yaml``, synced after migrate)."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    # none: it left the register before trades had families
    family = models.ForeignKey(
        TradeGroup,
        null=True,
        on_delete=models.PROTECT,
        related_name="trades",
        verbose_name=_("famille"),
    )
    label_fr = models.CharField(_("métier"), max_length=80)
    label_nl = models.CharField(_("en néerlandais"), max_length=80)
    label_en = models.CharField(_("en anglais"), max_length=80)
    words = models.TextField(default="")  # labels and what else people call it, folded
    artistic = models.BooleanField(_("artistique"))
    risk_class = models.CharField(
        _("classe de risque"), max_length=20
    )  # of the accident insurer: a rate per class in payroll policy
    contract_kind = models.CharField(_("contrat"), max_length=15, choices=ContractKind)
    pay_class = models.CharField(
        _("classe de salaire"), max_length=1
    )  # A-D in the committee's scale
    papers = ArrayField(
        models.CharField(max_length=40, choices=TradePaper),
        default=list,
        blank=True,
        verbose_name=_("preuves demandées"),
    )
    active = models.BooleanField(_("au registre"), default=True)

    objects = TradeQuerySet.as_manager()

    class Meta:
        verbose_name = _("métier")
        verbose_name_plural = _("métiers")
        ordering = ["label_fr"]

    def __str__(self) -> str:
        return in_language(self, "label")

    @property
    def papers_asked(self) -> list[str]:
        """What is to show before a first job, in words."""
        return [str(TradePaper(code).label) for code in self.papers]


class TradeState(models.Model):
    """From which day a trade is accepted, paused or refused, and why; the newest counts.

    A state is never changed (guard in the database): staff decides the next one. A trade without
    any is accepted.
    """

    trade = models.ForeignKey(
        Trade, on_delete=models.PROTECT, related_name="states", verbose_name=_("métier")
    )
    status = models.CharField(_("état"), max_length=10, choices=TradeStatus)
    starts_on = models.DateField(_("à partir du"))
    reason_fr = models.CharField(_("raison"), max_length=400, blank=True)
    reason_nl = models.CharField(_("raison en néerlandais"), max_length=400, blank=True)
    reason_en = models.CharField(_("raison en anglais"), max_length=400, blank=True)
    decided_at = models.DateTimeField(_("décidé le"), null=True)  # none: the register begins so
    decided_by = models.ForeignKey(
        "members.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("décidé par"),
    )

    class Meta:
        verbose_name = _("état d’un métier")
        verbose_name_plural = _("états des métiers")
        indexes = [models.Index(fields=["trade", "-starts_on", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="accepted")
                | (~Q(reason_fr="") & ~Q(reason_nl="") & ~Q(reason_en="")),
                name="trade_state_gives_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="trade_state_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.starts_on:%d/%m/%Y}"
