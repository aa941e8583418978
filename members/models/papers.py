"""What a person shows of herself: identity, bank card, what her trade asks. Sealed, checked by
staff, forgotten when it is no longer needed.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models.people import Affiliate, User
from members.models.trades import TradePaper
from members.states import PaperStatus
from office.models import SealedFile
from office.refs import RefField


class IdentityPaper(models.TextChoices):
    """What everybody shows to join."""

    ID_FRONT = "id_front", _("carte d’identité, recto")
    ID_BACK = "id_back", _("carte d’identité, verso")
    BANK_CARD = "bank_card", _("carte bancaire")


# every kind of paper and its name; no choices of a column, as the register of trades adds to them
PAPER_KINDS = dict([*IdentityPaper.choices, *TradePaper.choices])
HAS_DATE = frozenset({IdentityPaper.ID_FRONT, IdentityPaper.ID_BACK})  # a date stands on it


class PersonalPaperQuerySet(models.QuerySet["PersonalPaper"]):
    def visible_to(self, user: User) -> "PersonalPaperQuerySet":
        return self.all() if user.is_staff else self.filter(affiliate__user=user)

    def current(self) -> "PersonalPaperQuerySet":
        """Those that no later one replaces."""
        return self.exclude(status=PaperStatus.REPLACED)


class PersonalPaper(models.Model):
    """A picture of a paper as it was given once; a better one is the next row."""

    ref = RefField(_("référence"))
    affiliate = models.ForeignKey(
        Affiliate, on_delete=models.PROTECT, related_name="papers", verbose_name=_("affilié")
    )
    kind = models.CharField(_("pièce"), max_length=40)  # one of PAPER_KINDS
    status = models.CharField(
        _("état"), max_length=10, choices=PaperStatus, default=PaperStatus.GIVEN
    )
    file = models.OneToOneField(
        SealedFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("fichier")
    )
    given_at = models.DateTimeField(_("donnée le"))
    decided_at = models.DateTimeField(_("décidée le"), null=True)
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("décidée par")
    )
    reason = models.CharField(_("à refaire parce que"), max_length=400, blank=True)
    valid_until = models.DateField(_("valable jusqu’au"), null=True)
    reminded_at = models.DateTimeField(_("rappel envoyé le"), null=True)

    objects = PersonalPaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("pièce d’un affilié")
        verbose_name_plural = _("pièces des affiliés")
        indexes = [
            models.Index(
                fields=["given_at"], condition=Q(status="given"), name="personal_paper_to_check"
            ),
            models.Index(
                fields=["valid_until"], condition=Q(status="accepted"), name="personal_paper_lapses"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["affiliate", "kind"],
                condition=Q(status__in=["given", "refused"]),
                name="personal_paper_one_to_check",
            ),
            models.UniqueConstraint(
                fields=["affiliate", "kind"],
                condition=Q(status__in=["accepted", "expired"]),
                name="personal_paper_one_that_counts",
            ),
            models.CheckConstraint(
                condition=Q(status="replaced")
                | Q(status="given", decided_at=None, decided_by=None)
                | Q(
                    status__in=["accepted", "refused", "expired"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="personal_paper_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(reason=""),
                name="personal_paper_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "expired"], kind__in=["id_front", "id_back"])
                | Q(valid_until__isnull=False),
                name="personal_paper_identity_has_its_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {self.affiliate}"

    @property
    def has_date(self) -> bool:
        """Whether its date of validity is always asked."""
        return self.kind in HAS_DATE

    @property
    def label(self) -> str:
        """What the paper is, in words."""
        return str(PAPER_KINDS[self.kind])
