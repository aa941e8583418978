"""Nothing lost and nothing twice, with real processes that are killed at the worst moment.

The letters go to a mail server played by the test; the broker is stopped, frozen and started.
"""

import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import override_settings

from office import documents, links, mail, seal, storage
from office.models import Document, Letter
from tests.office.mail_server import MailServer
from tests.processes import RealWorld

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=4000)
TEMPLATES = Path(__file__).parent / "templates"
MANY_LINES = [{"label": f"Ligne {at}", "amount": "12.50"} for at in range(200)]


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def world(real_world: RealWorld, mail_server: MailServer) -> Iterator[RealWorld]:
    """A worker and beat that mail to the test's server and keep files in this world's folder."""
    state = real_world.home / "state"
    real_world.env |= {
        "DJANGO_SETTINGS_MODULE": "tests.office.real_settings",
        "TEST_MAIL_PORT": str(mail_server.port),
        "COOP_STATE_DIR": str(state),
    }
    storages, templates = django_settings.STORAGES, django_settings.TEMPLATES
    own_folder = {**storages["documents"], "OPTIONS": {"location": state / "documents"}}
    own_templates = {**templates[0], "DIRS": [*templates[0]["DIRS"], TEMPLATES]}
    mail._template.cache_clear()
    with override_settings(
        STORAGES=storages | {"documents": own_folder}, TEMPLATES=[own_templates]
    ):
        yield real_world
    mail._template.cache_clear()


@pytest.fixture(autouse=True)
def _all_well(world: RealWorld, mail_server: MailServer) -> Iterator[None]:
    """Each story starts with a broker that answers and a mail server that talks."""
    mail_server.received.clear()
    mail_server.silent_after_data.clear()
    yield
    mail_server.silent_after_data.clear()
    for name in list(world.processes):
        world.kill(name)
    Letter.objects.filter(sent_at=None).update(stuck_at=AT)
    Document.objects.filter(sha256=None).update(stuck_at=AT)


def post(once: str) -> Letter:
    """A letter with a sealed link, committed."""
    with transaction.atomic():
        link = links.issue("sign", subject="order:12", address="marc@dumont.example", at=AT)
        letter = mail.post(
            "tests/plain",
            to="marc@dumont.example",
            language="en",
            about="order:12",
            once=once,
            at=AT,
            context={"title": once, "name": "Marc"},
            link=link,
        )
    assert letter
    return letter


def order(lines: list[dict[str, str]], *, sealed: bool = False) -> Document:
    """A paper, committed."""
    with transaction.atomic():
        return documents.order(
            "sample",
            template="print/sample.v1.fr.html",
            language="fr",
            subject="order:12",
            title="Essai",
            file_name="essai.pdf",
            context={"entity": {"name": "Coopérative Exemple"}, "lines": lines},
            at=AT,
            sealed=sealed,
        )


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def lease_ends(row: Any) -> None:
    """A minute goes by: what a dead worker held is free."""
    type(row).objects.filter(pk=row.pk).update(claimed_until=LONG_AGO)


def sent(letter: Letter) -> bool:
    return fresh(letter).sent_at is not None


def made(paper: Document) -> bool:
    return fresh(paper).sha256 is not None


def ended(world: RealWorld, task: str) -> int:
    """How many runs of a task all workers together have ended."""
    said = "".join(world.log(name) for name in world.processes if name != "beat")
    return len(re.findall(rf"Task {re.escape(task)}\[[^]]*\] succeeded", said))


def test_a_nudge_makes_it_quick(world: RealWorld, mail_server: MailServer) -> None:
    world.start_worker()
    letter, paper = post("quick"), order(MANY_LINES[:3])
    world.wait_until(lambda: sent(letter) and made(paper), 30)  # no beat runs: a nudge, or nothing
    assert mail_server.message_ids() == [letter.message_id]
    assert documents.content(fresh(paper)).startswith(b"%PDF-")
    assert links.token(letter.link) in "".join(mail_server.received).replace("=\n", "")
    assert links.token(letter.link) not in world.log("worker")
    assert "dumont" not in world.log("worker")


def test_a_worker_killed_while_rendering_is_replaced(world: RealWorld) -> None:
    world.start_worker("--concurrency", "1")
    paper = order(MANY_LINES)
    world.wait_until(lambda: fresh(paper).claimed_until)
    world.kill("worker")
    assert not made(paper)
    lease_ends(paper)
    world.start_worker()
    world.start_beat()
    world.wait_until(lambda: made(paper), 60)
    done = fresh(paper)
    assert done.attempts == 2
    assert documents.content(done) == documents.rendered(done)
    assert len(list((world.home / "state" / "documents").glob(f"*/{done.sha256}*"))) == 1


