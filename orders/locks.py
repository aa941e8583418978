"""How an order is locked: always before its documents, several by ascending id."""

from orders.models import Order


def lock(order_id: int) -> Order:
    """The order, held until the end of the transaction; inserts of its children stay possible."""
    return (
        Order.objects.select_for_update(no_key=True, of=("self",))
        .select_related("affiliate__user", "activity__entity", "client", "trade", "replaces")
        .get(pk=order_id)
    )


def lock_with_replaced(order_id: int) -> tuple[Order, Order | None]:
    """The order and the one it replaces (older, so locked first)."""
    replaced_id = Order.objects.values_list("replaces_id", flat=True).get(pk=order_id)
    replaced = lock(replaced_id) if replaced_id else None
    return lock(order_id), replaced


def lock_of_contract(contract_id: int) -> Order:
    """The order a contract was made for, held."""
    return lock(Order.objects.values_list("pk", flat=True).get(contracts=contract_id))
