"""What an activity's money did: each fact once, in received, guaranteed and planned.

The lines are read from the books (the activity's own account, the fund's advances) and from what
clients' money was allotted to; the three sums are proved against the documents by `smart.books`.

received    paid by clients into the budget and not spent yet
guaranteed  invoiced, not paid yet, covered by the fund, less what the fund advanced
planned     signed and not invoiced yet, or invoiced without the fund's cover
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from invoicing.models import Allotment, Invoice, Purpose, Series
from invoicing.states import InvoiceStatus
from ledger.models import Posting
from members.models import Activity
from office import clock
from office.money import ZERO
from orders.models import Order
from orders.rules import first_line
from payroll.models import Payslip

BUDGET = (Purpose.EMPLOYMENT, Purpose.EXPENSES, Purpose.ROUNDING)  # of what a client pays
MEANS = "960"  # liquid means of the fund: what it advances and gets back

TEXTS: dict[str, str | Promise] = {
    "signed": _("Commande signée"),
    "invoice": _("Facture émise"),
    "credit_note": _("Note de crédit"),
    "payment": _("Paiement du client"),
    "undone": _("Paiement du client inscrit par erreur"),
    "pay": _("Salaire et cotisations"),
    "refund": _("Frais remboursés"),
    "loss": _("Perte non couverte par le fonds"),
}
REPAYS = _("rembourse l’avance du fonds pour votre salaire")
ADVANCED = _("avancé par le fonds, en attendant le client")


@dataclass(frozen=True, kw_only=True)
class Sums:
    """The three sums of an activity or a job, in euros."""

    received: Decimal = ZERO
    guaranteed: Decimal = ZERO
    planned: Decimal = ZERO

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            received=self.received + other.received,
            guaranteed=self.guaranteed + other.guaranteed,
            planned=self.planned + other.planned,
        )

    @property
    def total(self) -> Decimal:
        return self.received + self.guaranteed + self.planned


@dataclass(frozen=True, kw_only=True)
class Line:
    """A fact of the statement: what it changes, and the balance after it."""

    on: date
    kind: str
    text: str | Promise
    job: str
    about: str  # the client and the job in words
    who: str  # whose job, in an activity of several people
    job_url: str  # nothing for a colleague’s job: its papers are hers alone
    url: str  # of the document, or of the job
    change: Sums
    balance: Decimal = ZERO
    note: str | Promise = ""

    @property
    def told(self) -> str:
        """Who, the client and the job, in one text."""
        return " · ".join(filter(None, (self.who, self.about)))


@dataclass(frozen=True, kw_only=True)
class Month:
    """The lines of a month and the balance at its end."""

    first: date
    lines: tuple[Line, ...]
    balance: Decimal


@dataclass(frozen=True, kw_only=True)
class JobSums:
    """A job of the statement with what is left of it."""

    ref: str
    about: str
    url: str
    sums: Sums


@dataclass(frozen=True, kw_only=True)
class Statement:
    """An activity's statement of a year (or of a job), from its opening to its closing balance."""

    activity: Activity
    year: int
    years: tuple[int, ...]
    job: str
    opening: Sums
    closing: Sums
    months: tuple[Month, ...]
    jobs: tuple[JobSums, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for month in self.months for line in month.lines)


def statement(
    activity: Activity, *, year: int, job: str = "", viewer: int | None = None
) -> Statement:
    """The statement of a year; with ``job`` that job's lines only. A fixed number of queries.

    To a ``viewer`` (an affiliate) only the lines of her own jobs lead to their papers.
    """
    told = [line for line in lines_of(activity, viewer=viewer) if job in ("", line.job)]
    before = [line for line in told if line.on.year < year]
    shown = [line for line in told if line.on.year == year]
    opening = total(before)
    months = tuple(_months(shown, opening.total))
    years = {line.on.year for line in told} | {year}
    return Statement(
        activity=activity,
        year=year,
        years=tuple(sorted(years, reverse=True)),
        job=job,
        opening=opening,
        closing=opening + total(shown),
        months=months,
        jobs=tuple(_by_job([*before, *shown])),
    )


def lines_of(activity: Activity, *, viewer: int | None = None) -> list[Line]:
    """Every fact of an activity, oldest first."""
    facts = sorted(_facts(activity), key=lambda fact: (fact.on, ORDER[fact.kind], fact.key))
    jobs: dict[str, _Job] = {}
    words = _Words(activity, viewer)
    return [words.line(fact, jobs.setdefault(fact.job, _Job()).take(fact)) for fact in facts]


