"""Transfers at the desk: what the bank answered, one by one."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from members import visitors
from office import clock
from office.desk import button
from office.templatetags import house
from office.windows import Queue
from payroll.actions import transfers
from payroll.admin.windows import Desk
from payroll.models import Transfer
from payroll.states import RunStatus


class BankDayForm(forms.Form):
    """The day on the statement."""

    on = forms.DateField(
        label=_("Jour"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class RejectForm(BankDayForm):
    """The day on the statement, and what the bank says."""

    reason = forms.CharField(label=_("Motif de la banque"), max_length=300)


class TransferQueue(Queue):
    views = (
        ("waiting", _("sans réponse de la banque")),
        ("executed", _("exécutés")),
        ("rejected", _("refusés")),
        ("all", _("tous")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        sent = Q(run__status__in=[RunStatus.APPROVED, RunStatus.EXECUTED])
        chosen = {
            "waiting": sent & Q(executed_on=None, rejected_on=None),
            "executed": Q(executed_on__isnull=False),
            "rejected": Q(rejected_on__isnull=False),
        }
        return queryset.filter(chosen.get(view, Q()))


def awaits_bank(row: Transfer) -> bool:
    """Whether the bank has this line and has not answered."""
    sent = row.run.status in {RunStatus.APPROVED, RunStatus.EXECUTED}
    return sent and row.executed_on is None and row.rejected_on is None


def line(row: Transfer) -> list[tuple[Any, Any]]:
    """The line of the bank file."""
    return [
        (_("nom"), row.name),
        (_("compte"), house.iban(row.iban)),
        (_("montant"), house.euros(row.amount)),
    ]


@admin.register(Transfer)
class TransferAdmin(Desk):
    """Transfers: what the bank answered, one by one."""

    list_display = ("name", "account", "amount", "run", "executed_on", "rejected_on")
    list_filter = (TransferQueue,)
    list_select_related = ("run",)
    search_fields = ("name", "run__ref")
    ordering = ("-id",)
    actions_detail = ("confirm", "reject")
    fields = (
        *("name", "account", "amount", "run", "payslip"),
        *("executed_on", "rejected_on", "rejected_reason"),
    )

    @display(description=_("compte"))
    def account(self, row: Transfer) -> str:
        return house.iban(row.iban)

    @button(
        _("Exécuté"),
        permissions=["finance"],
        primary=True,
        when=awaits_bank,
        facts=line,
        question=_("La banque a payé ce virement ce jour-là : les livres l’enregistrent."),
        form=BankDayForm,
        initial=lambda row: {"on": clock.today()},
    )
    def confirm(self, request: HttpRequest, row: Transfer, *, on: Any) -> Any:
        transfers.confirm_executed([row.pk], on=on, by=visitors.actor(request), at=clock.now())
        return _("Virement confirmé.")

    @button(
        _("Refusé par la banque"),
        permissions=["finance"],
        when=awaits_bank,
        facts=line,
        question=_("L’affilié est prévenu ; une autre paie versera ce montant."),
        form=RejectForm,
        initial=lambda row: {"on": clock.today()},
    )
    def reject(self, request: HttpRequest, row: Transfer, *, on: Any, reason: str) -> Any:
        transfers.reject(row.pk, on=on, reason=reason, by=visitors.actor(request), at=clock.now())
        return _("Noté : ce montant sera payé à nouveau.")
