"""The links by which a client reaches an order."""

from office import links
from office.models import Link
from orders.models import Order


def signers_link(order: Order) -> Link | None:
    """The open link of who may sign now."""
    return links.living(order, "sign").filter(address__iexact=order.signer_email).first()


def clients_link(order: Order) -> Link | None:
    """Where the client reads how the order stands: its page once signed, else the one to sign."""
    return links.newest(order, "follow") or signers_link(order)
