"""Reads that join the rooms into a screen: where each job stands, what can be done now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from invoicing.models import Invoice, Series
from invoicing.states import InvoiceStatus
from members.models import User
from members.pieces import Knot, Moment
from office import clock, journal
from orders import thread
from orders.models import Order, Review
from orders.moments import moment_of
from orders.rules import first_line
from orders.states import OrderStatus
from payroll.actions.contracts import declared
from payroll.models import Contract, Payslip
from payroll.states import ContractStatus

PAGE = 20


@dataclass(frozen=True, kw_only=True)
class JobCard:
    """One job in a list."""

    ref: str
    title: str
    client: str
    first_day: date | None
    last_day: date | None
    price: Decimal | None
    status: str | Promise
    tone: str
    knots: Sequence[Knot]


TONES = {
    OrderStatus.DRAFT: "todo",
    OrderStatus.SENT: "waiting",
    OrderStatus.DECLINED: "stopped",
    OrderStatus.LAPSED: "stopped",
    OrderStatus.SIGNED: "now",
    OrderStatus.HELD: "waiting",
    OrderStatus.RELEASED: "done",
    OrderStatus.CANCELLED: "stopped",
    OrderStatus.REPLACED: "stopped",
}


def with_chain(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with all that their thread needs, in a fixed number of queries."""
    slips = Payslip.objects.filter(final_at__isnull=False, dropped_at=None)
    asked = Review.objects.filter(order=OuterRef("pk"), decided_at=None)
    orders = orders.annotate(review_due_on=Subquery(asked.values("due_on")[:1]))
    return orders.select_related("client", "trade", "affiliate__user", "replaces").prefetch_related(
        "days",
        "expense_lines",
        "reports",
        Prefetch(
            "contracts",
            Contract.objects.order_by("starts_on").prefetch_related(
                "declarations", Prefetch("payslips", slips.prefetch_related("transfers"))
            ),
        ),
    )


def jobs_of(user: User, *, at: datetime, before: int | None = None) -> tuple[list[JobCard], str]:
    """A page of a person's jobs, newest first, and the ref the next page starts after (or
    nothing).
    """
    rows = Order.objects.filter(affiliate__user=user)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(with_chain(rows).order_by("-id")[: PAGE + 1])
    more = page[PAGE - 1].ref if len(page) > PAGE else ""
    return cards(page[:PAGE], at=at), more


def cards(orders: Sequence[Order], *, at: datetime) -> list[JobCard]:
    """Cards of orders loaded ``with_chain``, with one query more for their invoices."""
    invoices = invoices_of(order.ref for order in orders)
    return [_card(order, invoices.get(order.ref), at) for order in orders]


def invoices_of(refs: Iterable[str]) -> dict[str, Invoice]:
    """The newest living invoice of each job, with what is open on it."""
    rows = (
        Invoice.objects.filter(job__in=list(refs), series=Series.INVOICE)
        .exclude(status=InvoiceStatus.ANNULLED)
        .select_related("receivable")
        .order_by("pk")
    )
    return {row.job: row for row in rows}


def thread_of(order: Order, invoice: Invoice | None, *, at: datetime) -> tuple[Knot, ...]:
    """The thread of an order loaded ``with_chain``."""
    return thread.knots(facts_of(order, invoice, at=at))


def facts_of(order: Order, invoice: Invoice | None, *, at: datetime) -> thread.Facts:
    """What the thread is drawn from."""
    days = [row.day for row in order.days.all()]
    contracts = [row for row in order.contracts.all() if row.living]
    statuses = {row.status for row in contracts}
    deadlines = [row.pay_deadline for row in contracts if row.pay_deadline and row.gross_due]
    receivable = getattr(invoice, "receivable", None)
    return thread.Facts(
        status=order.status,
        client=order.client.name if order.client else "",
        on=clock.day_of(at),
        sign_until=order.last_day_to_sign,
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        contract_of_cooperative=ContractStatus.DRAFT in statuses,
        contract_of_affiliate=ContractStatus.OFFERED in statuses,
        contract_to_check=ContractStatus.UPLOADED in statuses,
        contracts_signed=bool(contracts) and statuses == {ContractStatus.SIGNED},
        declared=all(declared(row) for row in contracts),
        answered=all(row.released_at for row in contracts),
        not_confirmed=any(report.answer == "silence" for report in order.reports.all()),
        invoice_on=invoice.issued_on if invoice else None,
        invoice_due_on=invoice.due_on if invoice else None,
        settled_on=receivable.settled_on if receivable else None,
        pay_deadline=max(deadlines, default=None),
        paid_on=_paid_on(contracts),
        review_due_on=order.review_due_on,  # type: ignore[attr-defined]
    )


def moments(order: Order) -> list[Moment]:
    """Everything that happened to a job, in every room, newest first."""
    events = journal.timeline(order, f"job:{order.ref}")
    return [moment for event in events if (moment := moment_of(event)) is not None]


def to_confirm(order: Order, *, at: datetime) -> list[Contract]:
    """The contracts of an order (loaded ``with_chain``) whose work can be answered for now."""
    answered = {report.contract_id for report in order.reports.all()}
    on = clock.day_of(at)
    return [
        row
        for row in order.contracts.all()
        if row.living and row.pk not in answered and row.starts_on <= on
    ]


def status_of(order: Order, knots: Sequence[Knot]) -> str | Promise:
    """Where a job stands, in two words: its own state, or that nothing is left to come."""
    return _("tout est payé") if thread.settled(knots) else order.get_status_display()


def title_of(order: Order) -> str:
    """What a job is called in a list."""
    return first_line(order.description) or (str(order.trade) if order.trade else order.ref)


def _card(order: Order, invoice: Invoice | None, at: datetime) -> JobCard:
    days = [row.day for row in order.days.all()]
    price = order.price or (order.amount if order.amount_kind == "price" else None)
    knots = thread_of(order, invoice, at=at)
    return JobCard(
        ref=order.ref,
        title=title_of(order),
        client=order.client.name if order.client else "",
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        price=price,
        status=status_of(order, knots),
        tone=TONES[OrderStatus(order.status)],
        knots=knots,
    )


def _paid_on(contracts: Sequence[Contract]) -> date | None:
    """The day the last transfer was executed, once all that is due is paid."""
    due = [row for row in contracts if row.gross_due]
    executed: list[date] = []
    for contract in due:
        days = [
            transfer.executed_on
            for slip in contract.payslips.all()
            for transfer in slip.transfers.all()
            if transfer.executed_on
        ]
        if not days:
            return None
        executed.append(max(days))
    return max(executed, default=None)
