"""The books proving themselves: every proof with its two figures, and each room's own checks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from django.db.models import Count, F, Max, Q, Sum
from django.utils.translation import gettext as _

from invoicing import checks as invoicing_checks
from invoicing.models import Advance, Allotment, Invoice, Payment, Receivable
from invoicing.states import InvoiceStatus
from ledger import checks as ledger_checks
from ledger.models import Entry, Posting
from ledger.queries import job_statement
from members.models import Share, SharePayment
from office.money import ZERO
from orders import checks as orders_checks
from orders.models import Receipt
from payroll import checks as payroll_checks
from payroll.models import Payslip
from smart.money import BUDGET


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of a proof: an amount in euros, or a number of documents."""

    label: str
    value: Decimal | int

    @property
    def is_amount(self) -> bool:
        return isinstance(self.value, Decimal)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Two figures got by two ways: it holds when they are equal. ``terms`` explain the first."""

    title: str
    one: Figure
    other: Figure
    terms: tuple[Figure, ...] = field(default=())

    @property
    def holds(self) -> bool:
        return self.one.value == self.other.value


def proofs() -> list[Proof]:
    """Every proof, over all entities, in a fixed number of queries."""
    balances = balances_by_code()
    return [
        balanced(),
        *booked_once(),
        clients_owe(balances),
        net_pay_due(balances),
        *guarantee(balances),
        *paid_shares(balances),
        budgets(balances),
    ]


def problems() -> list[str]:
    """What the rooms' own checks found, in sentences: empty when all is well."""
    rooms = (ledger_checks, invoicing_checks, payroll_checks, orders_checks)
    found = [problem for room in rooms for problem in room.run()]
    return [problem.text for problem in found]


@dataclass(frozen=True, kw_only=True)
class JobEntry:
    """An entry of a job with its legs: (account, debit, credit), one of the two in each."""

    on: date
    text: str
    kind: str
    legs: tuple[tuple[str, Decimal | None, Decimal | None], ...]


def statement_of(job: str) -> list[JobEntry]:
    """The entries of a job, oldest first."""
    entries = []
    for _source, lines in groupby(job_statement(job), key=attrgetter("source")):
        legs = list(lines)
        entries.append(
            JobEntry(
                on=legs[0].on,
                text=legs[0].text,
                kind=legs[0].kind,
                legs=tuple(
                    (
                        f"{leg.account_code} {leg.account_name}",
                        leg.amount if leg.amount > 0 else None,
                        -leg.amount if leg.amount < 0 else None,
                    )
                    for leg in legs
                ),
            )
        )
    return entries


def latest_jobs(limit: int = 20) -> list[str]:
    """The jobs booked most lately, newest first."""
    newest = Entry.objects.exclude(job="").values("job").annotate(last=Max("id"))
    return list(newest.order_by("-last").values_list("job", flat=True)[:limit])


def balances_by_code() -> dict[str, Decimal]:
    """Debit minus credit of every account of the chart, its holders' accounts included."""
    rows = Posting.objects.values_list("account__code").annotate(Sum("amount"))
    return dict(rows)


def balanced() -> Proof:
    """Debits equal credits."""
    sums = Posting.objects.aggregate(
        debit=Sum("amount", filter=Q(amount__gt=0), default=ZERO),
        credit=Sum("amount", filter=Q(amount__lt=0), default=ZERO),
        entries=Count("entry", distinct=True),
    )
    return Proof(
        title=_("Chaque écriture est équilibrée"),
        terms=(Figure(label=_("écritures"), value=sums["entries"]),),
        one=Figure(label=_("débits"), value=sums["debit"]),
        other=Figure(label=_("crédits"), value=-sums["credit"]),
    )


