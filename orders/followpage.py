"""The page behind the link of a signed order: where the job stands, what there is to pay, every
document, and what the client may ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from invoicing import queries as invoicing_queries
from invoicing.actions.questions import Asker
from invoicing.conversation import Conversation
from invoicing.models import Invoice, Series
from invoicing.queries import ClientPage, client_page
from invoicing.states import InvoiceStatus
from members import visitors
from members.forms_base import add_refusal
from office import clock, links
from office.models import Link
from office.refusals import Refusal
from orders import actions, queries, thread
from orders.actions.changes import ContractSigned
from orders.actions.examining import replaceable
from orders.conditions import template_of
from orders.forms import AskForm
from orders.models import ChangeRequest, Order
from orders.rules import first_line
from orders.signpage import count
from orders.states import OrderStatus


@dataclass(frozen=True, kw_only=True)
class Bill:
    """An invoice or credit note of the job, and how it stands."""

    invoice: Invoice
    page: ClientPage
    disputed: bool


class FollowPage:
    """One signed order, one link: GET shows, POST acts."""

    def __init__(self, request: HttpRequest, order: Order, link: Link, *, at: datetime) -> None:
        self.request, self.order, self.link, self.at = request, order, link, at
        self.form = AskForm()
        self.invoices = invoices_of(order)
        self.conversation = Conversation(request, asker_of(order, self.invoices), link, at=at)

    def act(self) -> bool:
        """Whether what was asked is done; the page says why not."""
        if self.request.POST.get("answer") == "question":
            return self.conversation.ask()
        self.form = AskForm(self.request.POST)
        return self.form.is_valid() and self._asked()

    def _asked(self) -> bool:
        """Cancelled at once when no contract is signed yet, else asked for; False when refused."""
        order, at = self.order, self.at
        by = visitors.client(self.request, order.signed_name, self.link)
        kind, reason = self.form.cleaned_data["kind"], self.form.cleaned_data["reason"]
        try:
            count(self.request, self.link, at=at)
            if kind == "cancel":
                try:
                    actions.cancel(order.pk, reason=reason, by=by, at=at)
                    return True
                except ContractSigned:
                    pass
            actions.ask_change(order.pk, kind=kind, text=reason, by=by, at=at)
        except Refusal as refusal:
            add_refusal(self.form, refusal)
            return False
        return True

    @property
    def context(self) -> dict[str, Any]:
        """What the page prints."""
        order, at = self.order, self.at
        loaded = queries.with_chain(Order.objects.filter(pk=order.pk)).get()
        invoice = queries.invoices_of([order.ref]).get(order.ref)
        standing = ChangeRequest.objects.filter(order=order, status="open").first()
        successor = Order.objects.filter(replaces=order).first()
        bills = [_bill(row, at) for row in self.invoices]
        return {
            "order": order,
            "shown": order.shown,
            "what": first_line(order.shown["description"]),
            "ended": order.status in (OrderStatus.CANCELLED, OrderStatus.REPLACED),
            "conditions": template_of(order.conditions_version, order.shown["language"]),
            "knots": thread.client_knots(queries.facts_of(loaded, invoice, at=at)),
            "may_ask": standing is None and replaceable(order, on=clock.day_of(at)),
            "standing": standing,
            "successor": successor,
            "form": self.form,
            "bills": bills,
            "due": [bill for bill in bills if bill.page.to_pay],
            "conversation": self.conversation,
            "token": links.token(self.link),
        }


def asker_of(order: Order, invoices: Sequence[Invoice]) -> Asker:
    """Who signed an order, as he asks about it; he may dispute its newest invoice."""
    assert order.client_id is not None
    bills = [row for row in invoices if row.series == Series.INVOICE]
    return Asker(
        job=order.ref,
        client_id=order.client_id,
        affiliate_id=order.affiliate_id,
        language=order.shown["language"],
        name=order.signed_name,
        invoice=bills[-1] if bills else None,
    )


def invoices_of(order: Order) -> list[Invoice]:
    """The issued documents of a job, oldest first."""
    issued = Invoice.objects.filter(job=order.ref, status=InvoiceStatus.ISSUED)
    return list(issued.select_related("document", "receivable").order_by("pk"))


def _bill(invoice: Invoice, at: datetime) -> Bill:
    return Bill(
        invoice=invoice,
        page=client_page(invoice, on=clock.day_of(at)),
        disputed=invoicing_queries.is_disputed(invoice),
    )
