"""The seal of the house: whole papers are ours, one byte more or less is not."""

import os
import random
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import keys, pem, tsp, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.db import DatabaseError, transaction
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.generic import NameObject, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from office import documents, leases, paper, seal, storage, tasks
from office.models import Document
from office.seal import State
from smart import embedded

AT = datetime(2026, 11, 23, 9, 0, 7, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=4000)
HOUSE = "Coopérative Exemple"
SECONDS = 20.0  # a check that is not linear would take minutes


@pytest.fixture(scope="module")
def page() -> bytes:
    return paper.pdf("<title>Essai</title><p>Bon pour accord.</p>")


@pytest.fixture(scope="module")
def sealed(page: bytes) -> bytes:
    return put_seal(page)


@pytest.fixture
def own_folder(settings: Any, tmp_path: Path) -> Path:
    folder = {"OPTIONS": {"location": tmp_path / "documents"}}
    storages = settings.STORAGES
    settings.STORAGES = storages | {"documents": storages["documents"] | folder}
    return tmp_path / "documents"


def put_seal(content: bytes) -> bytes:
    return seal.seal(content, name=HOUSE, reason="Essai · K7NQ3M2P", at=AT)


def told(content: bytes) -> PdfSignatureStatus:
    """What pyHanko's own validator says of the one signature, trusting our certificate."""
    from django.conf import settings

    [ours] = load_certs_from_pemder_data(settings.SEAL_CERTIFICATE.encode())
    [signature] = PdfFileReader(BytesIO(content)).embedded_signatures
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[ours]))


def unsigned(signature: EmbeddedPdfSignature) -> set[str]:
    """The kinds of attribute beside the signature."""
    attributes = signature.signer_info["unsigned_attrs"]
    return {row["type"].native for row in attributes} if attributes else set()


