"""The activities of members, and who takes part in each from when until when."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from members import visitors
from members.actions import activities
from members.admin.windows import ReasonForm
from members.models import Activity, ActivityInvitation, ActivityMandate
from members.roles import ByRole
from office import clock
from office.desk import Facts, button
from office.windows import Queue


class ActivityMandates(ByRole, TabularInline):
    model = ActivityMandate
    fields = ("affiliate", "role", "starts_on", "ends_on", "own_page")
    readonly_fields = ("own_page",)
    ordering = ("starts_on", "id")
    extra = 0

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("affiliate")

    @admin.display(description=_("mandat"))
    def own_page(self, mandate: ActivityMandate) -> str:
        """Where it is ended."""
        return self.link("members_activitymandate_change", mandate.pk, _("Voir"))


class ActivityInvitations(ByRole, TabularInline):
    model = ActivityInvitation
    fields = ("invited", "role", "status", "inviter", "invited_at", "answered_at")
    ordering = ("-id",)
    extra = 0

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("inviter", "activity")


@admin.register(Activity)
class ActivityAdmin(ByRole, ModelAdmin):
    list_display = ("name", "affiliate", "entity", "kind", "opened_at")
    list_select_related = ("affiliate", "entity")
    search_fields = ("name", "ref", "affiliate__last_name")
    ordering = ("-opened_at", "id")
    inlines = (ActivityMandates, ActivityInvitations)


class LastDayForm(ReasonForm):
    """The last day of a mandate, and why."""

    ends_on = forms.DateField(
        label=_("Dernier jour"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    field_order = ("ends_on", "reason")


class WhetherHeld(Queue):
    views = (("lasting", _("en cours")), ("ended", _("finis")), ("all", _("tous")))

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        on = clock.today()
        return {
            "lasting": queryset.exclude(ends_on__lt=on),
            "ended": queryset.filter(ends_on__lt=on),
        }.get(view, queryset)


def people_of(mandate: ActivityMandate) -> Facts:
    """Whom it concerns: they are told."""
    lasting = mandate.activity.mandates.lasting(clock.today()).select_related("affiliate")
    return [
        (_("activité"), mandate.activity.name),
        (_("personnes de l’activité"), ", ".join(map(str, lasting.order_by("role", "id")))),
    ]


@admin.register(ActivityMandate)
class ActivityMandateAdmin(ByRole, ModelAdmin):
    """Who takes part in which activity; the cooperative ends a mandate with its reason."""

    list_display = ("person", "activity", "role", "starts_on", "ends_on")
    list_filter = (WhetherHeld, "role")
    list_select_related = ("affiliate", "activity")
    search_fields = ("activity__name", "affiliate__last_name", "ref")
    ordering = ("-starts_on", "-id")
    fields = ("affiliate", "activity", "role", "starts_on", "ends_on")
    actions_detail = ("end",)

    @admin.display(description=_("personne"), ordering="affiliate__last_name")
    def person(self, mandate: ActivityMandate) -> str:
        return mandate.affiliate.name

    @button(
        _("Mettre fin au mandat"),
        permissions=["advisor"],
        when=lambda row: row.ends_on is None or row.ends_on > clock.today(),
        facts=people_of,
        question=_(
            "Après ce jour, cette personne n’ouvre plus cette activité et aucune nouvelle commande "
            "n’y entre par elle. Elle et les titulaires lisent votre raison dans un message."
        ),
        form=LastDayForm,
        initial=lambda row: {"ends_on": row.ends_on or clock.today()},
    )
    def end(
        self, request: HttpRequest, row: ActivityMandate, *, ends_on: date, reason: str
    ) -> str | Promise:
        by, at = visitors.actor(request), clock.now()
        activities.end(row.pk, ends_on=ends_on, asked_by=None, reason=reason, by=by, at=at)
        return _("Le dernier jour est fixé : les personnes concernées sont prévenues.")