def test_a_worker_killed_while_sealing_is_replaced(world: RealWorld) -> None:
    """It waits for a timestamp server that never answers, and is killed there."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        world.env["COOP_TIMESTAMP_URL"] = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        world.start_worker("--concurrency", "1")
        paper = order(MANY_LINES[:3], sealed=True)
        silent.settimeout(20)
        asked, _ = silent.accept()
        with asked:
            world.kill("worker")
        assert not made(paper) and fresh(paper).claimed_until
    del world.env["COOP_TIMESTAMP_URL"]
    lease_ends(paper)
    world.start_worker()
    world.start_beat()
    world.wait_until(lambda: made(paper), 30)
    done = fresh(paper)
    content = documents.content(done)
    assert done.attempts == 2 and content.startswith(documents.rendered(done))
    assert seal.check(content).state == seal.State.WHOLE


def test_two_workers_seal_one_paper_and_one_hash_stands(world: RealWorld) -> None:
    world.start_worker(name="one")
    world.start_worker(name="two")
    paper = order(MANY_LINES, sealed=True)
    world.wait_until(lambda: fresh(paper).claimed_until)
    lease_ends(paper)  # the first is only slow, not dead
    documents.outbox._publish(documents.TASK, paper.pk)
    world.wait_until(lambda: made(paper), 30)
    first = fresh(paper)
    world.wait_until(lambda: ended(world, documents.TASK) == 2, 30)  # the other one too
    assert (fresh(paper).sha256, fresh(paper).made_at) == (first.sha256, first.made_at)
    assert seal.check(documents.content(fresh(paper))).state == seal.State.WHOLE


def test_two_workers_on_one_paper_make_one_file(world: RealWorld) -> None:
    world.start_worker(name="one")
    world.start_worker(name="two")
    paper = order(MANY_LINES)
    world.wait_until(lambda: fresh(paper).claimed_until)
    lease_ends(paper)  # the first is only slow, not dead
    documents.outbox._publish(documents.TASK, paper.pk)
    world.wait_until(lambda: made(paper), 30)
    first = fresh(paper)
    world.wait_until(lambda: ended(world, documents.TASK) == 2, 30)  # the other one too
    assert fresh(paper).made_at == first.made_at
    assert storage.get(first.sha256)


def test_a_worker_killed_before_handing_over_is_replaced(
    world: RealWorld, mail_server: MailServer
) -> None:
    letter = post("before")
    # as the worker left it: claimed, nothing handed over
    Letter.objects.filter(pk=letter.pk).update(claimed_until=LONG_AGO, attempts=1)
    world.start_worker()
    world.start_beat()
    world.wait_until(lambda: sent(letter), 20)
    assert mail_server.message_ids() == [letter.message_id]


def test_a_worker_killed_while_mailing_does_not_mail_twice(
    world: RealWorld, mail_server: MailServer
) -> None:
    mail_server.silent_after_data.set()
    world.start_worker()
    letter = post("while")
    world.wait_until(lambda: mail_server.received)
    world.kill("worker")
    assert fresh(letter).handed_over_at and not sent(letter)
    mail_server.silent_after_data.clear()
    lease_ends(letter)
    world.start_worker()
    world.start_beat()
    world.wait_until(lambda: fresh(letter).stuck_at, 20)
    before = ended(world, "office.tasks.sweep")
    world.wait_until(lambda: ended(world, "office.tasks.sweep") > before + 1)
    assert mail_server.message_ids() == [letter.message_id]
    assert fresh(letter).fault == mail.UNSURE


def test_a_killed_child_gives_its_work_back(world: RealWorld) -> None:
    """Only the process that renders dies; its worker lives on."""
    world.start_worker("--concurrency", "1")
    world.start_beat()
    paper = order(MANY_LINES)
    world.wait_until(lambda: fresh(paper).claimed_until)
    for child in _children(world.processes["worker"].pid):
        os.kill(child, signal.SIGKILL)
    lease_ends(paper)
    world.wait_until(lambda: made(paper), 60)


def test_without_a_broker_nobody_waits_and_nothing_is_lost(
    world: RealWorld, mail_server: MailServer
) -> None:
    world.stop_valkey()
    try:
        started = time.monotonic()
        letters = [post(f"gone-{at}") for at in range(50)]
        assert time.monotonic() - started < 30  # 50 waits on the broker would be minutes
    finally:
        world.start_valkey()
    world.start_worker()
    world.start_beat()
    world.wait_until(lambda: all(sent(letter) for letter in letters), 30)
    assert sorted(mail_server.message_ids()) == sorted(letter.message_id for letter in letters)


def test_a_silent_broker_holds_nobody_and_loses_nothing(
    world: RealWorld, mail_server: MailServer
) -> None:
    world.start_worker()
    world.start_beat()
    first = post("well")  # the connection to the broker stands
    world.wait_until(lambda: sent(first))
    world.freeze_valkey()
    try:
        started = time.monotonic()
        letters = [post(f"frozen-{at}") for at in range(200)]
        assert time.monotonic() - started < 30  # 200 waits on the broker would be many minutes
    finally:
        world.thaw_valkey()
    world.wait_until(lambda: all(sent(letter) for letter in letters), 60)
    expected = [first.message_id, *(letter.message_id for letter in letters)]
    assert sorted(mail_server.message_ids()) == sorted(expected)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]
