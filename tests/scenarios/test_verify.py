"""Anyone drops a file and learns whether it is ours and whole; nothing is kept, nothing leaks."""

import time
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pyhanko.pdf_utils.generic import NameObject, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from office import documents, seal, uploads
from office.models import Document
from orders.models import Order
from smart import embedded
from tests import world
from tests.scenarios.visitor import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peopled")]

OURS, CHANGED, UNKNOWN = (
    "Ce document vient de nous et il est entier",
    "Ce document porte notre sceau, mais il a changé",
    "Nous ne reconnaissons pas ce document",
)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Papers:
    """What Ana and Dumont hold of one signed job."""

    order: Order
    proposal: bytes
    signed: bytes
    certificate: bytes


@pytest.fixture
def papers() -> Papers:
    sent = world.sent_job()
    proposal = made(sent.document_id)
    order = world.acts.sign_order(sent, role=world.cast.DUMONT.signer_role, at=world.MONDAY)
    return Papers(order, proposal, made(order.document_id), made(order.certificate_id))


def made(document_id: int | None) -> bytes:
    assert document_id
    documents.make(document_id, at=world.MONDAY)
    return documents.content(Document.objects.get(pk=document_id))


def drop(content: bytes, name: str = "document.pdf", **more: Any) -> Page:
    """Anyone, without an account, drops a file."""
    answer = Client().post("/verify/", {"file": SimpleUploadedFile(name, content), **more})
    page = Page(answer, "/verify/")
    assert page.status == 200
    return page


def outcome(page: Page) -> str:
    said = [words for words in (OURS, CHANGED, UNKNOWN) if words in page.text]
    assert len(said) == 1, page.text
    return said[0]


def added_to(content: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(content))
    writer.root[NameObject("/Added")] = pdf_string("un mot")
    writer.update_root()
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


# --- Before --------------------------------------------------------------------------------------


def test_the_page_explains_its_three_answers_and_needs_no_script() -> None:
    page = Page(Client().get("/verify/"), "/verify/")
    for words in (
        "De nous, entier",
        "De nous, changé",
        "Inconnu",
        "n’est pas une signature qualifiée",
    ):
        assert words in page.text
    assert page.root is not None
    form, _button = page.form("Vérifier")
    assert form.get("enctype") == "multipart/form-data"
    assert not page.root.xpath("//script[not(@src)]") and not page.root.xpath("//*[@style]")
    assert len(page.content) < 60_000


# --- Ours ----------------------------------------------------------------------------------------


def test_the_signed_order_is_ours_whole_and_says_who_signed(papers: Papers) -> None:
    page = drop(papers.signed)
    assert outcome(page) == OURS
    for words in (
        f"Commande {papers.order.ref}",
        "Marc Dumont",
        world.cast.DUMONT.signer_role,
        "23/11/2026 à 09:00",
        "spécimen de démonstration",
        "a pu être annulée ou remplacée depuis",
    ):
        assert words in page.text


def test_the_certificate_says_the_same(papers: Papers) -> None:
    page = drop(papers.certificate, "n’importe quoi.bin")
    assert outcome(page) == OURS and "Certificat de signature" in page.text
    assert "Marc Dumont" in page.text


def test_an_order_that_was_only_proposed_does_not_pass_for_signed(papers: Papers) -> None:
    page = drop(papers.proposal)
    assert outcome(page) == OURS and "Il ne porte pas de sceau" in page.text
    assert "il ne dit pas qu’elle a été signée" in page.text and "Marc Dumont" not in page.text


def test_other_papers_of_ours_are_known_by_their_fingerprint() -> None:
    invoice = world.invoice_of(world.invoiced_job())
    page = drop(made(invoice.document_id))
    assert outcome(page) == OURS and "Il ne porte pas de sceau" in page.text
    assert "signée" not in page.text.partition(OURS)[2].partition("Nous répondons")[0]


def test_nothing_is_said_that_the_paper_does_not_say(papers: Papers) -> None:
    page = drop(papers.signed)
    for hidden in (
        papers.order.signer_email,
        "192.0.2.7",
        "1.000,00",
        "Ana Lopes",
        "Dumont Éditions",
        papers.order.shown_sha256,
    ):
        assert hidden not in page.text


# --- Changed -------------------------------------------------------------------------------------


