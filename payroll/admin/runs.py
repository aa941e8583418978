"""Pay runs at the desk: Carla submits, Denis approves, the bank answers line by line."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from ledger.models import LegalEntity
from members import roles, visitors
from members.models import Role
from office import actors, clock
from office.desk import button
from office.templatetags import house
from office.windows import NOTHING, Queue
from payroll import queries
from payroll.actions import runs, transfers
from payroll.admin.transfers import BankDayForm
from payroll.admin.windows import Desk, ReasonForm, Rows, paper
from payroll.models import PayRun, Payslip, Transfer
from payroll.states import RunStatus


class Payslips(Rows):
    model = Payslip
    fields = (
        *("affiliate", "contract", "gross", "employee_contributions", "withholding"),
        *("net_payable", "employment_cost", "paper"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("contract__affiliate", "run")

    @display(description=_("affilié"))
    def affiliate(self, row: Payslip) -> str:
        return row.contract.affiliate.name

    @display(description=_("fiche"))
    def paper(self, row: Payslip) -> str:
        address = reverse("admin:payroll_payslip_change", args=[row.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', address, _("Voir"))


class Transfers(Rows):
    model = Transfer
    fields = ("name", "account", "amount", "executed_on", "rejected_on", "rejected_reason")
    readonly_fields = fields

    @display(description=_("compte"))
    def account(self, row: Transfer) -> str:
        return house.iban(row.iban)


class RunQueue(Queue):
    views = (
        ("open", _("en préparation")),
        ("built", _("à soumettre")),
        ("submitted", _("à approuver")),
        ("approved", _("chez la banque")),
        ("over", _("terminées")),
        ("all", _("toutes")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {
            "open": Q(status__in=queries.OPEN_RUNS),
            "built": Q(status=RunStatus.BUILT),
            "submitted": Q(status=RunStatus.SUBMITTED),
            "approved": Q(status=RunStatus.APPROVED),
            "over": Q(status__in=[RunStatus.EXECUTED, RunStatus.DISCARDED]),
        }
        return queryset.filter(chosen.get(view, Q()))


def summed(row: PayRun) -> list[tuple[Any, Any]]:
    """What a run pays, for whoever decides about it."""
    return [
        (_("fiches de paie"), row.payslips.count()),
        (_("virements"), row.transfers.count()),
        (_("total"), house.euros(row.total)),
        (_("exécution demandée le"), house.longday(row.pay_on)),
        (_("à approuver au plus tard le"), house.longday(row.approve_before)),
        (_("exclus"), len(row.left_out)),
    ]


@admin.register(PayRun)
class PayRunAdmin(Desk):
    """Pay runs: Carla submits, Denis approves, the bank answers line by line."""

    list_display = (
        "ref",
        "pay_on",
        "approve_before",
        "total",
        "state",
        "submitted_by",
        "approved_by",
    )
    list_filter = (RunQueue,)
    list_select_related = ("submitted_by", "approved_by")
    search_fields = ("ref",)
    ordering = ("-id",)
    inlines = (Payslips, Transfers)
    actions_list = ("build_now",)
    actions_detail = ("submit", "approve", "discard", "confirm_all")
    fields = (
        *("ref", "state", "entity", "pay_on", "approve_before", "total", "slips", "excluded"),
        *("built_at", "prepared_by", "submitted_at", "submitted_by", "approved_at", "approved_by"),
        *("file", "discarded_at", "discarded_by", "discarded_reason"),
    )

    @display(description=_("préparée par"))
    def prepared_by(self, row: PayRun) -> str:
        return actors.shown(row.built_by)

    @display(description=_("fiches de paie"))
    def slips(self, row: PayRun) -> str:
        address = reverse("admin:payroll_payslip_changelist")
        count = row.payslips.count()
        link = '<a class="text-link" href="{}?run__id__exact={}">{}</a>'
        return format_html(link, address, row.pk, count)

    @display(description=_("exclus, avec la raison"))
    def excluded(self, row: PayRun) -> str:
        excluded = (f"{left['affiliate_name']} · {left['reason']}" for left in row.left_out)
        return "\n".join(excluded) or str(_("personne"))

    @display(
        description=_("état"),
        label={
            RunStatus.BUILT: "info",
            RunStatus.SUBMITTED: "warning",
            RunStatus.APPROVED: "success",
            RunStatus.EXECUTED: "success",
            RunStatus.DISCARDED: "danger",
        },
    )
    def state(self, row: PayRun) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("fichier pour la banque"))
    def file(self, row: PayRun) -> str:
        return self.link("payroll_payrun_file", row.pk, "pain.001") if row.bank_file_id else NOTHING

    @button(
        _("Préparer une paie"),
        permissions=["payroll"],
        question=_(
            "Tout ce qui est transmis à la paie est calculé, et ce que la banque a renvoyé est "
            "payé à nouveau, aussi sur le même compte."
        ),
    )
    def build_now(self, request: HttpRequest, row: None) -> Any:
        by, at = visitors.actor(request), clock.now()
        said = []
        for entity in LegalEntity.objects.order_by("pk"):
            built = runs.build(entity.pk, by=by, at=at, everything=True)
            said += [f"{left.affiliate_name} · {left.reason}" for left in built.left_out]
            if built.made and built.run:
                said.insert(0, str(_("Paie {ref} préparée.")).format(ref=built.run.ref))
        return " ".join(said) or _("Rien à payer de plus.")

    @button(
        _("Soumettre"),
        primary=True,
        when=lambda row: row.status == RunStatus.BUILT,
        facts=summed,
        permissions=["payroll"],
        question=_(
            "Vous avez relu les fiches. Une personne des finances approuvera ; les fiches ne "
            "changent plus, sauf si la paie est abandonnée."
        ),
    )
    def submit(self, request: HttpRequest, row: PayRun) -> Any:
        runs.submit(
            row.pk, by=visitors.actor(request), user=visitors.user_of(request), at=clock.now()
        )
        return _("Paie soumise.")

    @button(
        _("Approuver"),
        primary=True,
        when=lambda row: row.status == RunStatus.SUBMITTED,
        facts=summed,
        permissions=["finance"],
        question=_(
            "Les fiches deviennent définitives, les livres les enregistrent et le fichier pour la "
            "banque est prêt."
        ),
    )
    def approve(self, request: HttpRequest, row: PayRun) -> Any:
        runs.approve(
            row.pk, by=visitors.actor(request), user=visitors.user_of(request), at=clock.now()
        )
        return _("Paie approuvée : envoyez le fichier à la banque.")

    @button(
        _("Abandonner"),
        when=lambda row: row.status in queries.OPEN_RUNS,
        facts=summed,
        permissions=["payroll_or_finance"],
        question=_("Ces fiches tombent ; la prochaine paie recalcule ces contrats."),
        form=ReasonForm,
    )
    def discard(self, request: HttpRequest, row: PayRun, *, reason: str) -> Any:
        runs.discard(
            row.pk,
            reason=reason,
            by=visitors.actor(request),
            user=visitors.user_of(request),
            at=clock.now(),
        )
        return _("Paie abandonnée.")

    @button(
        _("Tout exécuté"),
        primary=True,
        when=lambda row: row.status == RunStatus.APPROVED,
        facts=summed,
        permissions=["finance"],
        question=_(
            "La banque a exécuté tous les virements qui attendent encore une réponse : les livres "
            "les enregistrent à ce jour. Notez d’abord ceux qu’elle a refusés."
        ),
        form=BankDayForm,
        initial=lambda row: {"on": clock.today()},
    )
    def confirm_all(self, request: HttpRequest, row: PayRun, *, on: Any) -> Any:
        waiting = row.transfers.filter(executed_on=None, rejected_on=None, dropped_at=None)
        count = transfers.confirm_executed(
            waiting.values_list("pk", flat=True),
            on=on,
            by=visitors.actor(request),
            at=clock.now(),
        )
        return ngettext("%d virement confirmé.", "%d virements confirmés.", count) % count

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/file/", view(self.show_file), name="payroll_payrun_file"),
            *super().get_urls(),
        ]

    def show_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not roles.may(request.user, Role.FINANCE, Role.PAYROLL):
            raise Http404
        return paper(self, request, pk, "bank_file", inline=False)
