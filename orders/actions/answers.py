"""What a client may answer instead of signing: other words, another language, a link once more; and
what the affiliate answers him.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import User
from office import journal, lifecycle, limits, links
from office.actors import Actor
from office.refusals import Refusal
from orders import documents, letters, shown
from orders.actions.changes import AskedBefore
from orders.actions.signing import ReasonMissing, check_answerable
from orders.client_links import signers_link
from orders.locks import lock
from orders.models import ChangeRequest, Order
from orders.states import CHANGE_TRANSITIONS, ChangeStatus, OrderStatus

LINKS_AN_HOUR = 3  # asked for once more
HOUR = 3600


class NothingToSend(Refusal):
    code = "nothing_to_send"
    sentence = _(
        "Il n’y a pas de lien à renvoyer à cette adresse : cette commande n’attend plus de "
        "réponse d’elle."
    )


@transaction.atomic
def ask_other(
    order_id: int, *, shown_sha256: str, text: str, by: Actor, at: datetime
) -> ChangeRequest:
    """The client would sign something else: his words go to the affiliate, who makes a new version
    or keeps this one. Until then he may still sign it as it is.

    The same words twice are one request. Raises what ``check_answerable`` raises, ``ReasonMissing``
    or ``AskedBefore``.
    """
    order = lock(order_id)
    check_answerable(order, shown_sha256=shown_sha256, by=by, at=at)
    if not text.strip():
        raise ReasonMissing()
    standing = standing_request(order)
    if standing is not None:
        if standing.text == text.strip():
            return standing
        raise AskedBefore(text=standing.text)
    request = ChangeRequest.objects.create(
        order=order, kind="change", text=text.strip(), asked_at=at, asked_by=by.name
    )
    journal.record(
        "order.other_asked",
        order,
        by=by,
        at=at,
        chain=order,
        version=order.version,
        text=request.text,
    )
    letters.other_asked(request, at=at)
    return request


def standing_request(order: Order) -> ChangeRequest | None:
    """What is asked about an order and not answered yet."""
    return ChangeRequest.objects.filter(order=order, status=ChangeStatus.OPEN).first()


@transaction.atomic
def keep(order_id: int, *, reply: str, user: User, at: datetime) -> ChangeRequest | None:
    """The affiliate keeps the order as it is, and says why: the client may sign it or decline it.

    A second click finds nothing to answer. Raises ``ReasonMissing`` or ``NotAllowed``.
    """
    order = lock(order_id)
    if order.status != OrderStatus.SENT:
        lifecycle.move(order, OrderStatus.SENT, {order.status: frozenset()})
    request = standing_request(order)
    if request is None:
        return None
    if not reply.strip():
        raise ReasonMissing()
    lifecycle.move(request, ChangeStatus.DONE, CHANGE_TRANSITIONS)
    request.decided_at, request.decided_by, request.decision = at, user, reply.strip()
    request.save()
    journal.record(
        "order.kept",
        order,
        by=user.as_actor(),
        at=at,
        chain=order,
        version=order.version,
        text=request.decision,
    )
    letters.kept(request, link=signers_link(order), at=at)
    return request


@transaction.atomic
def choose_language(order_id: int, *, language: str, by: Actor, at: datetime) -> Order:
    """The client reads the order in another language: its fixed words, its conditions and the
    sentence he will agree to change, nothing else. What he signs is what he read last.

    Raises what ``check_answerable`` raises.
    """
    order = lock(order_id, "trade")
    check_answerable(order, shown_sha256=order.shown_sha256, by=by, at=at)
    if language == order.shown["language"]:
        return order
    order.shown = shown.translated(order, language)
    order.shown_sha256 = shown.digest(order.shown)
    order.signer_language = language
    order.document = documents.order_paper(order, at=at)
    order.save(update_fields=["shown", "shown_sha256", "signer_language", "document"])
    journal.record(
        "order.language_chosen",
        order,
        by=by,
        at=at,
        chain=order,
        version=order.version,
        language=language,
        shown=order.shown_sha256,
    )
    return order


def is_late(order: Order, *, at: datetime) -> bool:
    """Whether it can be signed no more, be it noted already or not."""
    unanswered = order.status in (OrderStatus.SENT, OrderStatus.LAPSED)
    return unanswered and order.link_expires_at is not None and at >= order.link_expires_at


def send_again(order_id: int, *, by: Actor, at: datetime) -> None:
    """Somebody whose link does not open asks for one: it is mailed to that address, never shown.

    Raises ``TooOften`` or ``NothingToSend``; of a lapsed order the affiliate is asked for another.
    """
    limits.take("order-link", order_id, most=LINKS_AN_HOUR, seconds=HOUR, at=at)
    _send_again(order_id, by=by, at=at)


@transaction.atomic
def _send_again(order_id: int, *, by: Actor, at: datetime) -> None:
    order = lock(order_id, "client", "affiliate__user")
    if by.mailbox.lower() != order.signer_email.lower():
        raise NothingToSend()
    sign, follow = signers_link(order), links.newest(order, "follow")
    if is_late(order, at=at):
        letters.wanted_again(order, at=at)
    elif order.status == OrderStatus.SENT and sign is not None:
        letters.sent(order, link=sign, at=at, again=True)
    elif follow is not None:
        letters.copy(order, link=follow, at=at, again=True)
    else:
        raise NothingToSend()
    journal.record("order.link_asked", order, by=by, at=at, to=order.signer_email)
