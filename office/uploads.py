"""Files people bring. Nothing they say of themselves is believed: name, declared type, extension.

They are held in memory, bounded, and never written down as they came. A picture is drawn anew, so
that nothing but its pixels is kept: no position, no thumbnail, nothing hidden behind them. A PDF is
kept as it came when it may bear a signature, once nothing in it acts or swells; or, for a paper one
only looks at, it is drawn as a picture. The work is done by a short process of its own
(`office.opening`), so that a file that breaks its reader breaks nothing else.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from office.refusals import Refusal

log = structlog.get_logger(__name__)

MEGABYTE = 1024 * 1024
MOST_FILES = 4  # of one form
SECONDS = 20
OPENING = Path(__file__).with_name("opening.py")

PICTURES = "image/jpeg,image/png"  # what a form asks for: a telephone then converts its HEIC
PICTURES_AND_PDF = f"{PICTURES},application/pdf"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be kept."""

    content: bytes
    media_type: str
    extension: str  # with its dot


class UploadRefused(Refusal):
    code = "upload_refused"
    field = "file"


class UploadMissing(UploadRefused):
    code = "upload_missing"
    sentence = _("Choisissez le fichier à envoyer.")


class UploadTooBig(UploadRefused):
    code = "upload_too_big"
    sentence = _("Ce fichier dépasse {limit} Mo. Réduisez-le ou envoyez une photo plus légère.")


class UploadOfOtherKind(UploadRefused):
    code = "upload_of_other_kind"
    sentence = _(
        "Ce fichier ne peut pas être lu. Envoyez un PDF ou une photo (JPEG ou PNG), tels que "
        "votre appareil les enregistre."
    )


class UploadHeic(UploadRefused):
    code = "upload_heic"
    sentence = _(
        "Cette photo est au format HEIC de l’iPhone. Prenez la photo depuis cette page, ou "
        "choisissez « Le plus compatible » dans Réglages › Appareil photo › Formats."
    )


class UploadLocked(UploadRefused):
    code = "upload_locked"
    sentence = _(
        "Ce PDF est protégé par un mot de passe. Enregistrez-le sans mot de passe, ou envoyez une "
        "photo du document."
    )


class UploadActing(UploadRefused):
    code = "upload_acting"
    sentence = _(
        "Ce PDF contient plus que des pages : un programme, un fichier joint ou un formulaire qui "
        "s’envoie. Imprimez-le en PDF et envoyez le nouveau fichier, ou une photo."
    )


class UploadSwelling(UploadRefused):
    code = "upload_swelling"
    sentence = _(
        "Ce fichier est trop lourd à ouvrir. Envoyez une photo plus petite, ou le document "
        "imprimé en PDF."
    )


class UploadLong(UploadRefused):
    code = "upload_long"
    sentence = _("Ce PDF a trop de pages. Envoyez celles qui comptent.")


# what the process says -> what the person reads
REFUSALS: dict[str, type[UploadRefused]] = {
    "unreadable": UploadOfOtherKind,
    "locked": UploadLocked,
    "acting": UploadActing,
    "swelling": UploadSwelling,
    "long": UploadLong,
}

# how a file begins -> what its process does
BEGINNINGS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "picture"), (b"\xff\xd8\xff", "picture"))
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def accept(file: UploadedFile[Any] | None) -> Upload:
    """A picture drawn anew, or a PDF as it came; else one of `UploadRefused`."""
    content = _bounded(file)
    work = _kind(content)
    kept = _opened(work, content)
    if work == "pdf":
        return Upload(content=kept, media_type="application/pdf", extension=".pdf")
    return Upload(content=kept, media_type="image/jpeg", extension=".jpg")


def accept_as_picture(file: UploadedFile[Any] | None) -> Upload:
    """A picture drawn anew, of the pages when it is a PDF; else one of `UploadRefused`."""
    content = _bounded(file)
    kept = _opened("drawn" if _kind(content) == "pdf" else "picture", content)
    return Upload(content=kept, media_type="image/jpeg", extension=".jpg")


def _bounded(file: UploadedFile[Any] | None) -> bytes:
    """The whole of a file that is not too big."""
    if file is None or not file.size:
        raise UploadMissing
    content: bytes = file.read(most_bytes() + 1)
    if len(content) != file.size:  # only its beginning was kept
        raise UploadTooBig(limit=settings.COOP_UPLOAD_MEGABYTES)
    if len(content) > most_bytes():
        raise UploadTooBig(limit=settings.COOP_UPLOAD_MEGABYTES)
    return content


def _kind(content: bytes) -> str:
    """What a file is, by how it begins."""
    for beginning, work in BEGINNINGS:
        if content.startswith(beginning):
            return work
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        raise UploadHeic
    raise UploadOfOtherKind


def _opened(work: str, content: bytes) -> bytes:
    """What a process of its own keeps of a file."""
    command = [sys.executable, "-I", str(OPENING), work]
    try:
        done = subprocess.run(  # noqa: S603 - our own words, the file is only piped in
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env={},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UploadSwelling from None
    said, _end, kept = done.stdout.partition(b"\n")
    if said == b"kept" and done.returncode == 0:
        return kept
    why = said.decode().removeprefix("refused: ") or "swelling"  # stopped by its own limits
    log.info("upload.refused", why=why, ended=done.returncode)
    raise REFUSALS[why]


def most_bytes() -> int:
    """How big a file may be."""
    return int(settings.COOP_UPLOAD_MEGABYTES) * MEGABYTE


class InMemory(FileUploadHandler):
    """Keeps the files of a form in memory, all together bounded; what is beyond is read past.

    A file of which only the beginning was kept tells its true size, by which it is refused.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.room = most_bytes() + 1
        self.files = 0
        self.kept = bytearray()

    def new_file(self, *args: Any, **options: Any) -> None:
        """The next file of the form; of many, the first few."""
        super().new_file(*args, **options)
        self.room -= len(self.kept)
        self.kept = bytearray()
        self.files += 1
        if self.files > MOST_FILES:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what there is room for."""
        self.kept += raw_data[: self.room - len(self.kept)]

    def file_complete(self, file_size: int) -> SimpleUploadedFile:
        """The file, under a name that says nothing."""
        file = SimpleUploadedFile("file", bytes(self.kept))
        file.size = file_size
        return file


def stay_harmless(answer: HttpResponse) -> HttpResponse:
    """A brought file, shown by a view that has checked who asks: it runs nothing, loads nothing,
    is taken for nothing else and is kept by no cache.
    """
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    if answer["Content-Type"] != "application/pdf":  # browsers read no PDF in a sandbox
        answer["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return answer
