"""How an order is locked: always before its documents, several by ascending id."""

from orders.models import Order

# whom and what an order concerns; only sending and signing read all of it
PARTIES = ("affiliate__user", "activity__entity", "client", "trade")


def lock(order_id: int, *related: str) -> Order:
    """The order, held until the end of the transaction; inserts of its children stay possible.

    ``related`` are read along with it and not held.
    """
    held = Order.objects.select_for_update(no_key=True, of=("self",))
    return (held.select_related(*related) if related else held).get(pk=order_id)


def lock_with_replaced(order_id: int) -> tuple[Order, Order | None]:
    """The order with its parties, and the one it replaces (older, so locked first)."""
    replaced_id = Order.objects.values_list("replaces_id", flat=True).get(pk=order_id)
    replaced = lock(replaced_id) if replaced_id else None
    order = lock(order_id, *PARTIES)
    if replaced is not None and order.replaces_id == replaced.pk:
        order.replaces = replaced
    return order, replaced


def lock_of_contract(contract_id: int) -> Order:
    """The order a contract was made for, held."""
    return Order.objects.select_for_update(no_key=True, of=("self",)).get(contracts=contract_id)
