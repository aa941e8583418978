"""What an advisor decides of the work."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import visitors
from members.forms_base import EuroField
from members.roles import ByRole
from office import clock
from office.desk import Facts, button
from office.templatetags.house import euros, hours, shortday
from office.windows import NOTHING
from orders import actions, settlement
from orders.actions.work import hours_done, owed
from orders.admin.windows import OfOrder, Waiting
from orders.models import WorkReport


class UndecidedReports(Waiting):
    waiting: ClassVar = {"decided_at": None, "contract__released_at": None}


class WorkDecision(forms.Form):
    """What an advisor decides of a month's work."""

    price = EuroField(label=_("À facturer pour cette partie, hors TVA"))
    gross = EuroField(label=_("Salaire brut à payer"))
    note = forms.CharField(
        label=_("Note (l’affilié la lit)"), required=False, max_length=600, widget=forms.Textarea
    )


def proposed(report: WorkReport) -> dict[str, Decimal]:
    """The decision proposed for a report: in proportion to the hours done."""
    share = hours_done(report) / report.contract.hours
    service = settlement.service_of(report.order, report.contract)
    return {"price": (service * share).quantize(Decimal("0.01")), "gross": owed(report)}


def is_undecided(report: WorkReport) -> bool:
    """Whether an advisor is still to decide of this month's work."""
    return report.decided_at is None and report.contract.released_at is None


def reported(report: WorkReport) -> Facts:
    """What was agreed, what is said, what would follow."""
    amounts = proposed(report)
    return [
        (_("affilié"), report.contract.affiliate.name),
        (_("réponse"), report.get_answer_display()),
        (_("note"), report.note or NOTHING),
        (_("heures convenues"), hours(report.contract.hours)),
        (_("heures faites"), hours(hours_done(report))),
        (_("salaire convenu"), euros(report.contract.gross)),
        (_("salaire dû par la loi"), euros(amounts["gross"])),
        (_("serait facturé (au prorata)"), euros(amounts["price"])),
    ]


@admin.register(WorkReport)
class WorkReportAdmin(ByRole, ModelAdmin):
    """The queue of answers other than « done as agreed »: the advisor decides."""

    list_display = (
        "affiliate", "contract", "answer", "note", "reported_at", "wage_owed", "decided_at",
    )  # fmt: skip
    list_filter = (UndecidedReports, OfOrder, "answer")
    list_select_related = ("contract__affiliate", "order")
    ordering = ("reported_at",)
    fields = (
        "order", "contract", "answer", "note", "hours_by_day", "agreed", "would_invoice",
        "wage_owed", "reported_at", "reported_by", "decided_at", "decided_by", "decided_price",
        "decided_gross", "decision_note",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("decide",)

    @admin.display(description=_("affilié"))
    def affiliate(self, report: WorkReport) -> str:
        return report.contract.affiliate.name

    @admin.display(description=_("heures faites par jour"))
    def hours_by_day(self, report: WorkReport) -> str:
        return "\n".join(f"{shortday(day)}, {hours(done)}" for day, done in report.hours.items())

    @admin.display(description=_("convenu"))
    def agreed(self, report: WorkReport) -> str:
        service = settlement.service_of(report.order, report.contract)
        return _("{hours}, {service} hors TVA, {gross} brut").format(
            hours=hours(report.contract.hours),
            service=euros(service),
            gross=euros(report.contract.gross),
        )

    @admin.display(description=_("serait facturé (au prorata)"))
    def would_invoice(self, report: WorkReport) -> str:
        return euros(proposed(report)["price"])

    @admin.display(description=_("salaire dû par la loi"))
    def wage_owed(self, report: WorkReport) -> str:
        return euros(owed(report))

    @button(
        _("Décider"),
        primary=True,
        when=is_undecided,
        facts=reported,
        permissions=["advisor"],
        question=_(
            "Proposé : au prorata des heures faites. La facture part avec ce prix, la paie avec "
            "ce salaire ; un salaire sous celui que la loi doit demande une note."
        ),
        form=WorkDecision,
        initial=proposed,
    )
    def decide(
        self, request: HttpRequest, row: WorkReport, *, price: Decimal, gross: Decimal, note: str
    ) -> Any:
        actions.decide_work(
            row.pk,
            price=price,
            gross=gross,
            note=note,
            user=visitors.user_of(request),
            at=clock.now(),
        )
        return _("Décidé : l’affilié est prévenu.")
