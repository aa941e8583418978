"""What waits at the desk: each queue counted once, the most urgent first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from invoicing.models import Advance, Client, Invoice, Question, Receivable
from invoicing.queries import open_disputes
from invoicing.states import InvoiceStatus, QuestionStatus
from members.models import Affiliate, BankAccount, IdentityCorrection, PersonalPaper, Role, User
from members.states import AffiliateStatus, PaperStatus
from office import clock
from office.models import Document, Letter, Webhook
from orders.models import ChangeRequest, Receipt, Review, WorkReport
from orders.states import ChangeStatus, OrderStatus
from payroll.models import Contract, Declaration, PayRun
from payroll.states import ContractStatus, DeclarationStatus, RunStatus

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Rows that wait for somebody; ``filters`` is the query of the list that shows just them.

    ``due`` is the date by which each must be done, ``since`` that from which it waits (at most
    one of the two); ``advisor`` leads to the advisor of the member it concerns.
    """

    label: Text
    rows: Callable[[date], QuerySet[Any]]
    filters: str = ""
    due: str = ""
    since: str = ""
    advisor: str = ""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A queue as it stands today. ``first`` is its earliest date; ``mine`` of ``count`` concern
    members of who looks; ``presses`` when the earliest is due by tomorrow.
    """

    label: Text
    count: int
    url: str
    first: date | None
    late: bool
    presses: bool
    is_due: bool
    mine: int
    mine_url: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """The queues of one role, the most urgent first."""

    code: str
    label: Text
    queues: Sequence[Waiting]


QUEUES: dict[Role, tuple[Queue, ...]] = {
    Role.ADVISOR: (
        Queue(
            label=_("inscriptions à accepter"),
            since="registered_at",
            advisor="advisor",
            rows=lambda on: Affiliate.objects.filter(status=AffiliateStatus.REGISTERED).exclude(
                pk__in=PersonalPaper.objects.filter(status=PaperStatus.REFUSED).values("affiliate")
            ),
        ),
        Queue(
            label=_("pièces de membres à vérifier"),
            advisor="advisor",
            rows=lambda on: Affiliate.objects.exclude(status=AffiliateStatus.DRAFT).filter(
                pk__in=PersonalPaper.objects.filter(status=PaperStatus.GIVEN).values("affiliate")
            ),
            filters="queue=papers",
        ),
        Queue(
            label=_("corrections d’identité à décider"),
            since="asked_at",
            advisor="affiliate__advisor",
            rows=lambda on: IdentityCorrection.objects.open(),
        ),
        Queue(
            label=_("clients à vérifier"),
            since="created_at",
            rows=lambda on: Client.objects.filter(verified_at=None),
        ),
        Queue(
            label=_("missions à regarder avant l’envoi"),
            due="due_on",
            advisor="order__affiliate__advisor",
            rows=lambda on: Review.objects.filter(decided_at=None),
        ),
        Queue(
            label=_("travaux à décider"),
            since="reported_at",
            advisor="order__affiliate__advisor",
            rows=lambda on: WorkReport.objects.filter(
                decided_at=None, order__status=OrderStatus.HELD
            ).exclude(answer__in=["agreed", "silence"]),
        ),
        Queue(
            label=_("demandes de changement"),
            since="asked_at",
            advisor="order__affiliate__advisor",
            rows=lambda on: ChangeRequest.objects.filter(
                status=ChangeStatus.OPEN, order__status=OrderStatus.SIGNED
            ),
        ),
        Queue(
            label=_("questions de clients"),
            since="asked_at",
            advisor="affiliate__advisor",
            rows=lambda on: Question.objects.filter(status=QuestionStatus.OPEN),
        ),
        Queue(
            label=_("justificatifs à approuver"),
            since="handed_in_at",
            advisor="line__order__affiliate__advisor",
            rows=lambda on: Receipt.objects.filter(approved_at=None, refused_reason=""),
        ),
    ),
    Role.PAYROLL: (
        Queue(
            label=_("contrats à signer par la coopérative"),
            due="starts_on",
            rows=lambda on: Contract.objects.filter(status=ContractStatus.DRAFT),
            filters="queue=to_sign",
        ),
        Queue(
            label=_("contrats sur papier à vérifier"),
            due="starts_on",
            rows=lambda on: Contract.objects.filter(status=ContractStatus.UPLOADED),
            filters="queue=paper",
        ),
        Queue(
            label=_("à déclarer avant demain"),
            due="due_on",
            rows=lambda on: Declaration.objects.filter(
                status=DeclarationStatus.TO_DECLARE, due_on__lte=on
            ),
        ),
        Queue(
            label=_("débuts irréguliers à décider"),
            since="irregular_checked_at",
            rows=lambda on: Contract.objects.filter(
                irregular_start=True, irregular_decided_at=None
            ),
            filters="queue=irregular",
        ),
        Queue(
            label=_("paies à vérifier et à soumettre"),
            due="approve_before",
            rows=lambda on: PayRun.objects.filter(status=RunStatus.BUILT),
            filters="queue=built",
        ),
    ),
    Role.FINANCE: (
        Queue(
            label=_("paies à approuver"),
            due="approve_before",
            rows=lambda on: PayRun.objects.filter(status=RunStatus.SUBMITTED),
            filters="queue=submitted",
        ),
        Queue(
            label=_("paies à confirmer, la banque a dû les exécuter"),
            due="pay_on",
            rows=lambda on: PayRun.objects.filter(status=RunStatus.APPROVED, pay_on__lte=on),
            filters="queue=approved",
        ),
        Queue(
            label=_("comptes bancaires à approuver"),
            since="confirmed_at",
            rows=lambda on: BankAccount.objects.filter(
                affiliate__status=AffiliateStatus.ACCEPTED,
                confirmed_at__isnull=False,
                approved_at=None,
                refused_at=None,
            ),
        ),
        Queue(
            label=_("factures à émettre"),
            since="released_at",
            rows=lambda on: Invoice.objects.filter(status=InvoiceStatus.RELEASED),
        ),
        Queue(
            label=_("factures échues"),
            due="invoice__due_on",
            rows=lambda on: Receivable.objects.filter(open_amount__gt=0, invoice__due_on__lt=on),
            filters="queue=late",
        ),
        Queue(
            label=_("factures contestées"),
            since="invoice__issued_at",
            rows=lambda on: Receivable.objects.filter(Exists(open_disputes(OuterRef("invoice")))),
            filters="queue=disputed",
        ),
        Queue(
            label=_("trop-perçus à rendre"),
            since="invoice__issued_at",
            rows=lambda on: Receivable.objects.filter(overpaid_amount__gt=0),
            filters="queue=overpaid",
        ),
        Queue(
            label=_("avances en cours"),
            since="made_on",
            rows=lambda on: Advance.objects.filter(amount__gt=F("repaid") + F("lost")),
        ),
    ),
    Role.ADMINISTRATOR: (
        Queue(
            label=_("envois automatiques à approuver"),
            since="asked_at",
            rows=lambda on: Webhook.objects.filter(approved_at=None, ended_at=None),
        ),
        Queue(
            label=_("lettres bloquées"),
            since="stuck_at",
            rows=lambda on: Letter.objects.filter(sent_at=None, stuck_at__isnull=False),
        ),
        Queue(
            label=_("documents bloqués"),
            since="stuck_at",
            rows=lambda on: Document.objects.filter(sha256=None, stuck_at__isnull=False),
        ),
    ),
}


def groups(user: User, on: date) -> list[Group]:
    """Every queue of the day, one query each; those of the visitor's own role first."""
    roles = sorted(QUEUES, key=lambda role: role != user.role)
    return [group(role, user, on) for role in roles]