def total(lines: Iterable[Line]) -> Sums:
    """What some lines add up to."""
    return sum((line.change for line in lines), Sums())


def _months(lines: Sequence[Line], balance: Decimal) -> Iterator[Month]:
    for first, group in groupby(lines, key=lambda line: line.on.replace(day=1)):
        told = []
        for line in group:
            balance += line.change.total
            told.append(replace(line, balance=balance))
        yield Month(first=first, lines=tuple(told), balance=balance)


def _by_job(lines: Sequence[Line]) -> list[JobSums]:
    """What each job holds, the one that moved last first."""
    sums: dict[str, JobSums] = {}
    for line in lines:
        before = sums.pop(line.job, None)
        so_far = before.sums if before else Sums()
        sums[line.job] = JobSums(
            ref=line.job, about=line.told, url=line.job_url, sums=so_far + line.change
        )
    return list(reversed(sums.values()))


# --- Facts, as the books tell them ---------------------------------------------------------------

ORDER = {
    kind: place
    for place, kind in enumerate(
        ("signed", "invoice", "payment", "pay", "refund", "loss", "credit_note")
    )
}


@dataclass(kw_only=True)
class _Fact:
    """A fact: what it adds to the budget, and how much of that is money received."""

    on: date
    kind: str
    key: int
    job: str
    budget: Decimal = ZERO
    received: Decimal = ZERO
    promised: Decimal = ZERO  # signed for, not in the books yet
    advanced: Decimal = ZERO
    repaid: Decimal = ZERO
    covered: bool | None = None  # from now on the fund covers the job, or no longer
    undone: bool = False  # a payment recorded by mistake, taken back


@dataclass
class _Job:
    """Where the money of one job stands while its facts are told."""

    rest: Decimal = ZERO
    covered: bool = field(default=False)

    def take(self, fact: _Fact) -> Sums:
        before = self._columns()
        self.rest += fact.budget + fact.promised - fact.received
        self.covered = self.covered if fact.covered is None else fact.covered
        after = self._columns()
        return Sums(
            received=fact.received,
            guaranteed=after[0] - before[0],
            planned=after[1] - before[1],
        )

    def _columns(self) -> tuple[Decimal, Decimal]:
        return (self.rest, ZERO) if self.covered else (ZERO, self.rest)


def _facts(activity: Activity) -> Iterator[_Fact]:
    invoices = list(
        Invoice.objects.filter(activity=activity).exclude(status=InvoiceStatus.ANNULLED)
    )
    cancels = {row.credits_id: row.pk for row in invoices if row.credits_id and row.issued_on}
    facts: dict[tuple[str, int], _Fact] = {}
    for invoice in invoices:
        for fact in _of_invoice(invoice):
            facts[fact.kind, fact.key] = fact
    for fact in _of_money(activity):
        facts[fact.kind, fact.key] = fact
    _read_books(activity, facts, cancels)
    yield from facts.values()


def _of_invoice(invoice: Invoice) -> Iterator[_Fact]:
    """A promise when the client signs, a claim when it is issued: the books tell its amount."""
    promised = invoice.net - invoice.fee
    issued = invoice.issued_on is not None
    if invoice.series == Series.CREDIT_NOTE:
        if issued:
            yield _Fact(
                on=invoice.issue_day,
                kind="credit_note",
                key=invoice.pk,
                job=invoice.job,
                covered=False,
            )
        return
    yield _Fact(
        on=clock.day_of(invoice.created_at),
        kind="signed",
        key=invoice.pk,
        job=invoice.job,
        promised=promised,
    )
    if issued:
        yield _Fact(
            on=invoice.issue_day,
            kind="invoice",
            key=invoice.pk,
            job=invoice.job,
            promised=-promised,
            covered=invoice.guaranteed,
        )


def _of_money(activity: Activity) -> Iterator[_Fact]:
    """What clients' payments brought into the budget."""
    paid = Allotment.objects.filter(invoice__activity=activity, payment__isnull=False)
    named = ("payment", "payment__received_on", "payment__reverses", "invoice__job")
    budget = Sum("amount", filter=Q(purpose__in=BUDGET), default=ZERO)
    for key, on, reverses, job, amount in paid.values_list(*named).annotate(budget=budget):
        undone = reverses is not None
        yield _Fact(on=on, kind="payment", key=key, job=job, received=amount, undone=undone)


