"""The guarantee fund's own money."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from ledger.booking import Leg, book
from ledger.models import LegalEntity
from ledger.queries import account_ids
from office import journal
from office.actors import Actor


@transaction.atomic
def endow(entity_id: int, *, amount: Decimal, on: date, by: Actor, at: datetime) -> None:
    """Give the guarantee fund of an entity ``amount`` euros to advance pay with: D 960 / C 940."""
    entity = LegalEntity.objects.get(pk=entity_id)
    event = journal.record("fund.endowed", entity, by=by, at=at, amount=amount, on=on)
    accounts = account_ids([entity_id])
    book(
        entity_id,
        on=on,
        kind="endowment",
        source=f"endowment:{event.pk}",
        text="Dotation du fonds de garantie",
        legs=[Leg(accounts[entity_id, "960"], amount), Leg(accounts[entity_id, "940"], -amount)],
        at=at,
    )