def booked_once() -> Iterator[Proof]:
    """As many entries as documents, of each kind."""
    entries = dict(Entry.objects.values_list("kind").annotate(Count("id")))
    issued = dict(
        Invoice.objects.filter(status=InvoiceStatus.ISSUED)
        .values_list("series")
        .annotate(Count("id"))
    )
    paid = Payment.objects.aggregate(
        payments=Count("id", filter=Q(amount__gt=0)), reversals=Count("id", filter=Q(amount__lt=0))
    )
    counts = (
        (_("factures émises"), issued.get("invoice", 0), "invoice"),
        (_("notes de crédit émises"), issued.get("credit_note", 0), "credit_note"),
        (_("paiements reçus"), paid["payments"], "payment"),
        (_("paiements extournés"), paid["reversals"], "payment_reversal"),
        (_("fiches de paie définitives"), Payslip.objects.exclude(final_at=None).count(), "pay"),
    )
    for label, number, kind in counts:
        yield Proof(
            title=_("Chaque document est comptabilisé une fois : {what}").format(what=label),
            one=Figure(label=label, value=number),
            other=Figure(label=_("écritures"), value=entries.get(kind, 0)),
        )


def clients_owe(balances: dict[str, Decimal]) -> Proof:
    """What the invoices say clients owe is what account 400 says."""
    owed = Receivable.objects.aggregate(
        open=Sum("open_amount", default=ZERO), overpaid=Sum("overpaid_amount", default=ZERO)
    )
    return Proof(
        title=_("Les clients doivent ce que disent leurs factures"),
        terms=(
            Figure(label=_("reste dû"), value=owed["open"]),
            Figure(label=_("trop-perçus"), value=-owed["overpaid"]),
        ),
        one=Figure(label=_("créances"), value=owed["open"] - owed["overpaid"]),
        other=Figure(label=_("compte 400"), value=balances.get("400", ZERO)),
    )


def net_pay_due(balances: dict[str, Decimal]) -> Proof:
    """What final payslips promise and the bank has not yet paid is what account 455 says."""
    final = Payslip.objects.exclude(final_at=None)
    promised = final.aggregate(sum=Sum("net_payable", default=ZERO))["sum"]
    executed = final.filter(transfers__executed_on__isnull=False).aggregate(
        sum=Sum("transfers__amount", default=ZERO)
    )["sum"]
    return Proof(
        title=_("Les nets à payer sont ceux des fiches de paie"),
        terms=(
            Figure(label=_("nets promis"), value=promised),
            Figure(label=_("virements exécutés"), value=-executed),
        ),
        one=Figure(label=_("reste à virer"), value=promised - executed),
        other=Figure(label=_("compte 455"), value=-balances.get("455", ZERO)),
    )


def guarantee(balances: dict[str, Decimal]) -> Iterator[Proof]:
    """The advances still out, and the fund, each told by its documents and by its account."""
    advances = Advance.objects.aggregate(
        made=Sum("amount", default=ZERO),
        back=Sum("repaid", default=ZERO),
        gone=Sum("lost", default=ZERO),
        gone_of_fund=Sum("lost", filter=Q(covered=True), default=ZERO),
        found_again=Sum("recovered", filter=Q(covered=True), default=ZERO),
    )
    yield Proof(
        title=_("Avances en cours = avances − remboursements − pertes"),
        terms=(
            Figure(label=_("avances"), value=advances["made"]),
            Figure(label=_("remboursements"), value=-advances["back"]),
            Figure(label=_("pertes"), value=-advances["gone"]),
        ),
        one=Figure(
            label=_("avances en cours"),
            value=advances["made"] - advances["back"] - advances["gone"],
        ),
        other=Figure(label=_("compte 950"), value=balances.get("950", ZERO)),
    )
    endowment = Posting.objects.filter(entry__kind="endowment", account__code="940").aggregate(
        sum=Sum("amount", default=ZERO)
    )["sum"]
    shares = fund_shares()
    yield Proof(
        title=_("Fonds de garantie = dotation + parts des contributions + récupérations − pertes"),
        terms=(
            Figure(label=_("dotation"), value=-endowment),
            Figure(label=_("parts des contributions"), value=shares),
            Figure(label=_("récupérations"), value=advances["found_again"]),
            Figure(label=_("pertes"), value=-advances["gone_of_fund"]),
        ),
        one=Figure(
            label=_("fonds"),
            value=-endowment + shares + advances["found_again"] - advances["gone_of_fund"],
        ),
        other=Figure(label=_("compte 940"), value=-balances.get("940", ZERO)),
    )


