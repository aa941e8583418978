"""A client who has not answered is reminded before his link lapses: once per day of the policy."""

from datetime import datetime, timedelta

from django.db import transaction

from office import clock, journal
from office.actors import SYSTEM
from orders import letters, rules
from orders.actions.answers import standing_request
from orders.client_links import signers_link
from orders.locks import lock
from orders.models import Order
from orders.policy import on_day
from orders.states import OrderStatus

FROM_HOUR = timedelta(hours=8)  # Brussels: nobody is reminded at night


def remind_to_sign(*, at: datetime) -> int:
    """Remind every client whose day has come; gives how many. Runs again where it stopped."""
    today = clock.day_of(at)
    before = on_day(today).remind_days
    if not before or at < clock.start_of(today) + FROM_HOUR:
        return 0
    soon = clock.start_of(today + timedelta(days=max(before) + 1))
    waiting = Order.objects.filter(
        status=OrderStatus.SENT, link_expires_at__gt=at, link_expires_at__lte=soon
    ).exclude(reminded_on=today)
    keys = waiting.order_by("pk").values_list("pk", flat=True)
    return sum(_remind(order_id, before, at) for order_id in keys)


@transaction.atomic
def _remind(order_id: int, before: tuple[int, ...], at: datetime) -> bool:
    order = lock(order_id, "client", "affiliate__user")
    if order.status != OrderStatus.SENT or standing_request(order) is not None:
        return False
    assert order.sent_at is not None and order.last_day_to_sign is not None
    today, link = clock.day_of(at), signers_link(order)
    since = order.reminded_on or clock.day_of(order.sent_at)
    day = rules.reminder_day(order.last_day_to_sign, before=before, since=since, today=today)
    if day is None or link is None:
        return False
    order.reminded_on = today
    order.save(update_fields=["reminded_on"])
    letters.reminder(order, link=link, day=today, at=at)
    journal.record("order.reminded", order, by=SYSTEM, at=at, to=order.signer_email)
    return True
