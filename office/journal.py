"""The one audit trail: what happened, to which things, by whom. Rows are only ever added.

Events that are evidence of signing form a chain per subject: each holds the hash of the one before,
so that none can be altered, taken out or slipped in without the rest showing it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from office.actors import Actor
from office.models import Event
from office.rules import canonical_json, plain, sha256

AGENT_LENGTH = Event._meta.get_field("agent").max_length
ADDRESS_LENGTH = Event._meta.get_field("address").max_length
NAME_LENGTH = Event._meta.get_field("by_name").max_length


def key(row: Model | str) -> str:
    """How a thing is named in the journal and everywhere a subject is kept: ``order:12``."""
    return row if isinstance(row, str) else f"{row._meta.model_name}:{row.pk}"


def record(
    kind: str,
    *subjects: Model | str,
    by: Actor,
    at: datetime,
    chain: Model | str = "",
    **data: Any,
) -> Event:
    """Write down that something happened; in the transaction of what happened.

    ``data`` is made plain (`office.rules.plain`). With ``chain`` the event is evidence: the caller
    holds the lock of the chain's subject, the last event of the chain is locked here as well.
    """
    event = Event(
        at=at,
        kind=kind,
        by_kind=by.kind.value,
        by_name=plain(by.name)[:NAME_LENGTH],
        by_user_id=by.user_id,
        address=plain(by.address)[:ADDRESS_LENGTH],
        agent=plain(by.agent)[:AGENT_LENGTH],
        subjects=list(dict.fromkeys(key(subject) for subject in subjects)),
        data=plain(data),
        chain=key(chain),
    )
    if event.chain:
        _append(event)
    event.save(force_insert=True)
    return event


def verify(chain: Model | str) -> int | None:
    """The position of the first event of a chain that is not as written; None when all are."""
    return broken_at(Event.objects.filter(chain=key(chain)).order_by("position"))


def broken_at(events: Iterable[Event]) -> int | None:
    """The same of the events of a chain that are read already, oldest first."""
    previous = ""
    for position, event in enumerate(events, start=1):
        whole = event.position == position and event.previous_hash == previous
        if not whole or event.hash != _hash(event):
            return position
        previous = event.hash
    return None


def timeline(*subjects: Model | str, limit: int = 100) -> list[Event]:
    """What happened to any of these things, newest first."""
    keys = [key(subject) for subject in subjects]
    return list(Event.objects.filter(subjects__overlap=keys).order_by("-at", "-id")[:limit])


def _append(event: Event) -> None:
    chain = Event.objects.select_for_update(no_key=True).filter(chain=event.chain)
    last = chain.order_by("-position").values_list("position", "hash").first()
    position, event.previous_hash = last or (0, "")
    event.position = (position or 0) + 1
    event.hash = _hash(event)


def _hash(event: Event) -> str:
    return sha256(
        canonical_json(
            {
                "chain": event.chain,
                "position": event.position,
                "previous": event.previous_hash,
                "at": event.at,
                "kind": event.kind,
                "by": [event.by_kind, event.by_name, event.by_user_id],
                "address": event.address,
                "agent": event.agent,
                "subjects": event.subjects,
                "data": event.data,
            }
        )
    )
