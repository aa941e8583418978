"""The desk: who decides what, with the consequences on the page."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from members.models import User
from orders import actions
from orders.admin.change_requests import amounts_of
from orders.models import Order
from orders.states import OrderStatus
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(clock: Any) -> None:
    clock.move_to(world.MONDAY)


def enter(client: Client, user: User) -> None:
    client.force_login(user)


def press(client: Client, model: str, row: Any, name: str, **values: str) -> Any:
    url = reverse(f"admin:orders_{model}_{name}", args=[row.pk])
    assert client.get(url).status_code in (200, 403)
    return client.post(url, values, follow=True)


def listed(client: Client, model: str, query: str = "") -> str:
    answer = client.get(reverse(f"admin:orders_{model}_changelist") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def held_job() -> Order:
    order = world.contracted_job()
    actions.confirm_work(
        order.contracts.get().pk, answer="fewer", by=world.by(world.ana()),
        at=world.last_evening(order), hours={date(2026, 11, 26): Decimal("7.60")},
    )  # fmt: skip
    return order


def test_orders_are_a_window_without_a_pen(client: Client) -> None:
    order = world.invoiced_job()
    draft = world.draft_job()
    enter(client, world.elise())
    assert order.ref in listed(client, "order")
    for query in ("?queue=not_confirmed", "?queue=not_covered"):
        assert order.ref not in listed(client, "order", query)
    page = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "Commande signée par le client" in page and "Payée à vous" in page
    assert reverse("job-paper", args=[order.ref]) in page
    assert client.get(reverse("job-paper", args=[order.ref])).status_code in (200, 202)
    page = client.get(reverse("admin:orders_order_change", args=[draft.pk])).content.decode()
    assert reverse("job-paper", args=[draft.ref]) not in page


def test_the_advisor_decides_on_work(client: Client) -> None:
    order = held_job()
    report = order.reports.get()
    enter(client, world.elise())
    assert "pas fait" in listed(client, "workreport") or "moins" in listed(client, "workreport")
    page = client.get(reverse("admin:orders_workreport_change", args=[report.pk]))
    assert "26/11/2026, 7\u00a0h\u00a036" in page.content.decode()
    answer = press(client, "workreport", report, "decide", price="500", gross="1", note="")
    assert "dites pourquoi" in answer.content.decode()
    press(client, "workreport", report, "decide", price="500", gross="400", note="D’accord")
    order.refresh_from_db()
    assert order.status == OrderStatus.RELEASED
    assert "500,00" not in listed(client, "workreport")
    assert (
        "D’accord"
        in client.get(reverse("admin:orders_workreport_change", args=[report.pk])).content.decode()
    )
    listed(client, "workreport", "?queue=all")


def test_payroll_does_not_decide_for_the_advisor(client: Client) -> None:
    order = held_job()
    enter(client, world.carla())
    press(client, "workreport", order.reports.get(), "decide", price="0", gross="0", note="x")
    order.refresh_from_db()
    assert order.status == OrderStatus.HELD


def test_the_advisor_sees_what_cancelling_means(client: Client) -> None:
    order = world.contracted_job()
    request = actions.ask_change(
        order.pk, kind="cancel", text="Gel", by=world.DUMONT_ACTOR, at=world.MONDAY
    )
    enter(client, world.elise())
    assert "Gel" in listed(client, "changerequest")
    page = client.get(reverse("admin:orders_changerequest_change", args=[request.pk]))
    assert "salaire dû jusqu’au terme" in page.content.decode()
    assert amounts_of(order, price=Decimal("5000.00"), gross=Decimal("1.00")) == {
        order.contracts.get().pk: (Decimal("5000.00"), Decimal("1.00"))
    }
    press(
        client, "changerequest", request, "decide",
        outcome="cancel", price="0", gross="0", note="De commun accord",
    )  # fmt: skip
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    page = client.get(reverse("admin:orders_changerequest_change", args=[request.pk]))
    assert "Plus aucun contrat" in page.content.decode()


def test_receipts_are_approved_refused_and_refunded(client: Client) -> None:
    order = world.signed_job(expenses=(("Train", Decimal("40.00")),))
    line, by = order.expense_lines.get(), world.by(world.ana())
    first, second = (
        actions.hand_in(
            line.pk, amount=Decimal("10.00"), content=f"%PDF-1.7 ticket {number}".encode(),
            media_type="application/pdf", file_name="ticket.pdf", by=by, at=world.MONDAY,
        )
        for number in (1, 2)
    )  # fmt: skip
    enter(client, world.denis())
    assert "Train" in listed(client, "receipt")
    page = client.get(reverse("admin:orders_receipt_change", args=[first.pk])).content.decode()
    assert reverse("receipt-paper", args=[first.line.order.ref, first.pk]) in page
    press(client, "receipt", first, "approve")
    press(client, "receipt", second, "refuse", reason="Double")
    answer = press(client, "receipt", first, "refund", on="2026-11-23")
    assert "n’a pas encore payé assez" in answer.content.decode().replace("&#x27;", "’")
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.approved_at is not None and second.refused_reason == "Double"
