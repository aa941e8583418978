"""The office at the staff desk: letters and papers that wait, what happened, house policy."""

from operator import itemgetter
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from office import clock, documents, leases, mail, notices
from office.batches.desk import BatchAdmin
from office.desk import Words, actor, button, many
from office.models import Batch, Document, Letter, Webhook
from office.webhooks.desk import WebhookAdmin
from office.windows import Queue, Window

admin.site.register(Webhook, WebhookAdmin)
admin.site.register(Batch, BatchAdmin)


class ToRead(Window, ModelAdmin):
    """A window: nothing is written here by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Whether(Queue):
    """Where a letter or a paper stands: what is stuck waits for somebody."""

    views = (
        ("stuck", _("à reprendre")),
        ("waiting", _("en route")),
        ("done", _("fait")),
        ("all", _("tout")),
    )
    done: Q

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {
            "stuck": Q(stuck_at__isnull=False) & ~self.done,
            "waiting": Q(stuck_at=None) & ~self.done,
            "done": self.done,
        }
        return queryset.filter(chosen.get(view, Q()))


class WhetherSent(Whether):
    done = Q(sent_at__isnull=False)


class WhetherMade(Whether):
    done = Q(sha256__isnull=False)


def is_stuck(letter: Letter) -> bool:
    """Whether a letter waits for somebody to say what became of it."""
    return letter.stuck_at is not None and letter.sent_at is None


class ByKind(admin.SimpleListFilter):
    """Letters of one kind, by the words its reader chooses it by."""

    title = _("sorte")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(((kind.code, str(kind.label)) for kind in notices.kinds()), key=itemgetter(1))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Letter]) -> QuerySet[Letter]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Letter)
class LetterAdmin(ToRead):
    """Letters; those that are stuck wait for somebody to decide."""

    list_display = ("subject_line", "to", "concerns", "posted_at", "state")
    list_filter = (WhetherSent, ByKind)
    search_fields = ("to", "about")
    ordering = ("-id",)
    fields = (
        *("subject_line", "to", "words", "concerns", "kind", "language", "state", "difficulty"),
        *("attempts", "posted_at", "handed_over_at", "sent_at", "stuck_at", "message_id"),
    )
    readonly_fields = fields
    actions_detail = ("send_again", "it_arrived")
    actions = ("send_again_many", "it_arrived_many")

    @display(description=_("concerne"))
    def concerns(self, letter: Letter) -> str:
        return self.link_to_subject(letter.about)

    @display(description=_("texte"))
    def words(self, letter: Letter) -> str:
        """The letter as posted: its link is nobody's but the reader's."""
        return letter.body.replace(mail.LINK_MARK, "[lien personnel]")

    @display(description=_("état"), label={_("à reprendre"): "danger", _("parti"): "success"})
    def state(self, letter: Letter) -> Words:
        if letter.sent_at:
            return _("parti")
        return _("à reprendre") if letter.stuck_at else _("en route")

    @display(description=_("difficulté"))
    def difficulty(self, letter: Letter) -> str:
        return leases.in_words(letter.fault)

    @button(
        _("Renvoyer"),
        primary=True,
        when=is_stuck,
        question=_(
            "Le courriel part une nouvelle fois. S’il était déjà arrivé, la personne le recevra "
            "en double."
        ),
    )
    def send_again(self, request: HttpRequest, letter: Letter) -> Words:
        if mail.retry(letter, by=actor(request), at=clock.now()):
            return _("Le courriel repart.")
        return _("Ce courriel n’attend personne : rien n’a changé.")

    @button(
        _("Il est arrivé"),
        when=lambda letter: is_stuck(letter) and letter.handed_over_at,
        question=_("Vous savez que la personne a reçu ce courriel : il ne partira plus."),
    )
    def it_arrived(self, request: HttpRequest, letter: Letter) -> Words:
        if mail.settle(letter, by=actor(request), at=clock.now()):
            return _("Noté : ce courriel est arrivé.")
        return _("Ce courriel n’est pas encore parti d’ici : renvoyez-le plutôt.")

    send_again_many = many(send_again)
    it_arrived_many = many(it_arrived)


@admin.register(Document)
class DocumentAdmin(ToRead):
    """Papers; what they hold is shown by the rooms they belong to."""

    list_display = ("title", "concerns", "created_at", "state")
    list_filter = (WhetherMade, "language")
    search_fields = ("ref", "subject")
    ordering = ("-id",)
    fields = (
        *("title", "concerns", "ref", "template", "language", "state", "difficulty"),
        *("attempts", "created_at", "made_at", "stuck_at", "size", "sha256"),
    )
    readonly_fields = fields
    actions_detail = ("make_again",)
    actions = ("make_again_many",)

    @display(description=_("concerne"))
    def concerns(self, document: Document) -> str:
        return self.link_to_subject(document.subject)

    @display(description=_("état"), label={_("à reprendre"): "danger", _("prêt"): "success"})
    def state(self, document: Document) -> Words:
        if document.sha256:
            return _("prêt")
        return _("à reprendre") if document.stuck_at else _("en préparation")

    @display(description=_("difficulté"))
    def difficulty(self, document: Document) -> str:
        return leases.in_words(document.fault)

    @button(
        _("Préparer à nouveau"),
        primary=True,
        when=lambda document: document.stuck_at and not document.sha256,
        question=_("Le document est refait avec les mêmes données."),
    )
    def make_again(self, request: HttpRequest, document: Document) -> Words:
        if documents.retry(document, by=actor(request), at=clock.now()):
            return _("Le document est remis en préparation.")
        return _("Ce document n’attend personne : rien n’a changé.")

    make_again_many = many(make_again)
