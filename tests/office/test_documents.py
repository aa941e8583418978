"""Papers: ordered with the act, made once, fetched from nowhere, kept as they were made."""

import io
import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.db import DatabaseError, transaction

from office import documents, leases, storage, tasks
from office.actors import SYSTEM
from office.models import Document, Event

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=4000)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_templates", "own_folder")]


@pytest.fixture
def own_folder(settings: Any, tmp_path: Path) -> Path:
    folder = {"OPTIONS": {"location": tmp_path / "documents"}}
    storages = settings.STORAGES
    settings.STORAGES = storages | {"documents": storages["documents"] | folder}
    return tmp_path / "documents"


def order(template: str = "print/sample.v1.fr.html", **context: Any) -> Document:
    """A paper for Dumont."""
    values = {
        "entity": {"name": "Coopérative Exemple", "iban": "BE68539007547034"},
        "client": "Dumont Éditions SRL <script>",
        "lines": [{"label": "Rives", "amount": Decimal("1234.50"), "on": date(2026, 12, 1)}],
    }
    return documents.order(
        "sample",
        template=template,
        language="fr",
        subject="order:12",
        title="Essai",
        file_name="essai.pdf",
        context=values | context,
        at=AT,
    )


def again(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


def made(document: Document) -> Document:
    documents.make(document.pk, at=AT)
    return again(document)


def text(document: Document) -> str:
    pages = pypdf.PdfReader(io.BytesIO(documents.content(document))).pages
    return "\n".join(page.extract_text() for page in pages)


def test_a_paper_prints_its_row_and_says_that_it_is_a_specimen() -> None:
    paper = made(order())
    assert paper.context["lines"] == [{"label": "Rives", "amount": "1234.50", "on": "2026-12-01"}]
    words = text(paper)
    assert "1.234,50" in words and "Dumont Éditions SRL <script>" in words
    assert "SPECIMEN" in words and "BE68 5390 0754 7034" in words.replace("\u00a0", " ")
    assert (paper.made_at, paper.claimed_until) == (AT, None)
    assert paper.size == len(documents.content(paper))


def test_outside_the_demo_nothing_says_specimen(settings: Any) -> None:
    settings.COOP_DEMO = False
    assert "SPECIMEN" not in text(made(order()))


def test_a_paper_is_asked_for_after_the_commit(
    published: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        paper = order()
    assert [(task.task, task.args) for task in published] == [(documents.TASK, (paper.pk,))]


def test_making_again_gives_the_same_bytes_and_changes_nothing() -> None:
    paper = made(order())
    assert documents.rendered(paper) == documents.content(paper)
    documents.make(paper.pk, at=AT + timedelta(days=1))
    assert again(paper).made_at == AT and again(paper).attempts == 1


def test_a_worker_that_died_while_rendering_is_replaced(clock: Any) -> None:
    paper = order()
    assert leases.claim(documents.to_make(), paper.pk, seconds=60)
    tasks.sweep()
    assert again(paper).sha256 is None
    Document.objects.filter(pk=paper.pk).update(claimed_until=LONG_AGO)
    tasks.sweep()
    assert again(paper).sha256 and again(paper).attempts == 2


def test_a_paper_that_kills_its_workers_is_left_to_staff(clock: Any) -> None:
    paper = order()
    Document.objects.filter(pk=paper.pk).update(
        claimed_until=LONG_AGO, attempts=leases.MAX_ATTEMPTS
    )
    tasks.sweep()
    assert again(paper).stuck_at and again(paper).fault == documents.WORN_OUT


def test_a_paper_that_cannot_be_made_waits_then_is_left_to_staff_who_try_again() -> None:
    paper = order("print/absent.v1.fr.html")
    for _ in range(leases.MAX_ATTEMPTS + 2):
        Document.objects.filter(pk=paper.pk).update(claimed_until=LONG_AGO)
        documents.make(paper.pk, at=AT)
    stuck = again(paper)
    assert (stuck.attempts, stuck.stuck_at) == (leases.MAX_ATTEMPTS, AT)
    assert stuck.fault == "TemplateDoesNotExist"
    assert documents.retry(stuck, by=SYSTEM, at=AT) and not documents.retry(stuck, by=SYSTEM, at=AT)
    assert again(paper).attempts == 0 and again(paper).stuck_at is None
    assert Event.objects.get().kind == "document.retried"


def test_without_fonts_nothing_is_rendered_and_nothing_crashes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from office import paper as renderer

    renderer._style.cache_clear()
    monkeypatch.setenv("FONTCONFIG_FILE", "/nowhere/fonts.conf")
    assert made(order()).fault == "NoFonts"
    renderer._style.cache_clear()


@pytest.mark.parametrize(
    "raw",
    [
        '<img src="http://192.0.2.1/x.png">',
        '<img src="file:///etc/hostname">',
        '<link rel="stylesheet" href="http://192.0.2.1/x.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<style>@import url("file:///etc/hostname")</style>',
        '<p style="background: url(http://192.0.2.1/)"></p>',
        '<object data="file:///etc/hostname"></object>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>',
    ],
)
def test_the_renderer_fetches_nothing(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if a text reached a paper unescaped."""
    opened: list[Any] = []
    monkeypatch.setattr("urllib.request.urlopen", lambda *a, **k: opened.append(a))
    paper = made(order(raw=raw + "<p>fin</p>"))
    assert "fin" in text(paper) and opened == []
    assert Path("/etc/hostname").read_text().strip() not in text(paper)
    assert not pypdf.PdfReader(io.BytesIO(documents.content(paper))).attachments


def test_a_payment_code_is_drawn() -> None:
    assert made(order(payload="BCD\n002\n1\nSCT\n\nCoopérative\n")).size


# --- Kept ----------------------------------------------------------------------------------------


def keep(content: bytes = b"%PDF-1.7 scan %%EOF") -> Document:
    return documents.keep(
        "signed-contract",
        subject="contract:3",
        title="Contrat signé",
        file_name="contrat signé.pdf",
        media_type="application/pdf",
        content=content,
        at=AT,
    )


def test_bytes_are_kept_as_they_came() -> None:
    paper = keep()
    assert documents.content(again(paper)) == b"%PDF-1.7 scan %%EOF"
    assert keep().sha256 == paper.sha256


def test_a_damaged_file_is_never_handed_out(own_folder: Path) -> None:
    paper = keep()
    assert paper.sha256
    own_folder.joinpath(paper.sha256[:2], paper.sha256).write_bytes(b"other")
    with pytest.raises(storage.FileDamaged):
        documents.content(paper)


def test_a_paper_not_made_has_no_content() -> None:
    with pytest.raises(FileNotFoundError):
        documents.content(order())


def test_files_nobody_names_go_after_a_day(own_folder: Path) -> None:
    kept, young, old = keep().sha256 or "", storage.put(b"young"), storage.put(b"old")
    part = own_folder / old[:2] / f"{old}.abcd.part"
    part.write_bytes(b"ol")
    for path in (own_folder / kept[:2] / kept, own_folder / old[:2] / old, part):
        os.utime(path, (1, 1))
    assert storage.sweep_orphans() == 2
    assert storage.get(young) == b"young" and storage.get(kept)
    with pytest.raises(FileNotFoundError):
        storage.get(old)
    assert not part.exists()
    assert storage.sweep_orphans() == 0


def test_a_file_wanted_again_while_it_is_swept_is_put_back(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = storage.put(b"wanted")
    path = own_folder / digest[:2] / digest
    os.utime(path, (1, 1))
    rename = Path.rename

    def wanted_again_just_before(self: Path, target: Path) -> Path:
        if self == path:
            storage.put(b"wanted")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", wanted_again_just_before)
    assert storage.sweep_orphans() == 0
    assert storage.get(digest) == b"wanted"


def test_two_sweeps_at_once_do_not_stumble(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = storage.put(b"orphan")
    path = own_folder / digest[:2] / digest
    os.utime(path, (1, 1))
    monkeypatch.setattr(Path, "rename", lambda self, _: self.unlink() or self.stat())
    assert storage.sweep_orphans() == 0


def test_a_sweep_that_died_half_way_lost_nothing(own_folder: Path) -> None:
    digest = keep().sha256 or ""
    path = own_folder / digest[:2] / digest
    doomed = path.rename(path.with_name(f"{digest}.doomed"))
    os.utime(doomed, (1, 1))
    assert storage.sweep_orphans() == 0
    assert storage.get(digest)


@pytest.mark.parametrize(
    "change",
    [{"context": {"a": 1}}, {"template": "x"}, {"title": "x"}, {"sha256": "0" * 64}, {"size": 1}],
)
def test_the_database_keeps_a_made_paper(change: dict[str, Any]) -> None:
    paper = made(order())
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(**change)
    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
        paper.delete()


# --- Handed out ----------------------------------------------------------------------------------


def test_a_paper_is_shown_or_downloaded_under_its_name() -> None:
    paper = keep()
    shown, downloaded = documents.response(paper), documents.response(paper, inline=False)
    assert shown.content == b"%PDF-1.7 scan %%EOF"
    assert shown["Content-Type"] == "application/pdf"
    assert shown["Content-Disposition"].startswith("inline")
    assert downloaded["Content-Disposition"].startswith("attachment")
    assert "no-store" in shown["Cache-Control"]


def test_a_paper_that_is_not_ready_says_so_and_looks_again() -> None:
    paper = order()
    page = documents.response(paper)
    assert page.status_code == 202 and page["Refresh"] == "2"
    assert "en préparation" in page.content.decode()
    paper.stuck_at = AT
    page = documents.response(paper)
    assert "Refresh" not in page and "revenez" in page.content.decode()
