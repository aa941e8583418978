"""The tables of what is done to many rows at once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.refs import RefField


class Batch(models.Model):
    """One button pressed for many rows: which, with what typed, by whom and from where."""

    ref = RefField(_("référence"))
    act = models.CharField(_("bouton"), max_length=100)  # members.affiliate.hand_over
    typed = models.JSONField(_("ce qui a été écrit"), default=dict)  # field -> its values
    once = models.CharField(max_length=120, unique=True)  # the page it was asked from
    by_user_id = models.BigIntegerField(_("compte"))
    by_name = models.CharField(_("par"), max_length=200)
    address = models.CharField(_("adresse du réseau"), max_length=45, blank=True)
    agent = models.CharField(_("navigateur"), max_length=300, blank=True)
    language = models.CharField(_("langue"), max_length=2)
    started_at = models.DateTimeField(_("demandée le"))
    ended_at = models.DateTimeField(_("finie le"), null=True)

    class Meta:
        app_label = "office"
        verbose_name = _("action groupée")
        verbose_name_plural = _("actions groupées")
        indexes = [
            models.Index(fields=["id"], condition=Q(ended_at=None), name="batch_to_end"),
            models.Index(fields=["by_user_id", "-id"]),
        ]

    def __str__(self) -> str:
        return str(self.ref)


class BatchState(models.TextChoices):
    TO_DO = "to_do", _("à faire")
    DONE = "done", _("fait")
    REFUSED = "refused", _("refusé")


class BatchRow(models.Model):
    """One of its rows, and what became of it. A row that is done never changes (guard)."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows")
    key = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=BatchState, default=BatchState.TO_DO)
    sentence = models.CharField(max_length=400, blank=True)  # why it was refused
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "office"
        verbose_name = _("ligne d’une action groupée")
        verbose_name_plural = _("lignes d’une action groupée")
        indexes = [
            models.Index(
                fields=["batch", "attempts", "id"],
                condition=Q(state=BatchState.TO_DO),
                name="batch_row_to_do",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "key"], name="batch_row_once"),
            models.CheckConstraint(
                condition=Q(state=BatchState.REFUSED) & ~Q(sentence="")
                | Q(state__in=[BatchState.TO_DO, BatchState.DONE], sentence=""),
                name="batch_row_refused_with_its_sentence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.key}"