def paid_shares(balances: dict[str, Decimal]) -> Iterator[Proof]:
    """The register of shares, and the money received for shares that are not whole yet."""
    held = Share.objects.paid().aggregate(sum=Sum("amount", default=ZERO))["sum"]
    received = SharePayment.objects.aggregate(sum=Sum("amount", default=ZERO))["sum"]
    yield Proof(
        title=_("Les parts au registre sont les apports du grand livre"),
        one=Figure(label=_("parts payées"), value=held),
        other=Figure(label=_("compte 111"), value=-balances.get("111", ZERO)),
    )
    yield Proof(
        title=_("Ce qui est reçu pour des parts est au registre, ou attend"),
        terms=(
            Figure(label=_("reçu"), value=received),
            Figure(label=_("parts payées"), value=-held),
        ),
        one=Figure(label=_("en attente"), value=received - held),
        other=Figure(label=_("compte 4890"), value=-balances.get("4890", ZERO)),
    )


def budgets(balances: dict[str, Decimal]) -> Proof:
    """What the activities hold, told by their documents and by account 920.

    The first three terms are what the statements call received; the others what is still to come.
    """
    allotted = Allotment.objects.filter(purpose__in=BUDGET).aggregate(
        sum=Sum("amount", default=ZERO)
    )["sum"]
    advances = Advance.objects.aggregate(
        used=Sum(F("cost") - F("amount") + F("repaid") + F("recovered"), default=ZERO),
        out=Sum(F("amount") - F("repaid") - F("recovered"), default=ZERO),
        borne=Sum(
            F("lost") - F("recovered"), filter=Q(covered=False, invoice__isnull=False), default=ZERO
        ),
    )
    refunded = Receipt.objects.filter(refunded_on__isnull=False).aggregate(
        sum=Sum("amount", default=ZERO)
    )["sum"]
    claims = budget_claims() - allotted
    return Proof(
        title=_("Budgets des activités = argent reçu − dépensé + à recevoir − avancé"),
        terms=(
            Figure(label=_("reçu pour les budgets"), value=allotted),
            Figure(label=_("salaires payés par les clients"), value=-advances["used"]),
            Figure(label=_("frais remboursés"), value=-refunded),
            Figure(label=_("facturé, pas encore reçu"), value=claims),
            Figure(label=_("avancé par le fonds"), value=-advances["out"]),
            Figure(label=_("pertes à charge des activités"), value=-advances["borne"]),
        ),
        one=Figure(
            label=_("budgets"),
            value=allotted
            - advances["used"]
            - refunded
            + claims
            - advances["out"]
            - advances["borne"],
        ),
        other=Figure(label=_("compte 920"), value=-balances.get("920", ZERO)),
    )


def budget_claims() -> Decimal:
    """What issued invoices bring the budgets, less what credit notes take back."""
    budget = F("net") - F("fee")
    signed = Sum(budget, filter=Q(series="invoice"), default=ZERO) - Sum(
        budget, filter=Q(series="credit_note"), default=ZERO
    )
    issued = Invoice.objects.filter(status=InvoiceStatus.ISSUED)
    return issued.aggregate(sum=signed)["sum"] or ZERO


def fund_shares() -> Decimal:
    """The fund's part of the fees of issued invoices, less those of credit notes."""
    signed = Sum(F("fund_share"), filter=Q(series="invoice"), default=ZERO) - Sum(
        F("fund_share"), filter=Q(series="credit_note"), default=ZERO
    )
    issued = Invoice.objects.filter(status=InvoiceStatus.ISSUED)
    return issued.aggregate(sum=signed)["sum"] or ZERO
