"""The endpoints of a job. Who reads sees what is visible to her; who acts acts on her own."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from members.api_base import ApiView, actor_of, described, once, user_of
from members.models import Affiliate
from members.scopes import Scope
from office import clock
from office.api.pages import page, page_of
from office.api.papers import NOT_MADE, paper
from office.api.values import asked, sent
from orders import actions, pricing, queries
from orders.api.forms import (
    CancelIn,
    OrderIn,
    OrderOut,
    OrderQuery,
    SimulateIn,
    SimulationOut,
    StatusOut,
    WholeOrderOut,
    job_fields,
)
from orders.models import Order
from orders.split import split_values

READ, WRITE, SEND = Scope.ORDERS_READ, Scope.ORDERS_WRITE, Scope.ORDERS_SEND


class Simulate(ApiView):
    scopes = {"POST": Scope.SIMULATE}

    @described(
        "simulate",
        "What a price pays",
        scope=Scope.SIMULATE,
        takes=SimulateIn,
        gives=SimulationOut,
        refuses=True,
    )
    def post(self, request: Request) -> Response:
        """The same engine as the contract and the payslip; nothing is kept.

        It counts the affiliate's household and other work; for staff, somebody new and alone.
        """
        values = sent(SimulateIn, request)
        fields = job_fields(values, user_of(request))
        affiliate = Affiliate.objects.filter(user=user_of(request)).first()
        quote = pricing.quote(fields, affiliate=affiliate, on=clock.today())
        assert quote is not None, "trade, amount and days are there"
        answer = {
            "split": split_values(quote.split),
            "net": quote.split.net_salary + quote.split.net_holiday_pay,
            "net_exact": quote.net_exact,
            "estimated": list(quote.estimated),
            "below_minimum": quote.below_minimum,
            "guaranteed": quote.answer.covered,
            "guarantee": quote.answer,
        }
        return Response(SimulationOut(answer).data)


class Orders(ApiView):
    scopes = {"GET": READ, "POST": WRITE}

    @described("list_orders", "Orders", scope=READ, query=OrderQuery, gives=page_of(OrderOut))
    def get(self, request: Request) -> Response:
        """Orders, newest first."""
        values = asked(OrderQuery, request)
        rows = _with_all(Order.objects.visible_to(user_of(request)))
        if "status" in values:
            rows = rows.filter(status=values["status"])
        return page(rows, values, out=OrderOut)

    @described(
        "create_order",
        "Draft an order",
        scope=WRITE,
        takes=OrderIn,
        gives=WholeOrderOut,
        status=201,
        refuses=True,
        keyed=True,
        problems={404: "The token's person is no affiliate."},
    )
    @once
    def post(self, request: Request) -> Response:
        """A draft, complete or not."""
        values = sent(OrderIn, request)
        affiliate = _affiliate(request)
        fields = job_fields(values, user_of(request))
        order = actions.create(affiliate.pk, fields=fields, by=actor_of(request), at=clock.now())
        return _whole(order, status=201)


class OneOrder(ApiView):
    scopes = {"GET": READ, "PUT": WRITE}

    @described("show_order", "An order", scope=READ, gives=WholeOrderOut, about_one=True)
    def get(self, request: Request, ref: str) -> Response:
        """One order and, once sent, what its price pays."""
        rows = _with_all(Order.objects.visible_to(user_of(request)))
        return Response(WholeOrderOut(get_object_or_404(rows, ref=ref)).data)

    @described(
        "amend_order",
        "Amend a draft",
        scope=WRITE,
        takes=OrderIn,
        gives=WholeOrderOut,
        about_one=True,
        refuses=True,
    )
    def put(self, request: Request, ref: str) -> Response:
        """Replace all that stands in a draft."""
        order = _own(request, ref)
        values = sent(OrderIn, request)
        fields = job_fields(values, user_of(request))
        order = actions.amend(order.pk, fields=fields, by=actor_of(request), at=clock.now())
        return _whole(order)


class OrderStatusView(ApiView):
    scopes = {"GET": READ}

    @described(
        "show_order_status", "Where an order stands", scope=READ, gives=StatusOut, about_one=True
    )
    def get(self, request: Request, ref: str) -> Response:
        """The thread of the job: contract, work, invoice, pay."""
        rows = queries.with_chain(Order.objects.visible_to(user_of(request)))
        order = get_object_or_404(rows, ref=ref)
        invoice = queries.invoices_of([order.ref]).get(order.ref)
        answer = {
            "ref": order.ref,
            "status": order.status,
            "label": order.get_status_display(),
            "knots": queries.thread_of(order, invoice, at=clock.now()),
        }
        return Response(StatusOut(answer).data)


class OrderPaper(ApiView):
    scopes = {"GET": READ}

    @described(
        "download_order",
        "The order as PDF",
        scope=READ,
        gives=OpenApiTypes.BINARY,
        media_type="application/pdf",
        about_one=True,
        problems=NOT_MADE,
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        """What the client was shown; once he signed, with his signature."""
        rows = Order.objects.visible_to(user_of(request)).select_related("document")
        order = get_object_or_404(rows, ref=ref)
        if order.document is None:
            raise Http404
        return paper(order.document)


class SendOrder(ApiView):
    scopes = {"POST": SEND}

    @described(
        "send_order",
        "Send to the client",
        scope=SEND,
        gives=WholeOrderOut,
        about_one=True,
        refuses=True,
        keyed=True,
    )
    @once
    def post(self, request: Request, ref: str) -> Response:
        """Freezes the draft and mails the client the link to sign."""
        return _act(request, ref, actions.send)


class WithdrawOrder(ApiView):
    scopes = {"POST": SEND}

    @described(
        "withdraw_order",
        "Take back as a draft",
        scope=SEND,
        gives=WholeOrderOut,
        about_one=True,
        refuses=True,
        keyed=True,
    )
    @once
    def post(self, request: Request, ref: str) -> Response:
        """The client's link closes; the next sending is a new version."""
        return _act(request, ref, actions.withdraw)


