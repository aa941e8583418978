"""The evidence of a signature: what the certificate prints, and whether the chain still holds."""

from datetime import datetime
from typing import Any

from office import journal, links
from office.models import Document, Event, Letter
from orders.models import Order

DETAILS = (
    "version",
    "to",
    "name",
    "role",
    "link_expires_at",
    "reason",
    "text",
    "language",
    "shown",
)
CARRIERS = ("sign", links.CODE)  # what letters brought to the signer: links and codes


def of_signature(order: Order, *, seen: Document | None, at: datetime) -> dict[str, Any]:
    """Everything the certificate of a signed order prints, as it stands at the signature.

    ``seen`` is the paper the client could read before he signed. Nothing here can refuse: rows are
    copied, and a broken chain is printed as such.
    """
    events = chain_of(order)
    return {
        "order": {"ref": order.ref, "version": order.version, "signed_at": order.signed_at},
        "signer": {
            "name": order.signed_name,
            "role": order.signed_role,
            "sent_to": order.signer_email,
            "expected": order.signer_name,
            "drawing": order.drawing,
            "code": order.code_wanted,
            "purchase_reference": order.purchase_reference,
            **_from_where(events),
        },
        "shown": order.shown,
        "shown_sha256": order.shown_sha256,
        "seen_sha256": seen.sha256 if seen else None,
        "facts": sorted(
            [*map(_of_event, events), *map(_of_letter, _letters(order))],
            key=lambda fact: (fact["at"], fact["position"] is None),
        ),
        "events": len(events),
        "broken_at": journal.broken_at(events),
        "verified_at": at,
    }


def chain_of(order: Order) -> list[Event]:
    """The events that are evidence, oldest first."""
    return list(Event.objects.filter(chain=journal.key(order)).order_by("position"))


def _from_where(events: list[Event]) -> dict[str, str]:
    signed = next((event for event in reversed(events) if event.kind == "order.signed"), None)
    return {
        "address": signed.address if signed else "",
        "agent": signed.agent if signed else "",
    }


def _letters(order: Order) -> list[Letter]:
    """The letters that carried a link to sign or a code, once the mail server had them."""
    carried = Letter.objects.filter(about=journal.key(order), link__purpose__in=CARRIERS)
    return list(carried.filter(handed_over_at__isnull=False).order_by("handed_over_at"))


def _of_event(event: Event) -> dict[str, Any]:
    details = {name: event.data.get(name) for name in DETAILS}
    return details | {
        "position": event.position,
        "kind": event.kind,
        "at": event.at,
        "by": event.by_name,
        "by_kind": event.by_kind,
        "address": event.address,
        "agent": event.agent,
        "hash": event.hash,
    }


def _of_letter(letter: Letter) -> dict[str, Any]:
    return {
        "position": None,
        "kind": "letter",
        "at": letter.handed_over_at,
        "to": letter.to,
        "message_id": letter.message_id,
    }
