"""How this room takes hold of its rows: one way, in the order activity, contract, account."""

from collections.abc import Iterable

from payroll.models import Contract


def contract(contract_id: int) -> Contract:
    """One contract, locked until the end of the transaction."""
    return contracts([contract_id])[0]


def only(contract_id: int) -> Contract:
    """The same without whom it concerns, for acts that do not name them."""
    return Contract.objects.select_for_update(no_key=True).get(pk=contract_id)


def contracts(contract_ids: Iterable[int]) -> list[Contract]:
    """Several contracts by ascending key, locked, with whom they concern."""
    wanted = sorted(set(contract_ids))
    rows = list(
        Contract.objects.select_for_update(no_key=True, of=("self",))
        .select_related("affiliate__user", "entity", "cooperative_signed_by")
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    if len(rows) != len(wanted):
        raise Contract.DoesNotExist(f"no contract among {wanted}")
    return rows
