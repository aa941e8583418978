"""House policy at the desk: the next version typed field by field, and what it would change shown
before anybody decides it.
"""

from operator import itemgetter
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import visitors
from members.roles import ByRole
from office import clock, policy
from office.desk import button
from office.models import Event, Policy
from smart import facts, policies


class PolicyForm(forms.Form):
    """The next version of a department's policy; one field for each value."""

    department = forms.CharField(widget=forms.HiddenInput)
    confirmed = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.get("department") or self.initial.get("department", "")
        self.fields |= policies.fields_of(given, on=clock.today())


class ByDepartment(admin.SimpleListFilter):
    """The versions of one department."""

    title = _("domaine")
    parameter_name = "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(
            ((name, str(label)) for name, label in Policy.labels.items()), key=itemgetter(1)
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Policy]) -> QuerySet[Policy]:
        return queryset.filter(department=self.value()) if self.value() else queryset


@admin.register(Policy)
class PolicyAdmin(ByRole, ModelAdmin):
    """House policy; a new version is decided from the one it follows."""

    list_display = ("domain", "starts_on", "decided_by", "decided_at")
    list_filter = (ByDepartment,)
    ordering = ("department", "-starts_on")
    fields = ("domain", "starts_on", "told", "decided_by", "decided_at")
    readonly_fields = fields
    actions_detail = ("decide",)

    @admin.display(description=_("domaine"), ordering="department")
    def domain(self, row: Policy) -> str:
        return row.domain

    @admin.display(description=_("valeurs"))
    def told(self, row: Policy) -> str:
        return policies.told(row.department, row.values)

    @button(
        _("Décider la suite"),
        permissions=["administrator"],
        question=_(
            "La nouvelle version vaut à partir du jour choisi ; rien de passé ne change. La page "
            "suivante montre ce qu’elle changerait."
        ),
        form=PolicyForm,
        initial=lambda row: {"department": row.department, "confirmed": False},
    )
    def decide(
        self, request: HttpRequest, row: Policy, *, confirmed: bool, starts_on: Any, **typed: Any
    ) -> str | Promise | HttpResponse:
        typed.pop("department")
        decided = policy.read(row.department, policies.values_of(typed))
        by, at = visitors.actor(request), clock.now()
        policy.check_day(starts_on, at=at)
        if confirmed:
            policy.decide(decided, starts_on=starts_on, by=by, at=at)
            return _("La règle est décidée.")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Décider la suite"),
            "preview": policies.preview(row.department, decided, on=starts_on),
            "kept": [(name, one) for name, one in request.POST.items() if name not in HIDDEN],
        }
        return TemplateResponse(request, "admin/policy_preview.html", context)


@admin.register(Event)
class EventAdmin(ByRole, ModelAdmin):
    """Everything that happened, in the words of the timelines."""

    list_display = ("at", "words", "by_name", "about")
    list_filter = ("by_kind",)
    search_fields = ("kind",)
    search_help_text = _(
        "Une chose précise : « order:12 ». Ou le début d’un fait : « order.signed »."
    )
    ordering = ("-id",)
    fields = ("at", "words", "kind", "by_kind", "by_name", "about", "data")
    readonly_fields = fields

    @admin.display(description=_("événement"), ordering="kind")
    def words(self, event: Event) -> str:
        return facts.words(event.kind)

    @admin.display(description=_("concerne"))
    def about(self, event: Event) -> str:
        links = format_html_join(", ", "{}", ((self.subject(key),) for key in event.subjects))
        return format_html("<span>{}</span>", links)

    def subject(self, key: str) -> str:
        """A link to what it is about; a job by its reference."""
        kind, _colon, ref = key.partition(":")
        if kind == "job":
            return self.link("orders_order_of", ref, ref)
        return self.link_to_subject(key)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        term = search_term.strip()
        if ":" in term:
            return queryset.filter(subjects__contains=[term]), False
        return (queryset.filter(kind__startswith=term) if term else queryset), False


HIDDEN = {"csrfmiddlewaretoken", "confirmed"}
