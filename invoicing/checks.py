"""Proof of this room's books: every document and payment booked once, every balance equal to its
documents.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Max, Min, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from invoicing import queries, rules
from invoicing.models import Advance, Allotment, Invoice, Payment, Purpose, Receivable, Series
from invoicing.policies import InvoicingPolicy
from invoicing.states import InvoiceStatus
from ledger.checks import Problem
from ledger.models import Account, Entry, LegalEntity, Posting
from ledger.queries import balance_of_code
from office import policy
from office.models import Counter
from office.money import ZERO


def run() -> list[Problem]:
    """All that is wrong, of every entity; nothing when the books prove themselves."""
    problems = [*_documents_booked_once(), *_payments_booked_once(), *_receivables(), *_advances()]
    for entity in LegalEntity.objects.order_by("pk"):
        problems += [*_numbers(entity), *_clients(entity), *_balances(entity)]
    return problems


def _problem(code: str, text: str, **values: object) -> Problem:
    return Problem(code=code, text=text.format(**values))


def _documents_booked_once() -> Iterator[Problem]:
    """Each issued document has its entry and its split, with its amounts; nothing else is booked
    as one.
    """
    issued = Invoice.objects.filter(status=InvoiceStatus.ISSUED)
    amounts = {key: (total, net) for key, total, net in issued.values_list("pk", "total", "net")}
    booked = _booked(Q(kind__in=["invoice", "credit_note", "split", "credit_split"]))
    for key, (total, net) in amounts.items():
        for source, amount in ((f"invoice:{key}", total), (f"split:{key}", net)):
            found = booked.pop(source, None)
            if found != amount:
                text = _(
                    "Document {key} : {source} vaut {amount} € et les livres disent {found} €."
                )
                yield _problem(
                    "document_not_booked", text, key=key, source=source, amount=amount, found=found
                )
    for source in sorted(booked):
        yield _problem("booked_without_document", _("{source} n’a pas de document."), source=source)


def _payments_booked_once() -> Iterator[Problem]:
    booked = _booked(Q(kind__in=["payment", "payment_reversal"]))
    for key, amount in Payment.objects.values_list("pk", "amount"):
        found = booked.pop(f"payment:{key}", None)
        if found != abs(amount):
            text = _("Paiement {key} : {amount} € et les livres disent {found} €.")
            yield _problem("payment_not_booked", text, key=key, amount=amount, found=found)
    for source in sorted(booked):
        yield _problem("booked_without_payment", _("{source} n’a pas de paiement."), source=source)


def _booked(kinds: Q) -> dict[str, Decimal]:
    """The debit of each entry of some kinds, by its source."""
    debit = Sum("postings__amount", filter=Q(postings__amount__gt=0))
    return dict(Entry.objects.filter(kinds).annotate(debit=debit).values_list("source", "debit"))


def _receivables() -> Iterator[Problem]:
    """What is open is what is owed less what was received, and every euro received is allotted by
    the policy.
    """
    issued = Invoice.objects.filter(status=InvoiceStatus.ISSUED, series=Series.INVOICE)
    credited = Count("credit_notes", filter=Q(credit_notes__status=InvoiceStatus.ISSUED))
    received = _sums(Payment.objects.values_list("invoice").annotate(sum=Sum("amount")))
    allotted: dict[int, dict[str, Decimal]] = {}
    rows = Allotment.objects.values_list("invoice", "purpose").annotate(sum=Sum("amount"))
    for key, purpose, amount in rows:
        allotted.setdefault(key, {})[purpose] = amount
    orders: dict[date, list[str]] = {}
    for invoice in issued.annotate(credited=credited).select_related("receivable").iterator(2000):
        paid = received.get(invoice.pk, ZERO)
        owed = ZERO if invoice.credited else invoice.total
        receivable: Receivable | None = getattr(invoice, "receivable", None)
        expected = (max(owed - paid, ZERO), max(paid - owed, ZERO))
        if receivable is None or ((receivable.open_amount, receivable.overpaid_amount) != expected):
            text = _("Facture {number} : {open} € devraient rester à payer, {over} € en trop.")
            yield _problem(
                "receivable_wrong", text, number=invoice, open=expected[0], over=expected[1]
            )
        on = invoice.issue_day
        if on not in orders:
            orders[on] = policy.current(InvoicingPolicy, on).allotment_order
        target = rules.allot(paid, queries.parts(invoice) if owed else {}, orders[on])
        found = allotted.get(invoice.pk, {})
        if any(target.get(name, ZERO) != found.get(name, ZERO) for name in Purpose.values):
            text = _("Facture {number} : ce qui est reçu n’est pas réparti dans l’ordre fixé.")
            yield _problem("allotment_wrong", text, number=invoice)


def _sums(rows: object) -> dict[int, Decimal]:
    return dict(rows)  # type: ignore[call-overload]


def _advances() -> Iterator[Problem]:
    """The client's employment money pays min(received, cost) of each job."""
    rows = Advance.objects.values("job").annotate(
        used=Sum(F("cost") - F("amount") + F("repaid") + F("recovered")), costs=Sum("cost")
    )
    jobs = {row["job"]: row for row in rows}
    received = queries.received_by_job(jobs, Purpose.EMPLOYMENT)
    for job, row in jobs.items():
        expected = min(received.get(job, ZERO), row["costs"])
        if row["used"] != expected:
            text = _(
                "Mission {job} : l’argent du client paie {used} € du salaire au lieu de {due} €."
            )
            yield _problem("advance_wrong", text, job=job, used=row["used"], due=expected)


