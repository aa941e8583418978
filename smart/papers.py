"""The documents box: every paper a person may read, found by a word, a number, a client, a year."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import get_valid_filename
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from invoicing.models import Client, Invoice
from members.models import Activity, User
from office import bundles, clock
from office.models import Document
from office.refusals import Refusal
from orders.models import Order, Receipt
from payroll.models import Contract, Payslip

PAGE = 25
MOST_PAPERS, MOST_BYTES = 400, 60 * 1024 * 1024
AGAIN = timedelta(hours=1)  # the same papers asked twice within it are one file
CLIENTS = 200  # named in the filter
MOST_WORDS = 6  # of a search

KINDS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "order": (_("Commandes signées ou envoyées"), ("order",)),
    "certificate": (_("Certificats de signature"), ("certificate",)),
    "contract": (_("Contrats de travail"), ("contract", "contract_signed")),
    "payslip": (_("Fiches de paie"), ("payslip",)),
    "invoice": (_("Factures et notes de crédit"), ("invoice", "credit_note")),
    "receipt": (_("Justificatifs de frais"), ("receipt",)),
    "statement": (_("Relevés"), ("statement",)),
}


SIGNED = _("signé par les deux")


class NothingChosen(Refusal):
    code = "nothing_chosen"
    sentence = _("Cochez au moins un document qui est prêt.")


class TooManyPapers(Refusal):
    code = "too_many_papers"
    sentence = _(
        "C’est plus qu’un fichier n’en peut porter ({papers} documents, {size} Mo). Choisissez une "
        "année ou une sorte."
    )


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What one looks for; empty means all."""

    words: str = ""
    kind: str = ""
    client: str = ""  # ref
    year: int | None = None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper in the list, and what it is about."""

    document: Document
    about: str  # the client, and what sets this paper apart
    job: str


@dataclass(frozen=True, kw_only=True)
class Box:
    """A page of the box and what one may choose from."""

    papers: tuple[Paper, ...]
    after: str  # where the next page begins
    clients: tuple[tuple[str, str], ...]
    years: tuple[int, ...]


def documents_of(user: User) -> QuerySet[Document]:
    """The papers a person may read."""
    return _named(_sources(user))


def box(user: User, wanted: Wanted, *, after: str = "") -> Box:
    """A page of what is wanted, newest first, in a fixed number of queries."""
    sources = _sources(user)
    mine, rows = _named(sources), _found(user, wanted, sources)
    last = mine.filter(ref=after).values_list("pk", flat=True).first() if after else None
    if last is not None:
        rows = rows.filter(pk__lt=last)
    page = list(rows.order_by("-id")[: PAGE + 1])
    ends = mine.aggregate(first=Min("created_at"), last=Max("created_at"))
    years = (
        range(clock.day_of(ends["last"]).year, clock.day_of(ends["first"]).year - 1, -1)
        if ends["first"]
        else ()
    )
    orders = Order.objects.visible_to(user).filter(client__isnull=False)
    clients = Client.objects.filter(pk__in=orders.values("client")).order_by("name")[:CLIENTS]
    return Box(
        papers=tuple(described(page[:PAGE])),
        after=page[PAGE - 1].ref if len(page) > PAGE else "",
        clients=tuple(clients.values_list("ref", "name")),
        years=tuple(years),
    )


def found(user: User, wanted: Wanted) -> QuerySet[Document]:
    """The papers of a person that are what is wanted; not those a signed one stands for."""
    return _found(user, wanted, _sources(user))


def _found(user: User, wanted: Wanted, sources: "Sequence[Source]") -> QuerySet[Document]:
    signed = Contract.objects.visible_to(user).filter(signed_paper__isnull=False)
    rows = _named(sources).exclude(pk__in=signed.values("document"))
    if wanted.kind in KINDS:
        rows = rows.filter(kind__in=KINDS[wanted.kind][1])
    if wanted.year is not None:
        rows = rows.filter(created_at__year=wanted.year)
    if wanted.client:
        rows = rows.filter(pk__in=_keys(sources, lambda source: source.of_client(wanted.client)))
    for word in wanted.words.split()[:MOST_WORDS]:
        rows = rows.filter(Q(title__icontains=word) | Q(pk__in=_keys(sources, _said(word))))
    return rows


def described(documents: Iterable[Document]) -> list[Paper]:
    """The papers with the client and the job they are about: five queries for any number."""
    page = list(documents)
    keys = [document.pk for document in page]
    about: dict[int, tuple[str, str]] = {}
    for name in ("document", "certificate"):
        rows = Order.objects.filter(**{f"{name}__in": keys})
        for key, client, job in rows.values_list(f"{name}_id", "client__name", "ref"):
            about[key] = client or "", job
    for name in ("document", "signed_paper"):
        for key, client, job in Contract.objects.filter(**{f"{name}__in": keys}).values_list(
            f"{name}_id", "client_name", "job"
        ):
            about[key] = client, job
    slips = Payslip.objects.filter(document__in=keys)
    invoices = Invoice.objects.filter(document__in=keys)
    receipts = Receipt.objects.filter(paper__in=keys)
    for key, client, job in (
        *slips.values_list("document_id", "contract__client_name", "contract__job"),
        *invoices.values_list("document_id", "client__name", "job"),
        *receipts.values_list("paper_id", "line__order__client__name", "line__order__ref"),
    ):
        about[key] = client, job
    papers = []
    for row in page:
        client, job = about.get(row.pk, ("", ""))
        words = [client, str(SIGNED) if row.kind == "contract_signed" else ""]
        papers.append(Paper(document=row, about=" · ".join(filter(None, words)), job=job))
    return papers


@transaction.atomic
def bundle(user: User, chosen: QuerySet[Document], *, at: datetime) -> Document:
    """One file of the chosen papers, made by a worker; asked twice, it is the same one.

    ``chosen`` is cut from ``documents_of(user)``. Raises ``NothingChosen`` or ``TooManyPapers``.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    ready = chosen.filter(sha256__isnull=False).order_by("id")
    papers = list(ready.only("id", "title", "file_name", "created_at", "size")[: MOST_PAPERS + 1])
    if not papers:
        raise NothingChosen
    size = sum(paper.size or 0 for paper in papers)
    if len(papers) > MOST_PAPERS or size > MOST_BYTES:
        raise TooManyPapers(papers=ready.count(), size=size // 1024 // 1024)
    contents = bundles.contents(papers)
    known = bundles.newest(user, contents=contents, since=at - AGAIN)
    return known or bundles.order(
        contents,
        subject=user,
        title=gettext("Documents du {day}").format(day=f"{clock.day_of(at):%d/%m/%Y}"),
        file_name=get_valid_filename(f"{gettext('documents')}-{clock.day_of(at):%Y-%m-%d}.zip"),
        language=user.language,
        at=at,
    )


# --- Where papers are named ----------------------------------------------------------------------

NOBODY: Callable[[str], Q] = lambda ref: Q(pk__in=[])  # noqa: E731 - papers that are no client's


@dataclass(frozen=True, kw_only=True)
class Source:
    """Rows that name papers: by which field, of which client, and the words said in them."""

    rows: QuerySet[Any]
    field: str
    words: tuple[str, ...]
    of_client: Callable[[str], Q] = NOBODY


def _sources(user: User) -> tuple[Source, ...]:
    jobs = Order.objects.visible_to(user)
    contracts = Contract.objects.visible_to(user)
    slips = Payslip.objects.visible_to(user).filter(final_at__isnull=False)
    invoices = Invoice.objects.visible_to(user)
    receipts = Receipt.objects.filter(line__order__in=jobs)
    activities = Activity.objects.visible_to(user, on=clock.today()).values_list("pk", flat=True)
    own = [f"activity:{key}" for key in activities] if not user.is_staff else []
    statements = Document.objects.filter(kind="statement", subject__in=own)

    def refs(client: str) -> QuerySet[Order, Any]:
        return Order.objects.filter(client__ref=client).values("ref")

    of_job = ("ref", "description", "client__name", "purchase_reference", "signer_name")
    of_contract = ("ref", "job", "client_name", "description")
    return (
        *(
            Source(rows=jobs, field=f, words=of_job, of_client=lambda ref: Q(client__ref=ref))
            for f in ("document_id", "certificate_id")
        ),
        *(
            Source(
                rows=contracts,
                field=f,
                words=of_contract,
                of_client=lambda ref: Q(job__in=refs(ref)),
            )
            for f in ("document_id", "signed_paper_id")
        ),
        Source(
            rows=slips,
            field="document_id",
            words=("ref", *(f"contract__{name}" for name in of_contract)),
            of_client=lambda ref: Q(contract__job__in=refs(ref)),
        ),
        Source(
            rows=invoices,
            field="document_id",
            words=("ref", "job", "printed_number", "communication", "client__name"),
            of_client=lambda ref: Q(client__ref=ref),
        ),
        Source(
            rows=receipts,
            field="paper_id",
            words=("line__label", "line__order__ref", "line__order__client__name"),
            of_client=lambda ref: Q(line__order__client__ref=ref),
        ),
        Source(rows=statements, field="id", words=("ref",)),
    )


def _named(sources: Sequence[Source]) -> QuerySet[Document]:
    """The papers that some rows name."""
    return Document.objects.filter(pk__in=_keys(sources))


def _keys(sources: Sequence[Source], where: Callable[[Source], Q] = lambda source: Q()) -> Any:
    """The keys of the papers that some rows name."""
    first, *others = (
        source.rows.filter(where(source)).exclude(**{source.field: None}).values_list(source.field)
        for source in sources
    )
    return first.union(*others)


def _said(word: str) -> Callable[[Source], Q]:
    """Rows in which a word or a number stands, however the number is written."""
    digits = "".join(sign for sign in word if sign.isdigit())
    numeric = len(digits) >= 6 and not any(sign.isalpha() for sign in word)
    written = {word, digits} if numeric else {word}

    def where(source: Source) -> Q:
        said = Q(pk__in=[])
        for field in source.words:
            for text in sorted(written):
                said |= Q(**{f"{field}__icontains": text})
        return said

    return where
