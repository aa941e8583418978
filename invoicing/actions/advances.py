"""The guarantee at work: pay goes out in time, and the fund advances what the client has not paid
yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from invoicing import queries
from invoicing.actions.allotments import lock_jobs, loss_account, used_by_job
from invoicing.actions.clients import ReasonMissing
from invoicing.actions.invoices import subjects
from invoicing.models import Advance, Invoice, Purpose, Series
from invoicing.states import InvoiceStatus
from ledger.booking import Booking, Leg, book, book_many
from ledger.queries import account_ids
from office import journal
from office.actors import Actor
from office.money import ZERO
from office.refusals import Refusal


class NothingOutstanding(Refusal):
    code = "nothing_outstanding"
    sentence = _("Rien n’est en cours sur cette avance : elle est remboursée ou déjà perdue.")


@dataclass(frozen=True, kw_only=True)
class Need:
    """Employment cost of one payslip to pay now (euros). ``covered_default`` counts when the job
    has no invoice.
    """

    job: str
    source: str
    cost: Decimal
    covered_default: bool
    entity_id: int


def make(
    job: str,
    *,
    source: str,
    cost: Decimal,
    covered_default: bool,
    entity_id: int,
    on: date,
    at: datetime,
) -> Advance:
    """Advance one payslip's cost as far as the client has not paid it; the same source twice is
    one advance.
    """
    need = Need(
        job=job, source=source, cost=cost, covered_default=covered_default, entity_id=entity_id
    )
    return make_many([need], on=on, at=at)[0]


@transaction.atomic
def make_many(needs: Sequence[Need], *, on: date, at: datetime) -> list[Advance]:
    """Advance the costs of a whole run, in the order given and in a fixed number of queries.

    Employment money received for a job and not used yet is used first; the rest is booked D 950 /
    C 960.
    """
    jobs = {need.job for need in needs}
    invoices = _invoice_by_job(lock_jobs(jobs))
    sources = [need.source for need in needs]
    known = set(Advance.objects.filter(source__in=sources).values_list("source", flat=True))
    received = queries.received_by_job(jobs, Purpose.EMPLOYMENT)
    used = used_by_job(jobs)
    left = {job: received.get(job, ZERO) - used.get(job, ZERO) for job in jobs}
    made = []
    for need in needs:
        if need.source not in known:
            paid = min(need.cost, max(left[need.job], ZERO))
            left[need.job] -= paid
            made.append(_advance(need, invoices.get(need.job), need.cost - paid, on))
    Advance.objects.bulk_create(made)
    _book_made(made, on=on, at=at)
    rows = {row.source: row for row in Advance.objects.filter(source__in=sources)}
    return [rows[source] for source in sources]


@transaction.atomic
def lose(advance_id: int, *, reason: str, on: date, by: Actor, at: datetime) -> Advance:
    """Give up what is outstanding of an advance: the fund bears it, or the activity when not
    covered.

    Pay is never taken back. What the client still pays later is recovered.
    """
    if not reason.strip():
        raise ReasonMissing()
    lock_jobs([Advance.objects.values_list("job", flat=True).get(pk=advance_id)])
    advance = Advance.objects.select_related("invoice__activity").get(pk=advance_id)
    amount = advance.outstanding
    if not amount:
        raise NothingOutstanding()
    accounts = account_ids([advance.entity_id])
    event = journal.record(
        "advance.lost",
        f"advance:{advance.pk}",
        *(subjects(advance.invoice) if advance.invoice else [f"job:{advance.job}"]),
        by=by,
        at=at,
        amount=amount,
        covered=advance.covered,
        reason=reason.strip(),
    )
    advance.lost += amount
    advance.lost_reason = reason.strip()[:300]
    advance.save(update_fields=["lost", "lost_reason"])
    book(
        advance.entity_id,
        on=on,
        kind="loss",
        source=f"loss:{advance.pk}:{event.pk}",
        text="Avance perdue, supportée par le fonds" if advance.covered else "Avance perdue",
        job=advance.job,
        legs=[
            Leg(loss_account(advance, accounts), amount),
            Leg(accounts[advance.entity_id, "950"], -amount),
        ],
        at=at,
    )
    return advance


def _advance(need: Need, invoice: Invoice | None, amount: Decimal, on: date) -> Advance:
    return Advance(
        invoice=invoice,
        entity_id=need.entity_id,
        job=need.job,
        source=need.source,
        covered=invoice.guaranteed if invoice else need.covered_default,
        cost=need.cost,
        amount=amount,
        made_on=on,
    )


def _book_made(advances: Sequence[Advance], *, on: date, at: datetime) -> None:
    accounts = account_ids(advance.entity_id for advance in advances)
    book_many(
        [
            Booking(
                entity_id=advance.entity_id,
                on=on,
                kind="advance",
                source=f"advance:{advance.source}",
                text="Avance du coût du salaire",
                job=advance.job,
                legs=[
                    Leg(accounts[advance.entity_id, "950"], advance.amount),
                    Leg(accounts[advance.entity_id, "960"], -advance.amount),
                ],
            )
            for advance in advances
            if advance.amount
        ],
        at=at,
    )


def _invoice_by_job(documents: Sequence[Invoice]) -> dict[str, Invoice]:
    """Each job's newest invoice, one that is not annulled before one that is."""
    invoices = [document for document in documents if document.series == Series.INVOICE]
    living = [one for one in invoices if one.status != InvoiceStatus.ANNULLED]
    return {one.job: one for one in invoices} | {one.job: one for one in living}
