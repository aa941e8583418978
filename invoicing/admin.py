"""The finance desk: clients, documents, what is owed, what was paid, what was advanced."""

import secrets
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from invoicing import documents as papers
from invoicing import queries
from invoicing.actions import advances, clients, invoices, issuing, payments
from invoicing.desk import (
    advanced,
    identity,
    is_creditable,
    is_outstanding,
    is_payable,
    is_reversible,
    to_pay,
    to_send,
)
from invoicing.models import (
    Advance,
    Allotment,
    Client,
    Invoice,
    InvoiceLine,
    Payment,
    Receivable,
)
from invoicing.states import InvoiceStatus
from members import visitors
from members.forms_base import DayField, EuroField, use_house_sentences
from members.roles import ByRole
from office import clock
from office.desk import button
from office.templatetags import house
from office.windows import Queue

Said = str | Promise


class DeskForm(forms.Form):
    """A form of this desk, in the house's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            use_house_sentences(field)


class ReasonForm(DeskForm):
    """Why; kept with the decision."""

    reason = forms.CharField(
        label=_("Raison"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class CreditForm(DeskForm):
    """Why an invoice is corrected; printed on the credit note."""

    reason = forms.CharField(
        label=_("Motif, imprimé sur la note de crédit"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PaymentForm(DeskForm):
    """Money that arrived. ``request_key`` makes two clicks one payment."""

    amount = EuroField(label=_("Montant reçu, en euros"))
    received_on = DayField(label=_("Reçu le"))
    reference = forms.CharField(
        label=_("Référence de l’extrait"), max_length=140, required=False, help_text=_("Facultatif")
    )
    request_key = forms.CharField(max_length=64, widget=forms.HiddenInput)


class IdentityForm(DeskForm):
    """The words every paper prints of a client."""

    name = forms.CharField(label=_("Nom"), max_length=120)
    street = forms.CharField(label=_("Rue et numéro"), max_length=120)
    postcode = forms.CharField(label=_("Code postal"), max_length=10)
    city = forms.CharField(label=_("Localité"), max_length=80)
    language = forms.ChoiceField(
        label=_("Langue"), choices=[("fr", "français"), ("nl", "Nederlands"), ("en", "English")]
    )


class TermForm(DeskForm):
    """The term negotiated with a client."""

    days = forms.IntegerField(
        label=_("Délai de paiement, en jours"),
        required=False,
        min_value=0,
        help_text=_("Laissez vide pour reprendre le délai de la maison."),
    )


class CeilingForm(DeskForm):
    """The guarantee's ceiling for a client."""

    amount = EuroField(
        label=_("Plafond garanti, en euros hors TVA"),
        required=False,
        help_text=_("Laissez vide pour reprendre le plafond de la maison."),
    )


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


