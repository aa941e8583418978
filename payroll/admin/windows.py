"""What every page of pay at the desk shares."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from members import mandates, roles, visitors
from members.models import Role
from office import clock, documents
from office.windows import beside


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Raison"), max_length=300, widget=forms.Textarea)


class Desk(roles.ByRole, ModelAdmin):
    """Read by every staff member, written by buttons only."""

    def has_payroll_or_finance_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, Role.PAYROLL, Role.FINANCE)

    def has_payroll_or_advisor_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, Role.PAYROLL, Role.ADVISOR)

    def has_sign_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever holds a mandate today; the action asks for the entity's own."""
        return mandates.signs_somewhere(visitors.user_of(request), on=clock.today())

    def job_link(self, ref: str) -> str:
        """A link to the job, which a room above keeps."""
        return self.link("orders_order_of", ref, ref)

    def paper_link(self, name: str, pk: int) -> str:
        """A link to a paper of the row, behind the desk's own check."""
        return beside(f"{self.admin_site.name}:{name}", pk)


class Rows(roles.ByRole, TabularInline):
    """Rows below another, to read."""

    extra = 0
    can_delete = False


def paper(
    desk: ModelAdmin, request: HttpRequest, pk: int, field: str, *, inline: bool = True
) -> HttpResponse:
    row = desk.get_object(request, str(pk))
    document = getattr(row, field, None)
    if row is None or document is None or not desk.has_view_permission(request, row):
        raise Http404
    return documents.response(document, inline=inline)
