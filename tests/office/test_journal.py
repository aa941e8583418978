"""What happened stays as it was written."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from office import journal
from office.actors import SYSTEM, Actor, ActorKind
from office.models import Event, Link

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DUMONT = Actor(kind=ActorKind.CLIENT, name="Marc Dumont", address="192.0.2.7", agent="A" * 400)

pytestmark = pytest.mark.django_db


def test_an_event_names_its_subjects_and_its_author() -> None:
    link = Link(pk=7)
    event = journal.record(
        "order.signed", link, "job:3", "job:3", by=DUMONT, at=AT, price=Decimal("10.00")
    )
    event.refresh_from_db()
    assert event.subjects == ["link:7", "job:3"]
    assert (event.by_kind, event.by_name, event.address) == ("client", "Marc Dumont", "192.0.2.7")
    assert len(event.agent) == 300
    assert event.data == {"price": "10.00"}
    assert event.chain == "" and event.position is None


def test_a_timeline_is_of_any_of_its_subjects_newest_first() -> None:
    for day, subjects in ((1, ["order:1"]), (3, ["order:1", "invoice:9"]), (2, ["invoice:9"])):
        journal.record("x", *subjects, by=SYSTEM, at=AT.replace(day=day))
    journal.record("x", "order:2", by=SYSTEM, at=AT)
    days = [event.at.day for event in journal.timeline("order:1", "invoice:9")]
    assert days == [3, 2, 1]
    assert len(journal.timeline("order:1", "invoice:9", limit=2)) == 2


def test_evidence_is_chained_and_proves_itself() -> None:
    for kind in ("sent", "opened", "signed"):
        journal.record(f"order.{kind}", by=DUMONT, at=AT, chain="order:1", on=date(2026, 12, 1))
    journal.record("order.sent", by=DUMONT, at=AT, chain="order:2")
    events = list(Event.objects.filter(chain="order:1").order_by("position"))
    assert [event.position for event in events] == [1, 2, 3]
    assert events[0].previous_hash == ""
    assert events[2].previous_hash == events[1].hash
    assert journal.verify("order:1") is None
    assert journal.verify("order:9") is None


@pytest.mark.parametrize(
    ("tampering", "found_at"),
    [
        ("UPDATE office_event SET by_name = 'Bruno' WHERE position = 2", 2),
        ("UPDATE office_event SET data = '{}' WHERE position = 3", 3),
        ("UPDATE office_event SET at = at + interval '1 microsecond' WHERE position = 1", 1),
        ("DELETE FROM office_event WHERE position = 2", 2),
    ],
)
def test_tampering_below_the_guard_is_found(tampering: str, found_at: int) -> None:
    for _ in range(3):
        journal.record("order.opened", "order:1", by=DUMONT, at=AT, chain="order:1", seen="x")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE office_event DISABLE TRIGGER event_is_never_changed")
        cursor.execute(tampering)
    assert journal.verify("order:1") == found_at


def test_nobody_writes_two_events_at_one_place_of_a_chain() -> None:
    first = journal.record("order.sent", by=DUMONT, at=AT, chain="order:1")
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.parametrize("verb", ["UPDATE office_event SET kind = 'y'", "DELETE FROM office_event"])
def test_the_database_keeps_events(verb: str) -> None:
    journal.record("x", "order:1", by=SYSTEM, at=AT)
    with (
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb)