def added_to(content: bytes) -> bytes:
    """The same file, with a change saved behind it as readers do."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    writer.root[NameObject("/Added")] = pdf_string("un mot")
    writer.update_root()
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


# --- Sealed --------------------------------------------------------------------------------------


def test_a_sealed_paper_convinces_any_reader(page: bytes, sealed: bytes) -> None:
    assert sealed.startswith(page), "what was there is an exact prefix"
    status = told(sealed)
    assert status.intact and status.valid and status.trusted and status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    [signature] = PdfFileReader(BytesIO(sealed)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.sig_object["/Name"] == HOUSE
    assert signature.sig_field["/Rect"] == [0, 0, 0, 0], "nothing is drawn on the paper"
    assert signature.docmdp_level is not None and signature.docmdp_level.name == "NO_CHANGES"
    assert "signature_time_stamp_token" not in unsigned(signature)
    assert "signing_time" not in {
        attribute["type"].native for attribute in signature.signer_info["signed_attrs"]
    }


def test_a_whole_paper_is_ours_and_says_when(sealed: bytes) -> None:
    assert seal.check(sealed) == seal.Found(State.WHOLE, AT)


def test_a_paper_of_before_the_key_was_renewed_is_still_ours(sealed: bytes, settings: Any) -> None:
    old = settings.SEAL_CERTIFICATE
    settings.SEAL_KEY, settings.SEAL_CERTIFICATE = embedded.make_seal(HOUSE, "BE0999999922")
    assert seal.check(sealed).state == State.NONE
    settings.SEAL_OLD_CERTIFICATES = old
    assert seal.check(sealed).state == State.WHOLE
    assert seal.check(put_seal(sealed[: sealed.index(b"%%EOF") + 6])).state == State.WHOLE


def test_without_a_key_nothing_is_sealed(page: bytes, settings: Any) -> None:
    settings.SEAL_KEY = ""
    with pytest.raises(seal.NoSeal):
        put_seal(page)
    settings.SEAL_CERTIFICATE = ""
    assert seal.check(put_seal_of_another(page)).state == State.NONE


# --- Changed -------------------------------------------------------------------------------------


def test_one_flipped_byte_is_found(sealed: bytes) -> None:
    chance = random.Random(20261123)
    begin = sealed.index(b"/Contents <") + len(b"/Contents <")
    end = sealed.index(b">", begin)
    for place in sorted(chance.sample(range(len(sealed)), 400)):
        flipped = bytearray(sealed)
        flipped[place] ^= 1
        state = seal.check(bytes(flipped)).state
        if not begin <= place < end:
            assert state in (State.BROKEN, State.NONE), place
    for place in (0, 40, len(sealed) // 8, len(sealed) - 3):
        flipped = bytearray(sealed)
        flipped[place] ^= 1
        assert seal.check(bytes(flipped)).state == State.BROKEN, place


@pytest.mark.parametrize("more", [b"\n", b"%%EOF", b"\0" * 4096])
def test_one_byte_more_or_less_is_found(sealed: bytes, more: bytes) -> None:
    assert seal.check(sealed + more) == seal.Found(State.ADDED_TO, AT)
    assert seal.check(more + sealed).state == State.BROKEN
    assert seal.check(sealed[: -len(more)]).state in (State.BROKEN, State.NONE)
    assert seal.check(sealed[:-1]).state == State.BROKEN


def test_a_change_saved_behind_the_seal_is_found(sealed: bytes) -> None:
    assert seal.check(added_to(sealed)) == seal.Found(State.ADDED_TO, AT)
    assert not told(added_to(sealed)).bottom_line


def test_what_is_hidden_in_the_room_of_the_seal_is_found(sealed: bytes) -> None:
    room = sealed.index(b"0" * 64)
    assert seal.check(sealed[:room] + b"1" + sealed[room + 1 :]).state == State.BROKEN


def test_a_second_signature_behind_ours_does_not_hide_it(
    sealed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "FIELD", "Other")
    assert seal.check(put_seal_of_another(sealed)).state == State.ADDED_TO


# --- Somebody else's -----------------------------------------------------------------------------


def put_seal_of_another(content: bytes, certificate: str | None = None) -> bytes:
    from django.test import override_settings

    key, own = embedded.make_seal("Autre SA", "BE0404040404")
    with override_settings(SEAL_KEY=key, SEAL_CERTIFICATE=certificate or own):
        return put_seal(content)


def test_a_paper_without_a_seal_is_not_ours(page: bytes) -> None:
    assert seal.check(page) == seal.NOTHING


def test_somebody_elses_seal_is_not_ours(page: bytes) -> None:
    assert seal.check(put_seal_of_another(page)) == seal.NOTHING


def test_our_name_on_somebody_elses_key_is_an_imitation(page: bytes, settings: Any) -> None:
    """A certificate is public: anybody may put ours beside a signature of his own."""
    imitated = put_seal_of_another(page, certificate=settings.SEAL_CERTIFICATE)
    assert seal.check(imitated).state == State.BROKEN


def test_our_seal_cut_out_and_pasted_elsewhere_does_not_hold(sealed: bytes) -> None:
    other = put_seal_of_another(paper.pdf("<p>Bon pour le double.</p>"))

    def room(content: bytes) -> slice:
        begin = content.index(b"/Contents <") + len(b"/Contents <")
        return slice(begin, content.index(b">", begin))

    pasted = other[: room(other).start] + sealed[room(sealed)] + other[room(other).stop :]
    assert seal.check(pasted).state == State.BROKEN
    assert seal.check(b"%PDF-1.7\n" + other + sealed).state == State.BROKEN


def hostile() -> Iterator[bytes]:
    """Files made to make a reader stumble, wait or fill the memory."""
    size = 10 * 1024 * 1024
    yield b""
    yield b"\0" * size
    yield b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3]" * (size // 20)
    yield b"%PDF-1.7\n" + b"/ByteRange [" + b" " * size
    yield b"%PDF-1.7\n" + (b"/ByteRange [0 9 99 9]/Contents <" + b"30" * 20_000) * 200
    yield b"%PDF-1.7\n/Contents <" + b"ab" * 20_000 + b">/ByteRange [0 9 99 9]"
    yield b"%PDF-1.7\n/Contents <" + b"30" * 4_000 + b">/ByteRange [0 9999999999 0 9999999999]"
    yield b"%PDF-1.7\n/Contents <" + b"3080" * 9_000 + b">/ByteRange [0 1 2 3]"
    bomb = zlib.compress(zlib.compress(b"\0" * 200_000_000))
    filters = b"1 0 obj<</Filter[/FlateDecode/FlateDecode]>>stream\n"
    yield b"%PDF-1.7\n" + filters + bomb + b"\nendstream endobj /ByteRange [0 1 2 3]"
    yield b"%PDF-1.7\n" + b"[" * size
    yield b"<html><script>alert(1)</script></html>"
    yield random.Random(7).randbytes(size)


def test_hostile_files_are_answered_quickly() -> None:
    for number, content in enumerate(hostile()):
        began = time.perf_counter()
        assert seal.check(content) == seal.NOTHING, number
        assert time.perf_counter() - began < SECONDS, number


# --- Timestamps ----------------------------------------------------------------------------------


@pytest.fixture
def timestamps() -> Iterator[tuple[str, list[int]]]:
    """A timestamp server on this machine, and how often it was asked."""
    asked: list[int] = []
    server = HTTPServer(("127.0.0.1", 0), _timestamper(asked))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    thread.join()
    server.server_close()


def _timestamper(asked: list[int]) -> type[BaseHTTPRequestHandler]:
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    name = pyca.Name([pyca.NameAttribute(pyca.NameOID.COMMON_NAME, "Heure")])
    certificate = (
        pyca.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(AT - timedelta(days=9))
        .not_valid_after(AT + timedelta(days=900))
        .sign(key, hashes.SHA256())
    )
    clock = DummyTimeStamper(
        x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        fixed_dt=AT,
    )

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(len(question))
            answer = clock.request_tsa_response(tsp.TimeStampReq.load(question)).dump()
            self.send_response(200 if self.path == "/" else 500)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Server


def test_a_named_timestamp_server_dates_the_seal(
    page: bytes, timestamps: tuple[str, list[int]], settings: Any
) -> None:
    settings.COOP_TIMESTAMP_URL, asked = timestamps
    dated = put_seal(page)
    [signature] = PdfFileReader(BytesIO(dated)).embedded_signatures
    assert len(asked) == 1 and "signature_time_stamp_token" in unsigned(signature)
    assert seal.check(dated) == seal.Found(State.WHOLE, AT)


def test_a_silent_timestamp_server_makes_the_paper_wait(
    page: bytes, settings: Any, timestamps: tuple[str, list[int]]
) -> None:
    settings.COOP_TIMESTAMP_URL = timestamps[0] + "away"
    with pytest.raises(Exception, match=r"(?i)timestamp"):
        put_seal(page)


# --- Papers that ask for the seal ----------------------------------------------------------------


def order(*, after: Document | None = None, template: str = "print/sample.v1.fr.html") -> Document:
    return documents.order(
        "sample",
        template=template,
        language="fr",
        subject="order:12",
        title="Essai",
        file_name="essai.pdf",
        context={"entity": {"name": HOUSE}},
        at=AT,
        sealed=True,
        after=after,
    )


def again(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


in_the_office = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_templates", "own_folder"),
]


class TestPapers:
    pytestmark = in_the_office

    def test_the_kept_file_is_the_sealed_one(self) -> None:
        row = order()
        documents.make(row.pk, at=AT)
        content = documents.content(again(row))
        assert content.startswith(documents.rendered(row))
        assert seal.check(content) == seal.Found(State.WHOLE, AT)
        assert documents.of_content(content) == row
        assert documents.of_content(documents.rendered(row)) is None

    def test_the_slower_of_two_workers_changes_nothing(
        self, own_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two seals of one paper differ; the hash that was written first stands."""
        row, put = order(), seal.seal

        def another_was_quicker(content: bytes, **about: Any) -> bytes:
            monkeypatch.setattr(seal, "seal", put)
            Document.objects.filter(pk=row.pk).update(claimed_until=LONG_AGO)
            documents.make(row.pk, at=AT)
            return put(content, **about)

        monkeypatch.setattr(seal, "seal", another_was_quicker)
        documents.make(row.pk, at=AT + timedelta(hours=1))
        done = again(row)
        assert (done.made_at, done.attempts, done.claimed_until) == (AT, 2, None)
        assert seal.check(documents.content(done)) == seal.Found(State.WHOLE, AT)
        files = list(own_folder.glob("??/*"))
        assert len(files) == 2
        for file in files:
            os.utime(file, (1, 1))
        assert storage.sweep_orphans() == 1
        assert documents.content(again(row))

    def test_a_seal_that_fails_leaves_the_paper_unmade(self, settings: Any) -> None:
        settings.SEAL_KEY = ""
        row = order()
        documents.make(row.pk, at=AT)
        assert (again(row).sha256, again(row).fault) == (None, "NoSeal")
        settings.SEAL_KEY, settings.SEAL_CERTIFICATE = embedded.make_seal(HOUSE, "BE0999999922")
        Document.objects.filter(pk=row.pk).update(claimed_until=LONG_AGO)
        documents.make(row.pk, at=AT)
        assert again(row).sha256

    @pytest.mark.parametrize("change", [{"sealed": False}, {"after": None}])
    def test_the_database_keeps_what_was_asked(self, change: dict[str, Any]) -> None:
        row = order(after=order())
        with pytest.raises(DatabaseError, match="keeps what it prints"), transaction.atomic():
            Document.objects.filter(pk=row.pk).update(**change)

    def test_a_paper_waits_for_the_one_whose_hash_it_prints(
        self, published: list[Any], django_capture_on_commit_callbacks: Any, clock: Any
    ) -> None:
        first = order()
        second = order(after=first)
        documents.make(second.pk, at=AT)
        assert again(second).attempts == 0
        assert leases.waiting(documents.to_make(), limit=9) == [first.pk]
        with django_capture_on_commit_callbacks(execute=True):
            documents.make(first.pk, at=AT)
        assert [task.args for task in published] == [(second.pk,)]
        tasks.sweep()
        assert again(second).sha256

    def test_a_paper_that_waits_for_a_stuck_one_says_so(self) -> None:
        first = order(template="print/absent.v1.fr.html")
        Document.objects.filter(pk=first.pk).update(stuck_at=AT)
        page = documents.response(again(order(after=first)))
        assert page.status_code == 202 and "Refresh" not in page
        assert "revenez" in page.content.decode()


def test_the_demo_makes_its_own_seal_once(tmp_path: Path) -> None:
    embedded.make_keys(tmp_path)
    made = (tmp_path / "seal.key").read_text(), (tmp_path / "seal.crt").read_text()
    embedded.make_keys(tmp_path)
    assert ((tmp_path / "seal.key").read_text(), (tmp_path / "seal.crt").read_text()) == made
    certificate = pyca.load_pem_x509_certificate(made[1].encode())
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    assert "VATBE-0999999922" in certificate.subject.rfc4514_string()
    assert pem.detect(made[0].encode())
