"""A job in a paused trade: an advisor looks first; what is signed goes on."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from members import trades
from members.actions import trades as decisions
from office.models import Letter, Notice
from orders import actions
from orders.actions import reviews, sending
from orders.models import Order, Review
from orders.states import OrderStatus
from tests import world

pytestmark = pytest.mark.django_db
MONDAY = world.MONDAY
LATER = MONDAY + timedelta(hours=1)
WHY = {"fr": "Assurance revue.", "nl": "Verzekering herbekeken.", "en": "Insurance reviewed."}


@pytest.fixture(autouse=True)
def _monday(clock: Any) -> None:
    clock.move_to(MONDAY)


def decide(status: str, code: str = "web_designer") -> None:
    admin = world.admin()
    decisions.decide(
        code, status=status, starts_on=date(2026, 11, 23), reasons=WHY,
        user=admin, by=world.by(admin), on=date(2026, 11, 23), at=MONDAY,
    )  # fmt: skip


def ask(order: Order) -> Review:
    return actions.ask_review(order.pk, by=world.by(world.ana()), at=MONDAY)


def answer(review: Review, *, allowed: bool, note: str = "") -> Review:
    return actions.decide_review(
        review.pk, allowed=allowed, note=note, user=world.elise(), at=LATER
    )


def send(order: Order) -> Order:
    return actions.send(order.pk, by=world.by(world.ana()), at=LATER)


def paused_job() -> Order:
    order = world.draft_job()
    decide("paused")
    return order


def test_a_paused_trade_waits_for_an_advisor_who_lets_it_leave() -> None:
    order = paused_job()
    with pytest.raises(reviews.TradePaused) as said:
        send(order)
    assert "Assurance revue." in str(said.value)
    review = ask(order)
    assert ask(order) == review  # two clicks
    assert Notice.objects.filter(kind="orders/review_asked").count() == 1
    with pytest.raises(reviews.InReview):
        send(order)
    answer(review, allowed=True)
    answer(review, allowed=False, note="Trop tard.")  # a second advisor changes nothing
    assert Letter.objects.get(kind="orders/reviewed").to == world.ana().user.email
    assert send(order).status == OrderStatus.SENT


def test_an_advisor_says_why_it_does_not_leave() -> None:
    order = paused_job()
    review = ask(order)
    with pytest.raises(reviews.AnswerMissing):
        answer(review, allowed=False, note=" ")
    answer(review, allowed=False, note="Demandez d’abord l’assureur.")
    with pytest.raises(reviews.NotAllowedToLeave) as said:
        send(order)
    assert "l’assureur" in str(said.value)
    with pytest.raises(reviews.NothingToReview):
        ask(order)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(note="")


def test_what_was_allowed_holds_for_that_trade_only() -> None:
    order = paused_job()
    answer(ask(order), allowed=True)
    decide("paused", "copywriter")
    Order.objects.filter(pk=order.pk).update(trade="copywriter")
    with pytest.raises(reviews.TradePaused):
        send(order)
    again = ask(order)
    decide("paused", "translator")
    Order.objects.filter(pk=order.pk).update(trade="translator")
    assert ask(order).pk == again.pk  # one open at a time, about the trade of now
    assert Review.objects.get(pk=again.pk).trade_id == "translator"


def test_an_ordinary_job_has_nothing_to_look_at() -> None:
    with pytest.raises(reviews.NothingToReview):
        ask(world.draft_job())
    order = world.sent_job()
    decide("paused")
    with pytest.raises(reviews.NothingToReview):
        ask(order)


def test_what_is_sent_or_signed_goes_on() -> None:
    sent, signed = world.sent_job(), world.signed_job()
    decide("paused")
    world.acts.sign_order(sent, role="Gérant", at=LATER)
    again = actions.propose_change(signed.pk, by=world.by(world.ana()), at=MONDAY)
    assert not sending.hindrances(again, on=date(2026, 11, 23))


def test_a_refused_trade_says_why_and_no_review_helps() -> None:
    order = world.draft_job()
    decide("refused")
    with pytest.raises(trades.TradeRefused) as said:
        send(order)
    assert "Assurance revue." in str(said.value)
    with pytest.raises(reviews.NothingToReview):
        ask(order)


def test_a_draft_without_trade_is_only_incomplete() -> None:
    order = world.draft_job()
    Order.objects.filter(pk=order.pk).update(trade=None)
    order.refresh_from_db()
    assert not list(reviews.hindrances(order, on=date(2026, 11, 23)))


def test_a_draft_thrown_away_takes_its_question_along() -> None:
    order = paused_job()
    ask(order)
    actions.discard(order.pk, by=world.by(world.ana()), at=LATER)
    assert not Review.objects.exists()


def test_the_page_asks_and_the_desk_answers(client: Client) -> None:
    order = paused_job()
    client.force_login(world.ana().user)
    page = client.get(reverse("job", args=[order.ref])).content.decode()
    assert "Demander à mon conseiller" in page and "Assurance revue." in page
    client.post(reverse("job-review", args=[order.ref]))
    page = client.get(reverse("job", args=[order.ref])).content.decode()
    assert "Demander à mon conseiller" not in page and "regarde cette mission" in page
    review = Review.objects.get()
    client.force_login(world.elise())
    assert order.ref in client.get(reverse("admin:orders_review_changelist")).content.decode()
    url = reverse("admin:orders_review_decide", args=[review.pk])
    assert "Refonte" in client.get(url).content.decode()
    assert "lira" in client.post(url, {"allowed": "no", "note": ""}).content.decode()
    assert client.post(url, {"allowed": "yes", "note": ""}).status_code == 302
    page = client.get(reverse("admin:orders_review_change", args=[review.pk])).content.decode()
    assert "Ana Lopes" in page
    assert send(order).status == OrderStatus.SENT
