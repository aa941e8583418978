"""Several papers in one ZIP file, put together by a worker and forgotten after a day."""

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.text import get_valid_filename

from office import clock, journal, outbox, storage
from office.documents import TASK
from office.models import Document

KIND, MEDIA_TYPE = "bundle", "application/zip"
KEPT = timedelta(days=1)


def contents(papers: Iterable[Document]) -> list[list[Any]]:
    """The keys of some papers and the names their files get in the bundle, no name twice."""
    given: dict[str, int] = {}
    named = []
    for paper in papers:
        stem, dot, ending = paper.file_name.rpartition(".")
        day = f"{clock.day_of(paper.created_at):%Y-%m-%d}"
        name = get_valid_filename(f"{day}-{stem or paper.file_name}")
        given[name] = given.get(name, 0) + 1
        again = f"-{given[name]}" if given[name] > 1 else ""
        named.append([paper.pk, f"{name}{again}.{ending}" if dot else f"{name}{again}"])
    return named


def order(
    contents: list[list[Any]],
    *,
    subject: Model,
    title: str,
    file_name: str,
    language: str,
    at: datetime,
) -> Document:
    """A bundle to make; what goes in is written down now."""
    document = Document.objects.create(
        kind=KIND,
        media_type=MEDIA_TYPE,
        language=language,
        subject=journal.key(subject),
        title=title,
        file_name=file_name,
        context={"papers": contents},
        specimen=settings.COOP_DEMO,
        created_at=at,
    )
    outbox.nudge(TASK, document.pk)
    return document


def newest(subject: Model, *, contents: list[list[Any]], since: datetime) -> Document | None:
    """The bundle of just these papers asked by this person since an instant."""
    rows = of(subject).filter(created_at__gte=since, context={"papers": contents})
    return rows.order_by("-id").first()


def of(subject: Model) -> QuerySet[Document]:
    """The bundles somebody asked for."""
    return Document.objects.filter(kind=KIND, subject=journal.key(subject))


def zipped(document: Document) -> bytes:
    """The file of a bundle; the same papers give the same bytes. Papers are compressed already."""
    names = dict(document.context["papers"])
    made = Document.objects.filter(pk__in=names, sha256__isnull=False)
    digests: dict[int, str] = {key: str(digest) for key, digest in made.values_list("pk", "sha256")}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for key, name in names.items():
            archive.writestr(zipfile.ZipInfo(name), storage.get(digests[key]))
    return file.getvalue()


def forget(*, at: datetime) -> int:
    """Drop bundles a day old; their files become orphans and are swept."""
    return Document.objects.filter(kind=KIND, created_at__lt=at - KEPT).delete()[0]
