"""Every address of the house, asked by everybody. A new address breaks this until it is filled in.

Ana's papers and pages are asked by nobody, by Bruno, by a client who holds another link, and by
each role at the desk.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from office import links
from tests import world
from tests.scenarios.town import ROLES, TOKENS, Town

pytestmark = [pytest.mark.usefixtures("each_test_alone"), pytest.mark.uncounted]

ADVISOR, FINANCE, PAYROLL = "advisor", "finance", "payroll"
LOGIN, AWAY = "login", "away"  # a redirection to the login page; to another page of one's own


@dataclass(frozen=True, kw_only=True)
class Row:
    """What an address answers; ``about`` is what its variable part names. ``staff`` may differ by
    role.
    """

    nobody: Any
    ana: Any
    bruno: Any
    staff: Any
    about: str = ""
    method: str = "get"


def hers(about: str, ana: Any = 200, *, staff: Any = 404, method: str = "get") -> Row:
    """A page about something of Ana's: to Bruno it does not exist."""
    return Row(about=about, nobody=LOGIN, ana=ana, bruno=404, staff=staff, method=method)


def own(answer: Any = 200, *, staff: Any = 404, method: str = "get") -> Row:
    """A page that shows each person her own."""
    return Row(nobody=LOGIN, ana=answer, bruno=answer, staff=staff, method=method)


def public(
    answer: Any = 200, *, about: str = "", logged_in: Any = None, method: str = "get"
) -> Row:
    """A page for anybody who has its address."""
    inside = logged_in or answer
    return Row(about=about, nobody=answer, ana=inside, bruno=inside, staff=inside, method=method)


