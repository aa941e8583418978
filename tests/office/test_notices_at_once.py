"""Notices and digests when two do it at once, one dies in the middle, or the broker is gone."""

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from members import queries
from members.models import User
from office import clock, digest, notices
from office.actors import SYSTEM
from office.models import Letter, Notice
from office.notices import How
from smart.embedded import ROOT
from smart.models import DemoMail
from tests import world
from tests.processes import RealWorld

AT = world.MONDAY + timedelta(hours=1)
SEND = """
import django; django.setup()
from datetime import datetime
from members import queries
from office import digest
digest.send(queries.readers, at=datetime.fromisoformat("{at}"))
"""


@pytest.fixture(scope="module", autouse=True)
def _cast(real_world: RealWorld) -> None:
    clock.move_to(AT)
    world.ana(), world.bruno()


@pytest.fixture(autouse=True)
def _nothing_said(_cast: None) -> None:
    Notice.objects.all().delete()
    Letter.objects.filter(sent_at=None).delete()


def tell(user: User, once: str) -> bool:
    return notices.tell(
        "orders/opened",
        reader=user.as_reader(),
        about="order:1",
        once=once,
        at=AT,
        values={"job": "X", "what": "Rives", "client": "Dumont"},
    )


def choose(how: How, *users: User) -> None:
    for user in users:
        notices.choose(user.pk, {"orders/opened": how}, by=SYSTEM, at=AT)


def at_once(many: int, do: Callable[[], Any]) -> list[Any]:
    def one(_: int) -> Any:
        try:
            return do()
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def digests() -> list[str]:
    return sorted(Letter.objects.filter(kind=notices.DIGEST).values_list("to", flat=True))


def test_twenty_at_once_say_it_once() -> None:
    ana = world.ana().user
    choose(How.MAIL, ana)
    assert sum(at_once(20, lambda: tell(ana, "said"))) == 1
    assert Notice.objects.count() == Letter.objects.filter(once="said").count() == 1


def test_two_beats_post_one_digest() -> None:
    people = world.ana().user, world.bruno().user
    choose(How.DIGEST, *people)
    for user in people:
        tell(user, f"{user.pk}:a"), tell(user, f"{user.pk}:b")
    sent = at_once(8, lambda: digest.send(queries.readers, at=AT))
    assert sum(sent) == 2 and digests() == sorted(user.email for user in people)
    assert not Notice.objects.filter(waits=True).exists()


def test_a_round_killed_between_two_digests_goes_on_with_the_second(
    real_world: RealWorld,
) -> None:
    first, second = sorted((world.ana().user, world.bruno().user), key=lambda user: user.pk)
    choose(How.DIGEST, first, second)
    tell(first, "first"), tell(second, "second")
    tomorrow = AT + timedelta(days=1)
    before = len(digests())
    with transaction.atomic():
        list(Notice.objects.select_for_update().filter(once="second"))
        program = [sys.executable, "-c", SEND.format(at=tomorrow.isoformat())]
        worker = subprocess.Popen(program, env=real_world.env, cwd=ROOT)
        real_world.wait_until(lambda: len(digests()) == before + 1, 30)
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
    assert Notice.objects.get(once="second").waits
    assert digest.send(queries.readers, at=tomorrow) == 1
    assert len(digests()) == before + 2


def test_without_a_broker_it_is_said_and_the_letter_leaves_later(real_world: RealWorld) -> None:
    ana = world.ana().user
    choose(How.MAIL, ana)
    real_world.stop_valkey()
    assert tell(ana, "alone")
    assert notices.unread(ana.pk) == 1
    real_world.start_valkey()
    real_world.start_worker()
    real_world.start_beat()
    letter = Letter.objects.get(once="alone")
    real_world.wait_until(
        lambda: DemoMail.objects.filter(message_id=letter.message_id).count() == 1, 30
    )
    assert not tell(ana, "alone")
