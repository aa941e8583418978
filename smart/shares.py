"""Whose an event is, and what its person is told of it outside: the kind and the refs, no more."""

from collections.abc import Iterable, Sequence

from invoicing.models import Invoice
from office.feed import Share
from office.models import Event
from orders.models import Order
from payroll.models import Contract, Payslip

# what is told, by the journal's own kind; anything else stays inside
KINDS = {
    "order.drafted": "order.drafted",
    "order.sent": "order.sent",
    "order.opened": "order.opened",
    "order.signed": "order.signed",
    "order.declined": "order.declined",
    "order.lapsed": "order.lapsed",
    "order.withdrawn": "order.withdrawn",
    "order.cancelled": "order.cancelled",
    "order.replaced": "order.replaced",
    "order.change_asked": "order.change_asked",
    "order.change_decided": "order.change_decided",
    "work.reported": "work.reported",
    "work.decided": "work.decided",
    "contract.drafted": "contract.drafted",
    "contract.signed_by_cooperative": "contract.offered",
    "contract.signed": "contract.signed",
    "contract.annulled": "contract.annulled",
    "contract.released": "contract.released",
    "invoice.issued": "invoice.issued",
    "credit_note.issued": "credit_note.issued",
    "payment.recorded": "payment.recorded",
    "payment.reversed": "payment.reversed",
    "run.approved": "payslip.final",
    "run.transfers_executed": "payslip.paid",
    "transfer.rejected": "payslip.transfer_rejected",
}
PUBLIC = sorted(set(KINDS.values()))

Thing = tuple[int, str, str]  # whose, kind, ref


def shares_of(events: Sequence[Event]) -> list[Share]:
    """One share per event and person, in five queries for any number of events."""
    told = [event for event in events if event.kind in KINDS]
    known = _things(subject for event in told for subject in event.subjects)
    shares: list[Share] = []
    for event in told:
        by_person: dict[int, dict[tuple[str, str], None]] = {}
        for subject in event.subjects:
            if subject in known:
                person, kind, ref = known[subject]
                by_person.setdefault(person, {})[kind, ref] = None
        shares += [
            Share(event_id=event.pk, user_id=person, kind=KINDS[event.kind], things=tuple(things))
            for person, things in sorted(by_person.items())
        ]
    return shares


def _things(subjects: Iterable[str]) -> dict[str, Thing]:
    """Whose each subject is, and its ref; what has neither is absent."""
    wanted: dict[str, set[str]] = {}
    for subject in subjects:
        kind, _colon, number = subject.partition(":")
        wanted.setdefault(kind, set()).add(number)

    def keys(kind: str) -> list[str]:
        return sorted(wanted.get(kind, ()))

    orders = Order.objects.filter(pk__in=keys("order"))
    jobs = Order.objects.filter(ref__in=keys("job"))
    contracts = Contract.objects.filter(pk__in=keys("contract"))
    slips = Payslip.objects.filter(pk__in=keys("payslip"), final_at__isnull=False)
    invoices = Invoice.objects.filter(pk__in=keys("invoice"))
    found: dict[str, Thing] = {}
    for key, ref, person in orders.values_list("pk", "ref", "affiliate__user"):
        found[f"order:{key}"] = (person, "order", ref)
    for ref, person in jobs.values_list("ref", "affiliate__user"):
        found[f"job:{ref}"] = (person, "order", ref)
    for key, ref, person in contracts.values_list("pk", "ref", "affiliate__user"):
        found[f"contract:{key}"] = (person, "contract", ref)
    for key, ref, person in slips.values_list("pk", "ref", "contract__affiliate__user"):
        found[f"payslip:{key}"] = (person, "payslip", ref)
    rows = invoices.values_list("pk", "ref", "series", "affiliate__user")
    for key, ref, series, person in rows:
        found[f"invoice:{key}"] = (person, series, ref)
    return found