PORTAL: dict[str, Row] = {
    "home": own(staff=AWAY),
    "healthz": public(),
    "verify": public(),
    "simulator": public(),
    "offline": public(about="language"),
    "offline-worker": public(about="language"),
    "trades": public(),
    "terms": public(),
    "terms-file": public(about="terms and language"),
    "share": own(),
    "share-certificate": hers("share", staff=200),
    "terms-accept": own(AWAY),
    "terms-leave": own(AWAY, method="post"),
    "join": public(logged_in=AWAY),
    "join-done": public(),
    "login": public(logged_in=AWAY),
    "logout": public(405),
    "acting-end": own(404, staff=AWAY, method="post"),
    "second-factor-enter": own(404, staff=AWAY),  # nothing is owed: on to the desk
    "second-factor": own(404, staff=200),
    "second-factor-begin": own(404, staff=AWAY, method="post"),
    "second-factor-codes": own(404, staff=AWAY),  # no app is linked: to the page that links one
    "language": public(AWAY, method="post"),
    "password-forgotten": public(),
    "password-link": public(about="password token"),
    "email-link": public(about="email token"),
    "iban-link": public(about="iban token"),
    "profile": own(staff=AWAY),
    "household": own(),
    "identity": own(),
    "identity-proof": hers("correction", staff={ADVISOR: 200, FINANCE: 403, PAYROLL: 403}),
    "address": own(),
    "bank-account": own(),
    "resend-confirmation": own(405, staff=405),
    "password-change": own(staff=200),
    "application": own(AWAY),  # sent already
    "application-part": Row(about="part", nobody=LOGIN, ana=AWAY, bruno=AWAY, staff=404),
    "papers": own(),
    "paper-give": Row(about="kind", nobody=LOGIN, ana=422, bruno=422, staff=404, method="post"),
    "paper-file": hers("personal paper", staff={ADVISOR: 200, FINANCE: 403, PAYROLL: 403}),
    "notices": own(staff=200),
    "notices-read": own(404, staff=404, method="post"),  # upto is nobody's
    "notice-preferences": own(staff=200),
    "notice": hers("notice", AWAY),
    "notices-link": public(AWAY, about="notices token"),  # of no kind: to her choices
    "tokens": own(),
    "token-revoke": hers("key", AWAY, method="post"),
    "activities": own(),
    "activity": hers("activity"),
    "activity-invitation": hers("invitation", AWAY, method="post"),
    "activity-mandate": hers("activity and mandate"),
    "money": own(),
    "money-table": own(),
    "money-paper": own(AWAY, method="post"),
    "documents": own(),
    "documents-zip": own(AWAY, method="post"),
    "documents-bundle": hers("bundle"),
    "document": hers("document"),
    "webhooks": own(),
    "webhook": hers("webhook"),
    "webhook-end": hers("webhook", AWAY, method="post"),
    "webhook-again": hers("webhook and delivery", AWAY, method="post"),
    "api": public(),
    "api-description": public(),
    **{
        f"api-{name}": public(401, about=about)  # no cookie opens the API
        for name, about in {
            "token": "",
            "activities": "",
            "trades": "",
            "clients": "",
            "client": "client",
            "invoices": "",
            "invoice": "invoice",
            "credit-notes": "",
            "credit-note": "invoice",
            "payslips": "",
            "payslip": "payslip",
            "simulate": "",
            "orders": "",
            "order": "order",
            "order-status": "order",
            "order-paper": "order",
            "order-send": "order",
            "order-withdraw": "order",
            "order-cancel": "order",
            "documents": "",
            "document": "document",
            "document-file": "document",
            "events": "",
        }.items()
    },
    "jobs": own(staff=200),
    "job-new": own(),
    "work": hers("contract"),
    "job": hers("order", staff=200),
    "job-edit": hers("draft", AWAY),
    "job-step": hers("draft and step"),
    "job-repeat": hers("order"),
    "job-send": hers("order", AWAY, method="post"),
    "job-review": hers("order", AWAY, method="post"),
    "job-withdraw": hers("order", AWAY, method="post"),
    "job-keep": hers("order"),
    "job-discard": hers("order", AWAY, method="post"),
    "job-copy": hers("order", AWAY, method="post"),
    "job-change": hers("order", AWAY, method="post"),
    "job-cancel": hers("order"),
    "job-ask": hers("order"),
    "job-ask-withdraw": hers("order", 404, method="post"),  # nothing is asked
    "job-paper": hers("order", staff=200),
    "job-certificate": hers("signed order", staff=200),
    "receipt": hers("order and line"),
    "receipt-paper": hers("order and receipt", staff=200),
    "pay": own(),
    "contract": hers("contract", staff=200),
    "contract-sign": hers("contract", 422, staff=422, method="post"),  # refused: not theirs
    "contract-upload": hers("contract", 422, staff=422, method="post"),
    "contract-paper": hers("contract", staff=200),
    "payslip": hers("payslip", staff=200),
    "payslip-paper": hers("payslip", staff=200),
    "invoice_document": hers("invoice", staff=200),
    "invoice_page": public(about="invoice token"),
    "invoice_pdf": public(about="invoice token"),
    "sign": public(about="sign token"),
    "sign-paper": public(about="sign token"),
    "follow": public(about="follow token"),
    "follow-paper": public(about="follow token"),
    "follow-certificate": public(about="follow token"),
    "follow-invoice": public(about="paid link and its invoice"),
    "work-public": public(about="work token"),
    "demo-next-day": public(AWAY, method="post"),
    "demo-next-event": public(AWAY, method="post"),
    "words": public(),
    "pieces": public(),
    "pieces-paper": public(about="kind of paper"),
    "demo-tour": public(),
    "demo-tour-start": public(AWAY, method="post"),
    "demo-tour-go": public(AWAY, method="post"),
    "demo-become": public(404, method="post"),  # nobody is named
    "demo-mail": public(),
    "demo-letter": public(about="letter"),
}

NOBODY_ELSE: set[str] = set()  # the administrator only
ALL = {ADVISOR, FINANCE, PAYROLL}

