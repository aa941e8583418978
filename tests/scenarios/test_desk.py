"""The staff desk: what waits is one click from home, its decision one more, no list grows slow."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import User
from office import clock
from office.typography import french
from office.windows import Queue
from orders import actions as orders
from orders.models import Order
from payroll.models import Contract, PayRun
from smart.demo import acts
from smart.queues import QUEUES
from tests import world

pytestmark = pytest.mark.usefixtures("peopled")

EVENING = world.MONDAY + timedelta(days=4, hours=9)
ROOMS = {"office", "ledger", "members", "invoicing", "payroll", "orders"}
DESKS = [desk for model, desk in admin.site._registry.items() if model._meta.app_label in ROOMS]
TRAIN = Decimal("40.00")
ONCE = 1  # what a list asks besides, once, when it is no longer empty


def desk_of(user: User) -> Client:
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return browser


def seen(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def list_of(desk: Any) -> str:
    return reverse(f"admin:{desk.opts.app_label}_{desk.opts.model_name}_changelist")


def views_of(desk: Any) -> list[str]:
    """Every tab of a list."""
    for one in desk.list_filter:
        if isinstance(one, type) and issubclass(one, Queue):
            return [f"{list_of(desk)}?queue={code}" for code, _label in one.views]
    return [list_of(desk)]


def a_day_at_work(number: int) -> None:
    """One job of each sort that waits for the desk: a receipt, a report, a request, a pay."""
    by = world.by(world.ana())
    order = world.released_job(expenses=(("Train", TRAIN),))
    orders.hand_in(
        order.expense_lines.get().pk, amount=TRAIN, content=f"%PDF-1.7 {number}".encode(),
        media_type="application/pdf", file_name="train.pdf", by=by, at=EVENING,
    )  # fmt: skip
    fewer = world.contracted_job()
    orders.confirm_work(
        fewer.contracts.get().pk, answer="fewer", hours={date(2026, 11, 26): Decimal("7.60")},
        by=by, at=world.last_evening(fewer),
    )  # fmt: skip
    later = world.signed_job(days={date(2026, 12, 14): acts.FULL_DAY})
    orders.ask_change(
        later.pk, kind="change", text="Plus tard ?", by=world.DUMONT_ACTOR, at=EVENING
    )


@pytest.fixture
def monday(demo: None) -> None:
    clock.move_to(world.MONDAY)
    world.staff()
    world.ana()


@pytest.fixture
def friday(monday: None) -> Order:
    """A week with something in nearly every queue."""
    a_day_at_work(0)
    world.newcomer()
    order = world.signed_job()
    clock.move_to(EVENING)
    return order


def test_a_count_at_home_opens_exactly_its_rows(friday: Order) -> None:
    browser = desk_of(world.admin())
    home = browser.get("/admin/")
    shown = [queue for group in home.context["desk"] for queue in group.queues]
    assert len(shown) == sum(map(len, QUEUES.values()))
    for queue in shown:
        assert queue.url in home.content.decode()
        assert browser.get(queue.url).context["cl"].result_count == queue.count, queue.label
    assert sum(queue.count > 0 for queue in shown) >= 7


def test_from_home_to_a_decision_in_two_clicks(friday: Order) -> None:
    for user, words, button in (
        (world.denis(), "contrats à signer par la coopérative", "Signer"),
        (world.carla(), "à déclarer avant demain", "Noter le numéro"),
        (world.elise(), "inscriptions à accepter", "Vérifier les pièces"),
        (world.elise(), "travaux à décider", "Décider"),
        (world.elise(), "demandes de changement", "Décider"),
        (world.elise(), "justificatifs à approuver", "Approuver"),
        (world.denis(), "factures à émettre", "Émettre maintenant"),
    ):
        browser = desk_of(user)
        home = browser.get("/admin/")
        queue = next(q for g in home.context["desk"] for q in g.queues if str(q.label) == words)
        page = seen(browser, queue.url)
        decide = re.search(rf'<a class="desk-button" href="([^"]+)">{button}</a>', page)
        assert decide, words
        asked = seen(browser, decide[1])
        assert 'class="desk-facts"' in asked or button == "Vérifier les pièces"


def test_who_may_not_decide_sees_no_button(friday: Order) -> None:
    row = friday.contracts.get()
    signing = reverse("admin:payroll_contract_sign", args=[row.pk])
    for user, may in ((world.denis(), True), (world.carla(), False), (world.elise(), False)):
        browser = desk_of(user)
        page = seen(browser, "/admin/payroll/contract/?queue=to_sign")
        assert (signing in page) is may
        assert ("sign_many" in page) is may
        assert (signing in seen(browser, f"/admin/payroll/contract/{row.pk}/change/")) is may
        assert browser.get(signing).status_code == (200 if may else 403)


def test_a_button_goes_when_it_no_longer_applies(friday: Order) -> None:
    row, browser = friday.contracts.get(), desk_of(world.denis())
    page = f"/admin/payroll/contract/{row.pk}/change/"
    signing = reverse("admin:payroll_contract_sign", args=[row.pk])
    assert signing in seen(browser, page)
    answer = browser.post(signing, {}, follow=True)
    assert "Contrat signé au nom de la coopérative" in answer.content.decode()
    assert signing not in seen(browser, page)
    assert signing not in seen(browser, "/admin/payroll/contract/?queue=all")


def test_a_contract_leads_to_job_paper_and_person(friday: Order) -> None:
    row, browser = friday.contracts.get(), desk_of(world.denis())
    page = seen(browser, f"/admin/payroll/contract/{row.pk}/change/")
    for address in (
        reverse("admin:orders_order_of", args=[friday.ref]),
        reverse("admin:payroll_contract_paper", args=[row.pk]),
        reverse("admin:members_affiliate_change", args=[row.affiliate_id]),
        reverse("admin:payroll_declaration_change", args=[row.declarations.get().pk]),
    ):
        assert f'href="{address}"' in page
        assert browser.get(address).status_code in (200, 202)
    assert friday.ref in seen(browser, reverse("admin:orders_order_of", args=[friday.ref]))


def test_a_run_from_the_first_eyes_to_the_bank(friday: Order) -> None:
    run = acts.build_run(world.cooperative(), at=EVENING)
    assert run.payslips.count() == 1
    page = f"/admin/payroll/payrun/{run.pk}/change/"
    steps = (
        (world.carla(), "submit", {"submit", "discard"}),
        (world.denis(), "approve", {"approve", "discard"}),
        (world.denis(), "confirm_all", {"confirm_all"}),
        (world.denis(), None, set()),
    )
    for user, step, shown in steps:
        browser = desk_of(user)
        known = rf"/payrun/{run.pk}/(submit|approve|discard|confirm_all)/"
        found = set(re.findall(known, seen(browser, page)))
        assert found == shown
        if step:
            address = reverse(f"admin:payroll_payrun_{step}", args=[run.pk])
            assert "Exécution demandée le" in seen(browser, address)
            browser.post(address, {"on": run.pay_on.isoformat()})
        if step == "approve":
            clock.move_to(clock.start_of(run.pay_on) + timedelta(hours=9))
    run.refresh_from_db()
    text = seen(desk_of(world.carla()), page)
    assert "exécutée" in text and "&#x27;executed&#x27;" not in text
    assert run.status == "executed" and PayRun.objects.count() == 1


def test_what_is_empty_says_so(monday: None) -> None:
    browser = desk_of(world.denis())
    assert "Rien n’attend ici." in seen(browser, "/admin/payroll/transfer/")
    page = seen(browser, "/admin/payroll/transfer/?q=Zorglub")
    assert french("Rien ne répond à « Zorglub ».") in page
    assert "Type to search" not in page and "Create a new item" not in page


def test_every_tab_opens(friday: Order) -> None:
    browser = desk_of(world.carla())
    for url in (view for desk in DESKS for view in views_of(desk)):
        page = re.sub(r"<script.*?</script>", "", seen(browser, url), flags=re.S)
        assert "None" not in page, url


@pytest.mark.uncounted
def test_no_list_asks_more_when_it_grows(monday: None) -> None:
    people = [(user, desk_of(user)) for user in (world.denis(), world.elise())]

    def counted() -> dict[tuple[str, str], int]:
        clock.move_to(EVENING + timedelta(days=40))
        return {
            (user.role, url): queries(browser, url)
            for user, browser in people
            for url in (*(f for desk in DESKS for f in views_of(desk)), *details())
        }

    def details() -> list[str]:
        run = PayRun.objects.order_by("-pk").values_list("pk", flat=True)[0]
        row = Contract.objects.order_by("pk").values_list("pk", flat=True)[0]
        return [f"/admin/payroll/payrun/{run}/change/", f"/admin/payroll/contract/{row}/change/"]

    grow(1)
    counted()  # everything is warm from now on
    few = counted()
    grow(7)
    many = counted()
    named = {(role, re.sub(r"\d+/change", "change", url)): n for (role, url), n in few.items()}
    grown = {
        key: (named[key], count)
        for (role, url), count in many.items()
        if count > named[key := (role, re.sub(r"\d+/change", "change", url))] + ONCE
    }
    assert not grown


def grow(jobs: int) -> None:
    """Some more days at work, all invoiced, and paid in one run."""
    clock.move_to(world.MONDAY)
    for number in range(jobs):
        a_day_at_work(100 * jobs + number)
    world.paid_job()


def queries(browser: Client, url: str) -> int:
    """How many queries a page makes."""
    reset_queries()  # their log has an end
    with CaptureQueriesContext(connection) as captured:
        seen(browser, url)
    return len(captured)
