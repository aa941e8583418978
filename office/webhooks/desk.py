"""Webhooks at the staff desk: an administrator knows the host before anything is sent there."""

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from office import clock
from office.desk import Words, actor, button
from office.models import Webhook
from office.webhooks import actions
from office.windows import Queue, Window

ADMINISTRATOR = "administrator"


def waits(row: Webhook) -> bool:
    """An administrator has not said yes yet."""
    return row.approved_at is None and row.ended_at is None


def lives(row: Webhook) -> bool:
    """It may still be ended."""
    return row.ended_at is None


class WebhookQueue(Queue):
    """Those that wait for an administrator come first."""

    views = (("waiting", _("à approuver")), ("live", _("actifs")), ("all", _("tous")))

    def rows(self, view: str, queryset: QuerySet[Webhook]) -> QuerySet[Webhook]:
        match view:
            case "waiting":
                return queryset.filter(approved_at=None, ended_at=None)
            case "live":
                return queryset.filter(approved_at__isnull=False, ended_at=None)
        return queryset


class WebhookAdmin(Window, ModelAdmin):
    """Where persons want to be told; those not approved wait for an administrator."""

    list_display = ("url", "owner", "asked_at", "approved_at", "approved_by", "ended_at")
    list_filter = (WebhookQueue,)
    search_fields = ("url", "owner")
    ordering = ("-id",)
    fields = ("url", "owner", "kinds", "asked_at", "approved_at", "approved_by", "ended_at")
    actions_detail = ("approve", "end")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only an administrator lets anything leave for a host."""
        user = request.user
        return user.is_superuser or getattr(user, "role", "") == ADMINISTRATOR

    @button(
        _("Approuver"),
        primary=True,
        when=waits,
        permissions=["decide"],
        question=_(
            "Les événements de cette personne partiront vers cette adresse. Vérifiez à qui est "
            "le serveur : rien d’autre n’y est envoyé, et seulement en https."
        ),
    )
    def approve(self, request: HttpRequest, row: Webhook) -> Words:
        actions.approve(row.pk, by=actor(request), at=clock.now())
        return _("Approuvé : les prochains événements partent.")

    @button(
        _("Terminer"),
        when=lives,
        permissions=["decide"],
        question=_("Plus rien ne part vers cette adresse."),
    )
    def end(self, request: HttpRequest, row: Webhook) -> Words:
        actions.end(row.pk, by=actor(request), at=clock.now())
        return _("Terminé.")
