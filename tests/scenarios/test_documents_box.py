"""The documents box: everything of hers is found, nothing of anybody else, several in one file."""

import io
import zipfile
from datetime import timedelta
from pathlib import PurePath

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office import bundles, clock, documents, storage
from office.models import Document
from payroll.models import Payslip
from smart import papers
from smart.papers import NothingChosen, TooManyPapers, Wanted, box, bundle, documents_of, found
from tests import world
from tests.scenarios.visitor import Visitor

pytestmark = pytest.mark.usefixtures("peopled")


def make_all() -> None:
    for key in Document.objects.filter(sha256=None).values_list("id", flat=True):
        documents.make(key, at=clock.now())
    for key in Document.objects.filter(sha256=None).values_list("id", flat=True):
        documents.make(key, at=clock.now())  # those that waited for another


def kinds(wanted: Wanted) -> set[str]:
    return set(found(world.ana().user, wanted).values_list("kind", flat=True))


def test_every_kind_of_paper_is_found_by_word_number_client_and_year(demo: None) -> None:
    order = world.paid_job()
    world.paid_job(world.bruno())
    ana = world.ana().user
    invoice = world.invoice_of(order)
    everything = {"order", "certificate", "contract_signed", "payslip", "invoice"}
    assert kinds(Wanted()) == everything
    assert kinds(Wanted(words="dumont")) == everything
    assert kinds(Wanted(words=order.ref.lower())) == everything
    assert kinds(Wanted(words="Refonte dumont")) >= {"order", "payslip"}
    assert kinds(Wanted(words=invoice.printed_number)) == {"invoice"}
    plain = invoice.communication
    assert kinds(Wanted(words=f"+++{plain[:3]}/{plain[3:7]}/{plain[7:]}+++")) == {"invoice"}
    assert kinds(Wanted(kind="payslip")) == {"payslip"}
    assert kinds(Wanted(client=world.dumont().ref)) == everything
    assert kinds(Wanted(client=world.client_of(world.cast.FIRMS[1]).ref)) == set()
    assert kinds(Wanted(year=2026)) == everything and kinds(Wanted(year=2025)) == set()
    assert kinds(Wanted(words="nulle part")) == set()
    refs = set(documents_of(ana).values_list("ref", flat=True))
    others = set(documents_of(world.bruno().user).values_list("ref", flat=True))
    assert refs and others and not refs & others


def test_the_page_filters_links_and_goes_on(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "PAGE", 3)
    order = world.paid_job()
    make_all()
    ana = Visitor(world.ana().user)
    page = ana.see("/me/documents/")
    assert "Documents plus anciens" in page.text
    older = ana.click(page, "Documents plus anciens")
    seen = page.text + older.text
    for words in ("Fiche de paie", "Facture", "Dumont Éditions SRL"):
        assert words in seen, words
    assert ana.see("/me/documents/?q=introuvable").text.count("Rien de tel") == 1
    assert ana.see("/me/documents/?year=abcd&kind=x&client=%00&after=zzz&q=%00").status == 200
    slip = Payslip.objects.get(contract__job=order.ref)
    assert slip.document is not None
    assert ana.see(f"/me/documents/{slip.document.ref}/").content.startswith(b"%PDF")
    gita = Visitor(world.newcomer().user)
    assert "Pas encore de document" in gita.see("/me/documents/").text


def test_several_in_one_file_made_by_a_worker(demo: None) -> None:
    world.paid_job()
    make_all()
    ana = Visitor(world.ana().user)
    page = ana.see("/me/documents/")
    waiting = ana.press(page, "Tout prendre", status=202)
    assert "en préparation" in waiting.text
    again = ana.press(page, "Tout prendre", status=202)
    assert again.status == 202
    made = Document.objects.get(kind=bundles.KIND)
    documents.make(made.pk, at=clock.now())
    made.refresh_from_db()
    answer = ana.client.get(f"/me/documents/zip/{made.ref}/")
    assert (
        answer["Content-Type"] == "application/zip"
        and "attachment" in answer["Content-Disposition"]
    )
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    assert len(archive.namelist()) == len(set(archive.namelist())) == 5
    assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    assert bundles.zipped(made) == answer.content  # the same papers, the same bytes
    bruno = Visitor(world.bruno().user)
    assert bruno.client.get(f"/me/documents/zip/{made.ref}/").status_code == 404
    assert bundles.forget(at=clock.now()) == 0
    assert bundles.forget(at=clock.now() + timedelta(days=2)) == 1


def test_only_what_is_ticked_and_only_hers(demo: None) -> None:
    world.paid_job()
    world.paid_job(world.bruno())
    make_all()
    ana, bruno = world.ana().user, world.bruno().user
    mine = documents_of(ana).earliest("id")
    his = documents_of(bruno).earliest("id")
    answer = Visitor(ana).client.post(
        "/me/documents/zip/", {"paper": [mine.ref, his.ref], "q": "", "kind": ""}
    )
    assert answer.status_code == 302
    made = Document.objects.get(kind=bundles.KIND)
    assert [key for key, _name in made.context["papers"]] == [mine.pk]
    nothing = Visitor(ana).client.post("/me/documents/zip/", {"paper": [his.ref]}, follow=True)
    assert "Cochez au moins un document" in nothing.content.decode()


def test_a_file_has_its_bounds(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    world.paid_job()
    make_all()
    user, at = world.ana().user, clock.now()
    mine = found(user, Wanted())
    with pytest.raises(NothingChosen):
        bundle(user, mine.none(), at=at)
    monkeypatch.setattr(papers, "MOST_PAPERS", 2)
    with pytest.raises(TooManyPapers, match="5 documents"):
        bundle(user, mine, at=at)
    monkeypatch.setattr(papers, "MOST_PAPERS", 200)
    monkeypatch.setattr(papers, "MOST_BYTES", 10)
    with pytest.raises(TooManyPapers):
        bundle(user, mine, at=at)


def test_names_in_a_file_are_safe_and_differ(demo: None) -> None:
    at = clock.now()
    kept = [
        documents.keep(
            "receipt", subject="order:0", title="x", file_name=name, media_type="image/png",
            content=b"x", at=at,
        )
        for name in ("../../etc/passwd.png", "ticket.png", "ticket.png", "sans point")
    ]  # fmt: skip
    names = [name for _key, name in bundles.contents(kept)]
    assert len(set(names)) == 4 and all(PurePath(name).name == name for name in names)
    storage.sweep_orphans()


def test_the_box_costs_the_same_however_full(demo: None) -> None:
    world.paid_job()
    user = world.ana().user

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            box(user, Wanted(words="dumont", year=2026, client=world.dumont().ref))
        return len(captured)

    queries()
    few = queries()
    for _ in range(3):
        world.paid_job()
    assert queries() <= few <= 14