class ClientQueue(Queue):
    views = (
        ("to_verify", _("à vérifier")),
        ("verified", _("vérifiés")),
        ("blocked", _("hors garantie")),
        ("all", _("tous")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if request.GET.get("q"):
            return queryset
        return {
            "to_verify": queryset.filter(verified_at=None),
            "verified": queryset.filter(verified_at__isnull=False),
            "blocked": queryset.filter(blocked_at__isnull=False),
        }.get(self.value(), queryset)


@admin.register(Client)
class ClientAdmin(ByRole, ModelAdmin):
    list_display = ("name", "enterprise_number", "city", "kind", "is_verified", "is_covered")
    list_filter = (ClientQueue,)
    search_fields = ("name", "enterprise_number", "ref")
    ordering = ("name", "id")
    fields = (
        "ref",
        "kind",
        "name",
        "enterprise_number",
        "vat_number",
        "street",
        "postcode",
        "city",
        "country",
        "language",
        "payment_term_days",
        "guarantee_ceiling",
        "created_at",
        "verified_at",
        "blocked_at",
        "blocked_reason",
    )
    actions_detail = ("verify", "amend", "set_term", "set_ceiling", "block", "unblock")

    @admin.display(description=_("vérifié"), boolean=True)
    def is_verified(self, client: Client) -> bool:
        return client.verified_at is not None

    @admin.display(description=_("garanti"), boolean=True)
    def is_covered(self, client: Client) -> bool:
        return client.blocked_at is None

    @button(
        _("Vérifier"),
        permissions=["advisor"],
        primary=True,
        when=lambda row: row.verified_at is None,
        facts=identity,
        question=_(
            "Vous avez comparé ces données avec la Banque-Carrefour des Entreprises. Les membres "
            "ne pourront plus les changer."
        ),
    )
    def verify(self, request: HttpRequest, row: Client) -> Said:
        clients.verify(row.pk, by=visitors.actor(request), at=clock.now())
        return _("Client vérifié.")

    @button(
        _("Corriger"),
        permissions=["advisor"],
        question=_("Les documents déjà émis ne changent pas."),
        form=IdentityForm,
        initial=lambda row: {name: getattr(row, name) for name in IdentityForm.base_fields},
    )
    def amend(self, request: HttpRequest, row: Client, **words: str) -> Said:
        clients.amend(row.pk, **words, by=visitors.actor(request), at=clock.now())
        return _("Données corrigées.")

    @button(
        _("Délai de paiement"),
        permissions=["finance"],
        question=_("Il vaut pour les prochaines missions."),
        form=TermForm,
        initial=lambda row: {"days": row.payment_term_days},
    )
    def set_term(self, request: HttpRequest, row: Client, *, days: int | None) -> Said:
        clients.set_term(row.pk, days=days, by=visitors.actor(request), at=clock.now())
        return _("Délai de paiement enregistré.")

    @button(
        _("Plafond garanti"),
        permissions=["finance"],
        question=_("Il vaut pour les prochaines missions."),
        form=CeilingForm,
        initial=lambda row: {"amount": row.guarantee_ceiling},
    )
    def set_ceiling(self, request: HttpRequest, row: Client, *, amount: Decimal | None) -> Said:
        clients.set_ceiling(row.pk, amount=amount, by=visitors.actor(request), at=clock.now())
        return _("Plafond enregistré.")

    @button(
        _("Sortir de la garantie"),
        permissions=["finance"],
        when=lambda row: row.blocked_at is None,
        question=_("Ses prochaines missions ne seront plus couvertes par le fonds."),
        form=ReasonForm,
    )
    def block(self, request: HttpRequest, row: Client, *, reason: str) -> Said:
        clients.block(row.pk, reason=reason, by=visitors.actor(request), at=clock.now())
        return _("Ce client n’est plus garanti.")

    @button(
        _("Remettre dans la garantie"),
        permissions=["finance"],
        when=lambda row: row.blocked_at is not None,
        question=_("Ses prochaines missions pourront de nouveau être couvertes."),
    )
    def unblock(self, request: HttpRequest, row: Client) -> Said:
        clients.unblock(row.pk, by=visitors.actor(request), at=clock.now())
        return _("Ce client est de nouveau garanti.")


class Lines(ByRole, TabularInline):
    model = InvoiceLine
    fields = ("label", "quantity", "unit_price", "net", "vat_rate")
    extra = 0


class Payments(ByRole, TabularInline):
    model = Payment
    fields = ("received_on", "amount", "reference", "reason", "recorded_by", "recorded_at")
    ordering = ("id",)
    extra = 0


class AllotmentsOfPayment(ByRole, TabularInline):
    model = Allotment
    fields = ("purpose", "amount")
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


class ReceivableQueue(Queue):
    views = (
        ("late", _("échues")),
        ("open", _("à recevoir")),
        ("overpaid", _("trop-perçus")),
        ("settled", _("soldées")),
        ("all", _("toutes")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if request.GET.get("q"):
            return queryset
        return {
            "late": queryset.filter(open_amount__gt=0, invoice__due_on__lt=clock.today()),
            "open": queryset.filter(open_amount__gt=0),
            "overpaid": queryset.filter(overpaid_amount__gt=0),
            "settled": queryset.filter(open_amount=0),
        }.get(self.value(), queryset)


@admin.register(Receivable)
class ReceivableAdmin(ByRole, ModelAdmin):
    list_display = (
        "invoice",
        "client",
        "job",
        "open_amount",
        "overpaid_amount",
        "due_on",
        "settled_on",
    )
    list_filter = (ReceivableQueue,)
    list_select_related = ("invoice__client",)
    search_fields = (
        "invoice__printed_number",
        "invoice__job",
        "invoice__client__name",
        "invoice__communication",
    )
    ordering = ("invoice__due_on", "id")
    show_full_result_count = False
    fields = (
        *("invoice", "client", "job_page", "contact", "due_on", "communication"),
        *("open_amount", "overpaid_amount", "settled_on", "next_step_on"),
    )
    actions_detail = ("record_payment",)

    @admin.display(description=_("client"))
    def client(self, row: Receivable) -> str:
        return row.invoice.client.name

    @admin.display(description=_("mission"))
    def job(self, row: Receivable) -> str:
        return row.invoice.job

    @admin.display(description=_("mission"))
    def job_page(self, row: Receivable) -> str:
        return self.link("orders_order_of", row.invoice.job, row.invoice.job)

    @admin.display(description=_("contact"))
    def contact(self, row: Receivable) -> str:
        return f"{row.invoice.contact_name}, {row.invoice.contact_email}"

    @admin.display(description=_("communication"))
    def communication(self, row: Receivable) -> str:
        return house.communication(row.invoice.communication)

    @admin.display(description=_("à payer pour le"), ordering="invoice__due_on")
    def due_on(self, row: Receivable) -> str:
        return house.shortday(row.invoice.due_on)

    @button(
        _("Inscrire un paiement"),
        primary=True,
        when=lambda row: row.open_amount > 0,
        facts=to_pay,
        permissions=["finance"],
        question=_("L’argent est arrivé sur le compte de la coopérative. Une partie suffit."),
        form=PaymentForm,
        initial=lambda row: payment_form(row.invoice),
    )
    def record_payment(self, request: HttpRequest, row: Receivable, **filled: Any) -> Said:
        return record_payment(request, row.invoice_id, **filled)


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


class AdvanceQueue(Queue):
    views = (
        ("outstanding", _("en cours")),
        ("lost", _("perdues")),
        ("repaid", _("remboursées")),
        ("all", _("toutes")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return {
            "outstanding": queryset.filter(amount__gt=F("repaid") + F("lost")),
            "lost": queryset.filter(lost__gt=0),
            "repaid": queryset.filter(Q(amount=F("repaid")) & Q(amount__gt=0)),
        }.get(self.value(), queryset)


@admin.register(Advance)
class AdvanceAdmin(ByRole, ModelAdmin):
    list_display = (
        "job",
        "invoice",
        "covered",
        "cost",
        "amount",
        "repaid",
        "lost",
        "made_on",
    )
    list_filter = (AdvanceQueue, "covered")
    list_select_related = ("invoice",)
    search_fields = ("job", "invoice__printed_number")
    ordering = ("made_on", "id")
    fields = (
        "job_page",
        "invoice",
        "source",
        "covered",
        "cost",
        "amount",
        "repaid",
        "lost",
        "recovered",
        "made_on",
        "lost_reason",
    )
    actions_detail = ("lose",)

    @admin.display(description=_("mission"))
    def job_page(self, row: Advance) -> str:
        return self.link("orders_order_of", row.job, row.job)

    @button(
        _("Passer en perte"),
        primary=True,
        when=is_outstanding,
        facts=advanced,
        permissions=["finance"],
        question=_(
            "Le client ne paiera pas : le fonds de garantie supporte ce qui reste en cours, ou "
            "l’activité si la mission n’était pas couverte. Le salaire versé reste acquis."
        ),
        form=ReasonForm,
    )
    def lose(self, request: HttpRequest, row: Advance, *, reason: str) -> Said:
        by, at = visitors.actor(request), clock.now()
        advances.lose(row.pk, reason=reason, on=clock.day_of(at), by=by, at=at)
        return _("Avance passée en perte.")
