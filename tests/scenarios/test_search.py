"""The desk's one box finds everything by what people read aloud, through an index, by role."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoicing.actions import issuing
from invoicing.models import Client as Firm
from members.actions import shares
from members.models import User
from office import clock
from office.search import words_of
from office.templatetags import house
from office.typography import french
from orders.models import Order
from payroll.models import Declaration, PayRun, Payslip
from smart import search
from smart.demo import acts, cast
from tests import world
from tests.scenarios.test_desk import desk_of, seen

pytestmark = pytest.mark.usefixtures("peopled")

ELSEWHERE = ("Éléonore", "Cœur", "D’Hooghe", "STRASSE", "Straße", "Ærø", "ÀÉÎÕÜŸÇÑŠŽ")


@pytest.fixture
def job(demo: None) -> Order:
    clock.move_to(world.MONDAY)
    order = acts.sign_order(world.sent_job(), reference="PO 77/2026", at=world.MONDAY)
    acts.sign_for_cooperative(world.denis(), only=order, at=world.MONDAY)
    acts.declare(world.carla(), only=order, at=world.MONDAY)
    acts.sign_contracts(order, at=world.MONDAY)
    evening = world.last_evening(order)
    acts.confirm_work(order, at=evening)
    issuing.issue_released(on=clock.day_of(evening), at=evening, allowed=True)
    world.paid_run(at=evening + timedelta(hours=15))
    order.refresh_from_db()
    return order


def hits(typed: str, user: User | None = None) -> dict[str, list[str]]:
    page = desk_of(user or world.carla()).get("/admin/find/", {"q": typed}, follow=True)
    assert page.status_code == 200
    return {kind.label: [hit.title for hit in kind.hits] for kind in page.context["found"]}


def went_to(typed: str) -> str:
    answer = desk_of(world.carla()).get("/admin/find/", {"q": typed})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def page_of(row: Any) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def test_names_by_any_beginning_with_or_without_accents(job: Order) -> None:
    ana, bruno = world.ana(), world.bruno()
    for typed in ("Lopes", "lop an", "ANA  lopes", "Ána"):
        assert hits(typed)["affiliés"] == [ana.name], typed
    assert bruno.name not in str(hits("Lopes"))
    for typed in ("Dumont Éditions", "dumont ed", "editions", "ÉDITIONS du"):
        assert world.dumont().name in hits(typed)["clients"], typed
    assert world.denis().name in hits("Denis")["personnes qui se connectent"]
    assert hits("z") == hits("***") == hits("") == hits("\x00") == {}


def test_addresses_and_accounts(job: Order) -> None:
    ana = world.ana()
    assert hits(ana.user.email)["affiliés"] == [ana.name]
    assert hits("ANA.LOPES@")["affiliés"] == [ana.name]
    assert any(job.ref in title for title in hits(cast.DUMONT.email)["missions"])
    iban = ana.bank_accounts.get().iban
    spaced = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
    for typed in (iban, spaced, iban.lower()):
        assert went_to(typed) == page_of(ana)


def test_numbers_as_they_are_read_aloud(job: Order) -> None:
    ana, invoice = world.ana(), world.invoice_of(job)
    digits = invoice.communication
    for typed in (digits, f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++", f" {digits} "):
        assert went_to(typed) == page_of(invoice)
    number = cast.ANA.national_number
    bare = "".join(sign for sign in number if sign.isdigit())
    for typed in (number, bare, f"{bare[:6]} {bare[6:]}"):
        assert went_to(typed) == page_of(ana)
    assert hits(invoice.printed_number.lower())["factures et notes de crédit"] == [str(invoice)]
    firm = world.dumont()
    vat = firm.enterprise_number or ""
    for typed in (vat, f"BE {vat[:4]}.{vat[4:7]}.{vat[7:]}", vat[:5]):
        assert firm.name in hits(typed)["clients"], typed
    declared = Declaration.objects.exclude(period_number="").get(contract=world.contract_of(job))
    # one such number in a hundred may as well be a communication: then one is led there at once
    answer = desk_of(world.carla()).get("/admin/find/", {"q": declared.period_number}, follow=True)
    assert page_of(declared) in answer.content.decode() + str(answer.redirect_chain)


def test_references_of_everything(job: Order) -> None:
    contract, run = world.contract_of(job), PayRun.objects.get()
    slip = Payslip.objects.get(contract=contract)
    found = hits(job.ref)
    assert found["missions"][0].startswith(job.ref)
    assert found["contrats"] and found["factures et notes de crédit"]
    assert job.document
    rows = (contract, run, slip, world.ana(), world.dumont(), world.invoice_of(job), job.document)
    for row in rows:
        for typed in (row.ref, row.ref.lower()):
            if row.ref.isalpha():  # it may as well be a name: it is listed
                assert page_of(row) in seen(desk_of(world.carla()), f"/admin/find/?q={typed}")
            else:
                assert went_to(typed) == page_of(row), row


def test_a_clients_own_reference(job: Order) -> None:
    assert any(job.ref in title for title in hits("PO 77/2026")["missions"])


def test_each_answer_is_a_page_and_says_where_it_stands(job: Order) -> None:
    browser = desk_of(world.elise())
    page = browser.get("/admin/find/", {"q": job.ref})
    for kind in page.context["found"]:
        for hit in kind.hits:
            assert hit.status and browser.get(hit.url).status_code == 200
    page = browser.get("/admin/find/", {"q": "Lopes"}).content.decode()
    assert 'value="Lopes"' in page and "membre" in page.lower()
    assert (
        french("Rien ne répond à « Zorglub ».")
        in browser.get("/admin/find/?q=Zorglub").content.decode()
    )


def test_what_a_role_may_not_see_is_not_found(job: Order, monkeypatch: Any) -> None:
    desk = admin.site._registry[Firm]
    monkeypatch.setattr(desk, "has_view_permission", lambda request, obj=None: False)
    assert "clients" not in hits("Dumont")
    assert desk_of(world.ana().user).get("/admin/find/?q=Dumont").status_code in (302, 403)


def test_it_asks_the_same_whatever_there_is(job: Order) -> None:
    browser = desk_of(world.carla())

    def asked(typed: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get("/admin/find/", {"q": typed}, follow=True)
        return len(queries)

    few = {typed: asked(typed) for typed in ("Dumont", "Lopes", job.ref)}
    firm = world.dumont()
    Firm.objects.bulk_create(
        Firm(kind="private", name=f"Dumont {n}", street="x", postcode="1000", city="x",
             created_at=firm.created_at) for n in range(30)
    )  # fmt: skip
    found = browser.get("/admin/find/", {"q": "Dumont"}).context["found"]
    clients = next(kind for kind in found if kind.label == "clients")
    assert (len(clients.hits), clients.more) == (search.SHOWN, True)
    assert few == {typed: asked(typed) for typed in few}
    assert max(few.values()) <= 20


def test_every_way_goes_through_an_index(job: Order) -> None:
    ana = world.ana()
    samples = (
        "Lopes", ana.user.email, ana.bank_accounts.get().iban, cast.ANA.national_number,
        world.invoice_of(job).communication, "CE-000001", job.ref, "0999", "123456789012",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for typed in map(search.Typed, samples):
        for kind in search.KINDS:
            for way in kind.ways(typed):
                plan = kind.model._default_manager.filter(way).values("pk").explain()
                assert "Seq Scan" not in plan, (kind.model, typed.text, plan)


@pytest.mark.django_db
def test_the_database_makes_the_same_words() -> None:
    with connection.cursor() as cursor:
        for said in ELSEWHERE:
            cursor.execute("SELECT tsvector_to_array(office_words(%s))", [said])
            assert sorted(cursor.fetchone()[0]) == sorted(words_of(said)), said


def test_what_was_typed() -> None:
    typed = search.Typed("+++090/9337/55493+++")
    assert (typed.communication, typed.ref, typed.exact) == ("090933755493", "", True)
    assert search.Typed("BE 0999.999.922").client_number == "0999999922"
    assert search.Typed("ILOVEYOU").ref == ""  # a U stands in no reference
    assert search.Typed("lo1ilo1i").ref == "10111011"
    assert search.Typed("martinez").ref and not search.Typed("martinez").exact
    assert not search.Typed(" ° ") and len(search.Typed("a" * 900).text) == search.LONGEST


def test_a_share_and_an_activity_are_found_by_what_they_are_known_by(demo: None) -> None:
    clock.move_to(world.MONDAY)
    ana = world.ana()
    share = shares.ask(ana.pk, year=2027, by=world.by(ana), at=world.MONDAY)
    for typed in (share.communication, house.communication(share.communication)):
        assert went_to(typed) == page_of(share), typed
    activity = world.activity(ana)
    assert went_to(activity.ref) == page_of(activity)
