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
from office import clock
from office.desk import button
from office.templatetags import house
from payroll import queries
from payroll.actions import runs, transfers
from payroll.admin.transfers import BankDayForm
from payroll.admin.windows import Queue, ReasonForm, Rows, Window, paper
from payroll.models import PayRun, Transfer
from payroll.states import RunStatus


class Transfers(Rows):
    model = Transfer
    fields = ("name", "account", "amount", "executed_on", "rejected_on", "rejected_reason")
    readonly_fields = fields
    show_change_link = True

    @display(description=_("compte"))
    def account(self, row: Transfer) -> str:
        return house.iban(row.iban)


class RunQueue(Queue):
    questions = (
        ("open", _("à soumettre ou approuver")),
        ("approved", _("chez la banque")),
        ("over", _("terminées")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {
            "open": Q(status__in=queries.OPEN_RUNS),
            "approved": Q(status=RunStatus.APPROVED),
            "over": Q(status__in=[RunStatus.EXECUTED, RunStatus.DISCARDED]),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


@admin.register(PayRun)
class PayRunAdmin(Window):
    """Pay runs: Carla submits, Denis approves, the bank answers line by line."""

    list_display = (
        "ref",
        "pay_on",
        "approve_before",
        "sum",
        "state",
        "submitted_by",
        "approved_by",
    )
    list_filter = (RunQueue,)
    list_select_related = ("submitted_by", "approved_by")
    search_fields = ("ref",)
    ordering = ("-id",)
    inlines = (Transfers,)
    actions_list = ("build_now",)
    actions_detail = ("submit", "approve", "discard", "confirm_all")
    fields = (
        *("ref", "status", "entity", "pay_on", "approve_before", "sum", "slips", "excluded"),
        *("built_at", "built_by", "submitted_at", "submitted_by", "approved_at", "approved_by"),
        *("file", "discarded_at", "discarded_by", "discarded_reason"),
    )

    @display(description=_("total"), ordering="total")
    def sum(self, row: PayRun) -> str:
        return house.euros(row.total)

    @display(description=_("fiches de paie"))
    def slips(self, row: PayRun) -> str:
        address = reverse("admin:payroll_payslip_changelist")
        count = row.payslips.count()
        return format_html('<a href="{}?run__id__exact={}">{}</a>', address, row.pk, count)

    @display(description=_("exclus, avec la raison"))
    def excluded(self, row: PayRun) -> str:
        return "\n".join(f"{left['affiliate_name']} : {left['reason']}" for left in row.left_out)

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
        return self.link("payroll_payrun_file", row.pk, "pain.001") if row.bank_file_id else ""

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
            said += [f"{left.affiliate_name} : {left.reason}" for left in built.left_out]
            if built.made and built.run:
                said.insert(0, str(_("Paie {ref} préparée.")).format(ref=built.run.ref))
        return " ".join(said) or _("Rien à payer de plus.")

    @button(
        _("Soumettre"),
        permissions=["payroll"],
        question=_("Vous avez relu les fiches : une autre personne approuvera."),
    )
    def submit(self, request: HttpRequest, row: PayRun) -> Any:
        runs.submit(
            row.pk, by=visitors.actor(request), user=visitors.user_of(request), at=clock.now()
        )
        return _("Paie soumise.")

    @button(
        _("Approuver"),
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
        permissions=["finance"],
        question=_("La banque a exécuté tous les virements qui attendent encore une réponse."),
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
