"""Webhooks: signed, told once approved, tried again, never towards the inside."""

import base64
import hashlib
import hmac
import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from office import clock, feed, leases
from office.models import Delivery, Event, FeedItem, Webhook
from office.webhooks import actions, addresses
from office.webhooks.addresses import AddressRefused, is_public, resolved, target_of
from smart.shares import PUBLIC, shares_of
from tests import world


class Receiver:
    """A server of Ana's on this machine."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                status = outer.answers.pop(0) if outer.answers else 204
                self.send_response(status)
                if status in (301, 307):
                    self.send_header("Location", f"{outer.url}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/in"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.server.shutdown()
    one.server.server_close()


def asked(url: str, **more: Any) -> actions.Asked:
    user = world.ana().user
    kinds = more.pop("kinds", PUBLIC)
    return actions.ask(user.pk, url=url, kinds=kinds, by=user.as_actor(), at=clock.now())


def approved(url: str, **more: Any) -> actions.Asked:
    new = asked(url, **more)
    actions.approve(new.webhook.pk, by=world.admin().as_actor(), at=clock.now())
    return new


def share() -> None:
    while feed.share(shares_of, at=clock.now()):
        pass


def deliver_all() -> None:
    for key in Delivery.objects.order_by("id").values_list("pk", flat=True):
        actions.deliver(key, at=clock.now())


def test_each_event_is_told_once_signed_and_says_no_more_than_refs(
    monday: None, receiver: Receiver
) -> None:
    share()
    new = approved(receiver.url)
    order = world.sent_job()
    share()
    for _ in range(3):
        deliver_all()
    kinds = [json.loads(body)["kind"] for _headers, body in receiver.got]
    assert kinds == ["order.drafted", "order.sent"]
    headers, body = receiver.got[1]
    key = base64.b64decode(new.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    assert json.loads(body)["things"] == [{"kind": "order", "ref": order.ref}]
    assert set(json.loads(body)) == {"ref", "kind", "at", "things"}
    assert re.fullmatch(r"[-0-9]{10}T[:0-9]{8}\.\d{3}Z", json.loads(body)["at"]), "as the feed"
    assert Delivery.objects.filter(sent_at=None).count() == 0
    assert new.secret.encode() not in bytes(Webhook.objects.get().secret)


def test_nothing_leaves_before_approval_nor_after_the_end(monday: None, receiver: Receiver) -> None:
    new = asked(receiver.url)
    world.sent_job()
    share()
    assert Delivery.objects.count() == 0
    actions.approve(new.webhook.pk, by=world.admin().as_actor(), at=clock.now())
    world.sent_job()
    share()
    assert Delivery.objects.count() > 0
    actions.end(new.webhook.pk, by=world.ana().user.as_actor(), at=clock.now())
    deliver_all()
    assert receiver.got == []
    assert set(Delivery.objects.values_list("fault", flat=True)) == {actions.ENDED}


def test_two_clicks_approve_once_and_end_once(monday: None) -> None:
    new = approved("https://hooks.example/in")
    for verb in (actions.approve, actions.end, actions.end, actions.approve):
        verb(new.webhook.pk, by=world.admin().as_actor(), at=clock.now())
    told = Event.objects.filter(kind__startswith="webhook.").order_by("pk")
    kinds = list(told.values_list("kind", flat=True))
    assert kinds == ["webhook.asked", "webhook.approved", "webhook.ended"]


def test_only_what_was_chosen_and_only_hers(monday: None, receiver: Receiver) -> None:
    approved(receiver.url, kinds=["order.sent"])
    world.sent_job(world.bruno())
    world.sent_job()
    share()
    [row] = Delivery.objects.all()
    assert row.item.kind == "order.sent" and row.item.user_id == world.ana().user_id


def test_a_refusing_receiver_is_asked_again_later_and_then_left(
    monday: None, receiver: Receiver
) -> None:
    approved(receiver.url, kinds=["order.sent"])
    world.sent_job()
    share()
    receiver.answers = [500, 307] + [503] * 20
    [row] = Delivery.objects.all()
    for attempt in range(1, leases.MAX_ATTEMPTS + 3):
        actions.deliver(row.pk, at=clock.now())
        actions.deliver(row.pk, at=clock.now())  # not before its time
        assert len(receiver.got) == min(attempt, leases.MAX_ATTEMPTS)
        Delivery.objects.filter(claimed_until__isnull=False).update(
            claimed_until=clock.now() - timedelta(days=4000)
        )
    row.refresh_from_db()
    assert row.stuck_at is not None and row.answered == 503 and row.fault == "HTTP 503"
    receiver.answers = []
    again = actions.deliver_again(row.pk, by=world.ana().user.as_actor(), at=clock.now())
    actions.deliver(again.pk, at=clock.now())
    again.refresh_from_db()
    assert again.sent_at is not None
    assert {headers["webhook-id"] for headers, _body in receiver.got} == {row.item.ref}


def test_a_receiver_that_is_gone_for_good_or_absent(monday: None, receiver: Receiver) -> None:
    approved(receiver.url, kinds=["order.sent"])
    world.sent_job()
    share()
    receiver.answers = [410]
    deliver_all()
    assert Delivery.objects.get().stuck_at is not None
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        Webhook.objects.update(url=f"http://127.0.0.1:{closed.getsockname()[1]}/")
        world.sent_job()
        share()
        row = Delivery.objects.latest("id")
        actions.deliver(row.pk, at=clock.now())
    row.refresh_from_db()
    assert row.fault == "ConnectionRefusedError" and row.stuck_at is None


def test_deliveries_whose_every_attempt_died_are_left_to_the_owner(
    monday: None, receiver: Receiver
) -> None:
    approved(receiver.url, kinds=["order.sent"])
    world.sent_job()
    share()
    Delivery.objects.update(attempts=leases.MAX_ATTEMPTS)
    assert actions.leave_to_owner(at=clock.now()) == 1


INSIDE = [
    "http://hooks.example/",
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://[::1]/",
    "https://localhost/",
    "https://intranet/",
    "https://hooks.example:8443/",
    "https://user:word@hooks.example/",
    "https://hooks.example/\r\nX: y",
    "https://hooks.exämple/",
    "ftp://hooks.example/",
    "https://",
    "https://[::1",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_of_the_inside_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        target_of(url, demo=False)


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://hooks.example/", "https://10.0.0.1/"])
def test_the_demo_opens_this_machine_and_nothing_else(url: str) -> None:
    with pytest.raises(AddressRefused):
        target_of(url, demo=True)
    assert target_of("http://localhost:9/x", demo=True).port == 9


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "240.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1"),
        "64:ff9b::7f00:1",
    ],
)
def test_an_address_that_is_not_public(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_public(address)
    rows = [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: rows)
    with pytest.raises(AddressRefused):  # one bad address is enough
        resolved(target_of("https://hooks.example/", demo=False), demo=False)


def test_a_name_that_leads_inside_stops_the_delivery(
    monday: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved("https://hooks.example/in", kinds=["order.sent"])
    world.sent_job()
    share()
    rows = [(0, 0, 0, "", ("10.0.0.7", 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: rows)
    deliver_all()
    row = Delivery.objects.get()
    assert row.stuck_at is not None and row.fault == "address_refused"


def test_a_slow_receiver_is_cut_off(monday: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("office.webhooks.sending.WHOLE_SECONDS", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as server:
        approved(f"http://127.0.0.1:{server.getsockname()[1]}/", kinds=["order.sent"])
        world.sent_job()
        share()
        deliver_all()
    row = Delivery.objects.get()
    assert row.sent_at is None and row.fault


# --- Pages ---------------------------------------------------------------------------------------


def test_her_page_and_the_desk(monday: None, receiver: Receiver) -> None:
    ana, admin, bruno = (Client(SERVER_NAME="127.0.0.1") for _ in range(3))
    backend = "django.contrib.auth.backends.ModelBackend"
    ana.force_login(world.ana().user, backend=backend)
    bruno.force_login(world.bruno().user, backend=backend)
    admin.force_login(world.admin(), backend=backend)
    page = reverse("webhooks")
    refused = ana.post(page, {"url": "http://10.0.0.1/", "kinds": ["order.sent"]})
    assert "https://" in refused.content.decode() and Webhook.objects.count() == 0
    made = ana.post(page, {"url": receiver.url, "kinds": ["order.sent"]})
    assert "whsec_" in made.content.decode()
    assert "whsec_" not in ana.get(page).content.decode()
    webhook = Webhook.objects.get()
    assert admin.post(reverse("admin:office_webhook_approve", args=[webhook.pk])).status_code == 302
    world.sent_job()
    share()
    receiver.answers = [500]
    deliver_all()
    log = reverse("webhook", args=[webhook.ref])
    shown = ana.get(log).content.decode()
    assert "order.sent" in shown and "HTTP 500" in shown
    again = reverse("webhook-again", args=[webhook.ref, Delivery.objects.get().ref])
    assert bruno.post(again).status_code == 404
    assert ana.post(again).status_code == 302
    assert Delivery.objects.count() == 2
    assert ana.post(reverse("webhook-end", args=[webhook.ref])).status_code == 302
    assert "Aucun envoi" in ana.get(page).content.decode()
    kinds = set(Event.objects.filter(kind__startswith="webhook.").values_list("kind", flat=True))
    assert kinds == {"webhook.asked", "webhook.approved", "webhook.asked_again", "webhook.ended"}


def test_there_is_an_end_to_webhooks(monday: None) -> None:
    for _ in range(actions.AT_MOST):
        asked("https://hooks.example/in")
    with pytest.raises(actions.TooManyWebhooks):
        asked("https://hooks.example/in")
    with pytest.raises(actions.NoKind):
        asked("https://hooks.example/in", kinds=[])
    assert FeedItem.objects.count() == 0
