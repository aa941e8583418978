"""The first page of the staff desk: the queues of the day, grouped by who works them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from invoicing.models import Advance, Client, Invoice, Receivable
from invoicing.states import InvoiceStatus
from members.models import Affiliate, BankAccount, Role
from members.states import AffiliateStatus
from office import clock
from office.models import Document, Letter
from orders.models import ChangeRequest, Receipt, Review, WorkReport
from orders.states import ChangeStatus, OrderStatus
from payroll.models import Contract, Declaration, PayRun
from payroll.states import ContractStatus, DeclarationStatus, RunStatus
from smart import books, search

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Rows that wait for somebody; ``filters`` is the query of the list that shows just them."""

    label: Text
    rows: Callable[[date], QuerySet[Any]]
    filters: str = ""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A queue with its count and its page."""

    label: Text
    count: int
    url: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """The queues of one role."""

    code: str
    label: Text
    queues: Sequence[Waiting]


QUEUES: dict[Role, tuple[Queue, ...]] = {
    Role.ADVISOR: (
        Queue(
            label=_("inscriptions à accepter"),
            rows=lambda on: Affiliate.objects.filter(
                status=AffiliateStatus.REGISTERED, user__email_confirmed_at__isnull=False
            ),
        ),
        Queue(
            label=_("clients à vérifier"),
            rows=lambda on: Client.objects.filter(verified_at=None),
        ),
        Queue(
            label=_("missions à regarder avant l’envoi"),
            rows=lambda on: Review.objects.filter(decided_at=None),
        ),
        Queue(
            label=_("travaux à décider"),
            rows=lambda on: WorkReport.objects.filter(
                decided_at=None, order__status=OrderStatus.HELD
            ).exclude(answer__in=["agreed", "silence"]),
        ),
        Queue(
            label=_("demandes de changement"),
            rows=lambda on: ChangeRequest.objects.filter(status=ChangeStatus.OPEN),
        ),
        Queue(
            label=_("justificatifs à approuver"),
            rows=lambda on: Receipt.objects.filter(approved_at=None, refused_reason=""),
        ),
    ),
    Role.PAYROLL: (
        Queue(
            label=_("contrats à signer par la coopérative"),
            rows=lambda on: Contract.objects.filter(status=ContractStatus.DRAFT),
            filters="queue=to_sign",
        ),
        Queue(
            label=_("contrats sur papier à vérifier"),
            rows=lambda on: Contract.objects.filter(status=ContractStatus.UPLOADED),
            filters="queue=paper",
        ),
        Queue(
            label=_("à déclarer avant demain"),
            rows=lambda on: Declaration.objects.filter(
                status=DeclarationStatus.TO_DECLARE, due_on__lte=on
            ),
        ),
        Queue(
            label=_("débuts irréguliers à décider"),
            rows=lambda on: Contract.objects.filter(
                irregular_start=True, irregular_decided_at=None
            ),
            filters="queue=irregular",
        ),
        Queue(
            label=_("paies à vérifier et à soumettre"),
            rows=lambda on: PayRun.objects.filter(status=RunStatus.BUILT),
            filters="queue=built",
        ),
    ),
    Role.FINANCE: (
        Queue(
            label=_("paies à approuver"),
            rows=lambda on: PayRun.objects.filter(status=RunStatus.SUBMITTED),
            filters="queue=submitted",
        ),
        Queue(
            label=_("paies à confirmer, la banque a dû les exécuter"),
            rows=lambda on: PayRun.objects.filter(status=RunStatus.APPROVED, pay_on__lte=on),
            filters="queue=approved",
        ),
        Queue(
            label=_("comptes bancaires à approuver"),
            rows=lambda on: BankAccount.objects.filter(
                affiliate__status=AffiliateStatus.ACCEPTED,
                confirmed_at__isnull=False,
                approved_at=None,
                refused_at=None,
            ),
        ),
        Queue(
            label=_("factures à émettre"),
            rows=lambda on: Invoice.objects.filter(status=InvoiceStatus.RELEASED),
        ),
        Queue(
            label=_("factures échues"),
            rows=lambda on: Receivable.objects.filter(open_amount__gt=0, invoice__due_on__lt=on),
            filters="queue=late",
        ),
        Queue(
            label=_("trop-perçus à rendre"),
            rows=lambda on: Receivable.objects.filter(overpaid_amount__gt=0),
            filters="queue=overpaid",
        ),
        Queue(
            label=_("avances en cours"),
            rows=lambda on: Advance.objects.filter(amount__gt=F("repaid") + F("lost")),
        ),
    ),
    Role.ADMINISTRATOR: (
        Queue(
            label=_("lettres bloquées"),
            rows=lambda on: Letter.objects.filter(sent_at=None, stuck_at__isnull=False),
        ),
        Queue(
            label=_("documents bloqués"),
            rows=lambda on: Document.objects.filter(sha256=None, stuck_at__isnull=False),
        ),
    ),
}


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Called by unfold for the desk's first page: the visitor's own queues first."""
    on = clock.today()
    mine = getattr(request.user, "role", "")
    roles = sorted(QUEUES, key=lambda role: role != mine)
    return context | {"desk": [group(role, on) for role in roles]}


def group(role: Role, on: date) -> Group:
    """The queues of one role, counted: one query each."""
    return Group(
        code=role.value, label=role.label, queues=[counted(queue, on) for queue in QUEUES[role]]
    )


def counted(queue: Queue, on: date) -> Waiting:
    """How many wait, and where."""
    rows = queue.rows(on)
    options = rows.model._meta
    url = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return Waiting(
        label=queue.label,
        count=rows.count(),
        url=f"{url}?{queue.filters}" if queue.filters else url,
    )


@require_GET
def prove_books(request: HttpRequest, site: Any) -> HttpResponse:
    """The same proofs as `check_books`, for everybody at the desk."""
    context = site.each_context(request) | {
        "title": _("Les livres se prouvent eux-mêmes"),
        "proofs": books.proofs(),
        "problems": books.problems(),
        "jobs": books.latest_jobs(),
    }
    return TemplateResponse(request, "admin/books.html", context)


@require_GET
def job_books(request: HttpRequest, site: Any, job: str) -> HttpResponse:
    """Every entry of one job, oldest first: revenue, pay, advance, payment, repayment."""
    statement = books.statement_of(job)
    if not statement:
        raise Http404
    context = site.each_context(request) | {
        "title": _("Les écritures de la mission {job}").format(job=job),
        "statement": statement,
    }
    return TemplateResponse(request, "admin/job_books.html", context)


@require_GET
def find(request: HttpRequest, site: Any) -> HttpResponse:
    """The one box. What names one thing leads to it at once, so that a number read aloud stays in
    no page's address.
    """
    typed = search.Typed(request.GET.get("q", ""))
    found = search.find(typed, request)
    hits = [hit for kind in found for hit in kind.hits]
    if typed.exact and len(hits) == 1:
        return HttpResponseRedirect(hits[0].url)
    context = site.each_context(request) | {
        "title": _("Chercher"),
        "typed": typed.text,
        "found": found,
    }
    return TemplateResponse(request, "admin/find.html", context)
