"""What the money of a client pays: written anew whenever what he paid, or what he owes, changes."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Sum

from invoicing import queries, rules
from invoicing.models import Advance, Allotment, Invoice, Payment, Purpose, Receivable
from invoicing.policies import InvoicingPolicy
from ledger.booking import Booking, Leg, book_many
from ledger.queries import account_ids
from office import policy
from office.money import ZERO


def lock_jobs(jobs: Iterable[str]) -> list[Invoice]:
    """Every document of these jobs, locked in the order of their keys: whoever changes what was
    paid comes here first.
    """
    documents = Invoice.objects.select_for_update(no_key=True).filter(job__in=set(jobs))
    return list(documents.order_by("pk"))


def allot_anew(
    invoice: Invoice,
    *,
    on: date,
    at: datetime,
    payment: Payment | None = None,
    credit_note: Invoice | None = None,
) -> None:
    """Write what a payment or a credit note changes: allotments, what is open, advances repaid.

    The caller holds the locks of the job's documents.
    """
    received = queries.received_on_invoice(invoice)
    owed = ZERO if credit_note or queries.is_credited(invoice) else invoice.total
    _write_receivable(invoice, owed=owed, received=received, on=on)
    parts = queries.parts(invoice) if owed else {}
    order = policy.current(InvoicingPolicy, invoice.issue_day).allotment_order
    target = rules.allot(received, parts, order)
    present = queries.allotted(Allotment.objects.filter(invoice=invoice))
    changes = {name: target.get(name, ZERO) - present[name] for name in Purpose.values}
    Allotment.objects.bulk_create(
        Allotment(
            invoice=invoice, payment=payment, credit_note=credit_note, purpose=name, amount=change
        )
        for name, change in changes.items()
        if change
    )
    if changes[Purpose.EMPLOYMENT]:
        cause = f"{payment.pk}" if payment else f"c{invoice.pk}"
        _settle_advances(invoice.job, cause=cause, on=on, at=at)


def _write_receivable(invoice: Invoice, *, owed: Decimal, received: Decimal, on: date) -> None:
    receivable = Receivable.objects.get(invoice=invoice)
    receivable.open_amount = max(owed - received, ZERO)
    receivable.overpaid_amount = max(received - owed, ZERO)
    if receivable.open_amount:
        receivable.settled_on = None
        receivable.next_step_on = first_step_on(invoice)
    else:
        receivable.settled_on = receivable.settled_on or on
        receivable.next_step_on = None
    receivable.save()


def first_step_on(invoice: Invoice) -> date:
    """The day after the last day to pay: until then nobody need look at what is open."""
    return rules.due_on(invoice.issue_day, invoice.payment_term_days) + timedelta(days=1)


def _settle_advances(job: str, *, cause: str, on: date, at: datetime) -> None:
    """Repay, recover or take back advances of a job, so that they agree with the money received
    for it.
    """
    advances = list(
        Advance.objects.select_for_update(of=["self"], no_key=True)
        .select_related("invoice__activity")
        .filter(job=job)
        .order_by("pk")
    )
    received = queries.received(job)[Purpose.EMPLOYMENT]
    moves = rules.settle(received, [cover(advance) for advance in advances])
    accounts = account_ids({advance.entity_id for advance in advances})
    bookings = []
    for move in moves:
        advance = advances[move.at]
        field = _FIELD[move.kind]
        setattr(advance, field, getattr(advance, field) + move.amount)
        bookings.append(
            Booking(
                entity_id=advance.entity_id,
                on=max(on, advance.made_on),
                kind=move.kind,
                source=f"{move.kind}:{cause}:{advance.pk}",
                text=_TEXT[move.kind][move.amount < 0],
                job=job,
                legs=_legs(move, advance, accounts),
            )
        )
    for advance in {move.at: advances[move.at] for move in moves}.values():
        advance.save(update_fields=["amount", "repaid", "recovered"])
    book_many(bookings, at=at)


_FIELD = {"repayment": "repaid", "recovery": "recovered", "advance": "amount"}
_TEXT = {
    "repayment": ("Avance remboursée par le client", "Remboursement d’avance repris"),
    "recovery": ("Perte récupérée auprès du client", "Récupération de perte reprise"),
    "advance": ("Avance du coût du salaire", ""),
}


def _legs(move: rules.Move, advance: Advance, accounts: dict[tuple[int, str], int]) -> list[Leg]:
    means, outstanding = accounts[advance.entity_id, "960"], accounts[advance.entity_id, "950"]
    if move.kind == "advance":
        return [Leg(outstanding, move.amount), Leg(means, -move.amount)]
    other = outstanding if move.kind == "repayment" else loss_account(advance, accounts)
    return [Leg(means, move.amount), Leg(other, -move.amount)]


def loss_account(advance: Advance, accounts: dict[tuple[int, str], int]) -> int:
    """Who bears a loss: the guarantee fund, or the activity's budget for a job not covered."""
    if advance.covered or advance.invoice is None:
        return accounts[advance.entity_id, "940"]
    return advance.invoice.activity.budget_account_id


def cover(advance: Advance) -> rules.Cover:
    """An advance as the rules see it."""
    return rules.Cover(
        cost=advance.cost,
        amount=advance.amount,
        repaid=advance.repaid,
        lost=advance.lost,
        recovered=advance.recovered,
    )


def used_by_job(jobs: Iterable[str]) -> dict[str, Decimal]:
    """Euros of the clients' employment money already used, by job."""
    used = F("cost") - F("amount") + F("repaid") + F("recovered")
    rows = Advance.objects.filter(job__in=set(jobs)).values("job").annotate(used=Sum(used))
    return dict(rows.values_list("job", "used"))
