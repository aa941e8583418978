"""The split of a price as an order keeps it: plain values, ready to copy at the signature and to
show again.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from invoicing.plans import InvoicePlan, PlanLine
from office import rules as office_rules
from orders import rules
from orders.models import Order
from orders.plans import JobFields
from orders.pricing import Quote
from payroll.engine import Pay, Split
from payroll.engine.split import PARTS
from payroll.plans import ContractPlan, Parties


def split_values(split: Split) -> dict[str, Any]:
    """The parts of a price, their sums and the lines of each month's pay; plain values."""
    values = {
        "price": split.price,
        "gross": split.gross,
        "holiday_gross": split.holiday_gross,
        "fee_rate": split.fee_rate,
        "parts": split.parts,
        "employment": split.employment_cost,
        "lines": [_line(pay, number) for pay in split.months for number in range(len(pay.lines))],
    }
    plain: dict[str, Any] = office_rules.plain(values)
    return plain


def frozen_split(quote: Quote, fields: JobFields, *, vat_rate: Decimal) -> dict[str, Any]:
    """All an order keeps of its price at sending; nothing is computed from it again at the
    signature.
    """
    months = rules.by_month(fields.days)
    services = rules.shares(quote.split.price - fields.expenses_total, months)
    values = {
        "vat_rate": vat_rate,
        "net_exact": quote.net_exact,
        "answer": quote.answer.values,
        "months": [
            {
                "month": month,
                "days": days,
                "hours": pay.hours,
                "service": services[month],
                "gross": pay.gross,
                "employment": pay.employment_cost,
            }
            for (month, days), pay in zip(months.items(), quote.split.months, strict=True)
        ],
    }
    return split_values(quote.split) | office_rules.plain(values)


@dataclass(frozen=True, kw_only=True)
class Month:
    """One month of a sent order: its contract's days and pay, and its part of the price (expenses
    apart).
    """

    month: date
    days: tuple[tuple[date, Decimal], ...]
    hours: Decimal
    service: Decimal
    gross: Decimal
    employment: Decimal


def months_of(order: Order) -> tuple[Month, ...]:
    """The months of a sent order, from its frozen split."""
    return tuple(
        Month(
            month=date.fromisoformat(row["month"]),
            days=tuple((date.fromisoformat(day), Decimal(hours)) for day, hours in row["days"]),
            hours=Decimal(row["hours"]),
            service=Decimal(row["service"]),
            gross=Decimal(row["gross"]),
            employment=Decimal(row["employment"]),
        )
        for row in order.split["months"]
    )


def contract_plans(order: Order) -> list[ContractPlan]:
    """One contract per month, copied from what was frozen at sending."""
    assert order.activity is not None and order.client is not None
    assert order.trade_id is not None and order.insurance_rate is not None
    return [
        ContractPlan(
            entity_id=order.activity.entity_id,
            affiliate_id=order.affiliate_id,
            activity_id=order.activity.pk,
            job=order.ref,
            trade_code=order.trade_id,
            client_name=order.client.name,
            description=order.description,
            place=order.place,
            free_setting=order.free_setting,
            days=month.days,
            gross=month.gross,
            insurance_rate=order.insurance_rate,
            joint_committee=order.activity.entity.joint_committee,
            language=order.affiliate.user.language,
            guaranteed=bool(order.guaranteed),
        )
        for month in months_of(order)
    ]


def contract_parties(order: Order) -> Parties:
    """The rows its contract plans name, as they were read with the order."""
    assert order.activity is not None and order.trade is not None
    return Parties(entity=order.activity.entity, affiliate=order.affiliate, trade=order.trade)


def invoice_plan(order: Order) -> InvoicePlan:
    """The one invoice of a job, copied from what was frozen at sending."""
    parts = {name: Decimal(order.split["parts"][name]) for name in PARTS}
    return plan_with(
        order,
        service=Decimal(order.shown["service"]),
        fee=parts["fee"],
        employment=Decimal(order.split["employment"]),
        expenses=parts["expenses"],
        rounding=parts["rounding"],
    )


def plan_with(
    order: Order,
    *,
    service: Decimal,
    fee: Decimal,
    employment: Decimal,
    expenses: Decimal,
    rounding: Decimal,
) -> InvoicePlan:
    """The invoice of a job for a service price and its internal split, in euros."""
    assert order.activity is not None and order.client_id is not None
    days = [day for month in months_of(order) for day, _hours in month.days]
    lines = [PlanLine(label=f"{order.shown['trade']} — {order.description}", net=service)]
    lines += [
        PlanLine(label=row["label"], net=Decimal(row["amount"])) for row in order.shown["expenses"]
    ]
    return InvoicePlan(
        entity_id=order.activity.entity_id,
        activity_id=order.activity.pk,
        affiliate_id=order.affiliate_id,
        client_id=order.client_id,
        job=order.ref,
        language=order.shown["language"],
        contact_name=order.signer_name,
        contact_email=order.signer_email,
        purchase_reference=order.purchase_reference,
        work_from=min(days),
        work_until=max(days),
        payment_term_days=order.payment_term_days,
        lines=tuple(lines),
        vat_rate=Decimal(order.split["vat_rate"]),
        fee=fee,
        employment=employment,
        expenses=expenses,
        rounding=rounding,
        guaranteed=bool(order.guaranteed),
    )


def _line(pay: Pay, number: int) -> dict[str, Any]:
    line = pay.lines[number]
    return {
        "side": line.side,
        "code": line.code,
        "base": line.base,
        "rate": line.rate,
        "amount": line.amount,
        "source": line.source,
        "starts_on": line.starts_on,
        "confirmed": line.confirmed,
    }
