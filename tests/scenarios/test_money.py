"""Her statement: received, guaranteed and planned, proved against the documents and the books."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db.models import F, Q, Sum
from django.test import Client

from invoicing.actions import advances, invoices, issuing, payments
from invoicing.models import Advance, Allotment, Invoice
from ledger.queries import balance
from members.models import Activity
from office import clock, documents
from office.models import Document
from office.money import ZERO
from orders import actions as orders
from orders.models import Order, Receipt
from smart import books
from smart.money import BUDGET, Sums, lines_of, statement, total
from tests import world
from tests.scenarios.visitor import Visitor

pytestmark = pytest.mark.usefixtures("peopled")

DENIS = world.DUMONT_ACTOR
TRAIN = (("Train", Decimal("24.00")),)


def sum_of(rows: object, **by: object) -> Decimal:
    return rows.aggregate(sum=Sum(by.get("what", "amount"), default=ZERO))["sum"]  # type: ignore[attr-defined, no-any-return]


def prove(activity: Activity) -> Sums:
    """The statement's sums are those of the documents, and those of the books."""
    told = total(lines_of(activity))
    mine = Invoice.objects.filter(activity=activity)
    budget = F("net") - F("fee")
    made = Advance.objects.filter(job__in=Order.objects.filter(activity=activity).values("ref"))
    paid = Allotment.objects.filter(invoice__activity=activity, purpose__in=BUDGET)
    refunds = Receipt.objects.filter(line__order__activity=activity, refunded_on__isnull=False)
    used = F("cost") - F("amount") + F("repaid") + F("recovered")
    assert told.received == sum_of(paid) - sum_of(made, what=used) - sum_of(refunds)
    standing = mine.filter(status="issued", series="invoice", guaranteed=True).exclude(
        credit_notes__status="issued"
    )
    jobs = list(standing.values_list("job", flat=True))
    guaranteed = (
        sum_of(standing, what=budget)
        - sum_of(paid.filter(invoice__in=standing))
        - sum_of(made.filter(job__in=jobs), what=F("amount") - F("repaid") - F("recovered"))
    )
    assert told.guaranteed == guaranteed
    promised = sum_of(mine.filter(series="invoice", status__in=["draft", "released"]), what=budget)
    assert told.total - promised == -balance(activity.budget_account_id)
    assert all(proof.holds for proof in books.proofs())
    return told


def pay(order: Order, amount: Decimal, day: int) -> None:
    at = world.last_evening(order) + timedelta(days=day)
    payments.record(
        order.invoices.filter(series="invoice").earliest("id").pk,
        amount=amount,
        received_on=clock.day_of(at),
        reference="",
        request_key=f"{order.pk} {day}",
        by=world.denis().as_actor(),
        at=at,
    )


def test_every_step_of_a_job_moves_the_three_sums(demo: None) -> None:
    ana = world.ana()
    activity = world.activity(ana)
    assert prove(activity) == Sums()
    order = world.signed_job(expenses=TRAIN)
    promised = prove(activity)
    assert promised.planned > 900 and not promised.received and not promised.guaranteed
    paid = world.paid_job()
    after = prove(activity)
    assert after.planned == promised.planned and after.guaranteed < Decimal("1.00")
    advance = Advance.objects.get(job=paid.ref)
    assert advance.amount > 0 and not advance.repaid
    pay(paid, Decimal("500.00"), 3)
    prove(activity)
    pay(paid, Decimal("710.00"), 4)
    whole = prove(activity)
    assert whole.received >= 0 and not whole.guaranteed
    texts = [str(line.text) for line in lines_of(activity) if line.job == paid.ref]
    assert [text.split()[0] for text in texts] == [
        "Commande",
        "Facture",
        "Salaire",
        "Paiement",
        "Paiement",
    ]
    assert any("rembourse" in str(line.note) for line in lines_of(activity))
    assert order.ref in {row.ref for row in statement(activity, year=2026).jobs}