def test_one_flipped_byte_is_told_wherever_it_is(papers: Papers) -> None:
    signed = papers.signed
    digits = signed.rindex(b"/Contents <") + 11
    inside_the_seal = digits + 900  # in a certificate that comes with it
    for place in (0, 100, len(signed) // 3, inside_the_seal, digits + 12_000, len(signed) - 2):
        flipped = bytearray(signed)
        # a digit of the seal stays a digit ("a" and "f" would leave hexadecimal)
        flipped[place] = ord("0") if chr(signed[place]) in "aAfF" else signed[place] ^ 1
        page = drop(bytes(flipped))
        assert outcome(page) == CHANGED, place
        assert "Marc Dumont" not in page.text, "of a changed paper nothing is vouched for"


def test_a_change_saved_behind_the_seal_is_told_with_the_day_of_the_seal(papers: Papers) -> None:
    page = drop(added_to(papers.signed))
    assert outcome(page) == CHANGED and "23/11/2026" in page.text
    assert "quelque chose a été ajouté ensuite" in page.text and "Marc Dumont" not in page.text


def test_a_sealed_file_that_we_did_not_keep_is_not_vouched_for(papers: Papers) -> None:
    """Whoever rewrote what comes with the seal, or a seal made by a worker that was too slow."""
    from office import paper

    other = seal.seal(paper.pdf("<p>Autre</p>"), name="x", reason="y", at=world.MONDAY)
    page = drop(other)
    assert outcome(page) == CHANGED and "réécrit" in page.text


# --- Not ours ------------------------------------------------------------------------------------


def of_another(settings: Any) -> bytes:
    from office import paper

    page = paper.pdf("<p>Bon pour accord</p>")
    kept = settings.SEAL_KEY, settings.SEAL_CERTIFICATE
    settings.SEAL_KEY, settings.SEAL_CERTIFICATE = embedded.make_seal("Autre SA", "BE0404040404")
    sealed = seal.seal(page, name="Autre SA", reason="x", at=world.MONDAY)
    settings.SEAL_KEY, settings.SEAL_CERTIFICATE = kept
    return sealed


def test_somebody_elses_papers_are_not_ours(settings: Any) -> None:
    from office import paper

    assert outcome(drop(of_another(settings))) == UNKNOWN
    assert outcome(drop(paper.pdf("<p>Sans sceau</p>"))) == UNKNOWN


def test_a_file_that_was_brought_to_us_is_not_recognised() -> None:
    """Nobody learns here that a receipt or an identity card lies with us."""
    receipt = b"%PDF-1.7 ticket de train %%EOF"
    documents.keep(
        "receipt",
        subject="order:1",
        title="Ticket",
        file_name="ticket.pdf",
        media_type="application/pdf",
        content=receipt,
        at=world.MONDAY,
    )
    assert outcome(drop(receipt)) == UNKNOWN


BOMB = zlib.compress(b"\0" * 60_000_000)
HOSTILE = {
    "HTML named pdf": (b"<html><script>alert(1)</script></html>", "n’est pas un PDF"),
    "garbage": (b"\x00\xff\x13" * 1000, "n’est pas un PDF"),
    "half a PDF": (b"%PDF-1.7\n1 0 obj <<", "ne porte pas notre sceau"),
    "bomb": (
        b"%PDF-1.7\n1 0 obj<</Filter/FlateDecode>>stream\n"
        + BOMB
        + b"endstream\n/ByteRange [0 1 2 3]",
        "ne porte pas notre sceau",
    ),
    "10 MB of ranges": (
        b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3]" * (9 * MEGABYTE // 20),
        "ne porte pas notre sceau",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_get_a_kind_answer_in_time(kind: str) -> None:
    content, words = HOSTILE[kind]
    began = time.perf_counter()
    page = drop(content, "../../etc/<script>.pdf")
    assert time.perf_counter() - began < 20  # not linear would be minutes
    assert outcome(page) == UNKNOWN and words in page.text
    assert "alert(1)" not in page.content.decode() and "<script>.pdf" not in page.content.decode()


@pytest.mark.parametrize("size", [10 * MEGABYTE + 1, 20 * MEGABYTE])
def test_a_big_file_is_refused_and_never_held_whole(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    complete = uploads.InMemory.file_complete

    def noted(self: uploads.InMemory, file_size: int) -> Any:
        held.append(len(self.kept))
        return complete(self, file_size)

    monkeypatch.setattr(uploads.InMemory, "file_complete", noted)
    page = drop(b"%PDF-1.7\n" + b"\0" * (size - 9))
    assert "Ce fichier dépasse 10 Mo" in page.text and "Les trois réponses" in page.text
    assert held == [10 * MEGABYTE + 1]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choisissez le fichier à vérifier."),
        ({"file": SimpleUploadedFile("vide.pdf", b"")}, "Ce fichier est vide."),
        ({"other": SimpleUploadedFile("a.pdf", b"%PDF")}, "Choisissez le fichier à vérifier."),
    ],
)
def test_without_a_file_it_asks_for_one(typed: dict[str, Any], sentence: str) -> None:
    page = Page(Client().post("/verify/", typed), "/verify/")
    assert page.status == 200 and sentence in page.text


def test_many_files_at_once_are_read_past(papers: Papers) -> None:
    """Only the first of the page's own field is kept in memory."""
    more = {f"other{at}": SimpleUploadedFile("x.pdf", b"x" * MEGABYTE) for at in range(20)}
    assert outcome(drop(papers.signed, **more)) == OURS


# --- What stays ----------------------------------------------------------------------------------


def test_nothing_of_the_file_stays(
    papers: Papers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    kept = Document.objects.count()
    monkeypatch.setattr(documents.storage, "put", lambda content: pytest.fail("stored"))
    drop(papers.signed), drop(b"%PDF-1.7\n" + b"\0" * 9 * MEGABYTE)
    assert Document.objects.count() == kept and not list(tmp_path.iterdir())


def test_the_answer_is_never_cached_and_the_form_is_the_pages_own(papers: Papers) -> None:
    strict = Client(enforce_csrf_checks=True)
    file = SimpleUploadedFile("a.pdf", papers.signed)
    assert strict.post("/verify/", {"file": file}).status_code == 403
    token = strict.get("/verify/").cookies["csrftoken"].value
    file.seek(0)
    answer = strict.post("/verify/", {"file": file, "csrfmiddlewaretoken": token})
    assert answer.status_code == 200 and OURS in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert strict.put("/verify/").status_code in (403, 405)


def test_one_question_to_the_database(papers: Papers, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        drop(papers.signed)
