"""Where a job stands once the work of its contracts is known: what is invoiced, and the order's
status.
"""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from invoicing.actions import invoices
from invoicing.models import Invoice
from invoicing.plans import InvoicePlan
from invoicing.states import InvoiceStatus
from office import journal, lifecycle
from office.actors import Actor
from office.money import ZERO
from office.parameters import Reading
from orders import rules
from orders.models import Order, WorkReport
from orders.split import Month, months_of, plan_with
from orders.states import ORDER_TRANSITIONS, OrderStatus
from payroll import terms
from payroll.engine.cost import cost_terms, employment_cost
from payroll.law import law
from payroll.models import Contract


def settle(order: Order, *, by: Actor, at: datetime) -> None:
    """After each answer or decision: hold on, wait for the next month, or release the invoice.

    The caller holds the order's lock. When everything was annulled and nothing is to invoice, the
    order is cancelled.
    """
    contracts = list(order.contracts.order_by("starts_on"))
    reports = {report.contract_id: report for report in order.reports.all()}
    open_contracts = [row for row in contracts if row.living and row.released_at is None]
    if open_contracts:
        waits = any(row.pk in reports for row in open_contracts)
        _move(order, OrderStatus.HELD if waits else OrderStatus.SIGNED)
        return
    services = {row.pk: _service(order, row, reports.get(row.pk)) for row in contracts}
    worked = any(row.living for row in contracts)
    service = sum(services.values(), ZERO)
    if not worked and not service:
        order.ended_at, order.ended_reason = at, _("Le travail n’a pas été fait.")
    _move(order, OrderStatus.RELEASED if worked or service else OrderStatus.CANCELLED)
    silent = any(report.answer == "silence" for report in reports.values())
    bill(order, contracts, service=service, not_confirmed=silent, by=by, at=at)
    journal.record("order.settled", order, by=by, at=at, status=order.status, service=service)


def hold(order: Order) -> None:
    """The job waits for an advisor; it may do so already for another month."""
    _move(order, OrderStatus.HELD)


def bill(
    order: Order,
    contracts: list[Contract],
    *,
    service: Decimal,
    not_confirmed: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Release the job's draft invoice for a service price, or annul it when nothing is to
    invoice.
    """
    for invoice in _held_drafts(order):
        if not service:
            invoices.annul_held(invoice, by=by, at=at)
            continue
        agreed = service == Decimal(order.shown["service"]) and all(
            row.living and row.gross_due == row.gross for row in contracts
        )
        amended = None if agreed else amended_plan(order, contracts, service=service)
        invoices.release_held(invoice, not_confirmed=not_confirmed, amended=amended, by=by, at=at)


def _held_drafts(order: Order) -> list[Invoice]:
    """The invoices of an order that were not released yet, locked; the order is locked before."""
    held = order.invoices.select_for_update(no_key=True, of=("self",))
    return list(held.filter(status=InvoiceStatus.DRAFT).order_by("pk"))


def amended_plan(order: Order, contracts: list[Contract], *, service: Decimal) -> InvoicePlan:
    """The invoice for another service price than agreed: the fee on it, and what its wages cost.

    A wage the price no longer carries is not part of the invoice's split; the guarantee knows it as
    an advance.
    """
    assert order.fee_rate is not None
    expenses = Decimal(order.split["parts"]["expenses"])
    cost = sum((cost_of(row, row.gross_due or ZERO) for row in contracts if row.living), ZERO)
    split = rules.capped_split(
        service + expenses, fee_rate=order.fee_rate, expenses=expenses, cost=cost
    )
    return plan_with(order, service=service, **split)


def cost_of(contract: Contract, gross: Decimal) -> Decimal:
    """What a gross pay under a contract costs the employer, in euros."""
    if not gross:
        return ZERO
    figures = cost_terms(
        terms.employer(contract.entity),
        insurance_rate=contract.insurance_rate,
        law=Reading(law().estimating()),
        on=contract.starts_on,
    )
    return employment_cost(gross, terms=figures)


def month_of(order: Order, contract: Contract) -> Month:
    """The part of the frozen split a contract stands for."""
    return next(
        month for month in months_of(order) if month.month == contract.starts_on.replace(day=1)
    )


def service_of(order: Order, contract: Contract) -> Decimal:
    """The part of the price (expenses apart) agreed for a contract, in euros excl. VAT."""
    return month_of(order, contract).service


def _service(order: Order, contract: Contract, report: WorkReport | None) -> Decimal:
    if report is not None and report.decided_price is not None:
        return report.decided_price
    return service_of(order, contract)


def _move(order: Order, status: OrderStatus) -> None:
    if order.status == status:
        return
    lifecycle.move(order, status, ORDER_TRANSITIONS)
    order.save(update_fields=["status", "ended_at", "ended_reason"])
