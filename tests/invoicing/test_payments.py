"""Money of clients: in parts, too much, by mistake; and the advances it repays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoicing import checks, queries
from invoicing.actions import advances, invoices, issuing, payments
from invoicing.actions.clients import ReasonMissing
from invoicing.models import Advance, Allotment, Invoice, Payment, Receivable
from ledger import incoming
from ledger.queries import balance, balance_of_code, job_statement
from office import policy
from office.actors import SYSTEM
from office.models import Event
from tests.invoicing.houses import AT, DENIS, TODAY, draft, house, issued

pytestmark = pytest.mark.django_db
JOB = "7K2M9QWX"


def pay(invoice: Invoice, amount: str, key: str = "", on: date = TODAY) -> Payment:
    return payments.record(
        invoice.pk,
        amount=Decimal(amount),
        received_on=on,
        reference="extrait 12",
        request_key=key or f"{invoice.pk}:{Payment.objects.count()}",
        by=DENIS,
        at=AT,
    )


def advance(cost: str = "900.00", source: str = "payslip:1", job: str = JOB) -> Advance:
    return advances.make(
        job,
        source=source,
        cost=Decimal(cost),
        covered_default=True,
        entity_id=house().pk,
        on=TODAY,
        at=AT,
    )


def open_amount(invoice: Invoice) -> Decimal:
    return Receivable.objects.get(invoice=invoice).open_amount


def received() -> list[Decimal]:
    """VAT, employment, fee, expenses, rounding, overpaid."""
    return list(queries.received(JOB).values())


def test_a_payment_in_full_settles_the_invoice() -> None:
    invoice = issued()
    payment = pay(invoice, "1210.00")
    receivable = Receivable.objects.get(invoice=invoice)
    assert (receivable.open_amount, receivable.settled_on) == (0, TODAY)
    assert receivable.next_step_on is None
    assert received() == [210, 920, 65, Decimal("14.97"), Decimal("0.03"), 0]
    assert (str(payment), str(payment.allotments.all()[0])) == ("CE-000001", "vat 210.00")
    assert balance_of_code(invoice.entity_id, "550") == 1210
    assert balance_of_code(invoice.entity_id, "400") == 0
    assert checks.run() == []


def test_a_part_pays_in_the_written_order() -> None:
    invoice = issued()
    pay(invoice, "500.00")
    assert received() == [210, 290, 0, 0, 0, 0]
    pay(invoice, "680.00")
    assert received() == [210, 920, 50, 0, 0, 0]
    assert open_amount(invoice) == 30
    assert checks.run() == []


def test_too_much_is_kept_apart() -> None:
    invoice = issued()
    pay(invoice, "1300.00")
    receivable = Receivable.objects.get(invoice=invoice)
    assert (receivable.open_amount, receivable.overpaid_amount) == (0, 90)
    assert received()[-1] == 90
    assert balance_of_code(invoice.entity_id, "400") == -90
    assert checks.run() == []


def test_the_same_form_twice_is_one_payment() -> None:
    invoice = issued()
    assert pay(invoice, "500.00", "form-1") == pay(invoice, "500.00", "form-1")
    assert Payment.objects.count() == 1
    with pytest.raises(payments.KeyReused) as refusal:
        pay(invoice, "400.00", "form-1")
    assert "500.00" in str(refusal.value)
    assert checks.run() == []


def test_a_payment_recorded_by_mistake_is_reversed() -> None:
    invoice = issued()
    payment = pay(invoice, "1300.00")
    reversal = payments.reverse(payment.pk, reason="Autre client", by=DENIS, at=AT)
    assert (reversal.amount, reversal.reverses) == (-1300, payment)
    assert payments.reverse(payment.pk, reason="Autre client", by=DENIS, at=AT) == reversal
    receivable = Receivable.objects.get(invoice=invoice)
    assert (receivable.open_amount, receivable.overpaid_amount) == (1210, 0)
    assert (receivable.settled_on, receivable.next_step_on) == (None, date(2026, 12, 4))
    assert received() == [0, 0, 0, 0, 0, 0]
    with pytest.raises(payments.NotReversible):
        payments.reverse(reversal.pk, reason="Si", by=DENIS, at=AT)
    with pytest.raises(ReasonMissing):
        payments.reverse(payment.pk, reason="", by=DENIS, at=AT)
    assert checks.run() == []


def test_reversing_an_earlier_payment_lets_the_later_one_pay_first() -> None:
    invoice = issued()
    first = pay(invoice, "300.00")
    pay(invoice, "400.00")
    payments.reverse(first.pk, reason="Double", by=DENIS, at=AT)
    assert received() == [210, 190, 0, 0, 0, 0]
    assert checks.run() == []


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"amount": Decimal("0.00")}, incoming.AmountWrong),
        ({"amount": Decimal("-5.00")}, incoming.AmountWrong),
        ({"amount": Decimal("1.001")}, incoming.AmountWrong),
        ({"received_on": TODAY + timedelta(days=1)}, incoming.NotYetReceived),
    ],
)
def test_what_is_no_payment_is_told_next_to_its_field(
    values: dict[str, object], kind: type[incoming.AmountWrong]
) -> None:
    usual = {
        "amount": Decimal("5.00"),
        "received_on": TODAY,
        "reference": "",
        "request_key": "k",
        "by": DENIS,
        "at": AT,
    }
    with pytest.raises(kind) as refusal:
        payments.record(issued().pk, **usual | values)  # type: ignore[arg-type]
    assert refusal.value.field in {"amount", "received_on"}
    assert not Payment.objects.exists()


def test_only_an_issued_invoice_is_paid() -> None:
    with pytest.raises(payments.NotPayable):
        pay(draft(), "5.00")
    note = invoices.credit_whole(issued(job="AAAAAAAA").pk, reason="x", by=DENIS, at=AT).credit_note
    with pytest.raises(payments.NotPayable):
        pay(note, "5.00")


# --- The guarantee at work ------------------------------------------------------------------------


def test_an_advance_is_repaid_by_the_client_in_three_entries() -> None:
    invoice = issued()
    made = advance()
    assert (made.amount, made.outstanding, made.covered) == (900, 900, True)
    assert str(made) == JOB
    assert balance_of_code(invoice.entity_id, "950") == 900
    assert advance() == made
    pay(invoice, "1210.00")
    made.refresh_from_db()
    assert (made.repaid, made.outstanding) == (900, 0)
    kinds = list(dict.fromkeys(line.kind for line in job_statement(JOB)))
    assert kinds == ["invoice", "split", "advance", "payment", "repayment"]
    assert balance_of_code(invoice.entity_id, "950") == 0
    assert balance_of_code(invoice.entity_id, "960") == 20000
    assert checks.run() == []


def test_money_already_there_is_used_first() -> None:
    invoice = issued()
    pay(invoice, "710.00")
    first, second = advance("400.00"), advance("300.00", "payslip:2")
    assert (first.amount, second.amount) == (0, 200)
    assert checks.run() == []
    pay(invoice, "500.00")
    second.refresh_from_db()
    assert second.repaid == 200
    assert checks.run() == []


def test_a_reversal_makes_an_advance_of_what_the_money_had_paid() -> None:
    invoice = issued()
    payment = pay(invoice, "1210.00")
    made = advance()
    assert made.amount == 0
    payments.reverse(payment.pk, reason="Autre client", by=DENIS, at=AT)
    made.refresh_from_db()
    assert made.outstanding == 900
    assert balance_of_code(invoice.entity_id, "950") == 900
    assert checks.run() == []
    again = pay(invoice, "1210.00", on=TODAY - timedelta(days=1))
    made.refresh_from_db()
    assert made.outstanding == 0
    payments.reverse(again.pk, reason="Encore", by=DENIS, at=AT)
    made.refresh_from_db()
    assert (made.amount, made.repaid) == (900, 0)
    assert checks.run() == []


def test_a_credit_note_frees_the_money_and_the_advance_is_open_again() -> None:
    invoice = issued()
    made = advance()
    pay(invoice, "1210.00")
    invoices.credit_whole(invoice.pk, reason="Mauvais client", by=DENIS, at=AT)
    issuing.issue_released(on=TODAY, at=AT, allowed=True)
    made.refresh_from_db()
    assert (made.repaid, made.outstanding) == (0, 900)
    assert received() == [0, 0, 0, 0, 0, 1210]
    assert balance_of_code(invoice.entity_id, "400") == -1210
    assert checks.run() == []
    pay(invoice, "10.00")
    assert received()[-1] == 1220
    assert checks.run() == []


def test_a_covered_loss_is_the_funds_and_may_be_recovered() -> None:
    invoice = issued()
    made = advance()
    pay(invoice, "310.00")
    lost = advances.lose(made.pk, reason="Faillite", on=TODAY, by=DENIS, at=AT)
    assert (lost.repaid, lost.lost, lost.outstanding) == (100, 800, 0)
    assert balance_of_code(invoice.entity_id, "940") == Decimal("-19206.50")
    assert balance_of_code(invoice.entity_id, "950") == 0
    assert checks.run() == []
    with pytest.raises(advances.NothingOutstanding):
        advances.lose(made.pk, reason="Encore", on=TODAY, by=DENIS, at=AT)
    payment = pay(invoice, "900.00")
    made.refresh_from_db()
    assert made.recovered == 800
    assert balance_of_code(invoice.entity_id, "940") == Decimal("-20006.50")
    assert checks.run() == []
    payments.reverse(payment.pk, reason="Erreur", by=DENIS, at=AT)
    made.refresh_from_db()
    assert made.recovered == 0
    assert checks.run() == []


def test_a_loss_not_covered_is_the_activitys() -> None:
    invoice = issued(guaranteed=False)
    made = advance()
    assert not made.covered
    before = balance(invoice.activity.budget_account_id)
    with pytest.raises(ReasonMissing):
        advances.lose(made.pk, reason=" ", on=TODAY, by=DENIS, at=AT)
    advances.lose(made.pk, reason="Faillite", on=TODAY, by=DENIS, at=AT)
    assert balance(invoice.activity.budget_account_id) - before == 900
    assert checks.run() == []


def test_a_job_without_invoice_is_advanced_and_borne_by_the_fund() -> None:
    made = advance(job="NOINVOIC")
    assert (made.invoice, made.covered) == (None, True)
    advances.lose(made.pk, reason="Annulée", on=TODAY, by=DENIS, at=AT)
    assert balance_of_code(house().pk, "940") == -19100
    assert checks.run() == []


def test_an_annulled_draft_leaves_its_guarantee_to_a_living_one() -> None:
    covered = draft(guaranteed=True)
    invoices.annul(covered.pk, by=SYSTEM, at=AT)
    assert advance("1.00").invoice == covered
    living = draft(guaranteed=False)
    later = draft()
    invoices.annul(later.pk, by=SYSTEM, at=AT)
    assert advance("1.00", "payslip:2").invoice == living


def test_a_whole_run_is_advanced_in_a_fixed_number_of_queries(
    django_assert_max_num_queries: Callable[[int], transaction.Atomic],
) -> None:
    entity = house().pk
    for n in range(6):
        draft(job=f"JOB0000{n}")
    needs = [
        advances.Need(
            job=f"JOB0000{n}",
            source=f"payslip:{n}",
            cost=Decimal(100),
            covered_default=False,
            entity_id=entity,
        )
        for n in range(6)
    ]
    with django_assert_max_num_queries(10):
        rows = advances.make_many(needs, on=TODAY, at=AT)
    assert [row.source for row in rows] == [need.source for need in needs]
    dearer = replace(needs[1], cost=Decimal(5))
    assert advances.make_many([needs[0], dearer], on=TODAY, at=AT) == rows[:2]
    assert checks.run() == []


def test_the_order_of_allotment_is_policy_of_the_day_of_issue() -> None:
    from invoicing.policies import InvoicingPolicy

    invoice = issued()
    house()
    fee_first = InvoicingPolicy(
        allotment_order=["fee", "vat", "employment", "expenses", "rounding"]
    )
    policy.decide(fee_first, starts_on=TODAY + timedelta(days=1), by=SYSTEM, at=AT)
    later = issued(on=TODAY + timedelta(days=1), job="AAAAAAAA")
    pay(invoice, "100.00")
    pay(later, "100.00")
    assert queries.received(JOB)["vat"] == 100
    assert queries.received("AAAAAAAA")["fee"] == 65
    assert checks.run() == []


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("pay"), st.integers(1, 150_000)),
            st.tuples(st.just("reverse"), st.integers(0, 5)),
            st.tuples(st.just("advance"), st.integers(1, 90_000)),
            st.tuples(st.just("lose"), st.integers(0, 3)),
            st.tuples(st.just("credit"), st.just(0)),
        ),
        max_size=9,
    )
)
def test_whatever_happens_the_books_prove_themselves(steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        _live(steps)
        assert checks.run() == []
        transaction.set_rollback(True)  # each example starts from nothing


def _live(steps: list[tuple[str, int]]) -> None:
    invoice = issued()
    for step, (verb, number) in enumerate(steps):
        if verb == "pay":
            pay(invoice, str(Decimal(number) / 100), f"key:{step}")
        elif verb == "reverse":
            for payment in list(Payment.objects.filter(reverses=None))[number : number + 1]:
                payments.reverse(payment.pk, reason="Erreur", by=DENIS, at=AT)
        elif verb == "advance":
            advance(str(Decimal(number) / 100), f"payslip:{step}")
        elif verb == "lose":
            for row in list(Advance.objects.order_by("pk"))[number : number + 1]:
                if row.outstanding:
                    advances.lose(row.pk, reason="Perdu", on=TODAY, by=DENIS, at=AT)
        elif not queries.is_credited(invoice):
            invoices.credit_whole(invoice.pk, reason="Faux", by=DENIS, at=AT)
            issuing.issue_released(on=TODAY, at=AT, allowed=True)


# --- Guards ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoicing_payment SET amount = 1",
        "DELETE FROM invoicing_payment",
        "UPDATE invoicing_allotment SET amount = 1",
        "DELETE FROM invoicing_allotment",
        "DELETE FROM invoicing_advance",
        "UPDATE invoicing_advance SET cost = cost + 1",
        "UPDATE invoicing_advance SET covered = NOT covered",
        "UPDATE invoicing_advance SET repaid = amount + 1",
    ],
)
def test_the_database_refuses_to_rewrite_money(statement: str) -> None:
    invoice = issued()
    advance()
    pay(invoice, "100.00")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("advance SET repaid = 0", "advance_wrong"),
        ("payment SET amount = 1", "payment_not_booked"),
        ("allotment SET purpose = 'fee' WHERE purpose = 'vat'", "allotment_wrong"),
        ("entry SET source = 'payment:0' WHERE kind = 'payment'", "booked_without_payment"),
        ("entry SET kind = 'split' WHERE kind = 'payment'", "booked_without_document"),
    ],
)
def test_check_finds_what_was_tampered_with(statement: str, code: str) -> None:
    invoice = issued()
    advance()
    pay(invoice, "500.00")
    with connection.cursor() as cursor:
        for table in ("invoicing_payment", "invoicing_allotment", "ledger_entry"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        room = "ledger" if statement.startswith("entry") else "invoicing"
        cursor.execute(f"UPDATE {room}_{statement}")
    assert code in {problem.code for problem in checks.run()}


def test_events_name_the_job() -> None:
    invoice = issued()
    advance()
    pay(invoice, "10.00")
    advances.lose(Advance.objects.get().pk, reason="Perdu", on=TODAY, by=DENIS, at=AT)
    kinds = set(
        Event.objects.filter(subjects__contains=[f"job:{JOB}"]).values_list("kind", flat=True)
    )
    assert {"invoice.issued", "payment.recorded", "advance.lost"} <= kinds
    assert Allotment.objects.filter(invoice=invoice).count() == 1
