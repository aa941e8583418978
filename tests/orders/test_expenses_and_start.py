"""Receipts are refunded from the client's money only; nobody starts unsigned or undeclared
unwarned.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from invoicing.actions import payments
from ledger.queries import job_statement
from office import clock
from office.models import Letter
from orders import actions, checks
from orders.actions import expenses
from orders.models import Order, Receipt
from tests import world

pytestmark = pytest.mark.django_db

MONDAY = world.MONDAY
TRAIN = (("Train", Decimal("40.00")),)


def hand_in(order: Order, amount: str) -> Receipt:
    return actions.hand_in(
        order.expense_lines.get().pk, amount=Decimal(amount), content=b"%PDF-1.7 ticket",
        media_type="application/pdf", file_name="ticket.pdf", by=world.by(world.ana()), at=MONDAY,
    )  # fmt: skip


def pay(order: Order, amount: Decimal, at: datetime) -> None:
    payments.record(
        order.invoices.get().pk, amount=amount, received_on=clock.day_of(at), reference="",
        request_key=f"{amount}", by=world.by(world.denis()), at=at,
    )  # fmt: skip


def test_a_receipt_is_handed_in_for_what_is_left_of_its_line() -> None:
    with pytest.raises(expenses.NothingToRefund):
        hand_in(world.sent_job(expenses=TRAIN), "10.00")
    order = world.signed_job(expenses=TRAIN)
    assert hand_in(order, "30.00").paper.title == "Justificatif Train"
    for wrong in ("10.01", "0.00", "-1.00"):
        with pytest.raises(expenses.AmountNotThere, match="10,00"):
            hand_in(order, wrong)


def test_a_refused_receipt_makes_room_for_another() -> None:
    order, denis = world.signed_job(expenses=TRAIN), world.denis()
    receipt = hand_in(order, "40.00")
    with pytest.raises(expenses.NoReason):
        actions.refuse_receipt(receipt.pk, reason="", user=denis, at=MONDAY)
    actions.refuse_receipt(receipt.pk, reason="Illisible", user=denis, at=MONDAY)
    with pytest.raises(expenses.ReceiptDecided):
        actions.refuse_receipt(receipt.pk, reason="Illisible", user=denis, at=MONDAY)
    with pytest.raises(expenses.ReceiptDecided):
        actions.approve_receipt(receipt.pk, user=denis, at=MONDAY)
    assert hand_in(order, "40.00").amount == Decimal("40.00")


def test_expenses_are_refunded_only_from_money_received_for_them() -> None:
    order, denis = world.invoiced_job(expenses=TRAIN), world.denis()
    after = world.last_evening(order) + timedelta(days=5)
    receipt = hand_in(order, "40.00")
    with pytest.raises(expenses.NotApproved):
        actions.refund(receipt.pk, on=clock.day_of(after), user=denis, at=after)
    actions.approve_receipt(receipt.pk, user=denis, at=MONDAY)
    assert actions.approve_receipt(receipt.pk, user=denis, at=after).approved_at == MONDAY
    with pytest.raises(expenses.NotReceivedYet, match="dès son paiement"):
        actions.refund(receipt.pk, on=clock.day_of(after), user=denis, at=after)
    pay(order, Decimal("1000.00"), after)
    with pytest.raises(expenses.NotReceivedYet):
        actions.refund(receipt.pk, on=clock.day_of(after), user=denis, at=after)
    pay(order, Decimal("210.00"), after)
    actions.refund(receipt.pk, on=clock.day_of(after), user=denis, at=after)
    actions.refund(receipt.pk, on=clock.day_of(after), user=denis, at=after)
    lines = [line for line in job_statement(order.ref) if line.kind == "refund"]
    assert {(line.account_code, line.amount) for line in lines} == {
        ("613", Decimal("40.00")), ("550", Decimal("-40.00")),
        ("920", Decimal("40.00")), ("935", Decimal("-40.00")),
    }  # fmt: skip
    assert expenses.available_for_refund(order) == 0
    assert checks.run() == []
    Receipt.objects.filter(pk=receipt.pk).update(amount=Decimal("39.00"))
    assert [problem.code for problem in checks.run()] == ["refund_not_booked"] * 2
    Receipt.objects.filter(pk=receipt.pk).update(refunded_on=None)
    assert [problem.code for problem in checks.run()] == ["refund_without_receipt"] * 2
    kinds = set(Letter.objects.values_list("kind", flat=True))
    assert {"orders/receipt_approved", "orders/receipt_refunded"} <= kinds


def test_do_not_start_yet_is_said_from_the_day_before() -> None:
    world.signed_job()
    world.carla()
    wednesday = clock.start_of(date(2026, 11, 25))
    assert actions.warn_not_ready(at=wednesday - timedelta(seconds=1)) == 0
    assert actions.warn_not_ready(at=wednesday) == 1
    assert actions.warn_not_ready(at=wednesday + timedelta(hours=9)) == 0
    assert actions.warn_not_ready(at=wednesday + timedelta(days=1)) == 1
    to_ana = Letter.objects.filter(kind="orders/not_ready").first()
    assert to_ana is not None and "Ne commencez pas encore" in to_ana.body
    to_staff = Letter.objects.filter(kind="orders/not_ready_staff").first()
    assert to_staff is not None and "Dimona non enregistrée" in to_staff.body


def test_who_is_ready_is_left_in_peace() -> None:
    world.contracted_job()
    assert actions.warn_not_ready(at=clock.start_of(date(2026, 11, 26))) == 0