# Buttons and papers of the desk: the roles that may ask for them; the administrator always may.
BUTTONS: dict[str, set[str]] = {
    "members_apitoken_create": NOBODY_ELSE,
    "members_apitoken_revoke": NOBODY_ELSE,
    "invoicing_advance_lose": {FINANCE},
    "invoicing_client_amend": {ADVISOR},
    "invoicing_client_block": {FINANCE},
    "invoicing_client_set_ceiling": {FINANCE},
    "invoicing_client_set_term": {FINANCE},
    "invoicing_client_unblock": {FINANCE},
    "invoicing_client_verify": {ADVISOR},
    "invoicing_invoice_annul": {FINANCE},
    "invoicing_invoice_credit": {FINANCE},
    "invoicing_invoice_duplicate": {FINANCE},
    "invoicing_invoice_issue": {FINANCE},
    "invoicing_invoice_read": ALL,
    "invoicing_invoice_record_payment": {FINANCE},
    "invoicing_invoice_release": {FINANCE},
    "invoicing_payment_reverse": {FINANCE},
    "invoicing_question_reply": {ADVISOR, FINANCE},
    "invoicing_receivable_record_payment": {FINANCE},
    "members_activitymandate_end": {ADVISOR},
    "members_affiliate_accept": {ADVISOR},
    "members_affiliate_hand_over": {ADVISOR},
    "members_affiliate_refuse": {ADVISOR},
    "members_affiliate_see_as": {ADVISOR},
    "members_affiliate_reopen": {ADVISOR},
    "members_affiliate_review": {ADVISOR},
    "members_affiliate_send_link": {ADVISOR},
    "members_bankaccount_approve": {FINANCE},
    "members_bankaccount_refuse": {FINANCE},
    "members_identitycorrection_accept": {ADVISOR},
    "members_identitycorrection_refuse": {ADVISOR},
    "members_mandate_end": NOBODY_ELSE,
    "members_mandate_give": NOBODY_ELSE,
    "members_share_export": {FINANCE},
    "members_share_give_back": {FINANCE},
    "members_share_record_payment": {FINANCE},
    "members_trade_decide": NOBODY_ELSE,
    "members_user_dismiss": NOBODY_ELSE,
    "members_user_give_role": NOBODY_ELSE,
    "members_user_hand_over_all": NOBODY_ELSE,
    "members_user_hire": NOBODY_ELSE,
    "members_user_reset_second_factor": NOBODY_ELSE,
    "office_batch_try_again": ALL,  # its author only, says the act
    "office_document_make_again": ALL,
    "office_letter_it_arrived": ALL,
    "office_letter_send_again": ALL,
    "office_policy_decide": NOBODY_ELSE,
    "office_webhook_approve": NOBODY_ELSE,
    "office_webhook_end": NOBODY_ELSE,
    "orders_changerequest_decide": {ADVISOR},
    "orders_receipt_approve": {ADVISOR, FINANCE},
    "orders_receipt_refund": {FINANCE},
    "orders_receipt_refuse": {ADVISOR, FINANCE},
    "orders_review_decide": {ADVISOR},
    "orders_workreport_decide": {ADVISOR},
    "payroll_contract_accept_paper": {PAYROLL},
    "payroll_contract_decide_start": {PAYROLL, ADVISOR},
    "payroll_contract_paper": ALL,
    "payroll_contract_refuse_paper": {PAYROLL},
    "payroll_contract_sign": {FINANCE},  # Denis, who holds the mandate
    "payroll_contract_signed": ALL,
    "payroll_declaration_record": {PAYROLL},
    "payroll_declaration_show_number": {PAYROLL},
    "payroll_payrun_approve": {FINANCE},
    "payroll_payrun_build_now": {PAYROLL},
    "payroll_payrun_confirm_all": {FINANCE},
    "payroll_payrun_discard": {PAYROLL, FINANCE},
    "payroll_payrun_file": {PAYROLL, FINANCE},
    "payroll_payrun_submit": {PAYROLL},
    "payroll_payslip_paper": ALL,
    "payroll_transfer_confirm": {FINANCE},
    "payroll_transfer_reject": {FINANCE},
}
BY_MANDATE = {"payroll_contract_sign"}  # not even the administrator
REFUSED_BY_ABSENCE = {"payroll_payrun_file"}  # 404 instead of 403

