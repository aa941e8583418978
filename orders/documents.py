"""The papers of an order."""

from datetime import datetime

from office import documents
from office.actors import Actor
from office.models import Document
from orders.models import Order

TITLE = {"fr": "Commande", "nl": "Bestelling", "en": "Order"}


def order_paper(order: Order, *, at: datetime) -> Document:
    """The order as the client is shown it, with its general conditions."""
    return _paper(order, signature=None, at=at)


def signed_paper(order: Order, *, by: Actor, at: datetime) -> Document:
    """The same paper with who signed it, when, from where, and the hash of what was shown."""
    signature = {
        "name": order.signed_name,
        "role": order.signed_role,
        "purchase_reference": order.purchase_reference,
        "at": at,
        "address": by.address,
        "sent_to": order.signer_email,
        "consent": order.shown["consent"],
        "sha256": order.shown_sha256,
    }
    return _paper(order, signature=signature, at=at)


def _paper(order: Order, *, signature: dict[str, object] | None, at: datetime) -> Document:
    language = order.shown["language"]
    title = f"{TITLE[language]} {order.ref}"
    return documents.order(
        "order",
        template=f"print/order.v1.{language}.html",
        language=language,
        subject=order,
        title=title,
        file_name=f"{TITLE[language].lower()}-{order.ref}.pdf",
        context={
            "shown": order.shown,
            "entity": order.shown["issuer"],
            "conditions": f"orders/conditions/{order.conditions_version}.{language}.html",
            "signature": signature,
        },
        at=at,
    )
