"""A worker is killed in the middle of two hundred rows; another goes on where it stopped."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from office import mail
from office.batches import actions
from office.batches.models import Batch, BatchState
from office.models import Event, Letter
from tests import world as people
from tests.processes import RealWorld

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MANY = 200


@pytest.fixture(scope="module")
def batch(real_world: RealWorld) -> Batch:
    """Two hundred letters that arrived after all, says Denis; and no worker yet."""
    denis = people.denis()
    with transaction.atomic():
        for one in range(MANY):
            mail.post(
                "members/accepted",
                to=f"marc{one}@dumont.example",
                language="fr",
                about=f"order:{one}",
                once=f"x{one}",
                at=AT,
                context={"name": "Marc"},
            )
        Letter.objects.update(handed_over_at=AT, stuck_at=AT, fault="?")
    keys = list(Letter.objects.values_list("id", flat=True))
    return actions.start(
        "office.letter.it_arrived",
        keys,
        typed={},
        once="page",
        language="fr",
        by=people.by(denis),
        at=AT,
    )


def done(batch: Batch) -> int:
    return actions.counts(batch)[BatchState.DONE]


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(
    real_world: RealWorld, batch: Batch
) -> None:
    real_world.start_worker("--concurrency", "4")
    real_world.start_beat()  # the nudge found nobody: the sweep brings it
    real_world.wait_until(lambda: done(batch) > 5, 40)
    real_world.kill("worker")
    assert done(batch) < MANY, "killed in the middle"
    for name in ("one", "two"):
        real_world.start_worker(name=name)
    real_world.wait_until(lambda: Batch.objects.get(pk=batch.pk).ended_at, 60)
    assert done(batch) == MANY
    told = Event.objects.filter(kind="letter.settled").values_list("subjects", flat=True)
    assert len(told) == MANY == len({tuple(one) for one in told})
    assert Event.objects.filter(kind="batch.ended").count() == 1


def test_without_a_broker_the_click_is_written_down_and_done_later(
    real_world: RealWorld, batch: Batch
) -> None:
    real_world.stop_valkey()
    late = mail.post(
        "members/accepted",
        to="marc@dumont.example",
        language="fr",
        about="order:12",
        once="late",
        at=AT,
        context={"name": "Marc"},
    )
    assert late
    Letter.objects.filter(pk=late.pk).update(handed_over_at=AT, stuck_at=AT, fault="?")
    later = actions.start(
        "office.letter.it_arrived",
        [late.pk],
        typed={},
        once="another page",
        language="fr",
        by=people.by(people.denis()),
        at=AT,
    )
    real_world.start_valkey()
    real_world.wait_until(lambda: Batch.objects.get(pk=later.pk).ended_at, 40)
    assert done(later) == 1
