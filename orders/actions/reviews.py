"""A paused trade: an advisor looks at the draft before it may leave."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import trades
from members.models import User
from office import clock, journal, notices
from office.actors import Actor
from office.refusals import Refusal
from orders import letters
from orders.locks import lock
from orders.models import Order, Review
from orders.states import OrderStatus


class TradePaused(Refusal):
    code = "trade_paused"
    sentence = _(
        "Le métier « {trade} » est en pause. {reason} Demandez à votre conseiller de regarder "
        "cette mission."
    )
    field = "trade"


class InReview(Refusal):
    code = "in_review"
    sentence = _("Votre conseiller regarde cette mission avant qu’elle parte. {reason}")
    field = "trade"


class NotAllowedToLeave(Refusal):
    code = "not_allowed_to_leave"
    sentence = _("Votre conseiller ne laisse pas partir cette mission : {note}")
    field = "trade"


class NothingToReview(Refusal):
    code = "nothing_to_review"
    sentence = _("Cette mission peut partir sans que votre conseiller la regarde.")


class AnswerMissing(Refusal):
    code = "answer_missing"
    sentence = _("Dites pourquoi elle ne part pas : l’affilié le lira.")
    field = "note"


def hindrances(order: Order, *, on: date) -> Iterator[Refusal]:
    """What the register of trades says against sending a draft on a day.

    A new version of a job that is already signed goes on.
    """
    if order.trade is None:
        return
    standing = trades.standing(order.trade, on)
    if standing.refused:
        yield trades.TradeRefused(trade=order.trade, reason=standing.reason)
    elif not standing.accepted and order.replaces_id is None:
        yield from _paused(order, standing.reason)


def _paused(order: Order, reason: str) -> Iterator[Refusal]:
    review = order.reviews.filter(trade=order.trade).order_by("-id").first()
    if review is None:
        yield TradePaused(trade=order.trade, reason=reason)
    elif review.decided_at is None:
        yield InReview(reason=reason)
    elif not review.allowed:
        yield NotAllowedToLeave(note=review.note)


@transaction.atomic
def ask_review(order_id: int, *, by: Actor, at: datetime) -> Review:
    """The affiliate asks that an advisor looks at her draft. Asked twice, it is asked once.

    Raises ``NothingToReview`` when nothing but the ordinary stands in its way.
    """
    order = lock(order_id, "trade", "affiliate__user", "affiliate__advisor")
    said = next(hindrances(order, on=clock.day_of(at)), None)
    if isinstance(said, InReview):
        return order.reviews.get(decided_at=None)
    if (
        order.trade is None
        or order.status != OrderStatus.DRAFT
        or not isinstance(said, TradePaused)
    ):
        raise NothingToReview
    review, _new = Review.objects.update_or_create(
        order=order,
        decided_at=None,
        defaults={"trade": order.trade, "reason": said.values["reason"], "asked_at": at},
    )
    journal.record("order.review_asked", order, by=by, at=at, reason=review.reason)
    letters.review_asked(review, at=at)
    return review


@transaction.atomic
def decide_review(review_id: int, *, allowed: bool, note: str, user: User, at: datetime) -> Review:
    """An advisor lets a draft leave, or says why not. Decided before, nothing changes.

    Raises ``AnswerMissing``.
    """
    order = lock(
        Review.objects.values_list("order_id", flat=True).get(pk=review_id), "affiliate__user"
    )
    review = Review.objects.select_related("trade").get(pk=review_id)
    if review.decided_at is not None:
        return review
    if not allowed and not note.strip():
        raise AnswerMissing
    review.order = order
    review.decided_at, review.decided_by, review.allowed = at, user, allowed
    review.note = note.strip()
    review.save(update_fields=["decided_at", "decided_by", "allowed", "note"])
    journal.record(
        "order.reviewed", order, by=user.as_actor(), at=at, allowed=allowed, note=review.note
    )
    notices.settle("orders/review_asked", about=review, at=at)
    letters.reviewed(review, at=at)
    return review
