"""Words, moves and names that everything else leans on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from office import documents, lifecycle, mail, tasks
from office.actors import SYSTEM, ActorKind
from office.lifecycle import NotAllowed
from office.models import Counter, DemoClock, Document, Event, Letter, Link, Policy
from office.refs import ALPHABET, new_ref
from office.refusals import Refusal
from office.typography import french

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TRANSITIONS = {"draft": frozenset({"sent"}), "sent": frozenset()}


@dataclass
class Job:
    status: str = "draft"

    def get_status_display(self) -> str:
        return {"draft": "brouillon", "sent": "envoyé"}[self.status]

    def __str__(self) -> str:
        return "7K2M9QWX"


def test_a_status_moves_along_its_table_only() -> None:
    job = Job()
    lifecycle.move(job, "sent", TRANSITIONS)
    assert job.status == "sent"
    with pytest.raises(NotAllowed) as refusal:
        lifecycle.move(job, "draft", TRANSITIONS)
    assert french("« 7K2M9QWX » est maintenant « envoyé »") in str(refusal.value)
    assert refusal.value.code == "not_allowed"


def test_a_reference_is_eight_letters_nobody_misreads() -> None:
    refs = {new_ref() for _ in range(500)}
    assert len(refs) == 500
    assert all(len(ref) == 8 and set(ref) <= set(ALPHABET) for ref in refs)


def test_rows_name_themselves() -> None:
    names = [
        Event(kind="order.sent", at=AT),
        Link(purpose="sign", subject="order:1"),
        Document(title="Facture"),
        Letter(subject_line="Bonjour"),
        Counter(series="CE:invoice", last_number=3),
        Policy(department="fee", starts_on=date(2026, 1, 1)),
        DemoClock(ahead=timedelta(days=1)),
    ]
    assert [str(name) for name in names] == [
        "order.sent 23/11/2026 10:00",
        "sign order:1",
        "Facture",
        "Bonjour",
        "CE:invoice 3",
        "fee 01/01/2026",
        "1 day, 0:00:00",
    ]
    assert SYSTEM.kind == ActorKind.SYSTEM


def test_a_refusal_without_words_still_has_a_code() -> None:
    assert str(Refusal()) == "" and Refusal().args == ("refused",)


@pytest.mark.django_db
def test_tasks_pass_the_row_and_the_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, Any]] = []
    for module, name in ((mail, "deliver"), (documents, "make")):
        monkeypatch.setattr(module, name, lambda row, at: seen.append((row, at.tzinfo)))
    tasks.deliver_letter(7)
    tasks.make_document(8)
    assert seen == [(7, UTC), (8, UTC)]
