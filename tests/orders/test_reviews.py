"""What an advisor looks at first: a paused trade, an unknown client, a price not covered."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from invoicing.actions import clients
from invoicing.models import ClientKind
from members import trades
from members.actions import trades as decisions
from office import policy
from office.models import Letter, Notice
from office.typography import french
from orders import actions, grounds, queries
from orders.actions import examining, reviews
from orders.models import Order, Review
from orders.states import OrderStatus
from smart.demo import cast
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
    with pytest.raises(grounds.ReviewNeeded) as said:
        send(order)
    assert "Assurance revue." in str(said.value)
    review = ask(order)
    assert ask(order) == review  # two clicks
    assert Notice.objects.filter(kind="orders/review_asked").count() == 1
    with pytest.raises(grounds.InReview):
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
    with pytest.raises(grounds.NotAllowedToLeave) as said:
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
    with pytest.raises(grounds.ReviewNeeded):
        send(order)
    again = ask(order)
    decide("paused", "translator")
    Order.objects.filter(pk=order.pk).update(trade="translator")
    assert ask(order).pk == again.pk  # one open at a time, about the trade of now
    about = [ground["about"] for ground in Review.objects.get(pk=again.pk).grounds]
    assert about == ["trade:translator"]


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
    assert not examining.hindrances(again, on=date(2026, 11, 23))


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
    assert {one.code for one in examining.hindrances(order, on=date(2026, 11, 23))} == {"missing"}


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
    assert "Demander à mon conseiller" not in page and "Elise Dubois regarde cette" in page
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


# --- An unknown client, a price that is not covered ----------------------------------------------


def client_key(order: Order) -> int:
    assert order.client_id is not None
    return order.client_id


def unknown() -> Order:
    """A draft for somebody Ana typed by hand."""
    client = cast.create_client(cast.NEWEST, creator=world.ana().user, at=MONDAY)
    order = world.draft_job()
    Order.objects.filter(pk=order.pk).update(client=client)
    order.refresh_from_db()
    return order


def costs(order: Order, amount: str) -> None:
    Order.objects.filter(pk=order.pk).update(amount=Decimal(amount))
    order.refresh_from_db()


def codes(order: Order) -> set[str]:
    return {one.code for one in examining.hindrances(order, on=date(2026, 11, 23))}


def test_a_client_nobody_knows_is_looked_at_until_staff_verified_him() -> None:
    order = unknown()
    with pytest.raises(grounds.ReviewNeeded) as said:
        send(order)
    assert "Atelier Zonnebloem BV est un nouveau client" in str(said.value)
    review = ask(order)
    assert review.due_on == date(2026, 11, 25)  # two working days
    clients.verify(client_key(order), by=world.by(world.elise()), at=MONDAY)
    assert send(order).status == OrderStatus.SENT  # the reason is gone: nobody needs to answer
    assert not Review.objects.exists()
    assert not Notice.objects.filter(kind="orders/review_asked", read_at=None).exists()


def test_a_client_of_the_public_register_is_known_until_she_changes_his_words() -> None:
    words = {"street": "rue Haute 5", "postcode": "1000", "city": "Bruxelles"}
    found = clients.create(
        kind=ClientKind.BELGIAN_BUSINESS, enterprise_number="0999001713", from_register=True,
        name="Atelier Neuf SRL", **words, by=world.by(world.ana()), at=MONDAY,
    )  # fmt: skip
    assert found.known
    by = world.by(world.ana())
    clients.amend(found.pk, name="Autre SRL", **words, language="fr", by=by, at=LATER)
    found.refresh_from_db()
    assert not found.known


def test_a_price_the_fund_does_not_cover_is_allowed_for_that_price() -> None:
    order = world.draft_job(price=Decimal("9000.00"))
    with pytest.raises(grounds.ReviewNeeded) as said:
        send(order)
    assert "n’est pas couverte" in str(said.value)
    answer(ask(order), allowed=True, note="Dumont a toujours payé.")
    costs(order, "9500.00")
    with pytest.raises(grounds.ReviewNeeded):
        send(order)
    costs(order, "9000.00")
    sent = send(order)
    assert sent.status == OrderStatus.SENT and not sent.guaranteed
    back = actions.withdraw(sent.pk, by=world.by(world.ana()), at=LATER)
    assert send(back).status == OrderStatus.SENT  # just this was looked at


def test_a_client_out_of_the_guarantee_is_looked_at_too() -> None:
    order = world.draft_job()
    clients.block(client_key(order), reason="Faillite", by=world.by(world.denis()), at=MONDAY)
    with pytest.raises(grounds.ReviewNeeded) as said:
        send(order)
    assert "ne garantit plus ce client" in str(said.value)


def test_a_new_version_that_asks_no_more_brings_no_new_risk() -> None:
    signed = world.signed_job(price=Decimal("4000.00"))
    again = actions.propose_change(signed.pk, by=world.by(world.ana()), at=MONDAY)
    assert codes(again) == set()
    costs(again, "4100.00")
    assert codes(again) == {"review_needed"}


def test_an_open_question_takes_a_new_reason_along_and_keeps_its_date() -> None:
    order = unknown()
    review = ask(order)
    costs(order, "9000.00")
    with pytest.raises(grounds.ReviewNeeded):
        send(order)
    assert ask(order) == review
    review.refresh_from_db()
    assert [ground["code"] for ground in review.grounds] == ["client", "guarantee"]
    assert Notice.objects.filter(kind="orders/review_asked").count() == 1  # told once
    with pytest.raises(grounds.InReview) as said:
        send(order)
    assert "Elise Dubois regarde" in str(said.value)
    assert grounds.who_looks(world.draft_job(world.newcomer())) == "Un conseiller"


def test_each_reader_reads_the_reasons_in_a_language_of_his() -> None:
    review = ask(unknown())
    review.refresh_from_db()
    assert "est un nouveau client" in review.reason
    with translation.override("nl"):
        assert "is een nieuwe klant" in review.reason
    with translation.override("en"):
        assert "is a new client" in review.reason


def test_nobody_is_asked_before_the_house_decided_how_soon_it_answers() -> None:
    order, before = unknown(), date(2026, 11, 22)  # the house began on this Monday
    with pytest.raises(policy.NoPolicy) as said:
        grounds.due_on(before)
    assert french("« missions à regarder »") in str(said.value)
    stands = examining.examine(order, on=date(2026, 11, 23)).standing
    shown = grounds.shown(order, stands, on=before)
    assert (
        shown is not None
        and french("« missions à regarder »") in shown["undecided"]
        and not shown["may_ask"]
    )


def test_she_reads_why_who_until_when_and_what_meanwhile(client: Client) -> None:
    order = unknown()
    client.force_login(world.ana().user)
    url = reverse("job", args=[order.ref])
    before = " ".join(client.get(url).content.decode().split())
    for words in ("ni la coopérative ni le registre", "Elise", "25 novembre", "Relisez avec votre"):
        assert words in before, words
    review = ask(order)
    loaded = queries.with_chain(Order.objects.filter(pk=order.pk)).get()
    knot = queries.thread_of(loaded, None, at=MONDAY)[0]
    assert (knot.state, knot.on) == ("waiting", date(2026, 11, 25))
    home = " ".join(client.get(reverse("home")).content.decode().split())
    assert "Votre conseiller regarde « Refonte" in home and "25 novembre" in home
    late = date(2026, 11, 26)
    shown = grounds.shown(loaded, examining.examine(loaded, on=late).standing, on=late)
    assert shown is not None and shown["late"]
    answer(review, allowed=False, note="Le numéro est celui d’une autre société.")
    after = " ".join(client.get(url).content.decode().split())
    assert "Le numéro est celui d’une autre société." in after and "Elle ne part pas" in after
    assert "Votre conseiller a répondu" in after  # in the timeline of the draft
