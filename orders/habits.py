"""What a person does most often, proposed first; and where else she works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max

from invoicing.models import Client
from members.models import Affiliate
from orders.models import Order, OrderDay
from orders.rules import first_line
from orders.states import OrderStatus

CLIENTS, TRADES = 6, 3
BOUND = (OrderStatus.SENT, OrderStatus.SIGNED, OrderStatus.HELD, OrderStatus.RELEASED)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who signed for a client the last time."""

    signer_name: str
    signer_email: str
    signer_language: str


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Hours on a day for another job."""

    title: str
    hours: Decimal


def clients_of(affiliate: Affiliate) -> list[Client]:
    """Her clients, the one with most jobs first, the latest first among equals."""
    used = (
        Order.objects.filter(affiliate=affiliate, client__isnull=False)
        .values("client")
        .annotate(times=Count("pk"), last=Max("pk"))
        .order_by("-times", "-last")[:CLIENTS]
    )
    ids = [row["client"] for row in used]
    found = Client.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def trades_of(affiliate: Affiliate) -> list[str]:
    """The codes of her trades, the most used first; the one she registered with is always there."""
    used = (
        Order.objects.filter(affiliate=affiliate, trade__isnull=False)
        .values("trade")
        .annotate(times=Count("pk"), last=Max("pk"))
        .order_by("-times", "-last")[:TRADES]
    )
    return list(dict.fromkeys([*(row["trade"] for row in used), affiliate.trade_id]))


def contact_at(client_id: int, affiliate: Affiliate) -> Contact | None:
    """Who signed for this client in her newest job for him."""
    jobs = Order.objects.filter(affiliate=affiliate, client=client_id).exclude(signer_email="")
    last = jobs.order_by("-pk").first()
    if last is None:
        return None
    return Contact(
        signer_name=last.signer_name,
        signer_email=last.signer_email,
        signer_language=last.signer_language,
    )


def hours_elsewhere(order: Order, first: date, last: date) -> dict[date, Sequence[Elsewhere]]:
    """What her other jobs, sent or signed, already take of the days of a period.

    The job that this one replaces is left out: one of the two will be worked.
    """
    rows = (
        OrderDay.objects.filter(
            order__affiliate=order.affiliate_id, order__status__in=BOUND, day__range=(first, last)
        )
        .exclude(order=order.pk)
        .exclude(order=order.replaces_id)
        .select_related("order__client")
        .order_by("day", "order_id")
    )
    taken: dict[date, list[Elsewhere]] = {}
    for row in rows:
        title = row.order.client.name if row.order.client else first_line(row.order.description)
        taken.setdefault(row.day, []).append(Elsewhere(title=title, hours=row.hours))
    return dict(taken)


def total_elsewhere(taken: dict[date, Sequence[Elsewhere]]) -> dict[date, Decimal]:
    """The same, in hours a day."""
    return {day: sum((one.hours for one in ones), Decimal("0.00")) for day, ones in taken.items()}
