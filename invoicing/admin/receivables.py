"""What is owed."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from invoicing.admin.payments import PaymentForm, payment_form, record_payment
from invoicing.admin.windows import Said
from invoicing.desk import to_pay
from invoicing.models import Receivable
from invoicing.queries import open_disputes
from members.roles import ByRole
from office import clock
from office.desk import button
from office.templatetags import house
from office.windows import Queue


class ReceivableQueue(Queue):
    views = (
        ("late", _("échues")),
        ("open", _("à recevoir")),
        ("disputed", _("contestées")),
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
            "disputed": queryset.filter(is_disputed=True),
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
        "disputed",
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
        *("open_amount", "disputed", "overpaid_amount", "settled_on", "next_step_on"),
    )
    actions_detail = ("record_payment",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Receivable]:
        rows: QuerySet[Receivable] = super().get_queryset(request)
        return rows.annotate(is_disputed=Exists(open_disputes(OuterRef("invoice"))))

    @admin.display(description=_("contestée"), boolean=True)
    def disputed(self, row: Any) -> bool:
        return bool(row.is_disputed)

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
