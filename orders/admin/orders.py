"""A window on orders: what was shown, where the job stands, all that happened."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members.admin.windows import Portfolio
from members.roles import ByRole
from office import clock, journal
from office.windows import NOTHING, Queue, beside, day
from orders import queries
from orders.evidence import chain_of
from orders.models import Order, WorkReport
from orders.states import OrderStatus


class AmongOrders(Queue):
    """Named views of the orders."""

    views = (
        ("all", _("toutes")),
        ("sent", _("chez le client")),
        ("signed", _("signées")),
        ("held", _("à décider")),
        ("not_confirmed", _("partis sans confirmation")),
        ("not_covered", _("sans garantie")),
    )

    def rows(self, view: str, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if view == "not_confirmed":
            silent = WorkReport.objects.filter(order=OuterRef("pk"), answer="silence")
            return queryset.filter(Exists(silent))
        if view == "not_covered":
            return queryset.filter(guaranteed=False, status__in=["sent", "signed", "held"])
        return queryset if view == "all" else queryset.filter(status=view)


class OfMember(Portfolio):
    path = "affiliate__advisor"


@admin.register(Order)
class OrderAdmin(ByRole, ModelAdmin):
    """Read only: what was shown to the client, where the job stands, all that happened."""

    list_display = ("ref", "affiliate", "client", "status", "price", "first_day", "sent_at")
    list_filter = (AmongOrders, OfMember, "status")
    list_select_related = ("affiliate", "client")
    search_fields = ("ref", "client__name", "affiliate__last_name", "affiliate__first_name")
    ordering = ("-id",)
    change_form_after_template = None  # its own timeline joins every room
    fields = (
        "ref", "status", "version", "affiliate", "client", "trade", "description", "place",
        "signer_name", "signer_email", "price", "gross", "payment_term_days", "guaranteed",
        "sent_at", "link_expires_at", "opened_at", "signed_at", "signed_name", "signed_role",
        "purchase_reference", "ended_at", "ended_reason", "replaces", "paper", "certificate_paper",
        "evidence", "contract_pages", "invoice_pages", "books", "where", "timeline",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        orders: QuerySet[Order] = super().get_queryset(request)
        return orders.prefetch_related("days")

    @admin.display(description=_("premier jour"))
    def first_day(self, order: Order) -> Any:
        first = min((row.day for row in order.days.all()), default=None)
        return day(first) if first else NOTHING

    @admin.display(description=_("où en est la mission"))
    def where(self, order: Order) -> SafeString:
        loaded = queries.with_chain(Order.objects.filter(pk=order.pk)).get()
        invoice = queries.invoices_of([order.ref]).get(order.ref)
        knots = queries.thread_of(loaded, invoice, at=clock.now())
        return render_to_string("orders/desk_thread.html", {"knots": knots})

    @admin.display(description=_("ce qui s’est passé"))
    def timeline(self, order: Order) -> SafeString:
        return render_to_string("orders/desk_timeline.html", {"moments": queries.moments(order)})

    @admin.display(description=_("commande"))
    def paper(self, order: Order) -> str:
        return beside("job-paper", order.ref) if order.document_id else NOTHING

    @admin.display(description=_("certificat de signature"))
    def certificate_paper(self, order: Order) -> str:
        return beside("job-certificate", order.ref) if order.certificate_id else NOTHING

    @admin.display(description=_("chaîne des preuves"))
    def evidence(self, order: Order) -> Any:
        facts, broken = chain_of(order), journal.verify(order)
        if not facts:
            return NOTHING
        if broken is None:
            return _("entière (%(count)d)") % {"count": len(facts)}
        return _("rompue au fait no %(place)d : prévenez l’administration") % {"place": broken}

    @admin.display(description=_("écritures"))
    def books(self, order: Order) -> str:
        booked = order.status in {OrderStatus.RELEASED, OrderStatus.SIGNED, OrderStatus.HELD}
        return beside("job-books", order.ref, text=_("voir")) if booked else NOTHING

    @admin.display(description=_("contrats"))
    def contract_pages(self, order: Order) -> str:
        return self.links_to(order.contracts.order_by("pk"))

    @admin.display(description=_("factures"))
    def invoice_pages(self, order: Order) -> str:
        return self.links_to(order.invoices.order_by("pk"))

    def get_urls(self) -> list[URLPattern]:
        of = self.admin_site.admin_view(self.show_job)
        return [path("of/<str:ref>/", of, name="orders_order_of"), *super().get_urls()]

    def show_job(self, request: HttpRequest, ref: str) -> HttpResponse:
        """The page of a job by its reference: all that a contract or an invoice knows of it."""
        order = get_object_or_404(Order, ref=ref)
        return self.change_view(request, str(order.pk))
