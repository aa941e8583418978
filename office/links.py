"""Sealed links: one purpose, one subject, one address, one life. GET shows, POST acts.

The token is the row's nonce and an HMAC of the row; it is stored nowhere and only ever written
into the letter that carries it, at delivery.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime

from django.conf import settings
from django.db.models import CharField, Exists, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from office import journal
from office.models import Link
from office.refusals import Refusal
from office.rules import canonical_json

# what a link is for -> where its page is
PURPOSES = {
    "sign": "/s/",
    "follow": "/f/",
    "work": "/w/",
    "email": "/e/",
    "iban": "/b/",
    "invoice": "/i/",
    "password": "/p/",
    "notices": "/u/",
}
CODE = "code"  # has no page: six digits, typed where they were asked for
CODE_LENGTH = 6
NONCE_LENGTH = 12
SEAL_LENGTH = 27  # 160 bits
TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{NONCE_LENGTH + SEAL_LENGTH}}}")


class LinkClosed(Refusal):
    """The link does not open. ``link`` is its row, when there is one."""

    code = "link_closed"

    def __init__(self, link: Link | None = None) -> None:
        self.link = link
        super().__init__()


class LinkUnknown(LinkClosed):
    code = "link_unknown"
    sentence = _("Ce lien n’est pas complet. Ouvrez-le depuis le courriel, ou copiez-le en entier.")


class LinkRevoked(LinkClosed):
    code = "link_revoked"
    sentence = _("Ce lien a été remplacé. Ouvrez le dernier courriel que vous avez reçu.")


class LinkUsed(LinkClosed):
    code = "link_used"
    sentence = _("Ce lien a déjà servi : il n’y a plus rien à faire ici.")


class LinkExpired(LinkClosed):
    code = "link_expired"
    sentence = _("Ce lien n’est plus valable : sa date est passée. Demandez-en un nouveau.")


def issue(
    purpose: str,
    *,
    subject: Model | str,
    address: str,
    at: datetime,
    expires_at: datetime | None = None,
) -> Link:
    """A new link for one purpose, to one address; without ``expires_at`` it stays open."""
    if purpose not in PURPOSES and purpose != CODE:
        raise ValueError(f"{purpose} is no purpose of a link")
    return Link.objects.create(
        purpose=purpose,
        subject=journal.key(subject),
        address=address,
        nonce=secrets.token_urlsafe(NONCE_LENGTH * 3 // 4),
        created_at=at,
        expires_at=expires_at,
    )


def token(link: Link) -> str:
    """What opens the link. Never store it, never log it."""
    return link.nonce + base64.urlsafe_b64encode(_mac(link)).decode()[:SEAL_LENGTH]


def code(link: Link) -> str:
    """The six digits of a link of purpose ``code``; like a token, stored nowhere."""
    return f"{int.from_bytes(_mac(link)) % 10**CODE_LENGTH:0{CODE_LENGTH}d}"


def fits(link: Link, typed: str) -> bool:
    """Whether somebody typed the code of a link."""
    return hmac.compare_digest(code(link).encode(), typed.encode())


def url(link: Link) -> str:
    """The absolute address of the link's page."""
    return f"{settings.COOP_PUBLIC_URL}{PURPOSES[link.purpose]}{token(link)}/"


def masked(address: str) -> str:
    """An address that its owner recognises and nobody else learns.

    >>> masked("marc.dumont@dumont-editions.example")
    'm•••@d•••.example'
    """
    name, _at, domain = address.partition("@")
    return f"{name[:1]}•••@{domain[:1]}•••.{domain.rpartition('.')[2]}"


def open(purpose: str, presented: str, *, at: datetime) -> Link:
    """The link behind a token, if it opens now; else one of `LinkClosed`."""
    if not TOKEN.fullmatch(presented):
        raise LinkUnknown
    link = Link.objects.filter(nonce=presented[:NONCE_LENGTH], purpose=purpose).first()
    if link is None or not hmac.compare_digest(token(link), presented):
        raise LinkUnknown
    if link.revoked_at is not None:
        raise LinkRevoked(link)
    if link.used_at is not None:
        raise LinkUsed(link)
    if link.expires_at is not None and at >= link.expires_at:
        raise LinkExpired(link)
    return link


def prolong(link: Link, *, expires_at: datetime | None) -> None:
    """Another end for a link that is open: what it leads to was renewed."""
    link.expires_at = expires_at
    link.save(update_fields=["expires_at"])


def use(link: Link, *, at: datetime) -> None:
    """Mark a link as used, once; the second time raises `LinkUsed`."""
    if not Link.objects.filter(pk=link.pk, used_at=None).update(used_at=at):
        raise LinkUsed(link)
    link.used_at = at


def spend(subject: Model | str, purpose: str, *, at: datetime) -> None:
    """The links of a subject have done their work; `LinkUsed` when none is open."""
    if not living(subject, purpose).update(used_at=at):
        raise LinkUsed


def revoke(subject: Model | str, purpose: str, *, at: datetime) -> int:
    """Close every link of a subject for a purpose; gives how many were still open."""
    return living(subject, purpose).update(revoked_at=at)


def _mac(link: Link) -> bytes:
    sealed = canonical_json([link.purpose, link.subject, link.address, link.nonce, link.created_at])
    return hmac.digest(settings.LINK_KEY.encode(), sealed, hashlib.sha256)


def issued(purpose: str, *, for_each: type[Model], key: str) -> Exists:
    """Whether a link was issued for the row whose key stands in a column of the query."""
    name = Concat(Value(f"{for_each._meta.model_name}:"), Cast(OuterRef(key), CharField()))
    return Exists(Link.objects.filter(purpose=purpose, subject=name))


def living(subject: Model | str, purpose: str) -> QuerySet[Link]:
    """The links of a subject for a purpose that were neither used nor replaced, newest first."""
    rows = Link.objects.filter(subject=journal.key(subject), purpose=purpose)
    return rows.filter(used_at=None, revoked_at=None).order_by("-pk")


def newest(subject: Model | str, purpose: str) -> Link | None:
    """The last link issued for a subject and a purpose, open or not."""
    return (
        Link.objects.filter(subject=journal.key(subject), purpose=purpose).order_by("-id").first()
    )
