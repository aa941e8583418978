"""Everybody answers at the same moment: one answer holds, and the chain of evidence is whole."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from invoicing.actions import questions
from invoicing.models import Question
from office import clock, journal, limits, links
from office.models import Event, Letter
from office.refusals import Refusal
from orders import actions
from orders.actions import codes
from orders.models import ChangeRequest, Forwarding, Order
from orders.states import OrderStatus
from tests import world

MARC, AT = world.DUMONT_ACTOR, world.MONDAY
CLICKS = 50
SIGNER = actions.Signer(name="Marc Dumont", role="Administrateur délégué")
LEA = actions.Colleague(name="Léa Simon", role="Directrice", email="lea@dumont-editions.example")


@pytest.fixture(scope="module", autouse=True)
def _monday(real_world: Any) -> None:
    clock.move_to(AT)
    world.staff()
    world.ana()


def at_once(acts: list[Callable[[], object]]) -> list[str]:
    """Each in a thread of its own, at the same instant; what was refused, by its code."""
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        try:
            connection.ensure_connection()
            gate.wait(30)
            act()
            return "done"
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(one, acts))


def events(order: Order) -> Counter[str]:
    return Counter(event.kind for event in journal.timeline(order))


@pytest.mark.parametrize("round_number", range(4))
def test_every_answer_at_once_leaves_one_truth(real_world: Any, round_number: int) -> None:
    order = world.sent_job()
    key, shown = order.pk, order.shown_sha256
    ana = world.by(world.ana())
    his: dict[str, Any] = {"shown_sha256": shown, "by": MARC, "at": AT}
    answers: list[Callable[[], object]] = [
        lambda: actions.sign(key, signer=SIGNER, **his),
        lambda: actions.decline(key, reason="Non", **his),
        lambda: actions.ask_other(key, text="Plus tard ?", **his),
        lambda: actions.forward(key, to=LEA, **his),
        lambda: actions.withdraw(key, by=ana, at=AT),
        lambda: actions.choose_language(key, language="nl", by=MARC, at=AT),
        lambda: actions.send_again(key, by=MARC, at=AT),
    ]
    turned = answers[round_number:] + answers[:round_number]
    done = at_once((turned * (CLICKS // len(turned) + 1))[:CLICKS])
    assert "done" in done
    order = Order.objects.get(pk=key)
    told = events(order)
    assert journal.verify(order) is None
    assert told["order.signed"] + told["order.declined"] <= 1
    assert Forwarding.objects.filter(order=order).count() == told["order.forwarded"] <= 1
    signed = order.status == OrderStatus.SIGNED
    assert order.contracts.count() == order.invoices.count() == int(signed)
    assert signed is bool(told["order.signed"])
    if signed:
        sentence = Event.objects.get(kind="order.signed", chain=journal.key(order))
        assert sentence.data["sent_to"] == order.signer_email == MARC.mailbox
        assert sentence.data["shown"] == order.shown_sha256 == shown
        assert not links.living(order, "sign").exists()
    if order.status in (OrderStatus.SIGNED, OrderStatus.DECLINED):
        assert not ChangeRequest.objects.filter(order=order, status="open").exists()


def test_fifty_clicks_pass_it_on_once(real_world: Any) -> None:
    order = world.sent_job()
    his: dict[str, Any] = {"shown_sha256": order.shown_sha256, "by": MARC, "at": AT}
    at_once([lambda: actions.forward(order.pk, to=LEA, **his)] * CLICKS)
    assert Forwarding.objects.filter(order=order).count() == 1
    assert Letter.objects.filter(kind="orders/forwarded", about=f"order:{order.pk}").count() == 1
    assert links.living(order, "sign").count() == 2


def test_a_code_is_guessed_five_times_and_used_once(real_world: Any) -> None:
    order = world.sent_job(price=Decimal("2400.00"))
    actions.send_code(order.pk, by=MARC, at=AT)
    link = links.newest(order, links.CODE)
    assert link is not None
    wrong = links.code(link)[::-1] + "1"
    guessed = Counter(
        at_once([lambda: actions.confirm_code(order.pk, typed=wrong, by=MARC, at=AT)] * CLICKS)
    )
    assert guessed == {"code_wrong": codes.TRIES, "code_over": CLICKS - codes.TRIES}
    actions.send_code(order.pk, by=MARC, at=AT)
    link = links.newest(order, links.CODE)
    assert link is not None
    right = links.code(link)
    typed = at_once([lambda: actions.confirm_code(order.pk, typed=right, by=MARC, at=AT)] * 5)
    assert typed == ["done"] * 5
    assert events(order)["order.code_confirmed"] == 1


def test_fifty_clicks_ask_one_question_and_two_links_dispute_once(real_world: Any) -> None:
    order = world.invoiced_job()
    invoice = world.invoice_of(order)
    asker = questions.Asker(
        job=order.ref, client_id=invoice.client_id, affiliate_id=order.affiliate_id,
        language="fr", name="Marc Dumont", invoice=invoice,
    )  # fmt: skip
    follow, bill = links.newest(order, "follow"), links.newest(f"invoice:{invoice.pk}", "invoice")
    assert follow is not None and bill is not None
    his: dict[str, Any] = {"by": MARC, "at": AT}
    at_once([
        lambda: questions.ask(asker, link=follow, kind="question", text="Combien ?", **his)
    ] * 20)  # fmt: skip
    assert Question.objects.filter(kind="question").count() == 1
    said = at_once([
        lambda: questions.ask(asker, link=follow, kind="dispute", text="Trop", **his),
        lambda: questions.ask(asker, link=bill, kind="dispute", text="Trop cher", **his),
    ] * 10)  # fmt: skip
    assert Question.objects.filter(kind="dispute").count() == 1
    assert set(said) == {"done", "disputed_before"}
    question = Question.objects.get(kind="dispute")
    denis = world.denis()
    answered = at_once([
        lambda: questions.answer(
            question.pk, text="La facture reste due", outcome="stands", user=denis, at=AT
        )
    ] * 10)  # fmt: skip
    assert Counter(answered) == {"done": 1, "answered_before": 9}


def test_two_rounds_remind_once(real_world: Any) -> None:
    order = world.sent_job()
    morning = AT + timedelta(days=1)
    at_once([lambda: actions.remind_to_sign(at=morning)] * 8)
    about = Letter.objects.filter(kind="orders/reminder", about=f"order:{order.pk}")
    assert about.count() == 1


def test_a_door_counts_every_try(real_world: Any) -> None:
    tries = at_once([lambda: limits.take("x", "y", most=10, seconds=60, at=AT)] * CLICKS)
    assert Counter(tries) == {"done": 10, "too_often": CLICKS - 10}


def test_the_colleague_signs_while_the_first_reader_passes_it_on_again(real_world: Any) -> None:
    order = world.sent_job()
    his: dict[str, Any] = {"shown_sha256": order.shown_sha256, "at": AT}
    actions.forward(order.pk, to=LEA, by=MARC, **his)
    hers = replace(MARC, name=LEA.name, mailbox=LEA.email)
    tom = replace(LEA, name="Tom Petit", email="tom@dumont-editions.example")
    signer = replace(SIGNER, name=LEA.name)
    at_once(
        [lambda: actions.sign(order.pk, signer=signer, by=hers, **his)] * 5
        + [lambda: actions.forward(order.pk, to=tom, by=MARC, **his)] * 5
    )
    order.refresh_from_db()
    passed = order.forwardings.count() == 2
    assert (order.status == OrderStatus.SIGNED) is not passed
    assert order.signer_email == (tom.email if passed else LEA.email)
    assert journal.verify(order) is None
