"""New work waits for the share of the year; money due never does."""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from members import shares
from members.actions import shares as acts
from members.policies import SharesPolicy
from office import clock, policy
from office.actors import SYSTEM
from orders.models import Order
from orders.refusals import InEuros
from orders.states import OrderStatus

DECLARED = (OrderStatus.SENT, OrderStatus.SIGNED, OrderStatus.HELD, OrderStatus.RELEASED)


class ShareDue(InEuros):
    code = "share_due"
    sentence = _(
        "Votre part {year} de la coopérative ({price}) est à payer avant d’envoyer une nouvelle "
        "mission : page « Ma part » de votre profil. Ce qui est signé continue."
    )


def declared(affiliate_id: int) -> int:
    """How many of her jobs are with a client, signed or done; a new version is the same job."""
    return Order.objects.filter(affiliate=affiliate_id, status__in=DECLARED).count()


def holds_back(affiliate_id: int, *, on: date) -> bool:
    """Whether nothing new of hers leaves before her share of the year is paid."""
    return shares.is_due(affiliate_id, jobs=declared(affiliate_id), on=on)


def hindrances(order: Order, *, on: date) -> Iterator[ShareDue]:
    """Her share, when it is due and this is a new job."""
    if order.replaces_id is not None or not order.affiliate.may_send:
        return
    if holds_back(order.affiliate_id, on=on):
        price = policy.current(SharesPolicy, on).price
        yield ShareDue(year=str(on.year), price=price)


def announce(order: Order, *, at: datetime) -> None:
    """After a job has left: her share is asked for as soon as the next one needs it."""
    on = clock.day_of(at)
    if holds_back(order.affiliate_id, on=on):
        acts.ask(order.affiliate_id, year=on.year, by=SYSTEM, at=at)