def test_expenses_a_reversal_and_a_credit_note(demo: None) -> None:
    activity, denis = world.activity(world.ana()), world.denis()
    order = world.invoiced_job(expenses=TRAIN)
    receipt = orders.hand_in(
        order.expense_lines.get().pk,
        amount=Decimal("24.00"),
        content=b"%PDF-1.7 ticket",
        media_type="application/pdf",
        file_name="ticket.pdf",
        by=world.by(world.ana()),
        at=world.MONDAY,
    )
    orders.approve_receipt(receipt.pk, user=denis, at=world.MONDAY)
    invoice = world.invoice_of(order)
    pay(order, invoice.total, 2)
    before = prove(activity)
    at = world.last_evening(order) + timedelta(days=3)
    orders.refund(receipt.pk, on=clock.day_of(at), user=denis, at=at)
    assert prove(activity).received == before.received - Decimal("24.00")
    world.paid_run(at=at + timedelta(hours=15))
    prove(activity)
    other = world.paid_job()
    claim = world.invoice_of(other)
    pay(other, claim.total, 5)
    prove(activity)
    payment = claim.payments.get()
    payments.reverse(payment.pk, reason="Mauvaise facture", by=denis.as_actor(), at=at)
    prove(activity)
    assert "par erreur" in " ".join(str(line.text) for line in lines_of(activity))
    pay(other, Decimal("300.00"), 6)
    invoices.credit_whole(claim.pk, reason="Prix convenu autre", by=denis.as_actor(), at=at)
    note = Invoice.objects.get(series="credit_note")
    assert note.status == "released"
    later = world.last_evening(other) + timedelta(days=7)
    issuing.issue_released(on=clock.day_of(later), at=later, allowed=True)
    prove(activity)
    assert "Note de crédit" in " ".join(str(line.text) for line in lines_of(activity))


def test_a_job_the_fund_does_not_cover_is_planned_and_its_loss_is_hers(demo: None) -> None:
    activity, denis = world.activity(world.ana()), world.denis()
    order = world.invoiced_job(price=Decimal("9000.00"))
    assert not world.invoice_of(order).guaranteed
    told = prove(activity)
    assert not told.guaranteed and told.planned > 8000
    world.paid_run(at=world.last_evening(order) + timedelta(hours=15))
    told = prove(activity)
    advance = Advance.objects.get(job=order.ref)
    at = world.last_evening(order) + timedelta(days=90)
    advances.lose(advance.pk, reason="Faillite", on=clock.day_of(at), by=denis.as_actor(), at=at)
    assert "Perte" in str(lines_of(activity)[-1].text)
    after = prove(activity)
    assert after.planned < told.planned


def test_the_page_the_table_and_the_paper_say_the_same(demo: None) -> None:
    order = world.paid_job(description="=cmd|calc et le reste du travail")
    pay(order, Decimal("1210.00"), 2)
    clock.move_to(world.last_evening(order) + timedelta(days=3))
    activity = world.activity(world.ana())
    told = statement(activity, year=2026)
    ana = Visitor(world.ana().user)
    page = ana.see("/me/money/")
    for words in ("Reçu", "Garanti", "Prévu", "novembre 2026", "rembourse l’avance"):
        assert words in page.text, words
    table = ana.client.get("/me/money/table/")
    assert table["Content-Type"].startswith("text/csv") and "releve-2026.csv" in str(
        table["Content-Disposition"]
    )
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(told.lines) + 1
    assert rows[-1][-1] == f"{told.closing.total:.2f}".replace(".", ",")
    assert not any(cell.startswith("=") for row in rows for cell in row)
    first = ana.press(page, "Relevé en PDF", status=202)
    again = ana.press(page, "Relevé en PDF", status=202)
    assert first.status == again.status and Document.objects.filter(kind="statement").count() == 1
    paper = Document.objects.get(kind="statement")
    documents.make(paper.pk, at=clock.now())
    assert ana.see(f"/me/documents/{paper.ref}/").content.startswith(b"%PDF")
    assert "Relevé 2026" in ana.see("/me/documents/?kind=statement").text
    only = ana.see(f"/me/money/?job={order.ref}")
    assert "Toutes les missions" in only.text
    assert "Rien encore" in ana.see("/me/money/?year=2001&activity=x").text


def test_another_year_opens_with_the_balance_of_the_one_before(demo: None) -> None:
    world.invoiced_job()
    activity = world.activity(world.ana())
    this, following = (statement(activity, year=year) for year in (2026, 2027))
    assert following.opening == following.closing == this.closing and not following.lines
    assert this.years == (2026,) and following.years == (2027, 2026)


def test_before_there_is_an_activity_the_page_says_so(demo: None) -> None:
    gita = Visitor(world.newcomer().user)
    assert "s’ouvre quand la coopérative accepte" in gita.see("/me/money/").text
    assert gita.client.get("/me/money/table/").status_code == 404
    assert gita.client.post("/me/money/paper/").status_code == 404


def test_nobody_reads_anothers_statement(demo: None) -> None:
    world.paid_job()
    bruno = Client(SERVER_NAME="127.0.0.1")
    bruno.force_login(world.bruno().user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    page = bruno.get(f"/me/money/?activity={world.activity(world.ana()).ref}").content.decode()
    assert "Dumont" not in page and "Ana" not in page
    assert not Document.objects.filter(Q(kind="statement")).exists()