def _numbers(entity: LegalEntity) -> Iterator[Problem]:
    """No hole and no double in a series, and dates that never go back."""
    for series in Series.values:
        issued = Invoice.objects.filter(entity=entity, series=series, status=InvoiceStatus.ISSUED)
        ends = issued.aggregate(first=Min("number"), last=Max("number"), count=Count("pk"))
        counter = Counter.objects.filter(series=f"{entity.code}:{series}").first()
        last = counter.last_number if counter else 0
        if (ends["last"] or 0, ends["count"]) != (last, last) or (ends["first"] or 1) != 1:
            text = _("Série {series} : {count} numéros jusqu’à {last}, le compteur dit {counter}.")
            yield _problem("numbers_with_hole", text, series=series, counter=last, **ends)
        before = date.min
        for invoice in issued.only("number", "issued_on").order_by("number").iterator(2000):
            if invoice.issue_day < before:
                text = _("Série {series} : le numéro {number} est daté avant le précédent.")
                yield _problem("dates_go_back", text, series=series, number=invoice.number)
            before = invoice.issue_day


def _clients(entity: LegalEntity) -> Iterator[Problem]:
    """Each client's account is what his invoices leave open, less what he paid too much."""
    rows = Receivable.objects.filter(invoice__entity=entity).values_list("invoice__client")
    owed = _sums(rows.annotate(sum=Sum(F("open_amount") - F("overpaid_amount"))))
    accounts = Account.objects.filter(entity=entity, code="400").exclude(holder="")
    balances = accounts.annotate(balance=Coalesce(Sum("postings__amount"), ZERO))
    for holder, found in balances.values_list("holder", "balance"):
        due = owed.pop(int(holder.partition(":")[2]), ZERO)
        if found != due:
            text = _("Client {holder} : ses factures laissent {due} € et son compte {found} €.")
            yield _problem("client_account_wrong", text, holder=holder, due=due, found=found)
    for client, due in owed.items():
        text = _("Client {client} : ses factures laissent {due} € et il n’a pas de compte.")
        yield _problem("client_account_missing", text, client=client, due=due)


def _balances(entity: LegalEntity) -> Iterator[Problem]:
    """Revenue, VAT, fee, fund and advances in the books equal what the documents say."""
    signed = {
        series: Invoice.objects.filter(
            entity=entity, status=InvoiceStatus.ISSUED, series=series
        ).aggregate(
            net=Coalesce(Sum("net"), ZERO),
            vat=Coalesce(Sum("vat"), ZERO),
            kept=Coalesce(Sum(F("fee") - F("fund_share")), ZERO),
            share=Coalesce(Sum("fund_share"), ZERO),
        )
        for series in Series.values
    }
    of = {
        name: signed[Series.INVOICE][name] - signed[Series.CREDIT_NOTE][name]
        for name in ("net", "vat", "kept", "share")
    }
    sums = Advance.objects.filter(entity=entity).aggregate(
        outstanding=Coalesce(Sum(F("amount") - F("repaid") - F("lost")), ZERO),
        fund_lost=Coalesce(Sum("lost", filter=_fund_bears()), ZERO),
        fund_recovered=Coalesce(Sum("recovered", filter=_fund_bears()), ZERO),
    )
    endowment = -_booked_on(entity, "940", "endowment")
    fund = endowment + of["share"] + sums["fund_recovered"] - sums["fund_lost"]
    for code, due in (
        ("700", -of["net"]),
        ("451", -of["vat"]),
        ("900", of["net"]),
        ("910", -of["kept"]),
        ("940", -fund),
        ("950", sums["outstanding"]),
    ):
        found = balance_of_code(entity.pk, code)
        if found != due:
            text = _("Compte {account} : les documents font {due} € et les livres {found} €.")
            yield _problem("balance_wrong", text, account=code, due=due, found=found)


def _fund_bears() -> Q:
    return Q(covered=True) | Q(invoice=None)


def _booked_on(entity: LegalEntity, code: str, kind: str) -> Decimal:
    legs = Posting.objects.filter(account__entity=entity, account__code=code, entry__kind=kind)
    return legs.aggregate(sum=Coalesce(Sum("amount"), ZERO))["sum"]