def group(role: Role, user: User, on: date) -> Group:
    """The queues of one role: what must be done by tomorrow, then her own members', then the
    earliest; empty ones last.
    """
    waiting = [counted(queue, user, on) for queue in QUEUES[role]]
    waiting.sort(
        key=lambda one: (not one.count, not one.presses, not one.mine, one.first or date.max)
    )
    return Group(code=role.value, label=role.label, queues=waiting)


def counted(queue: Queue, user: User, on: date) -> Waiting:
    """How many wait, the earliest, and where."""
    rows = queue.rows(on)
    options = rows.model._meta
    url = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    mine = Q(**{queue.advisor: user}) if queue.advisor else Q(pk=None)
    dated = queue.due or queue.since
    told = rows.aggregate(
        count=Count("pk"),
        mine=Count("pk", filter=mine),
        **({"first": Min(dated)} if dated else {}),
    )
    first = told.get("first")
    if isinstance(first, datetime):
        first = clock.day_of(first)
    return Waiting(
        label=queue.label,
        count=told["count"],
        url=f"{url}?{queue.filters}" if queue.filters else url,
        first=first,
        late=bool(queue.due and first and first < on),
        presses=bool(queue.due and first and first <= on + timedelta(days=1)),
        is_due=bool(queue.due),
        mine=told["mine"],
        mine_url=f"{url}?{queue.filters}&portfolio=mine".replace("?&", "?"),
    )
