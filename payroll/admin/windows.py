"""What every page of pay at the desk shares."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from members import roles
from members.models import Role
from office import documents


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Raison"), max_length=300, widget=forms.Textarea)


class Window(roles.ByRole, ModelAdmin):
    """Read by every staff member, written by buttons only."""

    show_full_result_count = False
    list_per_page = 50

    def has_payroll_or_finance_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, Role.PAYROLL, Role.FINANCE)

    def has_payroll_or_advisor_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, Role.PAYROLL, Role.ADVISOR)

    def link(self, name: str, pk: int, text: str) -> str:
        """A link to a paper of the row, behind the desk's own check."""
        return format_html('<a href="{}">{}</a>', reverse(f"admin:{name}", args=[pk]), text)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields or super().get_readonly_fields(request, obj)


class Queue(admin.SimpleListFilter):
    """What a person at the desk looks for: one question, one answer."""

    title = _("file")
    parameter_name = "queue"
    questions: tuple[tuple[str, Any], ...]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return self.questions


class Rows(TabularInline):
    """Rows below another, to read."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, *Role.values)


def paper(
    desk: ModelAdmin, request: HttpRequest, pk: int, field: str, *, inline: bool = True
) -> HttpResponse:
    row = desk.get_object(request, str(pk))
    document = getattr(row, field, None)
    if row is None or document is None or not desk.has_view_permission(request, row):
        raise Http404
    return documents.response(document, inline=inline)
