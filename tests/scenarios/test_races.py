"""Many at once, twice, killed, unplugged: each story ends as if nothing had happened."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from invoicing.actions import invoices, issuing
from invoicing.models import Invoice
from invoicing.states import InvoiceStatus
from ledger.models import Entry
from office import clock, documents, links
from office.actors import SYSTEM
from office.models import Document, Event, Letter
from orders.models import Order
from orders.states import OrderStatus
from smart import books
from smart.demo import acts, cast
from smart.models import DemoMail
from smart.tasks import daily_round
from tests import world
from tests.processes import RealWorld

pytestmark = pytest.mark.usefixtures("peopled")

MANY = 50


def at_once(pieces: list[Any], do: Callable[[Any], Any]) -> list[Any]:
    """Do it for every piece at the same instant, each in a thread with its own connection."""
    gate = threading.Barrier(len(pieces))

    def one(piece: Any) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(30)
            return do(piece)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(pieces)) as pool:
        return list(pool.map(one, pieces))


def all_sent(order: Order) -> bool:
    """Every letter about this order has left."""
    about = Letter.objects.filter(about=f"order:{order.pk}")
    return about.exists() and not about.filter(sent_at=None).exists()


def paper_made(order: Order) -> bool:
    """The order’s paper is a file."""
    return Document.objects.filter(pk=order.document_id, sha256__isnull=False).exists()


@pytest.fixture(scope="module", autouse=True)
def _monday(real_world: RealWorld) -> None:
    clock.move_to(world.MONDAY)
    world.ana(), world.carla(), world.dumont()


def test_fifty_signatures_at_once_sign_once(real_world: RealWorld) -> None:
    order = world.sent_job()
    real_world.start_web()
    link = links.newest(order, "sign")
    assert link is not None
    address = f"/s/{links.token(link)}/"

    def click(_: int) -> int:
        answer = Browser(SERVER_NAME="127.0.0.1").post(
            address,
            {
                "name": world.SIGNER,
                "role": "Administrateur délégué",
                "consent": "on",
                "purchase_reference": "",
                "shown_sha256": order.shown_sha256,
                "answer": "sign",
            },
        )
        return answer.status_code

    assert set(at_once(list(range(MANY)), click)) <= {200, 302, 410}
    order.refresh_from_db()
    assert order.status == OrderStatus.SIGNED
    assert (
        Event.objects.filter(kind="order.signed", subjects__contains=[f"order:{order.pk}"]).count()
        == 1
    )
    assert order.contracts.count() == order.invoices.count() == 1
    real_world.kill("web")


def test_two_beats_do_everything_once(real_world: RealWorld) -> None:
    order = world.contracted_job()
    acts.confirm_work(order, at=world.last_evening(order))
    clock.move_to(world.last_evening(order))
    real_world.start_worker()
    real_world.start_beat()
    real_world.start_beat("second-beat")
    for _ in range(6):
        daily_round.delay()
    invoice = acts.invoice_of(order)
    real_world.wait_until(
        lambda: Invoice.objects.filter(pk=invoice.pk, status=InvoiceStatus.ISSUED).exists(), 30
    )
    real_world.wait_until(lambda: all_sent(order), 30)
    issued = Event.objects.filter(
        kind="invoice.issued", subjects__contains=[f"invoice:{invoice.pk}"]
    )
    assert issued.count() == 1
    real_world.kill("second-beat")
    real_world.kill("beat")
    real_world.kill("worker")
    clock.move_to(world.MONDAY)


def test_a_worker_killed_while_rendering_and_mailing_loses_nothing(real_world: RealWorld) -> None:
    orders = [world.signed_job(days={date(2026, 12, 1): acts.FULL_DAY}) for _ in range(8)]
    real_world.start_worker()
    real_world.start_beat()
    papers = Document.objects.filter(sha256=None)
    real_world.wait_until(lambda: Document.objects.filter(sha256__isnull=False).exists(), 40)
    real_world.kill("worker")  # SIGKILL in the middle of it
    assert papers.exists() or Letter.objects.filter(sent_at=None).exists()
    end_leases()
    real_world.start_worker(name="worker")
    real_world.wait_until(lambda: not papers.exists(), 120)
    real_world.wait_until(
        lambda: not Letter.objects.filter(sent_at=None, stuck_at=None).exists(), 60
    )
    for order in orders:
        order.refresh_from_db()
        assert order.document is not None
        assert documents.content(order.document).startswith(b"%PDF")
    said_twice = [
        row
        for row in DemoMail.objects.values_list("message_id", flat=True)
        if DemoMail.objects.filter(message_id=row).count() > 1
    ]
    assert not said_twice
    real_world.kill("beat")
    real_world.kill("worker")


def test_a_stopped_valkey_does_not_hold_a_signature(real_world: RealWorld) -> None:
    order = world.sent_job()
    real_world.stop_valkey()
    started = time.monotonic()
    acts.sign_order(order, at=clock.now())
    assert time.monotonic() - started < 15  # Celery alone would wait for the socket, then again
    real_world.start_valkey()
    finish(real_world, order)


def test_a_silent_valkey_does_not_hold_a_signature(real_world: RealWorld) -> None:
    order = world.sent_job()
    real_world.freeze_valkey()
    started = time.monotonic()
    acts.sign_order(order, at=clock.now())
    assert time.monotonic() - started < 15  # Celery alone would wait for the socket, then again
    real_world.thaw_valkey()
    finish(real_world, order)


def test_a_web_killed_between_commit_and_nudge(real_world: RealWorld) -> None:
    order = world.sent_job()
    program = f"""
