"""What happened stands on every page of a thing; who may do what is asked of the checks."""

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Role
from members.states import PaperStatus
from office import clock
from orders.models import Order
from orders.moments import SENTENCES
from payroll.models import PayRun
from smart import facts, powers
from tests import world
from tests.scenarios.test_desk import desk_of, seen

ROOT = Path(__file__).parents[2]
ROOMS = ("office", "ledger", "members", "invoicing", "payroll", "orders", "smart")


@pytest.fixture
def job(demo: None) -> Order:
    clock.move_to(world.MONDAY)
    return world.paid_job()


def recorded() -> set[str]:
    """The kinds that actions write down, but for those put together from a value."""
    found: set[str] = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            found |= set(re.findall(r'journal\.record\(\s*"([a-z_.]+)"', path.read_text()))
    return found


def test_every_fact_has_its_words() -> None:
    known = facts.WORDS.keys() | SENTENCES.keys()
    assert recorded() and not recorded() - known
    assert {f"paper.{status}" for status in (PaperStatus.ACCEPTED, PaperStatus.REFUSED)} <= known
    assert not facts.WORDS.keys() & SENTENCES.keys()


def test_each_thing_tells_what_happened_to_it(job: Order) -> None:
    browser = desk_of(world.carla())
    invoice, contract, run = world.invoice_of(job), world.contract_of(job), PayRun.objects.get()
    for row, words in (
        (world.ana(), "Inscription acceptée"),
        (world.dumont(), "Client vérifié"),
        (invoice, "Facture émise et envoyée au client"),
        (contract, "Contrat signé par la coopérative"),
        (run, "Paie soumise"),
        (world.elise(), "Personne engagée"),
    ):
        options = row._meta
        page = seen(browser, f"/admin/{options.app_label}/{options.model_name}/{row.pk}/change/")
        told = page.partition('class="desk-timeline"')[2]
        assert words in told, (row, told[:500])
    page = seen(browser, f"/admin/orders/order/{job.pk}/change/")
    assert "Commande signée par le client" in page and 'class="desk-timeline"' not in page


def test_a_timeline_is_one_query_and_says_why(job: Order) -> None:
    ana = world.ana()
    browser = desk_of(world.elise())
    browser.post(f"/admin/members/affiliate/{ana.pk}/see_as/", {"reason": "Sa fiche de paie"})
    with CaptureQueriesContext(connection) as asked:
        moments = facts.happened_to(ana)
    assert len(asked) == 1
    assert (str(moments[0].text), moments[0].detail, moments[0].who) == (
        "Son espace a été regardé, en lecture seule", "Sa fiche de paie", "Elise Dubois",
    )  # fmt: skip


def test_who_may_do_what_is_what_the_buttons_do(demo: None) -> None:
    clock.move_to(world.MONDAY)
    told = {desk.label: {power.label: power for power in desk.powers} for desk in powers.desks()}
    order = [str(role) for role in Role]
    people = {"advisor": world.elise(), "finance": world.denis(), "payroll": world.carla()}
    accept = told["Affiliés"]["Accepter"]
    assert dict(zip(order, accept.roles, strict=True)) == {
        "advisor": True, "finance": False, "payroll": False, "administrator": True,
    }  # fmt: skip
    approve = told["Comptes bancaires"]["Approuver"]
    assert [order[n] for n, may in enumerate(approve.roles) if may] == ["finance", "administrator"]
    sign = next(power for label, power in told["Contrats"].items() if "igner" in label)
    assert sign.by_mandate
    for desk in admin.site._registry.values():
        for name in getattr(desk, "actions_list", ()) or ():
            assert str(getattr(desk, name).short_description) in str(told)
    for user in people.values():
        page = seen(desk_of(user), "/admin/roles/")
        assert "Qui peut quoi" in page and "qui tient un mandat de signature" in page
