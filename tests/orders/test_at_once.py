"""Fifty clicks at the same moment sign once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from office import journal
from office.models import Letter
from orders import actions
from orders.models import Order
from orders.states import OrderStatus
from tests import world

SIGNER = actions.Signer(name="Marc Dumont", role="Administrateur délégué")
CLICKS = 50


def test_fifty_clicks_at_once_sign_once(real_world: Any) -> None:
    order = world.sent_job()

    def click(_: int) -> str:
        try:
            signed = actions.sign(
                order.pk, shown_sha256=order.shown_sha256, signer=SIGNER,
                by=world.DUMONT_ACTOR, at=world.MONDAY,
            )  # fmt: skip
            return str(signed.status)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=25) as people:
        answers = list(people.map(click, range(CLICKS)))
    assert set(answers) == {OrderStatus.SIGNED}
    order = Order.objects.get(pk=order.pk)
    assert (order.contracts.count(), order.invoices.count()) == (1, 1)
    assert Letter.objects.filter(kind="orders/copy").count() == 1
    signed = [event for event in journal.timeline(order) if event.kind == "order.signed"]
    assert len(signed) == 1 and journal.verify(f"order:{order.pk}") is None
