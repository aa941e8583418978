"""Issue: the number, the date, the books, the paper and the letter, all in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from invoicing import documents, letters, rules
from invoicing.actions.allotments import allot_anew, first_step_on
from invoicing.actions.invoices import subjects
from invoicing.models import Invoice, Receivable, Series
from invoicing.policies import GuaranteePolicy
from invoicing.states import INVOICE_TRANSITIONS, InvoiceStatus
from ledger.actions import open_accounts
from ledger.booking import Booking, Leg, book_many
from ledger.queries import account_ids
from office import bank, journal, lifecycle, numbering, policy
from office.actors import SYSTEM, Actor
from office.money import round_cents
from office.refusals import Refusal

CHUNK = 50


class IssuingOff(Refusal):
    code = "issuing_off"
    sentence = _(
        "L’émission est arrêtée : la loi veut une facture structurée entre entreprises belges. "
        "L’administration doit d’abord dire où elle est faite (COOP_EINVOICING)."
    )


def check_allowed(allowed: bool) -> None:
    """Raise `IssuingOff` unless this deployment may issue (`queries.issuing_allowed()`)."""
    if not allowed:
        raise IssuingOff()


def issue_released(*, on: date, at: datetime, allowed: bool) -> int:
    """Issue everything released, oldest first, fifty to a transaction; answers how many.

    Stopped anywhere, it goes on where it was; run twice at once, each document is issued once.
    ``allowed`` is `queries.issuing_allowed()`, asked at the edge.
    """
    issued = 0
    while allowed:
        released = Invoice.objects.filter(status=InvoiceStatus.RELEASED).order_by("pk")
        chunk = list(released.values_list("pk", flat=True)[:CHUNK])
        if not chunk:
            break
        issued += len(issue(chunk, on=on, by=SYSTEM, at=at))
    return issued


@transaction.atomic
def issue(invoice_ids: Iterable[int], *, on: date, by: Actor, at: datetime) -> list[Invoice]:
    """Issue what is released among these documents, in the order of their keys; the rest is left
    as it is.

    Numbers are taken just before the last writes and go up with the keys; the day of issue is
    ``on``, or the day of the last number of the series when that is later.
    """
    chunk = _lock(invoice_ids)
    if not chunk:
        return []
    fund_share = policy.current(GuaranteePolicy, on).fund_share
    for invoice in chunk:
        lifecycle.move(invoice, InvoiceStatus.ISSUED, INVOICE_TRANSITIONS)
        if invoice.series == Series.INVOICE:
            invoice.fund_share = round_cents(invoice.fee * fund_share)
    accounts = _Accounts(chunk)
    _number(chunk, on=on, at=at)
    for invoice in chunk:
        _write(invoice, by=by, at=at)
    owed = [invoice for invoice in chunk if invoice.series == Series.INVOICE]
    Receivable.objects.bulk_create(
        Receivable(invoice=invoice, open_amount=invoice.total, next_step_on=first_step_on(invoice))
        for invoice in owed
    )
    book_many([entry for one in chunk for entry in _entries(one, accounts)], at=at)
    for invoice in chunk:
        if invoice.credits is not None:
            allot_anew(invoice.credits, credit_note=invoice, on=invoice.issue_day, at=at)
    return chunk


def _lock(invoice_ids: Iterable[int]) -> list[Invoice]:
    """What is released, and locked with it the invoices that its credit notes cancel, in the order
    of their keys.
    """
    wanted = Invoice.objects.filter(pk__in=list(invoice_ids), status=InvoiceStatus.RELEASED)
    keys = set()
    for pk, credits in wanted.values_list("pk", "credits"):
        keys |= {pk, credits} - {None}
    locked = (
        Invoice.objects.select_for_update(of=["self"], no_key=True)
        .filter(Q(pk__in=keys))
        .select_related("entity", "client", "activity")
        .prefetch_related("lines")
        .order_by("pk")
    )
    held = {one.pk: one for one in locked}
    for one in held.values():
        if one.credits_id in held:
            one.credits = held[one.credits_id]
    return [one for one in held.values() if one.status == InvoiceStatus.RELEASED]


class _Accounts:
    """The accounts a chunk is booked on, read before any number is taken."""

    def __init__(self, chunk: Sequence[Invoice]) -> None:
        names: dict[int, dict[str, str]] = defaultdict(dict)
        for invoice in chunk:
            names[invoice.entity_id][f"client:{invoice.client_id}"] = invoice.client.name
        self._chart = account_ids(names)
        self._clients = {
            (entity, holder): account
            for entity, holders in names.items()
            for holder, account in open_accounts(entity, code="400", names=holders).items()
        }

    def of(self, invoice: Invoice, code: str) -> int:
        return self._chart[invoice.entity_id, code]

    def client(self, invoice: Invoice) -> int:
        return self._clients[invoice.entity_id, f"client:{invoice.client_id}"]


def _number(chunk: Sequence[Invoice], *, on: date, at: datetime) -> None:
    by_series: dict[tuple[str, str], list[Invoice]] = defaultdict(list)
    for invoice in chunk:
        by_series[invoice.entity.code, invoice.series].append(invoice)
    for (code, series), block in sorted(by_series.items()):
        taken = numbering.take(f"{code}:{series}", on=on, count=len(block))
        for number, invoice in enumerate(block, start=taken.first):
            invoice.number = number
            invoice.printed_number = rules.printed_number(code, series, number)
            invoice.issued_on, invoice.issued_at = taken.on, at
            if series == Series.INVOICE:
                invoice.due_on = rules.due_on(taken.on, invoice.payment_term_days)
                invoice.communication = bank.communication(invoice.pk)
            else:
                invoice.due_on = taken.on


def _write(invoice: Invoice, *, by: Actor, at: datetime) -> None:
    invoice.printed = documents.printed(invoice)
    invoice.document = documents.original(invoice, at=at)
    invoice.save(
        update_fields=[
            "status",
            "fund_share",
            "number",
            "printed_number",
            "issued_on",
            "issued_at",
            "due_on",
            "communication",
            "printed",
            "document",
        ]
    )
    letters.issued(invoice, at=at)
    journal.record(
        f"{invoice.series}.issued",
        *subjects(invoice),
        by=by,
        at=at,
        number=invoice.printed_number,
        total=invoice.total,
    )


def _entries(invoice: Invoice, accounts: _Accounts) -> list[Booking]:
    """Revenue at the full price, and the internal split of it; a credit note is the same the other
    way round.
    """
    sign = Decimal(1) if invoice.series == Series.INVOICE else Decimal(-1)
    kept = invoice.fee - invoice.fund_share
    revenue = [
        (accounts.client(invoice), invoice.total),
        (accounts.of(invoice, "700"), -invoice.net),
        (accounts.of(invoice, "451"), -invoice.vat),
    ]
    split = [
        (accounts.of(invoice, "900"), invoice.net),
        (accounts.of(invoice, "910"), -kept),
        (accounts.of(invoice, "940"), -invoice.fund_share),
        (invoice.activity.budget_account_id, -(invoice.net - invoice.fee)),
    ]
    credit = invoice.series == Series.CREDIT_NOTE
    return [
        _entry(
            invoice,
            kind="credit_note" if credit else "invoice",
            source=f"invoice:{invoice.pk}",
            text=f"{invoice.get_series_display()} {invoice.printed_number}",
            legs=[Leg(account, sign * amount) for account, amount in revenue],
        ),
        _entry(
            invoice,
            kind="credit_split" if credit else "split",
            source=f"split:{invoice.pk}",
            text=f"Répartition de {invoice.printed_number}",
            legs=[Leg(account, sign * amount) for account, amount in split],
        ),
    ]


def _entry(invoice: Invoice, *, kind: str, source: str, text: str, legs: Sequence[Leg]) -> Booking:
    return Booking(
        entity_id=invoice.entity_id,
        on=invoice.issue_day,
        kind=kind,
        source=source,
        text=text,
        job=invoice.job,
        legs=legs,
    )
