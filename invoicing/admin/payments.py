"""Money that arrived, and what it settled."""

import secrets
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from invoicing.actions import payments
from invoicing.admin.windows import DeskForm, ReasonForm, Said
from invoicing.desk import is_reversible
from invoicing.models import Allotment, Invoice, Payment, Receivable
from members import visitors
from members.forms_base import DayField, EuroField
from members.roles import ByRole
from office import clock
from office.desk import button
from office.templatetags import house


class PaymentForm(DeskForm):
    """Money that arrived. ``request_key`` makes two clicks one payment."""

    amount = EuroField(label=_("Montant reçu, en euros"))
    received_on = DayField(label=_("Reçu le"))
    reference = forms.CharField(
        label=_("Référence de l’extrait"), max_length=140, required=False, help_text=_("Facultatif")
    )
    request_key = forms.CharField(max_length=64, widget=forms.HiddenInput)


def payment_form(invoice: Invoice) -> dict[str, Any]:
    """What is open, received today; a key of its own for each form opened."""
    receivable = getattr(invoice, "receivable", None)
    return {
        "amount": receivable.open_amount if receivable and receivable.open_amount else None,
        "received_on": clock.today(),
        "request_key": secrets.token_hex(16),
    }


def record_payment(request: HttpRequest, invoice_id: int, **filled: Any) -> Said:
    """The button of an invoice and of what is owed on it."""
    payment = payments.record(invoice_id, **filled, by=visitors.actor(request), at=clock.now())
    left = Receivable.objects.get(invoice=payment.invoice_id)
    if left.open_amount:
        return _("Paiement inscrit. Il reste {left} à payer.").format(
            left=house.euros(left.open_amount)
        )
    if left.overpaid_amount:
        return _("Paiement inscrit. Le client a payé {over} de trop.").format(
            over=house.euros(left.overpaid_amount)
        )
    return _("Paiement inscrit : la facture est payée.")


class AllotmentsOfPayment(ByRole, TabularInline):
    model = Allotment
    fields = ("purpose", "amount")
    ordering = ("id",)
    extra = 0


@admin.register(Payment)
class PaymentAdmin(ByRole, ModelAdmin):
    list_display = ("invoice", "client", "amount", "received_on", "reference", "recorded_by")
    list_select_related = ("invoice__client",)
    search_fields = ("invoice__printed_number", "invoice__client__name", "reference")
    ordering = ("-id",)
    show_full_result_count = False
    fields = (
        "invoice",
        "amount",
        "received_on",
        "reference",
        "reverses",
        "reason",
        "recorded_at",
        "recorded_by",
    )
    inlines = (AllotmentsOfPayment,)
    actions_detail = ("reverse",)

    @admin.display(description=_("client"))
    def client(self, row: Payment) -> str:
        return row.invoice.client.name

    @button(
        _("Inscrit par erreur"),
        when=is_reversible,
        permissions=["finance"],
        question=_(
            "Une écriture contraire est passée ; ce que ce paiement avait réglé est rouvert."
        ),
        form=ReasonForm,
    )
    def reverse(self, request: HttpRequest, row: Payment, *, reason: str) -> Said:
        payments.reverse(row.pk, reason=reason, by=visitors.actor(request), at=clock.now())
        return _("Paiement repris.")
