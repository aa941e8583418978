"""The tables of this room, by noun."""

from orders.models.answers import ChangeRequest, Forwarding, Review, WorkReport
from orders.models.expenses import ExpenseLine, Receipt
from orders.models.orders import Order, OrderDay, OrderQuerySet

__all__ = [
    "ChangeRequest",
    "ExpenseLine",
    "Forwarding",
    "Order",
    "OrderDay",
    "OrderQuerySet",
    "Receipt",
    "Review",
    "WorkReport",
]