import os, signal
import django
django.setup()
from office import clock, outbox
outbox._publish = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # committed, not nudged
from orders.models import Order
from smart.demo import acts
acts.sign_order(Order.objects.get(pk={order.pk}), at=clock.now())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | real_world.env, check=False
    )
    assert done.returncode == -9
    order.refresh_from_db()
    assert order.status == OrderStatus.SIGNED
    finish(real_world, order)


def test_fifty_invoices_at_once_leave_no_hole_and_no_double(real_world: RealWorld) -> None:
    before = Invoice.objects.exclude(number=None).count()
    entries = Entry.objects.filter(kind="invoice").count()
    released = []
    for _ in range(MANY):
        order = world.signed_job(days={date(2026, 11, 30): acts.FULL_DAY})
        invoice = acts.invoice_of(order)
        released.append(invoice.pk)
    on = clock.today()
    for key in released:
        invoices.release(key, by=SYSTEM, at=clock.now())
    at_once(released, lambda key: issuing.issue([key], on=on, by=SYSTEM, at=clock.now()))
    at_once([1, 2, 3], lambda _: issuing.issue_released(on=on, at=clock.now(), allowed=True))
    numbers = sorted(
        Invoice.objects.filter(series="invoice")
        .exclude(number=None)
        .values_list("number", flat=True)
    )
    assert numbers == list(range(1, before + MANY + 1))
    assert Invoice.objects.filter(pk__in=released, status=InvoiceStatus.ISSUED).count() == MANY
    assert Entry.objects.filter(kind="invoice").count() == entries + MANY


def test_the_books_still_prove_themselves(real_world: RealWorld) -> None:
    assert not books.problems()
    assert all(proof.holds for proof in books.proofs())


def finish(real_world: RealWorld, order: Order) -> None:
    """Worker and beat come back: letters and paper of the order are made by them alone."""
    order.refresh_from_db()
    end_leases()
    real_world.start_worker()
    real_world.start_beat()
    real_world.wait_until(lambda: all_sent(order) and paper_made(order), 60)
    copies = DemoMail.objects.filter(to=cast.DUMONT.email, subject_line__contains=order.ref)
    assert copies.count() == 2  # to sign, and the copy
    real_world.kill("beat")
    real_world.kill("worker")


def end_leases() -> None:
    """What a minute’s waiting would do: the claims of dead workers end."""
    Document.objects.filter(sha256=None).update(claimed_until=None)
    Letter.objects.filter(sent_at=None).update(claimed_until=None)
