"""The API of this room: clients by number, invoices, credit notes."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from invoicing.actions import clients
from invoicing.models import Client, ClientKind, Invoice, Series
from invoicing.queries import find_client
from invoicing.states import InvoiceStatus
from members.api_base import ApiView, actor_of, described, once, user_of
from members.scopes import Scope
from office import clock, languages
from office.api.pages import PageIn, page, page_of
from office.api.values import (
    ChoiceIn,
    ChoiceOut,
    DayOut,
    DecimalOut,
    In,
    InstantOut,
    MoneyOut,
    Out,
    RefOut,
    TextIn,
    TextOut,
    asked,
    sent,
)

# --- Clients -------------------------------------------------------------------------------------


class ClientQuery(PageIn):
    """By enterprise or VAT number; without it, those this person made known."""

    number = TextIn(most=20, required=False, help_text="Enterprise or VAT number, however written.")


class ClientIn(In):
    """A client as he stands on an invoice."""

    kind = ChoiceIn(ClientKind.values, required=False, default=ClientKind.BELGIAN_BUSINESS.value)
    enterprise_number = TextIn(
        most=20,
        blank=True,
        required=False,
        default="",
        help_text="Required for a Belgian business.",
    )
    name = TextIn(most=120)
    street = TextIn(most=120)
    postcode = TextIn(most=10)
    city = TextIn(most=80)
    country = TextIn(most=2, pattern="^[A-Z]{2}$", required=False, default="BE")
    language = ChoiceIn(languages.CODES, required=False, default="fr")


class ClientOut(Out):
    """A client. His identity is shared; once verified only the cooperative changes it."""

    ref = RefOut()
    kind = ChoiceOut(ClientKind.values)
    enterprise_number = TextOut(or_none=True)
    vat_number = TextOut()
    name = TextOut()
    street = TextOut()
    postcode = TextOut()
    city = TextOut()
    country = TextOut()
    language = ChoiceOut(languages.CODES)
    created_at = InstantOut(or_none=False)
    verified_at = InstantOut()


class Clients(ApiView):
    scopes = {"GET": Scope.CLIENTS_READ, "POST": Scope.CLIENTS_WRITE}

    @described(
        "find_clients",
        "Find clients",
        scope=Scope.CLIENTS_READ,
        query=ClientQuery,
        gives=page_of(ClientOut),
    )
    def get(self, request: Request) -> Response:
        """The client of a number, or those this person made known."""
        values = asked(ClientQuery, request)
        rows = Client.objects.filter(created_by_id=user_of(request).pk)
        if number := values.get("number"):
            known = find_client(number)
            rows = Client.objects.filter(pk=known.pk) if known else Client.objects.none()
        return page(rows, values, out=ClientOut)

    @described(
        "create_client",
        "Make a client known",
        scope=Scope.CLIENTS_WRITE,
        takes=ClientIn,
        gives=ClientOut,
        status=201,
        refuses=True,
        keyed=True,
    )
    @once
    def post(self, request: Request) -> Response:
        """One whose number is known is answered as he is, untouched."""
        values = sent(ClientIn, request)
        client = clients.create(**values, by=actor_of(request), at=clock.now())
        return Response(ClientOut(client).data, status=201)


class OneClient(ApiView):
    scopes = {"GET": Scope.CLIENTS_READ}

    @described("show_client", "A client", scope=Scope.CLIENTS_READ, gives=ClientOut, about_one=True)
    def get(self, request: Request, ref: str) -> Response:
        """One client: of the public register, or made known by this person."""
        rows = Client.objects.visible_to(user_of(request))
        return Response(ClientOut(get_object_or_404(rows, ref=ref)).data)


# --- Invoices and credit notes -------------------------------------------------------------------


class InvoiceQuery(PageIn):
    """Which documents."""

    status = ChoiceIn(InvoiceStatus.values, required=False)
    job = TextIn(most=8, required=False, pattern="^[0-9A-Z]{8}$", help_text="Ref of an order.")


class InvoiceLineOut(Out):
    label = TextOut()  # type: ignore[assignment]
    quantity = DecimalOut()
    unit_price = MoneyOut()
    net = MoneyOut()
    vat_rate = DecimalOut()


class InvoiceOut(Out):
    """An invoice or a credit note; amounts are above zero for both."""

    ref = RefOut()
    series = ChoiceOut(Series.values)
    status = ChoiceOut(InvoiceStatus.values)
    number = TextOut(source="printed_number", help_text="Empty until issued.")
    job = RefOut(help_text="Ref of the order.")
    client = RefOut(source="client.ref")
    client_name = TextOut(source="client.name")
    purchase_reference = TextOut()
    language = ChoiceOut(languages.CODES)
    work_from = DayOut()
    work_until = DayOut()
    issued_on = DayOut(or_none=True)
    due_on = DayOut(or_none=True)
    net = MoneyOut()
    vat = MoneyOut()
    total = MoneyOut()
    fee = MoneyOut()
    employment = MoneyOut()
    expenses = MoneyOut()
    rounding = MoneyOut()
    guaranteed = serializers.BooleanField()
    communication = TextOut(help_text="Twelve digits; empty until issued.")
    open_amount = serializers.SerializerMethodField()
    settled_on = serializers.SerializerMethodField()
    credits = RefOut(source="credits.ref", or_none=True, default=None)
    document = RefOut(source="document.ref", or_none=True, default=None)
    lines = InvoiceLineOut(many=True)

    def get_open_amount(self, invoice: Invoice) -> str:
        """What the client still owes; 0.00 as long as nothing is issued."""
        owed = getattr(invoice, "receivable", None)
        return f"{owed.open_amount if owed else Decimal(0):.2f}"

    def get_settled_on(self, invoice: Invoice) -> str | None:
        """The day nothing was owed any more."""
        owed = getattr(invoice, "receivable", None)
        return owed.settled_on.isoformat() if owed and owed.settled_on else None


class _Papers(ApiView):
    """A list of one series."""

    scopes = {"GET": Scope.INVOICES_READ}
    series: Series

    def answer(self, request: Request) -> Response:
        values = asked(InvoiceQuery, request)
        rows = _seen(request, self.series)
        for name in ("status", "job"):
            if name in values:
                rows = rows.filter(**{name: values[name]})
        return page(rows, values, out=InvoiceOut)


class Invoices(_Papers):
    series = Series.INVOICE

    @described(
        "list_invoices",
        "Invoices",
        scope=Scope.INVOICES_READ,
        query=InvoiceQuery,
        gives=page_of(InvoiceOut),
    )
    def get(self, request: Request) -> Response:
        """Invoices, newest first."""
        return self.answer(request)


class CreditNotes(_Papers):
    series = Series.CREDIT_NOTE

    @described(
        "list_credit_notes",
        "Credit notes",
        scope=Scope.INVOICES_READ,
        query=InvoiceQuery,
        gives=page_of(InvoiceOut),
    )
    def get(self, request: Request) -> Response:
        """Credit notes, newest first."""
        return self.answer(request)


class OneInvoice(ApiView):
    scopes = {"GET": Scope.INVOICES_READ}

    @described(
        "show_invoice", "An invoice", scope=Scope.INVOICES_READ, gives=InvoiceOut, about_one=True
    )
    def get(self, request: Request, ref: str) -> Response:
        """One invoice."""
        found = get_object_or_404(_seen(request, Series.INVOICE), ref=ref)
        return Response(InvoiceOut(found).data)


class OneCreditNote(ApiView):
    scopes = {"GET": Scope.INVOICES_READ}

    @described(
        "show_credit_note",
        "A credit note",
        scope=Scope.INVOICES_READ,
        gives=InvoiceOut,
        about_one=True,
    )
    def get(self, request: Request, ref: str) -> Response:
        """One credit note."""
        found = get_object_or_404(_seen(request, Series.CREDIT_NOTE), ref=ref)
        return Response(InvoiceOut(found).data)


def _seen(request: Request, series: Series) -> QuerySet[Invoice]:
    rows = Invoice.objects.visible_to(user_of(request)).filter(series=series)
    return rows.select_related("client", "document", "receivable", "credits").prefetch_related(
        "lines"
    )


urlpatterns: list[Any] = [
    path("clients", Clients.as_view(), name="api-clients"),
    path("clients/<ref:ref>", OneClient.as_view(), name="api-client"),
    path("invoices", Invoices.as_view(), name="api-invoices"),
    path("invoices/<ref:ref>", OneInvoice.as_view(), name="api-invoice"),
    path("credit-notes", CreditNotes.as_view(), name="api-credit-notes"),
    path("credit-notes/<ref:ref>", OneCreditNote.as_view(), name="api-credit-note"),
]
