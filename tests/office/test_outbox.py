"""A nudge never fails and never holds anybody for long; a broker that comes back is heard."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery
from django.db import transaction

from office import outbox
from office.outbox import Publisher

Sent = list[tuple[str, list[int]]]

PATIENCE = 5.0  # seconds a busy machine may take; waiting once per nudge would take far longer


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Sent]]:
    """A broker that answers, refuses or stays silent as told."""
    release = threading.Event()

    def is_(state: str) -> Sent:
        sent: Sent = []

        def send_task(_: Celery, name: str, args: list[int], **__: Any) -> None:
            if state == "silent":
                release.wait(30)
            if state != "well":
                raise ConnectionError(state)
            sent.append((name, args))

        monkeypatch.setattr(Celery, "send_task", send_task)
        return sent

    yield is_
    release.set()


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_what_is_published_was_published_when_the_call_returns(broker: Any) -> None:
    sent = broker("well")
    publisher = Publisher()
    for number in range(100):
        publisher.publish("t", number)
        assert sent[-1] == ("t", [number])


def test_a_silent_broker_costs_a_second_once_however_many_nudges(broker: Any) -> None:
    broker("silent")
    publisher = Publisher()
    started = time.monotonic()
    for number in range(1000):
        publisher.publish("t", number)
    assert time.monotonic() - started < outbox.WAIT_SECONDS + PATIENCE
    assert publisher._waiting.qsize() == 0


def test_a_broker_that_refuses_costs_nothing(broker: Any) -> None:
    broker("gone")
    publisher = Publisher()
    started = time.monotonic()
    for number in range(1000):
        publisher.publish("t", number)
    assert time.monotonic() - started < PATIENCE


def test_many_threads_wait_together_not_one_after_the_other(broker: Any) -> None:
    broker("silent")
    publisher = Publisher()
    started = time.monotonic()
    threads = [threading.Thread(target=publisher.publish, args=("t", at)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started < outbox.WAIT_SECONDS + PATIENCE


def test_a_broker_that_comes_back_is_heard_again(
    broker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker("gone")
    publisher = Publisher()
    publisher.publish("t", 1)
    until(lambda: not publisher._healthy)
    sent = broker("well")
    publisher.publish("t", 2)
    assert sent == []  # still in the pause
    publisher._quiet_until = 0.0
    publisher.publish("t", 3)  # the one that tries; nobody waits for it
    until(lambda: publisher._healthy)
    publisher.publish("t", 4)
    assert sent == [("t", [3]), ("t", [4])]


@pytest.mark.django_db
def test_nothing_is_published_before_the_commit_nor_after_a_rollback(
    published: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        outbox.nudge("t", 1)
        assert published == []
        with transaction.atomic():
            outbox.nudge("t", 2)
            transaction.set_rollback(True)
    assert [task.args for task in published] == [(1,)]


def test_a_forked_child_starts_its_own_thread() -> None:
    before = outbox._publisher
    outbox._forget_publisher()
    assert outbox._publisher is not before
