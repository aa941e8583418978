"""Contracts at the desk: many signed at once, papers checked, irregular starts decided."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from members import visitors
from office import clock
from office.desk import button
from office.templatetags import house
from payroll.actions import signatures, starts
from payroll.admin.windows import Queue, ReasonForm, Window, paper
from payroll.models import Contract
from payroll.states import ContractStatus

PILLS = {
    ContractStatus.DRAFT: "warning",
    ContractStatus.OFFERED: "info",
    ContractStatus.UPLOADED: "warning",
    ContractStatus.SIGNED: "success",
}


class DecisionForm(forms.Form):
    """What was decided."""

    decision = forms.CharField(label=_("Décision"), max_length=400, widget=forms.Textarea)


class ContractQueue(Queue):
    questions = (
        ("to_sign", _("à signer par la coopérative")),
        ("offered", _("à signer par l’affilié")),
        ("paper", _("papiers à vérifier")),
        ("irregular", _("débuts irréguliers à décider")),
        ("to_pay", _("à payer")),
        ("left_out", _("exclus de la paie")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {
            "to_sign": Q(status=ContractStatus.DRAFT),
            "offered": Q(status=ContractStatus.OFFERED),
            "paper": Q(status=ContractStatus.UPLOADED),
            "irregular": Q(irregular_start=True, irregular_decided_at=None),
            "left_out": ~Q(left_out_reason=""),
        }
        if self.value() == "to_pay":
            return queryset.filter(pk__in=Contract.objects.to_pay())
        return queryset.filter(chosen.get(self.value() or "", Q()))


@admin.register(Contract)
class ContractAdmin(Window):
    """Contracts: many signed at once, papers checked, irregular starts decided."""

    list_display = ("starts_on", "ends_on", "affiliate", "client_name", "pay", "state", "flags")
    list_filter = (ContractQueue,)
    list_select_related = ("affiliate",)
    search_fields = ("ref", "job", "affiliate__last_name", "client_name")
    ordering = ("-starts_on", "-id")
    actions = ("sign_selected",)
    actions_detail = ("accept_paper", "refuse_paper", "decide_start")
    fields = (
        *("ref", "status", "flags", "affiliate", "client_name", "job", "description", "place"),
        *("starts_on", "ends_on", "hours", "pay", "joint_committee", "paper_link", "signed"),
        *("cooperative_signed_at", "cooperative_signed_by", "signature_level"),
        *("affiliate_signed_at", "checked_by", "released_at", "release_kind", "hours_done"),
        *("pay_due", "pay_deadline", "left_out_reason", "irregular_decision", "replaces"),
    )

    @display(description=_("brut"), ordering="gross")
    def pay(self, row: Contract) -> str:
        return house.euros(row.gross)

    @display(description=_("brut dû"))
    def pay_due(self, row: Contract) -> str:
        return house.euros(row.gross_due)

    @display(description=_("état"), label=PILLS)
    def state(self, row: Contract) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("à noter"))
    def flags(self, row: Contract) -> str:
        notes = [str(_("début irrégulier"))] if row.irregular_start else []
        return ", ".join([*notes, *([row.left_out_reason] if row.left_out_reason else [])])

    @display(description=_("contrat"))
    def paper_link(self, row: Contract) -> str:
        return self.link("payroll_contract_paper", row.pk, "PDF")

    @display(description=_("contrat signé"))
    def signed(self, row: Contract) -> str:
        return self.link("payroll_contract_signed", row.pk, "PDF") if row.signed_paper_id else ""

    @admin.action(description=_("Signer au nom de la coopérative"))
    def sign_selected(self, request: HttpRequest, queryset: QuerySet[Contract]) -> None:
        at = clock.now()
        answer = signatures.sign_for_cooperative(
            queryset.values_list("pk", flat=True),
            by=visitors.actor(request),
            user=visitors.user_of(request),
            at=at,
        )
        if count := len(answer.signed):
            messages.success(
                request,
                ngettext("%d contrat signé.", "%d contrats signés.", count) % count,
            )
        for contract, refusal in answer.refused:
            messages.error(request, f"{contract} : {refusal}")

    @button(
        _("Accepter le papier"),
        permissions=["payroll"],
        question=_("Le papier est bien ce contrat, signé par les deux parties."),
    )
    def accept_paper(self, request: HttpRequest, row: Contract) -> Any:
        signatures.accept_paper(
            row.pk, by=visitors.actor(request), user=visitors.user_of(request), at=clock.now()
        )
        return _("Contrat signé.")

    @button(
        _("Refuser le papier"),
        permissions=["payroll"],
        question=_("L’affilié lira votre raison et enverra un autre papier."),
        form=ReasonForm,
    )
    def refuse_paper(self, request: HttpRequest, row: Contract, *, reason: str) -> Any:
        signatures.refuse_paper(
            row.pk,
            reason=reason,
            by=visitors.actor(request),
            user=visitors.user_of(request),
            at=clock.now(),
        )
        return _("Papier refusé : l’affilié est prévenu.")

    @button(
        _("Décider du début irrégulier"),
        permissions=["payroll_or_advisor"],
        question=_("Le travail a commencé sans signature ou sans Dimona. La paie continue."),
        form=DecisionForm,
    )
    def decide_start(self, request: HttpRequest, row: Contract, *, decision: str) -> Any:
        starts.decide_irregular(
            row.pk,
            decision=decision,
            by=visitors.actor(request),
            user=visitors.user_of(request),
            at=clock.now(),
        )
        return _("Décision notée.")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/paper/", view(self.show_paper), name="payroll_contract_paper"),
            path("<int:pk>/signed/", view(self.show_signed), name="payroll_contract_signed"),
            *super().get_urls(),
        ]

    def show_paper(self, request: HttpRequest, pk: int) -> HttpResponse:
        return paper(self, request, pk, "document")

    def show_signed(self, request: HttpRequest, pk: int) -> HttpResponse:
        return paper(self, request, pk, "signed_paper")