# what the books say of a budget or of the fund's means -> the fact it belongs to
SOURCES = {
    "split": "invoice",
    "credit_split": "credit_note",
    "pay_cost": "pay",
    "refund": "refund",
    "loss": "loss",
}


def _read_books(
    activity: Activity, facts: dict[tuple[str, int], _Fact], cancels: Mapping[int, int]
) -> None:
    """Add what the books say; a fact that only they know is made here."""
    jobs = Order.objects.filter(activity=activity).values("ref")
    own = Q(account=activity.budget_account_id)
    fund = Q(account__entity=activity.entity_id, account__code=MEANS, entry__job__in=jobs)
    legs = Posting.objects.filter(own | fund).select_related("entry").order_by("id")
    freed = dict(
        Allotment.objects.filter(invoice__activity=activity, credit_note__isnull=False)
        .values_list("credit_note")
        .annotate(sum=Sum("amount", filter=Q(purpose__in=BUDGET), default=ZERO))
    )
    for key, amount in freed.items():
        facts["credit_note", key].received += amount
    for leg in legs:
        kind, key = _named(leg.entry.kind, leg.entry.source, cancels)
        fact = facts.get((kind, key))
        if fact is None:
            fact = facts[kind, key] = _Fact(on=leg.entry.on, kind=kind, key=key, job=leg.entry.job)
        _add(fact, leg, on_budget=leg.account_id == activity.budget_account_id)


def _named(kind: str, source: str, cancels: Mapping[int, int]) -> tuple[str, int]:
    """The fact an entry belongs to: an advance to its payslip, a repayment to its payment."""
    _what, *named = source.split(":")
    if kind in SOURCES:
        return SOURCES[kind], int(named[-1])
    if named[0] == "payslip":
        return "pay", int(named[1])
    cause = named[0]  # a payment, or the invoice that a credit note cancels
    if cause.isdecimal():
        return "payment", int(cause)
    return "credit_note", cancels[int(cause[1:])]


def _add(fact: _Fact, leg: Posting, *, on_budget: bool) -> None:
    if on_budget:
        fact.budget -= leg.amount
        if fact.kind in ("pay", "refund"):
            fact.received -= leg.amount
        return
    fact.received -= leg.amount
    if leg.amount > 0:
        fact.repaid += leg.amount
    else:
        fact.advanced -= leg.amount


# --- In words ------------------------------------------------------------------------------------


class _Words:
    """What the lines of an activity are called and where they lead, read in four queries."""

    def __init__(self, activity: Activity, viewer: int | None) -> None:
        rows = Order.objects.filter(activity=activity)
        orders = list(rows.select_related("client", "trade", "affiliate"))
        several = len({order.affiliate_id for order in orders}) > 1
        self._who = {order.ref: order.affiliate.name for order in orders if several}
        self._closed = {
            order.ref for order in orders if viewer is not None and order.affiliate_id != viewer
        }
        self._about = {
            order.ref: f"{order.client.name if order.client else ''} · "
            f"{first_line(order.description) or order.trade or order.ref}"
            for order in orders
        }
        slips = Payslip.objects.filter(contract__activity=activity, final_at__isnull=False)
        self._slips: dict[int, str] = dict(slips.values_list("pk", "ref"))
        issued = Invoice.objects.filter(activity=activity, status=InvoiceStatus.ISSUED)
        self._invoices: dict[int, tuple[str, str]] = {
            key: (ref, number)
            for key, ref, number in issued.values_list("pk", "ref", "printed_number")
        }

    def line(self, fact: _Fact, change: Sums) -> Line:
        kind = "undone" if fact.undone else fact.kind
        text = TEXTS[kind]
        url = job_url = "" if fact.job in self._closed else reverse("job", args=[fact.job])
        if fact.kind in ("invoice", "credit_note"):
            ref, number = self._invoices[fact.key]
            text = f"{text} {number}"
            url = job_url and reverse("invoice_document", args=[ref])
        elif fact.kind == "pay" and job_url:
            url = reverse("payslip", args=[self._slips[fact.key]])
        note: Any = REPAYS if fact.repaid > 0 else ADVANCED if fact.advanced > 0 else ""
        return Line(
            on=fact.on,
            kind=fact.kind,
            text=text,
            job=fact.job,
            about=self._about.get(fact.job, fact.job),
            who=self._who.get(fact.job, ""),
            job_url=job_url,
            url=url,
            change=change,
            note=note,
        )
