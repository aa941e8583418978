"""The client's page, its paper, the affiliate's paper, and the finance desk."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any

import pypdf
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation.template import templatize

from invoicing import documents as papers
from invoicing import queries
from invoicing.actions import invoices, issuing
from invoicing.models import Advance, Client, Invoice, Payment, Receivable
from invoicing.states import InvoiceStatus
from ledger import incoming
from members.actions import users
from members.models import User
from office import documents, links
from office.actors import SYSTEM
from office.models import Document
from tests.invoicing.houses import AT, DENIS, TODAY, activity, draft, dumont, issued, released
from tests.invoicing.test_payments import advance, pay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _that_day(clock: ModuleType) -> None:
    clock.move_to(AT)


def token(invoice: Invoice) -> str:
    link = links.newest(f"invoice:{invoice.pk}", "invoice")
    assert link is not None
    return links.token(link)


def read(browser: Browser, invoice: Invoice, what: str = "invoice_page") -> Any:
    return browser.get(reverse(what, args=[token(invoice)]))


def words(document: Document) -> str:
    pages = pypdf.PdfReader(io.BytesIO(documents.rendered(document))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


# --- The client's page ----------------------------------------------------------------------------


def test_the_client_sees_what_to_pay_and_how(client: Browser) -> None:
    invoice = issued()
    page = read(client, invoice)
    text = page.content.decode()
    assert page.status_code == 200
    for word in ("CE-000001", "1.210,00", "BE68", "jeudi 3 décembre 2026", "<svg", "Mise en page"):
        assert word in text
    assert 'data-copy="1210,00"' in text
    assert f'data-copy="+++{invoice.communication[:3]}/' in text


def test_the_page_follows_the_payments(client: Browser, clock: ModuleType) -> None:
    invoice = issued()
    pay(invoice, "500.00")
    page = read(client, invoice)
    assert page.context["page"].state == "part"
    assert "EUR710.00" in page.context["page"].payment_code
    clock.move_to(AT + timedelta(days=11))
    late = read(client, invoice)
    assert (late.context["page"].state, late.context["page"].days_late) == ("late", 1)
    pay(invoice, "800.00")
    paid = read(client, invoice)
    assert paid.context["page"].state == "paid"
    assert "90,00" in paid.content.decode()


def test_a_credited_invoice_asks_for_nothing(client: Browser) -> None:
    invoice = issued()
    note = invoices.credit_whole(invoice.pk, reason="Mauvais prix", by=DENIS, at=AT).credit_note
    issuing.issue([note.pk], on=TODAY, by=SYSTEM, at=AT)
    assert read(client, invoice).context["page"].state == "credited"
    page = read(client, note)
    assert page.context["page"].state == "credit"
    assert "Mauvais prix" in page.content.decode()


def said_in(template: str) -> list[str]:
    """The sentences of a template that gettext translates."""
    source = templatize((settings.BASE_DIR / "templates" / template).read_text())
    found = re.findall(r"gettext\(u(['\"])(.*?)\1\)", source)
    return [sentence for _quote, sentence in found]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_speaks_the_documents_language(client: Browser, language: str) -> None:
    page = read(client, issued(language=language))
    assert f'<html lang="{language}"' in page.content.decode()
    said = said_in("invoicing/client_page.html") + said_in("invoicing/link_closed.html")
    assert len(said) > 25
    with translation.override(language):
        assert [word for word in said if translation.gettext(word) == word] == []
        assert {str(said) for _tone, said in queries.SAID.values()}.isdisjoint({"payée", "à payer"})


def test_a_wrong_or_closed_link_says_so(client: Browser) -> None:
    invoice = issued()
    path = reverse("invoice_page", args=[token(invoice)])
    for wrong in (path[:-2] + "x/", "/i/x/", "/i/" + "a" * 39 + "/", "/i/x/pdf/"):
        page = client.get(wrong)
        assert page.status_code == 404
        assert "lien" in page.content.decode()
    links.revoke(f"invoice:{invoice.pk}", "invoice", at=AT)
    assert "remplacé" in client.get(path).content.decode()
    assert client.post(path).status_code == 404


def test_the_page_makes_a_fixed_number_of_queries(
    client: Browser, django_assert_max_num_queries: Callable[[int], transaction.Atomic]
) -> None:
    invoice = issued()
    for n in range(6):
        pay(invoice, "100.00", f"part-{n}")
    with django_assert_max_num_queries(10):
        read(client, invoice)


# --- Papers ---------------------------------------------------------------------------------------


def test_the_paper_waits_then_is_handed_out(client: Browser) -> None:
    invoice = issued()
    assert read(client, invoice, "invoice_pdf").status_code == 202
    assert invoice.document is not None
    documents.make(invoice.document.pk, at=AT)
    answer = read(client, invoice, "invoice_pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    download = client.get(reverse("invoice_pdf", args=[token(invoice)]) + "?download")
    assert "attachment" in download["Content-Disposition"]
    assert "Facture-CE-000001.pdf" in download["Content-Disposition"]
    assert "Télécharger" in read(client, invoice).content.decode()


FRENCH = [
    "Facture",
    "CE-000001",
    "lundi 23 novembre 2026",  # issued
    "mardi 24 novembre 2026",  # taxable event
    "jeudi 26 novembre 2026",
    "jeudi 3 décembre 2026",  # due
    "Coopérative Exemple SC",
    "société coopérative",
    "rue de la Démo 1, 1060 Bruxelles",
    "BE 0999.999.922",
    "0999.999.922",
    "RPM Bruxelles",
    "BE68 5390 0754 7034",
    "Banque Exemple",
    "Dumont Éditions SRL",
    "chaussée de Louvain 12",
    "BE 0888.888.895",
    "BC-77",
    "Mise en page du catalogue de printemps",
    "985,03 €",
    "1.000,00 €",
    "21 %",
    "210,00 €",
    "1.210,00 €",
    "+++",
    "loi du 2 août 2002",
]


def test_every_mention_of_the_law_is_on_the_invoice() -> None:
    invoice = issued(purchase_reference="BC-77")
    assert invoice.document is not None
    text = words(invoice.document).replace("\xa0", " ").replace("FACTURE", "Facture")
    assert [word for word in FRENCH if word not in text] == []
    code = invoice.printed["payment_code"].split("\n")
    assert (code[5], code[7], code[9]) == (
        "Coopérative Exemple SC",
        "EUR1210.00",
        invoice.communication,
    )


@pytest.mark.parametrize(
    ("language", "mention", "state"),
    [
        ("fr", "facture CE-000001", "TVA à reverser à l’État dans la mesure où elle a été"),
        ("nl", "factuur CE-000001", "Btw terug te storten aan de Staat in de mate waarin ze"),
        ("en", "facture CE-000001", "TVA à reverser à l’État dans la mesure où elle a été"),
    ],
)
def test_a_credit_note_refers_and_tells_the_vat(language: str, mention: str, state: str) -> None:
    invoice = issued(language=language)
    note = invoices.credit_whole(invoice.pk, reason="Mauvais prix", by=DENIS, at=AT).credit_note
    note = issuing.issue([note.pk], on=TODAY, by=SYSTEM, at=AT)[0]
    assert note.document is not None
    text = words(note.document)
    for word in (mention, state, "CE-C-000001", "Mauvais prix"):
        assert word in text


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "DUPLICATA"), ("nl", "DUPLICAAT"), ("en", "DUPLICATE")]
)
def test_an_extra_copy_says_so(language: str, word: str) -> None:
    invoice = issued(language=language)
    assert invoice.document is not None
    assert word not in words(invoice.document).upper()
    assert word in words(papers.duplicate(invoice, at=AT)).upper()


def test_what_a_client_typed_is_printed_not_obeyed() -> None:
    invoice = issued(contact_name="<img src='file:///etc/passwd'>{{ entity }}")
    assert invoice.document is not None
    text = words(invoice.document)
    assert "<img" in text
    assert "{{ entity }}" in text


def test_english_papers_carry_the_french_mentions_the_law_wants() -> None:
    invoice = issued(language="en")
    assert invoice.document is not None
    text = words(invoice.document)
    for word in ("Invoice", "Facture", "taxable base", "base imposable", "TVA comprise"):
        assert word.lower() in text.lower()


# --- Who is logged in -----------------------------------------------------------------------------


def test_the_affiliate_reads_her_own_paper_only(client: Browser) -> None:
    invoice = issued()
    assert invoice.document is not None
    documents.make(invoice.document.pk, at=AT)
    path = reverse("invoice_document", args=[invoice.ref])
    assert client.get(path).status_code == 302
    client.force_login(activity("Bruno Maes").affiliate.user, backend=BACKEND)
    assert client.get(path).status_code == 404
    client.force_login(activity().affiliate.user, backend=BACKEND)
    assert client.get(path).content.startswith(b"%PDF")
    unissued = draft(job="AAAAAAAA")
    assert client.get(reverse("invoice_document", args=[unissued.ref])).status_code == 404


# --- The desk -------------------------------------------------------------------------------------

QUERY = {"payment": ""}
NUMBERS = ["0888888895", "0666666944", "0777777771", "0555555523"]
BACKEND = "django.contrib.auth.backends.ModelBackend"


def staff(role: str) -> User:
    return users.hire(
        email=f"{role}@coop.example",
        name=role.title(),
        role=role,
        password="une longue phrase de passe",
        by=SYSTEM,
        at=AT,
    )


@pytest.fixture
def desk(client: Browser) -> Browser:
    """Denis of finance at his desk."""
    client.force_login(staff("finance"), backend=BACKEND)
    return client


def press(desk: Browser, model: str, key: int, verb: str, **typed: str) -> Any:
    return desk.post(reverse(f"admin:invoicing_{model}_{verb}", args=[key]), typed)


def test_every_list_and_page_of_the_desk_opens(desk: Browser) -> None:
    invoice = issued()
    advance()
    payment = pay(invoice, "10.00")
    rows: dict[str, Any] = {
        "invoicing_client": dumont(),
        "invoicing_invoice": invoice,
        "invoicing_receivable": Receivable.objects.get(),
        "invoicing_payment": payment,
        "invoicing_advance": Advance.objects.get(),
        "ledger_legalentity": invoice.entity,
        "ledger_account": invoice.activity.budget_account,
        "ledger_entry": invoice.entity.entries.order_by("pk")[0],
    }
    for name, row in rows.items():
        assert desk.get(reverse(f"admin:{name}_changelist")).status_code == 200, name
        assert desk.get(reverse(f"admin:{name}_changelist") + "?q=CE-1").status_code == 200, name
        assert desk.get(reverse(f"admin:{name}_change", args=[row.pk])).status_code == 200, name
    assert desk.get(reverse("admin:ledger_period_changelist")).status_code == 200


@pytest.mark.parametrize(
    ("model", "queues"),
    [
        ("client", ["to_verify", "verified", "blocked", "all"]),
        ("invoice", ["released", "draft", "issued", "annulled", "all"]),
        ("receivable", ["late", "open", "overpaid", "settled", "all"]),
        ("advance", ["outstanding", "lost", "repaid", "all"]),
    ],
)
def test_queues_open_on_what_waits(desk: Browser, model: str, queues: list[str]) -> None:
    issued()
    advance()
    for queue in queues:
        page = desk.get(reverse(f"admin:invoicing_{model}_changelist"), {"queue": queue})
        assert page.status_code == 200
    assert page.context["cl"].result_count == 1


@pytest.mark.parametrize("model", ["client", "invoice", "receivable", "payment", "advance"])
def test_a_list_makes_a_fixed_number_of_queries(desk: Browser, model: str) -> None:
    path = reverse(f"admin:invoicing_{model}_changelist") + QUERY.get(model, "?queue=all")
    counted = []
    for n in range(4):
        pay(issued(job=f"JOB0000{n}", client_id=dumont(NUMBERS[n]).pk), "10.00", f"key-{n}")
        advance(source=f"payslip:{n}", job=f"JOB0000{n}")
        with CaptureQueriesContext(connection) as made:
            assert desk.get(path).status_code == 200
        counted.append(len(made))
    assert len(set(counted[1:])) == 1


def test_finance_records_a_payment(desk: Browser) -> None:
    invoice = issued()
    shown = desk.get(reverse("admin:invoicing_invoice_record_payment", args=[invoice.pk]))
    assert "1210,00" in shown.content.decode()
    key = shown.context["form"].initial["request_key"]
    typed = {"amount": "1.000,00", "received_on": "2026-11-23", "request_key": key}
    for _click in range(2):
        assert press(desk, "invoice", invoice.pk, "record_payment", **typed).status_code == 302
    assert Payment.objects.get().amount == 1000
    rest = {"amount": "210", "received_on": "23/11/2026", "request_key": "k1"}
    assert press(desk, "invoice", invoice.pk, "record_payment", **rest).status_code == 302
    rest = {"amount": "90", "received_on": "23/11/2026", "request_key": "k2"}
    receivable = Receivable.objects.get()
    assert press(desk, "receivable", receivable.pk, "record_payment", **rest).status_code == 302
    receivable.refresh_from_db()
    assert receivable.overpaid_amount == 90


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("amount", "", "rempli"),
        ("amount", "beaucoup", "nombre"),
        ("amount", "0", "au-dessus de zéro"),
        ("amount", "-5", "ou plus"),
        ("amount", "1,005", "deux chiffres"),
        ("amount", "99999999999", "nombre"),
        ("received_on", "hier", "date"),
        ("received_on", "2026-11-24", "pas encore passée"),
        ("reference", "x" * 200, "140 caractères"),
    ],
)
def test_a_mistyped_payment_keeps_what_was_typed(
    desk: Browser, field: str, typed: str, said: str
) -> None:
    invoice = issued()
    usual = {"amount": "5,00", "received_on": "2026-11-23", "reference": "", "request_key": "k"}
    page = press(desk, "invoice", invoice.pk, "record_payment", **usual | {field: typed})
    assert page.status_code == 422
    errors = page.context["form"].errors
    assert list(errors) == [field]
    assert said in errors[field][0].lower().replace("remplir", "rempli")
    assert typed in page.content.decode()
    assert not Payment.objects.exists()


def test_the_desks_buttons_each_do_one_thing(desk: Browser) -> None:
    invoice = draft()
    for verb in ("release", "issue"):
        assert press(desk, "invoice", invoice.pk, verb).status_code == 302
    invoice.refresh_from_db()
    assert invoice.status == InvoiceStatus.ISSUED
    assert press(desk, "invoice", invoice.pk, "issue").status_code == 302
    press(desk, "invoice", invoice.pk, "duplicate")
    assert Document.objects.filter(kind="invoice_copy").exists()
    assert press(desk, "invoice", invoice.pk, "annul").status_code == 422
    press(desk, "invoice", invoice.pk, "credit", reason="Mauvais prix")
    new_draft = Invoice.objects.get(status=InvoiceStatus.DRAFT)
    assert press(desk, "invoice", new_draft.pk, "duplicate").status_code == 422
    press(desk, "invoice", new_draft.pk, "annul")
    assert Invoice.objects.filter(status=InvoiceStatus.ANNULLED).exists()
    assert press(desk, "invoice", new_draft.pk, "issue").status_code == 422
    read_it = desk.get(reverse("admin:invoicing_invoice_read", args=[invoice.pk]))
    assert read_it["Location"] == reverse("invoice_document", args=[invoice.ref])


def test_payments_and_advances_are_undone_at_the_desk(desk: Browser) -> None:
    invoice = issued()
    made = advance()
    payment = pay(invoice, "1210.00")
    press(desk, "payment", payment.pk, "reverse", reason="Autre client")
    assert Payment.objects.count() == 2
    press(desk, "advance", made.pk, "lose", reason="Faillite")
    made.refresh_from_db()
    assert made.lost == 900
    assert press(desk, "advance", made.pk, "lose", reason="Encore").status_code == 422


def test_nothing_is_issued_where_no_structured_invoice_is_made(
    desk: Browser, settings: Any
) -> None:
    invoice = released()
    settings.COOP_DEMO, settings.COOP_EINVOICING = False, "off"
    assert not queries.issuing_allowed()
    with pytest.raises(issuing.IssuingOff):
        issuing.check_allowed(queries.issuing_allowed())
    assert issuing.issue_released(on=TODAY, at=AT, allowed=queries.issuing_allowed()) == 0
    settings.COOP_EINVOICING = "elsewhere"
    assert queries.issuing_allowed()
    invoice.refresh_from_db()
    assert invoice.status == InvoiceStatus.RELEASED


def test_clients_are_verified_by_advisors_and_limited_by_finance(
    desk: Browser, client: Browser
) -> None:
    row: Client = dumont()
    issued()
    press(desk, "client", row.pk, "set_term", days="30")
    press(desk, "client", row.pk, "set_ceiling", amount="9.000")
    press(desk, "client", row.pk, "block", reason="Faillite")
    row.refresh_from_db()
    assert (row.payment_term_days, row.guarantee_ceiling) == (30, Decimal(9000))
    assert row.blocked_at is not None
    assert press(desk, "client", row.pk, "set_term", days="90").status_code == 422
    press(desk, "client", row.pk, "unblock")
    assert press(desk, "client", row.pk, "verify").status_code == 403
    client.force_login(staff("advisor"), backend=BACKEND)
    press(client, "client", row.pk, "verify")
    words_ = {"street": "rue Haute 1", "postcode": "1000", "city": "Bruxelles", "language": "nl"}
    press(client, "client", row.pk, "amend", name="Dumont SA", **words_)
    row.refresh_from_db()
    assert (row.name, row.language, row.blocked_at) == ("Dumont SA", "nl", None)
    assert row.verified_at is not None


@pytest.mark.parametrize("role", ["advisor", "payroll"])
def test_other_roles_read_and_do_not_touch_money(client: Browser, role: str) -> None:
    invoice = issued()
    payment = pay(invoice, "10.00")
    client.force_login(staff(role), backend=BACKEND)
    assert client.get(reverse("admin:invoicing_invoice_changelist")).status_code == 200
    for verb in ("record_payment", "release", "issue", "credit", "annul", "duplicate"):
        assert press(client, "invoice", invoice.pk, verb).status_code == 403
    assert press(client, "payment", payment.pk, "reverse", reason="x").status_code == 403


def test_the_day_after_the_month_the_law_allows_is_known() -> None:
    assert queries.rules.latest_issue_on(date(2026, 11, 26)) == date(2026, 12, 15)
    assert incoming.AmountWrong.field == "amount"
