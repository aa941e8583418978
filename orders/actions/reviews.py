"""An advisor looks at a draft before it may leave: asked with its reasons, decided with a note."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import User
from office import clock, journal, notices
from office.actors import Actor
from office.refusals import Refusal
from orders import grounds, letters
from orders.actions.examining import examine
from orders.locks import lock, lock_with_replaced
from orders.models import Review
from orders.states import OrderStatus


class NothingToReview(Refusal):
    code = "nothing_to_review"
    sentence = _("Cette mission peut partir sans que votre conseiller la regarde.")


class AnswerMissing(Refusal):
    code = "answer_missing"
    sentence = _("Dites pourquoi elle ne part pas : l’affilié le lira.")
    field = "note"


@transaction.atomic
def ask_review(order_id: int, *, by: Actor, at: datetime) -> Review:
    """The affiliate asks that an advisor looks at her draft, for all its reasons of now. Asked
    twice, it is asked once; an open question takes a new reason along, and keeps its date.

    Raises ``NothingToReview`` when nothing but the ordinary stands in its way, ``NoPolicy`` while
    the house has not decided how soon it answers.
    """
    order, _replaced = lock_with_replaced(order_id)
    on = clock.day_of(at)
    if order.status != OrderStatus.DRAFT:
        raise NothingToReview
    stands = examine(order, on=on).standing
    if stands.open is not None and not stands.needed:
        return stands.open
    if stands.refused is not None or not stands.needed:
        raise NothingToReview
    asked, new = Review.objects.get_or_create(
        order=order, decided_at=None, defaults={"asked_at": at, "due_on": grounds.due_on(on)}
    )
    asked.order, asked.grounds = order, [ground.kept for ground in stands.unsettled]
    asked.save(update_fields=["grounds"])
    journal.record(
        "order.review_asked", order, by=by, at=at, reason=asked.reason, due_on=asked.due_on
    )
    if new:
        letters.review_asked(asked, at=at)
    return asked


@transaction.atomic
def decide_review(review_id: int, *, allowed: bool, note: str, user: User, at: datetime) -> Review:
    """An advisor lets a draft leave, or says why not. Decided before, nothing changes.

    Raises ``AnswerMissing``.
    """
    order = lock(
        Review.objects.values_list("order_id", flat=True).get(pk=review_id), "affiliate__user"
    )
    review = Review.objects.get(pk=review_id)
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
