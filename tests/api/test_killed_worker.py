"""A worker killed in the middle: each event is in the feed once, and told at least once."""

import json
from datetime import UTC, datetime

from office import clock
from office.models import Delivery, EventToShare, FeedItem
from office.webhooks import actions
from smart.shares import PUBLIC
from tests import world
from tests.api.test_webhooks import Receiver
from tests.processes import RealWorld

JOBS = 12
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def test_nothing_is_lost_and_nothing_is_planned_twice(real_world: RealWorld) -> None:
    clock.move_to(world.MONDAY)
    receiver, user = Receiver(), world.ana().user
    new = actions.ask(
        user.pk, url=receiver.url, kinds=PUBLIC, by=user.as_actor(), at=clock.now()
    ).webhook
    actions.approve(new.pk, by=world.admin().as_actor(), at=clock.now())
    real_world.start_worker()
    real_world.start_beat()
    for _ in range(JOBS):
        world.sent_job()
    real_world.wait_until(lambda: len(receiver.got) > 2, 40)
    real_world.kill("worker")
    held = Delivery.objects.filter(sent_at=None, claimed_until__isnull=False)
    held.update(claimed_until=LONG_AGO)  # what it held is free again after half a minute
    for _ in range(JOBS):
        world.sent_job()
    real_world.start_worker(name="second")
    real_world.wait_until(
        lambda: (
            not EventToShare.objects.exists() and not Delivery.objects.filter(sent_at=None).exists()
        ),
        120,
    )
    told = FeedItem.objects.filter(user_id=user.pk)
    assert told.filter(kind="order.sent").count() == 2 * JOBS
    assert told.values("event_id").distinct().count() == told.count() == Delivery.objects.count()
    got = [json.loads(body)["ref"] for _headers, body in receiver.got]
    assert set(got) == set(told.values_list("ref", flat=True))
    assert len(got) <= told.count() + 4  # what the killed worker had just sent comes once more
    receiver.server.shutdown()
    receiver.server.server_close()
