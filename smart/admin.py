"""House policy at the desk: the next version typed field by field, and what it would change shown
before anybody decides it.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import visitors
from members.roles import ByRole
from office import clock, policy
from office.desk import button
from office.models import Policy
from smart import policies


class PolicyForm(forms.Form):
    """The next version of a department's policy; one field for each value."""

    department = forms.CharField(widget=forms.HiddenInput)
    confirmed = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.get("department") or self.initial.get("department", "")
        self.fields |= policies.fields_of(given, on=clock.today())


@admin.register(Policy)
class PolicyAdmin(ByRole, ModelAdmin):
    """House policy; a new version is decided from the one it follows."""

    list_display = ("department", "starts_on", "decided_by", "decided_at")
    list_filter = ("department",)
    ordering = ("department", "-starts_on")
    fields = ("department", "starts_on", "told", "decided_by", "decided_at")
    readonly_fields = fields
    actions_detail = ("decide",)

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


HIDDEN = {"csrfmiddlewaretoken", "confirmed"}