# The lists of the desk. Everybody there may read them; nobody adds or deletes.
LISTS = {
    "invoicing_advance",
    "invoicing_client",
    "invoicing_invoice",
    "invoicing_payment",
    "invoicing_question",
    "invoicing_receivable",
    "ledger_account",
    "ledger_entry",
    "ledger_legalentity",
    "ledger_period",
    "members_activity",
    "members_activitymandate",
    "members_affiliate",
    "members_apitoken",
    "members_bankaccount",
    "members_identitycorrection",
    "members_mandate",
    "members_share",
    "members_trade",
    "members_user",
    "office_batch",
    "office_document",
    "office_event",
    "office_letter",
    "office_policy",
    "office_webhook",
    "orders_changerequest",
    "orders_order",
    "orders_receipt",
    "orders_review",
    "orders_workreport",
    "payroll_contract",
    "payroll_declaration",
    "payroll_payrun",
    "payroll_payslip",
    "payroll_transfer",
}
READ_BY_ALL = {
    "index",
    "find",
    "roles",
    "books",
    "job-books",
    "search",
    "app_list",
    "orders_order_of",
}
DJANGO_OWN = {"login", "logout", "password_change", "password_change_done", "view_on_site"}
VERBS = ("changelist", "add", "history", "delete", "change")


