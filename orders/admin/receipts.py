"""Receipts to approve, then to refund."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import visitors
from members.admin.windows import Portfolio
from members.models import Role
from members.roles import ByRole, may
from office import clock
from office.desk import Facts, button
from office.templatetags.house import euros
from office.windows import Queue, beside
from orders import actions
from orders.models import Receipt


class OfReceipt(Portfolio):
    path = "line__order__affiliate__advisor"


class OpenReceipts(Queue):
    """Receipts to approve, then to refund once the client has paid."""

    views = (
        ("waiting", _("à approuver")),
        ("to_refund", _("à rembourser")),
        ("all", _("tous")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        open_ones = queryset.filter(refused_reason="", refunded_on=None)
        return {
            "waiting": open_ones.filter(approved_at=None),
            "to_refund": open_ones.filter(approved_at__isnull=False),
        }.get(view, queryset)


class RefusalReason(forms.Form):
    """Why a receipt is refused."""

    reason = forms.CharField(label=_("Raison (l’affilié la lit)"), max_length=300)


class RefundDay(forms.Form):
    """When the transfer was made."""

    on = forms.DateField(
        label=_("Viré le"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def is_open(receipt: Receipt) -> bool:
    """Whether a receipt is still to approve or refuse."""
    return receipt.approved_at is None and not receipt.refused_reason


def is_refundable(receipt: Receipt) -> bool:
    """Whether an approved receipt is still to pay back (the action looks at the money)."""
    return receipt.approved_at is not None and receipt.refunded_on is None


def paper_of(receipt: Receipt) -> str:
    """A link to the proof itself."""
    return beside("receipt-paper", receipt.line.order.ref, receipt.pk)


def handed_in(receipt: Receipt) -> Facts:
    """What is claimed, what the order says, what the client has paid."""
    return [
        (_("mission"), str(receipt.line.order)),
        (_("frais de la commande"), f"{receipt.line.label}, {euros(receipt.line.amount)}"),
        (_("montant du justificatif"), euros(receipt.amount)),
        (
            _("reçu du client pour les frais"),
            euros(actions.available_for_refund(receipt.line.order)),
        ),
        (_("justificatif"), paper_of(receipt)),
    ]


@admin.register(Receipt)
class ReceiptAdmin(ByRole, ModelAdmin):
    """The queue of receipts to approve, then to refund once the client has paid."""

    list_display = ("label", "job", "amount", "handed_in_at", "approved_at", "refunded_on")
    list_filter = (OpenReceipts, OfReceipt)
    list_select_related = ("line__order",)
    ordering = ("handed_in_at",)
    fields = (
        "job", "line", "amount", "proof", "handed_in_at", "approved_at", "approved_by",
        "refused_reason", "available", "refunded_on",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("approve", "refuse", "refund")

    def has_receipts_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Advisors know the job, finance the books: either answers a receipt."""
        return may(request.user, Role.ADVISOR, Role.FINANCE)

    @admin.display(description=_("reçu du client pour les frais"))
    def available(self, receipt: Receipt) -> str:
        return euros(actions.available_for_refund(receipt.line.order))

    @admin.display(description=_("frais"))
    def label(self, receipt: Receipt) -> str:
        return receipt.line.label

    @admin.display(description=_("mission"))
    def job(self, receipt: Receipt) -> str:
        return self.link_to(receipt.line.order)

    @admin.display(description=_("justificatif"))
    def proof(self, receipt: Receipt) -> str:
        return paper_of(receipt)

    @button(
        _("Approuver"),
        primary=True,
        when=is_open,
        facts=handed_in,
        permissions=["receipts"],
        question=_(
            "Le justificatif correspond aux frais de la commande : il sera remboursé quand le "
            "client aura payé."
        ),
    )
    def approve(self, request: HttpRequest, row: Receipt) -> Any:
        actions.approve_receipt(row.pk, user=visitors.user_of(request), at=clock.now())
        return _("Approuvé : il sera remboursé quand le client aura payé.")

    @button(
        _("Refuser"),
        permissions=["receipts"],
        when=is_open,
        question=_("L’affilié lit votre raison ; ces frais ne lui sont pas remboursés."),
        form=RefusalReason,
    )
    def refuse(self, request: HttpRequest, row: Receipt, *, reason: str) -> Any:
        actions.refuse_receipt(
            row.pk, reason=reason, user=visitors.user_of(request), at=clock.now()
        )
        return _("Refusé : l’affilié est prévenu.")

    @button(
        _("Rembourser"),
        primary=True,
        when=is_refundable,
        facts=handed_in,
        permissions=["finance"],
        question=_("Le virement à l’affilié est fait ; il est inscrit aux livres."),
        form=RefundDay,
        initial=lambda row: {"on": clock.today()},
    )
    def refund(self, request: HttpRequest, row: Receipt, *, on: Any) -> Any:
        actions.refund(row.pk, on=on, user=visitors.user_of(request), at=clock.now())
        return _("Remboursé et inscrit aux livres.")
