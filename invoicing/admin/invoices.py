"""Invoices and credit notes, from draft to paid."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from invoicing import documents as papers
from invoicing import queries
from invoicing.actions import invoices, issuing
from invoicing.admin.payments import PaymentForm, payment_form, record_payment
from invoicing.admin.windows import DeskForm, Said
from invoicing.desk import is_creditable, is_payable, to_pay, to_send
from invoicing.models import Allotment, Invoice, InvoiceLine, Payment
from invoicing.states import InvoiceStatus
from members import visitors
from members.roles import ByRole
from office import clock
from office.desk import button, many
from office.templatetags import house
from office.windows import Queue


class CreditForm(DeskForm):
    """Why an invoice is corrected; printed on the credit note."""

    reason = forms.CharField(
        label=_("Motif, imprimé sur la note de crédit"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Lines(ByRole, TabularInline):
    model = InvoiceLine
    fields = ("label", "quantity", "unit_price", "net", "vat_rate")
    extra = 0


class Payments(ByRole, TabularInline):
    model = Payment
    fields = ("received_on", "amount", "reference", "reason", "recorded_by", "recorded_at")
    ordering = ("id",)
    extra = 0


class Allotments(ByRole, TabularInline):
    model = Allotment
    fk_name = "invoice"
    fields = ("purpose", "amount")
    ordering = ("id",)
    extra = 0


class InvoiceAllotments(Allotments):
    fk_name = "invoice"


class InvoiceQueue(Queue):
    views = (
        ("released", _("à émettre")),
        ("draft", _("brouillons")),
        ("issued", _("émises")),
        ("annulled", _("annulées")),
        ("all", _("toutes")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        code = self.value()
        if code == "all" or request.GET.get("q"):
            return queryset
        return queryset.filter(status=code)


@admin.register(Invoice)
class InvoiceAdmin(ByRole, ModelAdmin):
    list_display = ("shown", "status", "client", "job", "total", "issued_on", "due_on")
    list_filter = (InvoiceQueue, "series")
    list_select_related = ("client",)
    search_fields = ("printed_number", "job", "ref", "client__name", "communication")
    ordering = ("-id",)
    show_full_result_count = False
    fields = (
        "shown",
        "status",
        "client",
        "activity",
        "job_page",
        "contact_name",
        "contact_email",
        "purchase_reference",
        "work_from",
        "work_until",
        "net",
        "vat",
        "total",
        "fee",
        "fund_share",
        "employment",
        "expenses",
        "rounding",
        "guaranteed",
        "not_confirmed",
        "credits",
        "reason",
        "released_at",
        "issued_on",
        "due_on",
        "transfer_words",
    )
    inlines = (Lines, Payments, InvoiceAllotments)
    actions = ("release_many", "issue_many")
    actions_detail = (
        "read",
        "record_payment",
        "release",
        "issue",
        "credit",
        "annul",
        "duplicate",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("client", "activity", "receivable")

    @admin.display(description=_("mission"))
    def job_page(self, invoice: Invoice) -> str:
        return self.link("orders_order_of", invoice.job, invoice.job)

    @admin.display(description=_("communication"))
    def transfer_words(self, invoice: Invoice) -> str:
        return house.communication(invoice.communication)

    @admin.display(description=_("document"), ordering="number")
    def shown(self, invoice: Invoice) -> str:
        return str(invoice)

    @action(description=_("Lire le PDF"))
    def read(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Only reads, so a plain link may."""
        row = get_object_or_404(Invoice, pk=object_id)
        return HttpResponseRedirect(reverse("invoice_document", args=[row.ref]))

    @button(
        _("Inscrire un paiement"),
        when=is_payable,
        facts=lambda row: to_pay(row.receivable),
        permissions=["finance"],
        question=_("L’argent est arrivé sur le compte de la coopérative. Une partie suffit."),
        form=PaymentForm,
        initial=payment_form,
    )
    def record_payment(self, request: HttpRequest, row: Invoice, **filled: Any) -> Said:
        return record_payment(request, row.pk, **filled)

    @button(
        _("Libérer"),
        when=lambda row: row.status == InvoiceStatus.DRAFT,
        facts=to_send,
        permissions=["finance"],
        question=_("Le brouillon devient à émettre, avec les montants affichés."),
    )
    def release(self, request: HttpRequest, row: Invoice) -> Said:
        invoices.release(row.pk, by=visitors.actor(request), at=clock.now())
        return _("Le document est à émettre.")

    release_many = many(release)

    @button(
        _("Émettre maintenant"),
        primary=True,
        when=lambda row: row.status == InvoiceStatus.RELEASED,
        facts=to_send,
        permissions=["finance"],
        question=_("Il reçoit son numéro, part chez le client et ne change plus."),
    )
    def issue(self, request: HttpRequest, row: Invoice) -> Said:
        issuing.check_allowed(queries.issuing_allowed())
        by, at = visitors.actor(request), clock.now()
        if not issuing.issue([row.pk], on=clock.day_of(at), by=by, at=at):
            invoices.release(row.pk, by=by, at=at)  # says why it cannot be, or that it already is
            return _("Ce document est déjà émis.")
        return _("Document émis.")

    issue_many = many(issue)

    @button(
        _("Note de crédit"),
        when=is_creditable,
        facts=to_send,
        permissions=["finance"],
        question=_(
            "La facture est annulée entièrement par une note de crédit, et un nouveau brouillon "
            "est créé pour la remplacer."
        ),
        form=CreditForm,
    )
    def credit(self, request: HttpRequest, row: Invoice, *, reason: str) -> Said:
        credited = invoices.credit_whole(
            row.pk, reason=reason, by=visitors.actor(request), at=clock.now()
        )
        return _("Note de crédit à émettre ; nouveau brouillon {ref}.").format(
            ref=credited.new_draft.ref
        )

    @button(
        _("Annuler le brouillon"),
        when=lambda row: row.status == InvoiceStatus.DRAFT,
        facts=to_send,
        permissions=["finance"],
        question=_("Rien ne sera facturé avec ce brouillon."),
    )
    def annul(self, request: HttpRequest, row: Invoice) -> Said:
        invoices.annul(row.pk, by=visitors.actor(request), at=clock.now())
        return _("Brouillon annulé.")

    @button(
        _("Duplicata"),
        when=lambda row: row.status == InvoiceStatus.ISSUED,
        permissions=["finance"],
        question=_("Un exemplaire de plus, qui porte la mention « duplicata »."),
    )
    def duplicate(self, request: HttpRequest, row: Invoice) -> Said:
        if row.status != InvoiceStatus.ISSUED:
            raise invoices.NotIssued(document=row)
        copy = papers.duplicate(row, at=clock.now())
        return _("Duplicata demandé : « {title} » dans les documents.").format(title=copy.title)
