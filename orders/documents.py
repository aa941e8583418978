"""The papers of an order."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from office import documents
from office.actors import Actor
from office.models import Document
from orders import evidence
from orders.models import Order

TITLE = {"fr": "Commande", "nl": "Bestelling", "en": "Order"}

CERTIFICATE = {
    "fr": ("Certificat de signature", "certificat"),
    "nl": ("Certificaat van ondertekening", "certificaat"),
    "en": ("Certificate of signature", "certificate"),
}


def order_paper(order: Order, *, at: datetime) -> Document:
    """The order as the client is shown it, with its general conditions."""
    return _paper(order, signature=None, at=at)


def signed_paper(order: Order, *, by: Actor, at: datetime) -> Document:
    """The same paper with who signed it, when, from where, and the hash of what was shown; sealed
    by the house.
    """
    signature = {
        "name": order.signed_name,
        "role": order.signed_role,
        "purchase_reference": order.purchase_reference,
        "at": at,
        "address": by.address,
        "sent_to": order.signer_email,
        "drawing": order.drawing,
        "code": order.code_wanted,
        "consent": order.shown["consent"],
        "sha256": order.shown_sha256,
    }
    return _paper(order, signature=signature, at=at)


def certificate(order: Order, *, seen: Document | None, at: datetime) -> Document:
    """Evidence of the signature, made once the signed paper is: it prints its hash. Sealed too.

    ``seen`` is the paper the client could read before he signed.
    """
    language = order.shown["language"]
    title, file_name = CERTIFICATE[language]
    return documents.order(
        "certificate",
        template=f"print/certificate.v1.{language}.html",
        language=language,
        subject=order,
        title=f"{title} {order.ref}",
        file_name=f"{file_name}-{order.ref}.pdf",
        context={
            **evidence.of_signature(order, seen=seen, at=at),
            "entity": order.shown["issuer"],
            "verify_url": verify_url(),
        },
        at=at,
        sealed=True,
        after=order.document,
    )


def verify_url() -> str:
    """Where anyone may check a paper of ours, as papers print it."""
    return f"{settings.COOP_PUBLIC_URL}{reverse('verify')}"


@dataclass(frozen=True, kw_only=True)
class SignedBy:
    """Who signed, as the paper itself says."""

    name: str
    role: str
    at: datetime


def signed_by(document: Document) -> SignedBy | None:
    """Who signed the order a paper shows or certifies; None when it tells of no signature."""
    if document.kind == "certificate":
        signer, at = document.context["signer"], document.context["order"]["signed_at"]
    elif document.kind == "order" and document.context["signature"]:
        signer = document.context["signature"]
        at = signer["at"]
    else:
        return None
    return SignedBy(name=signer["name"], role=signer["role"], at=datetime.fromisoformat(at))


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
            "verify_url": verify_url(),
        },
        at=at,
        sealed=signature is not None,
    )
