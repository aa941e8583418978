"""Many at once, against a real PostgreSQL with commits: no hole, no double, no deadlock."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from invoicing import checks
from invoicing.actions import advances, clients, invoices, issuing, payments
from invoicing.models import Advance, Client, Invoice, InvoiceLine, Payment
from invoicing.states import InvoiceStatus
from ledger.actions import close_period
from ledger.booking import PeriodClosed, book
from ledger.models import Entry
from office.actors import SYSTEM
from tests.invoicing.houses import AT, DENIS, TODAY, activity, dumont, house, issued, released
from tests.ledger.test_books import entity as another_entity
from tests.ledger.test_books import legs

CLICKS = 50
pytestmark = pytest.mark.usefixtures("real_world")


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """Run all at the same moment, each in its own thread and connection; a refusal is an answer."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            ready.wait(30)
            return act()
        except Exception as fault:
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def issue(key: int) -> Callable[[], object]:
    return lambda: issuing.issue([key], on=TODAY, by=SYSTEM, at=AT)


def test_fifty_invoices_issued_at_once_have_fifty_numbers_in_a_row() -> None:
    house(), activity(), dumont()
    keys = [released(job=f"JOB000{n:02d}").pk for n in range(CLICKS)]
    answers = at_once([issue(key) for key in keys])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    issued_rows = Invoice.objects.filter(pk__in=keys)
    numbers = sorted(issued_rows.values_list("number", flat=True))  # type: ignore[type-var]
    assert numbers == list(range(1, CLICKS + 1))
    assert issued_rows.values("communication").distinct().count() == CLICKS
    assert checks.run() == []


def test_fifty_clicks_on_one_invoice_issue_it_once() -> None:
    key = released(job="ONCEONCE").pk
    before = Invoice.objects.filter(status=InvoiceStatus.ISSUED).count()
    answers = at_once([issue(key)] * CLICKS)
    assert sum(answer != [] for answer in answers) == 1
    assert Invoice.objects.filter(status=InvoiceStatus.ISSUED).count() == before + 1
    assert checks.run() == []


def test_two_rounds_at_once_issue_each_document_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "CHUNK", 7)
    for n in range(30):
        released(job=f"ROUND0{n:02d}")
    invoices.credit_whole(issued(job="CREDITED").pk, reason="Faux", by=DENIS, at=AT)
    rounds = at_once([lambda: issuing.issue_released(on=TODAY, at=AT, allowed=True)] * 4)
    assert sum(rounds) == 31  # type: ignore[arg-type]
    assert checks.run() == []


def test_numbers_given_back_by_a_failure_are_given_again() -> None:
    keys = [released(job=f"BREAK0{n:02d}").pk for n in range(12)]

    def broken(key: int) -> Callable[[], object]:
        def act() -> None:
            with transaction.atomic():
                issuing.issue([key], on=TODAY, by=SYSTEM, at=AT)
                raise RuntimeError

        return act

    at_once([broken(key) if at % 3 == 0 else issue(key) for at, key in enumerate(keys)])
    assert checks.run() == []
    assert issuing.issue_released(on=TODAY, at=AT, allowed=True) == 4
    assert checks.run() == []


def pay(invoice: Invoice, key: str, amount: str) -> Callable[[], object]:
    return lambda: payments.record(
        invoice.pk,
        amount=Decimal(amount),
        received_on=TODAY,
        reference="",
        request_key=key,
        by=DENIS,
        at=AT,
    )


def test_one_form_sent_fifty_times_is_one_payment() -> None:
    invoice = issued(job="PAIDONCE")
    answers = at_once([pay(invoice, "the-form", "605.00")] * CLICKS)
    assert {answer.pk for answer in answers} == {Payment.objects.get(invoice=invoice).pk}  # type: ignore[attr-defined]
    assert checks.run() == []


def test_payments_advances_and_a_credit_note_at_once_neither_lock_up_nor_lose_a_cent() -> None:
    invoice = issued(job="BUSYBUSY")
    issued(job="BUSYBUSY")
    invoices.credit_whole(invoice.pk, reason="Faux", by=DENIS, at=AT)

    def advance(n: int) -> Callable[[], object]:
        return lambda: advances.make(
            "BUSYBUSY",
            source=f"payslip:{n}",
            cost=Decimal("150.00"),
            covered_default=True,
            entity_id=invoice.entity_id,
            on=TODAY,
            at=AT,
        )

    acts = [pay(invoice, f"part-{n}", "90.00") for n in range(12)]
    acts += [advance(n) for n in range(6)]
    acts += [lambda: issuing.issue_released(on=TODAY, at=AT, allowed=True)]
    assert not [answer for answer in at_once(acts) if isinstance(answer, Exception)]
    assert Advance.objects.filter(job="BUSYBUSY").count() == 6
    assert checks.run() == []


def test_one_client_is_created_by_many_at_once() -> None:
    answers = at_once([lambda: dumont("0666666944", "Nouveau SRL")] * 12)
    assert len({client.pk for client in answers}) == 1  # type: ignore[attr-defined]
    assert Client.objects.filter(enterprise_number="0666666944").count() == 1
    clients.verify(answers[0].pk, by=DENIS, at=AT)  # type: ignore[attr-defined]


def test_a_line_never_slips_into_a_document_being_issued() -> None:
    for n in range(5):
        invoice = released(job=f"SLIP000{n}")

        def slip(invoice: Invoice = invoice) -> None:
            InvoiceLine.objects.create(
                invoice=invoice,
                position=9,
                label="glissée",
                quantity=1,
                unit_price=1,
                net=0,
                vat_rate=Decimal("0.21"),
            )

        answers = at_once([issue(invoice.pk), *[slip] * 1])
        slipped = not isinstance(answers[1], IntegrityError)
        invoice.refresh_from_db()
        assert len(invoice.printed["lines"]) == 2 + slipped
        assert invoice.lines.count() == 2 + slipped


def test_a_month_closed_while_entries_are_booked_takes_no_later_one() -> None:
    entity = another_entity("CZ", "0777777771")
    accounts = legs(entity)

    def entry(n: int) -> Callable[[], object]:
        return lambda: book(
            entity.pk, on=TODAY, kind="x", source=f"x:{n}", text="x", legs=accounts, at=AT
        )

    close = [lambda: close_period(entity.pk, month=TODAY, by=SYSTEM, at=AT)]
    answers = at_once([entry(n) for n in range(10)] + close + [entry(n) for n in range(10, 20)])
    closed_at = [answer for answer in answers if isinstance(answer, PeriodClosed)]
    assert Entry.objects.filter(entity=entity).count() == 20 - len(closed_at)
    with pytest.raises(PeriodClosed):
        entry(99)()
