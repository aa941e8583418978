"""Sending a job to the client, and taking it back: what was examined is frozen."""

from datetime import date, datetime, timedelta

from django.db import transaction

from invoicing.law import vat_rate
from office import clock, journal, lifecycle, links, notices
from office.actors import Actor
from office.models import Link
from orders import conditions, documents, letters, pricing, rules, share, shown
from orders.actions.examining import examine, first_day
from orders.locks import lock_with_replaced
from orders.models import ChangeRequest, Order
from orders.plans import fields_of
from orders.policy import on_day
from orders.split import frozen_split
from orders.states import CHANGE_TRANSITIONS, ORDER_TRANSITIONS, ChangeStatus, OrderStatus


@transaction.atomic
def send(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Freeze the draft and mail its sealed link to the client.

    The order keeps fee, insurance and guarantee's answer of this day. Raises the first of
    ``hindrances``, or ``NotAllowed`` when it is no draft (a second click finds it sent and changes
    nothing).
    """
    order, replaced = lock_with_replaced(order_id)
    if order.status == OrderStatus.SENT:
        return order
    lifecycle.move(order, OrderStatus.SENT, ORDER_TRANSITIONS)
    on = clock.day_of(at)
    examined = examine(order, on=on)
    for hindrance in examined.hindrances:
        raise hindrance
    assert examined.quote is not None, "nothing is missing, so there is a price"
    _freeze(order, replaced, examined.quote, on=on, at=at)
    link = _link(order, at=at)
    order.document = documents.order_paper(order, at=at)
    order.save()
    settle_requests(order, at=at)
    _drop_questions(order, at=at)
    journal.record(
        "order.sent",
        order,
        f"activity:{order.activity_id}",
        by=by,
        at=at,
        chain=order,
        version=order.version,
        to=order.signer_email,
        shown=order.shown_sha256,
        link_expires_at=order.link_expires_at,
    )
    letters.sent(order, link=link, at=at)
    share.announce(order, at=at)
    return order


@transaction.atomic
def withdraw(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Take an order back as a draft: sent, declined or lapsed. Its next sending is a new version:
    the client's link will lead there.
    """
    order, _replaced = lock_with_replaced(order_id)
    if order.status == OrderStatus.DRAFT:
        return order
    was_sent = order.status == OrderStatus.SENT
    lifecycle.move(order, OrderStatus.DRAFT, ORDER_TRANSITIONS)
    if was_sent:
        letters.withdrawn(order, at=at)
    journal.record("order.withdrawn", order, by=by, at=at, chain=order, version=order.version)
    order.version += 1
    order.changed_at = at
    order.sent_at = order.opened_at = order.link_expires_at = order.ended_at = None
    order.reminded_on = None
    order.price = order.gross = order.fee_rate = order.insurance_rate = None
    order.guaranteed, order.document = None, None
    order.split, order.shown = {}, {}
    order.shown_sha256 = order.ended_reason = order.guarantee_reason = ""
    order.save()
    return order


def _freeze(
    order: Order, replaced: Order | None, quote: pricing.Quote, *, on: date, at: datetime
) -> None:
    fields = fields_of(order)
    assert order.activity is not None
    house = on_day(on)
    order.valid_until = order.valid_until or on + timedelta(days=house.validity_days)
    order.code_wanted = quote.split.price >= house.code_from
    language = conditions.language_for(order.signer_language)
    rate = vat_rate(shown.last_day(fields))
    order.price, order.gross = quote.split.price, quote.split.gross
    order.fee_rate, order.insurance_rate = quote.rates.fee, quote.rates.insurance
    order.guaranteed, order.guarantee_reason = quote.answer.covered, quote.answer.code
    order.split = frozen_split(quote, fields, vat_rate=rate)
    order.shown = shown.compose(
        order,
        entity=order.activity.entity,
        price=quote.split.price,
        vat_rate=rate,
        language=language,
    )
    order.shown_sha256 = shown.digest(order.shown)
    order.conditions_version = conditions.CURRENT
    firsts = [first_day(one) for one in (order, replaced) if one is not None]
    order.link_expires_at = clock.start_of(
        rules.lapses_on(valid_until=order.valid_until, first_days=firsts)
    )
    order.sent_at = order.changed_at = at


def settle_requests(order: Order, *, at: datetime) -> None:
    """What was still asked about an order is answered by what just happened to it."""
    for request in ChangeRequest.objects.filter(order=order, status=ChangeStatus.OPEN):
        lifecycle.move(request, ChangeStatus.DONE, CHANGE_TRANSITIONS)
        request.decided_at = at
        request.save(update_fields=["status", "decided_at"])


def _drop_questions(order: Order, *, at: datetime) -> None:
    """What an advisor was still asked, and whose reason is gone, needs no answer any more."""
    for review in order.reviews.filter(decided_at=None):
        notices.settle("orders/review_asked", about=review, at=at)
        review.delete()


def close_others(order: Order, *, at: datetime) -> list[Link]:
    """Close the links of everybody but the signer and those who passed the order on to him; gives
    the open ones. A code that was mailed is over.
    """
    links.revoke(order, links.CODE, at=at)
    steps = order.forwardings.order_by("pk").values_list("from_email", "to_email")
    known = rules.readers(order.signer_email, list(steps))
    kept = [link for link in links.living(order, "sign") if link.address.lower() in known]
    links.living(order, "sign").exclude(pk__in=[link.pk for link in kept]).update(revoked_at=at)
    return kept


def _link(order: Order, *, at: datetime) -> Link:
    """The signer's own link: the same from version to version."""
    own = None
    for link in close_others(order, at=at):
        links.prolong(link, expires_at=order.link_expires_at)
        if link.address.lower() == order.signer_email.lower():
            own = link
    return own or links.issue(
        "sign", subject=order, address=order.signer_email, at=at, expires_at=order.link_expires_at
    )
