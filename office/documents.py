"""Papers: a row made with the act it proves, rendered once by a worker, kept under its hash.

The row holds all that is printed. Rendering it again gives the same page, so that a worker that
died half-way costs nothing; once the hash is written the database lets nobody change it. A paper
may ask for the seal of the house, and may wait for another whose hash it prints.
"""

import traceback
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_noop

from office import journal, leases, outbox, storage, uploads
from office.actors import Actor
from office.models import Document
from office.rules import plain, sha256

log = structlog.get_logger(__name__)

LEASE_SECONDS = 60
TASK = "office.tasks.make_document"
WORN_OUT = gettext_noop("chaque essai s’est arrêté en route")
RELOAD_SECONDS = 2


# --- Made by the house ---------------------------------------------------------------------------


def order(
    kind: str,
    *,
    template: str,
    language: str,
    subject: Model | str,
    title: str,
    file_name: str,
    context: dict[str, Any],
    at: datetime,
    sealed: bool = False,
    after: Document | None = None,
) -> Document:
    """A paper to make, with everything it prints. Nothing is rendered here, nothing can refuse.

    ``sealed``: its file bears the seal of the house. ``after``: the paper to make first, whose hash
    this one prints (``document.after.sha256``).
    """
    document = Document.objects.create(
        kind=kind,
        template=template,
        language=language,
        subject=journal.key(subject),
        title=title,
        file_name=file_name,
        context=plain(context),
        specimen=settings.COOP_DEMO,
        sealed=sealed,
        after=after,
        created_at=at,
    )
    outbox.nudge(TASK, document.pk)
    return document


def to_make() -> QuerySet[Document]:
    """Papers that have no file yet and wait for no other paper."""
    awaited = Document.objects.filter(pk=OuterRef("after_id"), sha256=None)
    return Document.objects.filter(~Exists(awaited), sha256=None)


def make(document_id: int, *, at: datetime) -> None:
    """Render one paper and keep its file, unless somebody else does or did."""
    claim = leases.claim(to_make(), document_id, seconds=LEASE_SECONDS)
    if claim is None:
        return
    document = Document.objects.select_related("after").get(pk=document_id)
    try:
        content = _with_seal(document, rendered(document), at=at)
        digest = storage.put(content)
    except Exception as fault:
        log.error("document.not_made", document=document_id, fault=_where(fault))
        mine = to_make().filter(claimed_until=claim)
        leases.give_back(mine, document, fault=type(fault).__name__, at=at, for_good=False)
        return
    # whoever was quicker wrote the hash that stands; the file of the other is an orphan
    to_make().filter(pk=document_id).update(
        sha256=digest, size=len(content), made_at=at, claimed_until=None, stuck_at=None, fault=""
    )
    for follower in document.followers.filter(sha256=None):
        outbox.nudge(TASK, follower.pk)


def _where(fault: Exception) -> str:
    """The kind of fault and where it happened; its words may quote the paper."""
    frame = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} {frame.filename}:{frame.lineno}"


def newest(kind: str, *, subject: Model | str, language: str) -> Document | None:
    """The last paper of a kind ordered about something."""
    rows = Document.objects.filter(kind=kind, subject=journal.key(subject), language=language)
    return rows.order_by("-id").first()


def rendered(document: Document) -> bytes:
    """The file of an ordered paper, from its row alone: a PDF, or a bundle of other papers."""
    from office import bundles, paper  # the renderer is loaded by workers only

    if document.kind == bundles.KIND:
        return bundles.zipped(document)

    with translation.override(document.language):
        page = render_to_string(document.template, {**document.context, "document": document})
    return paper.pdf(page)


def _with_seal(document: Document, content: bytes, *, at: datetime) -> bytes:
    """The paper under the seal of the house, when it asks for it."""
    if not document.sealed:
        return content
    from office import seal  # loaded by workers only, like the renderer

    house = document.context.get("entity", {}).get("name", "")
    return seal.seal(content, name=house, reason=f"{document.title} · {document.ref}", at=at)


def leave_to_staff(*, at: datetime) -> int:
    """Papers whose every attempt died with its worker."""
    return leases.exhausted(to_make()).update(stuck_at=at, fault=WORN_OUT)


@transaction.atomic
def retry(document: Document, *, by: Actor, at: datetime) -> bool:
    """Staff have a stuck paper made again, after mending what it stumbled over."""
    freed = (
        to_make()
        .filter(pk=document.pk, stuck_at__isnull=False)
        .update(stuck_at=None, claimed_until=None, attempts=0, fault="")
    )
    if freed:
        journal.record("document.retried", document, document.subject, by=by, at=at)
        outbox.nudge(TASK, document.pk)
    return bool(freed)


# --- Brought from outside ------------------------------------------------------------------------


def keep(
    kind: str,
    *,
    subject: Model | str,
    title: str,
    file_name: str,
    media_type: str,
    content: bytes,
    at: datetime,
    language: str = "fr",
) -> Document:
    """Keep bytes that exist already: an uploaded paper, a bank file."""
    return Document.objects.create(
        kind=kind,
        language=language,
        subject=journal.key(subject),
        title=title,
        file_name=file_name,
        media_type=media_type,
        specimen=settings.COOP_DEMO,
        created_at=at,
        sha256=storage.put(content),
        size=len(content),
        made_at=at,
    )


# --- Handed out ----------------------------------------------------------------------------------


def of_content(content: bytes) -> Document | None:
    """The paper made by the house whose file is exactly this; never one that was brought to us."""
    made = Document.objects.filter(sha256=sha256(content)).exclude(template="")
    return made.order_by("pk").first()


def content(document: Document) -> bytes:
    """The file of a paper, proved to be the one that was made."""
    if document.sha256 is None:
        raise FileNotFoundError(f"document {document.pk} is not made yet")
    return storage.get(document.sha256)


def response(document: Document, *, inline: bool = True) -> HttpResponse:
    """The answer of a view that has checked who asks; a page that waits when it is not made yet."""
    if document.sha256 is None:
        return _preparing(document)
    answer = HttpResponse(content(document), content_type=document.media_type)
    disposition = content_disposition_header(not inline, document.file_name)
    answer["Content-Disposition"] = disposition or "inline"
    answer["Cache-Control"] = "private, no-store"
    return answer if document.template else uploads.stay_harmless(answer)


def _preparing(document: Document) -> HttpResponse:
    awaited = document.after
    stuck = document.stuck_at or (awaited and awaited.stuck_at)
    page = render_to_string("office/preparing.html", {"document": document, "stuck": stuck})
    answer = HttpResponse(page, status=202)
    answer["Cache-Control"] = "no-store"
    if not stuck:
        answer["Refresh"] = str(RELOAD_SECONDS)
    return answer
