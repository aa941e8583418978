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
from django.db.models import Model
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
    if purpose not in PURPOSES:
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
    sealed = canonical_json([link.purpose, link.subject, link.address, link.nonce, link.created_at])
    mac = hmac.digest(settings.LINK_KEY.encode(), sealed, hashlib.sha256)
    return link.nonce + base64.urlsafe_b64encode(mac).decode()[:SEAL_LENGTH]


def url(link: Link) -> str:
    """The absolute address of the link's page."""
    return f"{settings.COOP_PUBLIC_URL}{PURPOSES[link.purpose]}{token(link)}/"


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


def use(link: Link, *, at: datetime) -> None:
    """Mark a link as used, once; the second time raises `LinkUsed`."""
    if not Link.objects.filter(pk=link.pk, used_at=None).update(used_at=at):
        raise LinkUsed(link)
    link.used_at = at


def spend(subject: Model | str, purpose: str, *, at: datetime) -> None:
    """The newest open link of a subject has done its work, and the others close; `LinkUsed` when
    none is open.
    """
    living = Link.objects.filter(
        subject=journal.key(subject), purpose=purpose, used_at=None, revoked_at=None
    )
    keys = list(living.order_by("-pk").values_list("pk", flat=True))
    if not keys or not living.filter(pk=keys[0]).update(used_at=at):
        raise LinkUsed
    if len(keys) > 1:
        living.update(revoked_at=at)


def revoke(subject: Model | str, purpose: str, *, at: datetime) -> int:
    """Close every link of a subject for a purpose; gives how many were still open."""
    living = Link.objects.filter(
        subject=journal.key(subject), purpose=purpose, used_at=None, revoked_at=None
    )
    return living.update(revoked_at=at)


def newest(subject: Model | str, purpose: str) -> Link | None:
    """The last link issued for a subject and a purpose, open or not."""
    return (
        Link.objects.filter(subject=journal.key(subject), purpose=purpose).order_by("-id").first()
    )