def addresses(resolver: URLResolver, *, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(route, name) of every address."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, prefix=route)
        else:
            assert isinstance(entry, URLPattern)
            yield route, entry.name or ""


def names(*, desk: bool) -> set[str]:
    """The names of the addresses at the desk, or elsewhere."""
    found = addresses(get_resolver())
    return {name for route, name in found if name and route.startswith("admin/") is desk}


def answer_of(answer: Any) -> Any:
    """What an answer means: its status, or where it sends."""
    if answer.status_code in (301, 302):
        return LOGIN if answer["Location"].startswith("/login/") else AWAY
    return answer.status_code


def test_every_address_is_in_a_table() -> None:
    assert names(desk=False) == set(PORTAL)
    of_lists = {f"{row}_{verb}" for row in LISTS for verb in VERBS}
    known = of_lists | set(BUTTONS) | READ_BY_ALL | DJANGO_OWN | {"autocomplete", "jsi18n"}
    assert names(desk=True) == known & (names(desk=True) | set(BUTTONS) | READ_BY_ALL)


@pytest.mark.parametrize("name", sorted(PORTAL))
@pytest.mark.parametrize("person", ["nobody", "ana", "bruno", *ROLES])
def test_the_portal(town: Town, name: str, person: str) -> None:
    row = PORTAL[name]
    wanted = getattr(row, person) if person in ("nobody", "ana", "bruno") else row.staff
    if isinstance(wanted, dict):
        wanted = wanted.get(person, 200)  # the administrator may all
    ask = getattr(town.people[person], row.method)
    answer = ask(reverse(name, args=town.parts(row.about)))
    assert answer_of(answer) == wanted, answer.content[:600]


HERS = ("order", "invoice", "payslip", "document")


@pytest.mark.parametrize(
    "name", [name for name, row in PORTAL.items() if name.startswith("api-") and row.about in HERS]
)
def test_with_a_token_of_his_own_bruno_finds_nothing_of_hers(town: Town, name: str) -> None:
    """Nor does staff act on it; they may read."""
    address = reverse(name, args=town.parts(PORTAL[name].about))
    acts = name.rpartition("-")[2] in ("send", "withdraw", "cancel")
    wanted = {"ana": {200, 422}, "bruno": {404}, "finance": {404} if acts else {200}}
    if name == "api-credit-note":  # an invoice is none
        wanted = {person: {404} for person in wanted}
    users = {"ana": town.ana.user, "bruno": world.bruno().user, "finance": world.denis()}
    for person, user in users.items():
        program = Client(SERVER_NAME="127.0.0.1")
        headers = {
            "Authorization": f"Bearer {town.token_of(user)[1]}",
            "Idempotency-Key": f"{name}-{person}",
        }
        ask = program.post if acts else program.get
        answer = ask(
            address, headers=headers, **({"content_type": "application/json"} if acts else {})
        )
        assert answer.status_code in wanted[person], (person, answer.content[:300])


@pytest.mark.parametrize(
    ("name", "about"), [(name, row.about) for name, row in PORTAL.items() if "token" in row.about]
)
def test_another_link_opens_nothing(town: Town, name: str, about: str) -> None:
    purpose = about.split()[0]
    others = [other for other in links.PURPOSES if other != purpose]
    for token in [*(town.token(other) for other in others if other in TOKENS), "x" * 43, "é"]:
        answer = town.people["nobody"].get(reverse(name, args=[token]))
        assert answer.status_code in (404, 410), (name, answer.status_code)
        for private in (town.sent.ref, town.paid.ref, "Dumont", "Lopes"):
            assert private not in answer.content.decode()


@pytest.mark.parametrize("button", sorted(BUTTONS))
def test_buttons_know_their_role(town: Town, button: str) -> None:
    app, model, _verb = button.split("_", 2)
    first = apps.get_model(app, model).objects.order_by("pk").first()
    for person, browser in town.people.items():
        answer = answer_of(browser.get(address_of(button, first.pk if first else 1)))
        by_office = person == "administrator" and button not in BY_MANDATE
        may = by_office or person in BUTTONS[button]
        if person == "nobody":
            assert answer in (LOGIN, AWAY), (person, answer)
        elif person in ("ana", "bruno", "beginner"):
            assert answer in (403, AWAY, LOGIN), (person, answer)
        elif may:
            assert answer in (200, AWAY) or (first is None and answer == 404), (person, answer)
        else:
            assert answer in (403, 404), (person, answer)


def address_of(button: str, key: int) -> str:
    """The button's address: of a row, or of the whole list."""
    try:
        return reverse(f"admin:{button}", args=[key])
    except NoReverseMatch:
        return reverse(f"admin:{button}")


@pytest.mark.parametrize("row", sorted(LISTS))
def test_the_desk_reads_and_nobody_adds_or_deletes(town: Town, row: str) -> None:
    model = apps.get_model(*row.split("_"))
    first = model.objects.order_by("id" if model._meta.pk.name == "id" else "pk").first()
    for person, browser in town.people.items():
        staff = person in ROLES
        listed = answer_of(browser.get(reverse(f"admin:{row}_changelist")))
        assert listed == 200 if staff else listed in (LOGIN, AWAY, 403), (person, listed)
        added = answer_of(browser.get(reverse(f"admin:{row}_add")))
        assert added in (403, LOGIN, AWAY), (person, added)
        if first is None:
            continue
        shown = answer_of(browser.get(reverse(f"admin:{row}_change", args=[first.pk])))
        assert shown == 200 if staff else shown in (LOGIN, AWAY, 403), (person, shown)
        for verb in ("delete", "history"):
            answer = answer_of(browser.get(reverse(f"admin:{row}_{verb}", args=[first.pk])))
            assert answer in (403, 404, LOGIN, AWAY) or (verb == "history" and staff), (
                verb,
                answer,
            )
        if staff:
            changed = browser.post(reverse(f"admin:{row}_change", args=[first.pk]), {"ref": "x"})
            assert changed.status_code in (403, 404), (person, changed.status_code)


@pytest.mark.parametrize("person", ["nobody", "ana", "bruno", *ROLES])
def test_the_first_pages_of_the_desk(town: Town, person: str) -> None:
    pages = [
        "/admin/",
        "/admin/find/?q=Lopes",
        "/admin/books/",
        f"/admin/books/{town.paid.ref}/",
        "/admin/orders/",
    ]
    pages += [f"/admin/books/{town.paid.ref}/", f"/admin/orders/order/of/{town.paid.ref}/"]
    for page in pages:
        answer = answer_of(town.people[person].get(page))
        assert answer == 200 if person in ROLES else answer in (LOGIN, AWAY, 403), (page, answer)
