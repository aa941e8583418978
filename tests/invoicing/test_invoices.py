"""Drafts are copied, released, issued with a number, booked, and frozen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from invoicing import checks, law, queries
from invoicing.actions import invoices, issuing
from invoicing.actions.clients import ReasonMissing
from invoicing.models import Invoice, InvoiceLine, Receivable
from invoicing.plans import PlanLine
from invoicing.states import InvoiceStatus
from ledger.queries import account_id, balance, balance_of_code, job_statement
from office import journal, policy
from office.actors import SYSTEM
from office.lifecycle import NotAllowed
from office.models import Counter, Document, Letter
from tests.invoicing.houses import (
    AT,
    DENIS,
    TODAY,
    activity,
    draft,
    dumont,
    house,
    issued,
    released,
)
from tests.invoicing.houses import plan as planned

pytestmark = pytest.mark.django_db
TOMORROW = date(2026, 11, 24)


def test_a_draft_copies_its_plan_without_law_or_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned()
    monkeypatch.setattr(policy, "current", None)
    monkeypatch.setattr(law, "law", None)
    invoice = invoices.draft(plan, by=SYSTEM, at=AT)
    assert (invoice.net, invoice.vat, invoice.total) == (1000, 210, 1210)
    assert [line.net for line in invoice.lines.all()] == [Decimal("985.03"), Decimal("14.97")]
    assert invoice.status == InvoiceStatus.DRAFT
    assert str(invoice) == f"facture {invoice.ref}"
    assert str(invoice.lines.all()[1]) == "Frais de déplacement"
    with pytest.raises(ValueError, match="not issued"):
        _ = invoice.issue_day
    assert [event.kind for event in journal.timeline("job:7K2M9QWX")] == ["invoice.drafted"]


def test_issuing_numbers_books_prints_and_writes() -> None:
    invoice = issued()
    assert (invoice.printed_number, str(invoice)) == ("CE-000001", "CE-000001")
    assert (invoice.issued_on, invoice.due_on) == (TODAY, date(2026, 12, 3))
    assert invoice.communication[:10] == f"{invoice.pk:010d}"
    assert invoice.fund_share == Decimal("6.50")
    receivable = invoice.receivable
    assert (receivable.open_amount, receivable.next_step_on) == (1210, date(2026, 12, 4))
    assert str(receivable) == "CE-000001"
    entity = invoice.entity_id
    assert balance(account_id(entity, "400", f"client:{invoice.client_id}")) == 1210
    assert balance_of_code(entity, "700") == -1000
    assert balance_of_code(entity, "451") == -210
    assert balance_of_code(entity, "910") == Decimal("-58.50")
    assert balance_of_code(entity, "940") == Decimal("-20006.50")
    assert balance(invoice.activity.budget_account_id) == -935
    assert [line.kind for line in job_statement("7K2M9QWX")][::3] == ["invoice", "split", "split"]
    letter = Letter.objects.get()
    assert letter.to == "marc@dumont.example"
    assert "CE-000001" in letter.subject_line
    assert "1.210,00" in letter.body
    assert Document.objects.get() == invoice.document
    assert checks.run() == []


def test_numbers_follow_and_dates_never_go_back() -> None:
    late = issued(on=TOMORROW)
    early = issued(on=TODAY, job="AAAAAAAA")
    assert (early.number, early.issued_on) == (late.number + 1, TOMORROW)
    assert checks.run() == []


def test_only_what_is_released_is_issued_and_once() -> None:
    invoice = issued()
    waiting = draft(job="AAAAAAAA")
    assert issuing.issue([invoice.pk, waiting.pk], on=TODAY, by=SYSTEM, at=AT) == []
    assert Counter.objects.get(series="CE:invoice").last_number == 1


def test_the_round_issues_everything_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "CHUNK", 2)
    keys = [released(job=f"JOB0000{n}").pk for n in range(5)]
    assert issuing.issue_released(on=TODAY, at=AT, allowed=False) == 0
    assert issuing.issue_released(on=TODAY, at=AT, allowed=True) == 5
    assert issuing.issue_released(on=TODAY, at=AT, allowed=True) == 0
    numbers = Invoice.objects.filter(pk__in=keys).order_by("pk").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5]
    assert checks.run() == []


def test_a_failure_while_issuing_leaves_no_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = released()
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "book_many", None)
        with pytest.raises(TypeError):
            issuing.issue([invoice.pk], on=TODAY, by=SYSTEM, at=AT)
    assert not Letter.objects.exists()
    assert issuing.issue([invoice.pk], on=TODAY, by=SYSTEM, at=AT)[0].number == 1


def test_released_twice_the_first_time_counts() -> None:
    invoice = draft()
    first = invoices.release(invoice.pk, not_confirmed=True, by=SYSTEM, at=AT)
    again = invoices.release(invoice.pk, by=SYSTEM, at=AT)
    assert first.not_confirmed
    assert again.not_confirmed


def test_an_annulled_draft_stays_annulled() -> None:
    invoice = draft()
    assert invoices.annul(invoice.pk, by=SYSTEM, at=AT).status == InvoiceStatus.ANNULLED
    assert invoices.annul(invoice.pk, by=SYSTEM, at=AT).status == InvoiceStatus.ANNULLED
    with pytest.raises(NotAllowed) as refusal:
        invoices.release(invoice.pk, by=SYSTEM, at=AT)
    assert "brouillon annulé" in str(refusal.value)
    with pytest.raises(NotAllowed):
        invoices.annul(issued(job="AAAAAAAA").pk, by=SYSTEM, at=AT)


def test_less_work_is_invoiced_as_decided() -> None:
    invoice = draft()
    lines = (PlanLine(label="Deux jours", net=Decimal("600.00"), quantity=Decimal(2)),)
    fewer = planned(
        lines=lines,
        fee=Decimal("39.00"),
        employment=Decimal("561.00"),
        expenses=Decimal(0),
        rounding=Decimal(0),
    )
    invoices.release(invoice.pk, amended=fewer, by=DENIS, at=AT)
    invoice.refresh_from_db()
    assert (invoice.total, invoice.lines.count()) == (726, 1)
    other = draft(job="AAAAAAAA")
    with pytest.raises(invoices.SplitWrong) as refusal:
        invoices.release(other.pk, amended=replace(fewer, fee=Decimal(40)), by=DENIS, at=AT)
    assert "601.00" in str(refusal.value)
    with pytest.raises(invoices.NothingToInvoice):
        invoices.release(other.pk, amended=replace(fewer, lines=()), by=DENIS, at=AT)


def test_a_whole_credit_note_refers_and_makes_a_new_draft() -> None:
    invoice = issued()
    note, new_draft = invoices.credit_whole(invoice.pk, reason="Mauvais prix", by=DENIS, at=AT)
    assert (note.status, new_draft.status) == (InvoiceStatus.RELEASED, InvoiceStatus.DRAFT)
    with pytest.raises(invoices.AlreadyCredited):
        invoices.credit_whole(invoice.pk, reason="Encore", by=DENIS, at=AT)
    issuing.issue_released(on=TOMORROW, at=AT, allowed=True)
    note.refresh_from_db()
    assert (note.printed_number, note.printed["credits"]["number"]) == ("CE-C-000001", "CE-000001")
    assert note.communication == ""
    assert Receivable.objects.get(invoice=invoice).open_amount == 0
    assert queries.is_credited(invoice)
    for code in ("700", "451", "900", "910", "400", "920"):
        assert balance_of_code(invoice.entity_id, code) == 0
    assert balance_of_code(invoice.entity_id, "940") == -20000
    assert Letter.objects.filter(kind="invoicing/credited").exists()
    assert checks.run() == []
    again = issuing.issue(
        [invoices.release(new_draft.pk, by=DENIS, at=AT).pk], on=TOMORROW, by=SYSTEM, at=AT
    )
    assert (again[0].number, again[0].total) == (2, 1210)
    assert checks.run() == []


def test_what_cannot_be_credited_says_so() -> None:
    invoice = issued()
    with pytest.raises(ReasonMissing):
        invoices.credit_whole(invoice.pk, reason=" ", by=DENIS, at=AT)
    with pytest.raises(invoices.NotCreditable):
        invoices.credit_whole(draft(job="AAAAAAAA").pk, reason="Non", by=DENIS, at=AT)
    note = invoices.credit_whole(invoice.pk, reason="Oui", by=DENIS, at=AT).credit_note
    with pytest.raises(invoices.NotCreditable):
        invoices.credit_whole(note.pk, reason="Non", by=DENIS, at=AT)
    invoices.annul(note.pk, by=DENIS, at=AT)
    assert invoices.credit_whole(invoice.pk, reason="Bien", by=DENIS, at=AT).credit_note != note


def test_dutch_and_english_letters() -> None:
    issued(language="nl")
    issued(language="en", job="AAAAAAAA", purchase_reference="PO 77")
    dutch, english = Letter.objects.order_by("pk")
    assert "Factuur CE-000001" in dutch.subject_line
    assert "Mededeling" in dutch.body
    assert "Invoice CE-000002" in english.subject_line
    assert "PO 77" in english.body


def _sql(statement: str) -> Callable[[], None]:
    def attempt() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return attempt


def _add_line() -> None:
    InvoiceLine.objects.create(
        invoice=Invoice.objects.get(),
        position=9,
        label="en plus",
        quantity=1,
        unit_price=1,
        net=1,
        vat_rate=Decimal("0.21"),
    )


@pytest.mark.parametrize(
    "attempt",
    [
        _sql("UPDATE invoicing_invoice SET net = 1"),
        _sql("UPDATE invoicing_invoice SET status = 'draft'"),
        _sql("DELETE FROM invoicing_invoice"),
        _sql("UPDATE invoicing_invoiceline SET label = 'autre'"),
        _sql("DELETE FROM invoicing_invoiceline"),
        _sql("DELETE FROM invoicing_receivable"),
        _add_line,
    ],
)
def test_an_issued_document_is_frozen(attempt: Callable[[], None]) -> None:
    issued()
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt()


def test_a_draft_is_not_frozen() -> None:
    draft()
    _add_line()
    InvoiceLine.objects.update(label="autre")
    InvoiceLine.objects.all().delete()


def test_issuing_makes_a_fixed_number_of_queries_per_document(
    django_assert_max_num_queries: Callable[[int], transaction.Atomic],
) -> None:
    house(), activity(), dumont()
    keys = [released(job=f"JOB0000{n}").pk for n in range(8)]
    with django_assert_max_num_queries(20 + 8 * 10):
        issuing.issue(keys, on=TODAY, by=SYSTEM, at=AT)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("office_counter SET last_number = 7 WHERE series = 'CE:invoice'", "numbers_with_hole"),
        ("invoicing_receivable SET open_amount = 3", "receivable_wrong"),
        ("ledger_entry SET source = 'invoice:0' WHERE kind = 'invoice'", "document_not_booked"),
        ("ledger_entry SET kind = 'payment' WHERE kind = 'invoice'", "booked_without_payment"),
        ("ledger_posting SET amount = amount - 1 WHERE amount = -210", "balance_wrong"),
        ("ledger_posting SET amount = amount - 1 WHERE amount = 1210", "client_account_wrong"),
        (
            "ledger_account SET holder = 'client:0' WHERE holder ~ 'client'",
            "client_account_missing",
        ),
    ],
)
def test_check_finds_what_was_tampered_with(statement: str, code: str) -> None:
    issued()
    with connection.cursor() as cursor:
        for table in ("invoicing_receivable", "ledger_entry", "ledger_posting"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {statement}")
    assert code in {problem.code for problem in checks.run()}


def test_check_finds_dates_that_go_back() -> None:
    issued(on=TOMORROW)
    second = issued(job="AAAAAAAA", on=TOMORROW)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE invoicing_invoice DISABLE TRIGGER USER")
    Invoice.objects.filter(pk=second.pk).update(issued_on=TODAY)
    assert "dates_go_back" in {problem.code for problem in checks.run()}