class CancelOrder(ApiView):
    scopes = {"POST": SEND}

    @described(
        "cancel_order",
        "Cancel",
        scope=SEND,
        takes=CancelIn,
        gives=WholeOrderOut,
        about_one=True,
        refuses=True,
        keyed=True,
    )
    @once
    def post(self, request: Request, ref: str) -> Response:
        """Before the work begins and the contract is signed; the client is told why."""
        values = sent(CancelIn, request)
        return _act(request, ref, actions.cancel, reason=values["reason"])


def _act(request: Request, ref: str, action: Callable[..., Order], **values: Any) -> Response:
    order = _own(request, ref)
    return _whole(action(order.pk, **values, by=actor_of(request), at=clock.now()))


def _affiliate(request: Request) -> Affiliate:
    rows = Affiliate.objects.select_related("user", "trade")
    return get_object_or_404(rows, user=user_of(request))


def _own(request: Request, ref: str) -> Order:
    """An order this person may act on. Staff act at the desk, as themselves."""
    return get_object_or_404(Order, affiliate__user=user_of(request), ref=ref)


def _with_all(rows: QuerySet[Order]) -> QuerySet[Order]:
    return rows.select_related("activity", "client", "document", "replaces").prefetch_related(
        "days", "expense_lines"
    )


def _whole(order: Order, *, status: int = 200) -> Response:
    """The order as it is kept now."""
    kept = _with_all(Order.objects.filter(pk=order.pk)).get()
    return Response(WholeOrderOut(kept).data, status=status)


urlpatterns: list[Any] = [
    path("simulate", Simulate.as_view(), name="api-simulate"),
    path("orders", Orders.as_view(), name="api-orders"),
    path("orders/<ref:ref>", OneOrder.as_view(), name="api-order"),
    path("orders/<ref:ref>/status", OrderStatusView.as_view(), name="api-order-status"),
    path("orders/<ref:ref>/paper", OrderPaper.as_view(), name="api-order-paper"),
    path("orders/<ref:ref>/send", SendOrder.as_view(), name="api-order-send"),
    path("orders/<ref:ref>/withdraw", WithdrawOrder.as_view(), name="api-order-withdraw"),
    path("orders/<ref:ref>/cancel", CancelOrder.as_view(), name="api-order-cancel"),
]
