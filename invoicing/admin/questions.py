"""What clients ask, and what they dispute."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from invoicing.actions import questions
from invoicing.models import Outcome, Question, QuestionKind
from invoicing.states import QuestionStatus
from members import visitors
from members.admin.windows import Portfolio
from members.models import Role
from members.roles import ByRole, may
from office import clock
from office.desk import Facts, button
from office.templatetags import house
from office.windows import Queue


class OfQuestion(Portfolio):
    path = "affiliate__advisor"


class QuestionQueue(Queue):
    views = (
        ("open", _("à répondre")),
        ("disputes", _("contestations")),
        ("all", _("toutes")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if view == "open":
            return queryset.filter(status=QuestionStatus.OPEN)
        return queryset.filter(kind=QuestionKind.DISPUTE) if view == "disputes" else queryset


class AnswerForm(forms.Form):
    """What the client reads."""

    outcome = forms.ChoiceField(
        label=_("Si la facture est contestée"),
        choices=[("", "—"), *Outcome.choices],
        required=False,
    )
    text = forms.CharField(
        label=_("Réponse (le client la lit)"), max_length=1500, widget=forms.Textarea
    )


def asked(row: Question) -> Facts:
    """Who writes what about which job."""
    facts: list[Any] = [
        (_("de"), f"{row.name}, {row.client.name}"),
        (_("mission"), f"{row.job}, {row.affiliate.name}"),
        (row.get_kind_display(), row.text),
    ]
    if row.invoice is not None:
        facts.append((_("facture"), f"{row.invoice}, {house.euros(row.invoice.total)}"))
    return facts


@admin.register(Question)
class QuestionAdmin(ByRole, ModelAdmin):
    """The queue of what waits for an answer."""

    list_display = ("kind", "client", "job", "affiliate", "text", "asked_at", "answered_at")
    list_filter = (QuestionQueue, OfQuestion)
    list_select_related = ("client", "affiliate__user", "invoice")
    search_fields = ("ref", "job", "client__name", "text", "invoice__printed_number")
    ordering = ("asked_at",)
    fields = (
        *("kind", "status", "client", "name", "address", "job_page", "affiliate", "invoice"),
        *("text", "asked_at", "answer", "outcome", "answered_at", "answered_by"),
    )
    readonly_fields = fields
    actions_detail = ("reply",)

    def has_questions_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Advisors know the job, finance the invoice: either answers."""
        return may(request.user, Role.ADVISOR, Role.FINANCE)

    @admin.display(description=_("adresse"))
    def address(self, row: Question) -> str:
        return row.link.address

    @admin.display(description=_("mission"))
    def job_page(self, row: Question) -> str:
        return self.link("orders_order_of", row.job, row.job)

    @button(
        _("Répondre"),
        primary=True,
        when=lambda row: row.status == QuestionStatus.OPEN,
        facts=asked,
        permissions=["questions"],
        question=_(
            "Votre réponse part par courriel et reste sur la page du client. Une contestation "
            "n’arrête rien d’elle-même : pour corriger la facture, créditez-la."
        ),
        form=AnswerForm,
    )
    def reply(self, request: HttpRequest, row: Question, *, text: str, outcome: str) -> Any:
        questions.answer(
            row.pk,
            text=text,
            outcome=outcome,
            user=visitors.user_of(request),
            at=clock.now(),
        )
        return _("Répondu : le client a la réponse par courriel et sur sa page.")
