"""The client who received an order passes it on to the colleague who may sign it.

It is the one place where a stranger has a letter of ours sent to an address of his choice: the
words are ours, what he adds is one short sentence without address or link, and the number is small.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.queries import is_known_address
from office import clock, journal, links
from office.actors import Actor
from office.refusals import Refusal
from orders import letters, rules
from orders.actions.examining import SignerIsOurs
from orders.actions.sending import close_others, settle_requests
from orders.actions.signing import NotTheSigner, check_answerable, is_signer
from orders.locks import lock
from orders.models import Forwarding, Order
from orders.policy import on_day
from orders.states import OrderStatus

# an address of the web or of mail, as mail programs would make it a link
LEADS_ELSEWHERE = re.compile(r"://|www\.|@|[\w-]{2,}\.[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Who is to sign instead, and one sentence for him."""

    name: str
    role: str
    email: str
    words: str = ""


class LinkInWords(Refusal):
    code = "link_in_words"
    sentence = _("Écrivez ici des mots seulement, sans adresse ni lien : le lien suit de lui-même.")

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field  # type: ignore[misc]


class ForwardedToHimself(Refusal):
    code = "forwarded_to_himself"
    sentence = _("Cette commande est déjà chez {address}. Donnez l’adresse de votre collègue.")
    field = "email"


class ForwardedEnough(Refusal):
    code = "forwarded_enough"
    sentence = _(
        "Cette commande a déjà été transmise {most} fois. Dites à {worker} qui doit la signer : "
        "la commande lui sera envoyée directement."
    )


@transaction.atomic
def forward(order_id: int, *, shown_sha256: str, to: Colleague, by: Actor, at: datetime) -> Order:
    """The colleague gets a link of his own and is the one who signs; the first link still reads.

    Who passed it on may correct it by passing it on to somebody else. Raises what
    ``check_answerable`` raises, ``LinkInWords``, ``SignerIsOurs``, ``ForwardedToHimself`` or
    ``ForwardedEnough``. To the same address twice: no change.
    """
    order = lock(order_id, "affiliate__user", "client")
    steps = list(order.forwardings.order_by("pk"))
    address = to.email.strip().lower()
    if _is_repeated(order, steps, by, address):
        return order
    _check_reader(order, steps, by)
    signer = _as_signer(order, by)
    check_answerable(order, shown_sha256=shown_sha256, by=signer, at=at)
    _check_colleague(order, to, address)
    most = on_day(clock.day_of(at)).forwards
    if len(steps) >= most:
        raise ForwardedEnough(most=most, worker=order.affiliate.name)
    step = Forwarding.objects.create(
        order=order,
        version=order.version,
        from_name=by.name[:120],
        from_email=by.mailbox,
        to_name=to.name.strip(),
        to_role=to.role.strip(),
        to_email=address,
        words=to.words.strip(),
        forwarded_at=at,
    )
    order.signer_name, order.signer_email, order.opened_at = step.to_name, address, None
    order.save(update_fields=["signer_name", "signer_email", "opened_at"])
    _pass_on(order, step, by=by, at=at)
    return order


def _is_repeated(order: Order, steps: list[Forwarding], by: Actor, address: str) -> bool:
    """Whether the same click came before."""
    last = steps[-1] if steps else None
    return (
        last is not None
        and order.status == OrderStatus.SENT
        and (last.from_email.lower(), last.to_email) == (by.mailbox.lower(), address)
        and order.signer_email == address
    )


def _check_reader(order: Order, steps: list[Forwarding], by: Actor) -> None:
    pairs = [(step.from_email, step.to_email) for step in steps]
    if by.mailbox.lower() not in rules.readers(order.signer_email, pairs):
        raise NotTheSigner(who=links.masked(order.signer_email))


def _as_signer(order: Order, by: Actor) -> Actor:
    """Who may read may also pass on: as for the signer, the rest is checked."""
    return by if is_signer(order, by) else replace(by, mailbox=order.signer_email)


def _check_colleague(order: Order, to: Colleague, address: str) -> None:
    for field in ("name", "role", "words"):
        if LEADS_ELSEWHERE.search(getattr(to, field)):
            raise LinkInWords(field)
    if address == order.signer_email.lower():
        raise ForwardedToHimself(address=links.masked(address))
    if is_known_address(address):
        raise SignerIsOurs(address=address)


def _pass_on(order: Order, step: Forwarding, *, by: Actor, at: datetime) -> None:
    """The colleague's own link and letter; the links of those outside the new chain close."""
    close_others(order, at=at)
    link = links.issue(
        "sign", subject=order, address=step.to_email, at=at, expires_at=order.link_expires_at
    )
    settle_requests(order, at=at)
    journal.record(
        "order.forwarded",
        order,
        by=by,
        at=at,
        chain=order,
        version=order.version,
        sent_to=step.from_email,
        to=step.to_email,
        name=step.to_name,
        role=step.to_role,
        text=step.words,
    )
    letters.forwarded(step, link=link, at=at)
