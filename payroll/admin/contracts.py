"""Contracts at the desk: many signed at once, papers checked, irregular starts decided."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from members import visitors
from office import clock
from office.desk import button, many
from office.templatetags import house
from office.windows import NOTHING, Queue, beside
from payroll.actions import signatures, starts
from payroll.admin.windows import Desk, ReasonForm, paper
from payroll.models import Contract
from payroll.states import ContractStatus

QUEUES = {
    "to_sign": Q(status=ContractStatus.DRAFT),
    "offered": Q(status=ContractStatus.OFFERED),
    "paper": Q(status=ContractStatus.UPLOADED),
    "irregular": Q(irregular_start=True, irregular_decided_at=None),
    "left_out": ~Q(left_out_reason=""),
}
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
    views = (
        ("to_sign", _("à signer par la coopérative")),
        ("offered", _("à signer par l’affilié")),
        ("paper", _("papiers à vérifier")),
        ("irregular", _("débuts irréguliers à décider")),
        ("to_pay", _("à payer")),
        ("left_out", _("exclus de la paie")),
        ("all", _("tous")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if view == "to_pay":
            return queryset.filter(pk__in=Contract.objects.to_pay())
        return queryset.filter(QUEUES.get(view, Q()))


def is_irregular(row: Contract) -> bool:
    """Whether somebody is still to decide about a start without signature or Dimona."""
    return row.irregular_start and row.irregular_decided_at is None


def agreed(row: Contract) -> list[tuple[Any, Any]]:
    """What a contract binds to, for whoever signs or checks it."""
    days = f"{house.shortday(row.starts_on)} – {house.shortday(row.ends_on)}"
    return [
        (_("affilié"), row.affiliate.name),
        (_("client"), row.client_name),
        (_("jours"), days),
        (_("heures"), house.hours(row.hours)),
        (_("brut"), house.euros(row.gross)),
    ]


def shown(row: Contract) -> list[tuple[Any, Any]]:
    """The same, with the papers to open beside."""
    return [
        *agreed(row),
        (_("mission"), beside("admin:orders_order_of", row.job, text=row.job)),
        (_("contrat"), beside("admin:payroll_contract_paper", row.pk)),
    ]


@admin.register(Contract)
class ContractAdmin(Desk):
    """Contracts: many signed at once, papers checked, irregular starts decided."""

    list_display = ("affiliate", "client_name", "starts_on", "ends_on", "gross", "state", "flags")
    list_filter = (ContractQueue,)
    list_select_related = ("affiliate", "entity")
    search_fields = ("ref", "job", "affiliate__last_name", "affiliate__first_name", "client_name")
    ordering = ("starts_on", "id")
    actions = ("sign_many",)
    actions_detail = ("sign", "accept_paper", "refuse_paper", "decide_start")
    fields = (
        *("ref", "state", "flags", "affiliate", "client_name", "job_page", "description", "place"),
        *("starts_on", "ends_on", "time", "gross", "joint_committee", "contract_paper", "signed"),
        *("cooperative_signed_at", "cooperative_signed_by", "signature_level"),
        *("affiliate_signed_at", "checked_by", "dimona", "released_at", "release_kind"),
        *("time_done", "gross_due", "pay_deadline", "slip", "left_out_reason"),
        *("irregular_decision", "irregular_decided_at", "irregular_decided_by", "replaces"),
    )

    @display(description=_("état"), label=PILLS)
    def state(self, row: Contract) -> tuple[str, Any]:
        hers = row.status == ContractStatus.OFFERED  # its own words speak to her
        return row.status, _("à signer par l’affilié") if hers else row.get_status_display()

    @display(description=_("heures"))
    def time(self, row: Contract) -> str:
        return house.hours(row.hours)

    @display(description=_("heures faites"))
    def time_done(self, row: Contract) -> str:
        return house.hours(row.hours_done)

    @display(description=_("mission"))
    def job_page(self, row: Contract) -> str:
        return self.job_link(row.job)

    @display(description=_("Dimona"))
    def dimona(self, row: Contract) -> str:
        return self.links_to(row.declarations.order_by("pk"))

    @display(description=_("fiche de paie"))
    def slip(self, row: Contract) -> str:
        return self.link_to(row.payslips.filter(dropped_at=None).first())

    @display(description=_("à noter"))
    def flags(self, row: Contract) -> str:
        notes = [str(_("début irrégulier"))] if is_irregular(row) else []
        return ", ".join([*notes, *([row.left_out_reason] if row.left_out_reason else [])])

    @display(description=_("contrat"))
    def contract_paper(self, row: Contract) -> str:
        return self.paper_link("payroll_contract_paper", row.pk)

    @display(description=_("papier signé"))
    def signed(self, row: Contract) -> str:
        if not row.signed_paper_id:
            return NOTHING
        return self.paper_link("payroll_contract_signed", row.pk)

    @button(
        _("Signer"),
        permissions=["sign"],
        primary=True,
        when=lambda row: row.status == ContractStatus.DRAFT,
        facts=shown,
        question=_(
            "Vous engagez la coopérative comme employeur. L’affilié est prévenu et peut signer à "
            "son tour."
        ),
    )
    def sign(self, request: HttpRequest, row: Contract) -> Any:
        answer = signatures.sign_for_cooperative(
            [row.pk], by=visitors.actor(request), user=visitors.user_of(request), at=clock.now()
        )
        for _contract, refusal in answer.refused:
            raise refusal
        return _("Contrat signé au nom de la coopérative.")

    sign_many = many(sign, note=lambda row: " · ".join(str(value) for _label, value in agreed(row)))

    @button(
        _("Accepter le papier"),
        permissions=["payroll"],
        primary=True,
        when=lambda row: row.status == ContractStatus.UPLOADED,
        facts=lambda row: [
            *shown(row),
            (_("papier signé"), beside("admin:payroll_contract_signed", row.pk)),
        ],
        question=_(
            "Le papier est bien ce contrat, signé par les deux parties : il est conservé et le "
            "contrat est signé."
        ),
    )
    def accept_paper(self, request: HttpRequest, row: Contract) -> Any:
        signatures.accept_paper(
            row.pk, by=visitors.actor(request), user=visitors.user_of(request), at=clock.now()
        )
        return _("Contrat signé.")

    @button(
        _("Refuser le papier"),
        permissions=["payroll"],
        when=lambda row: row.status == ContractStatus.UPLOADED,
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
        primary=True,
        when=is_irregular,
        facts=shown,
        question=_(
            "Le travail a commencé sans signature ou sans Dimona. La paie continue ; votre "
            "décision reste dans le dossier."
        ),
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
