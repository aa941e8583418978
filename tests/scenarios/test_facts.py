"""What happened stands on every page of a thing; who may do what is asked of the checks."""

import ast
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoicing.models import Series
from ledger.admin import KINDS
from ledger.models import Entry
from members.models import Role
from members.states import InvitationStatus, PaperStatus
from office import clock
from office.models import Event, Policy
from orders.models import Order, WorkReport
from orders.moments import SENTENCES
from payroll.models import Declaration, PayRun, Transfer
from smart import facts, powers
from tests import world
from tests.scenarios.test_desk import desk_of, seen

pytestmark = pytest.mark.usefixtures("peopled")

ROOT = Path(__file__).parents[2]
ROOMS = ("office", "ledger", "members", "invoicing", "payroll", "orders", "smart")


@pytest.fixture
def job(demo: None) -> Order:
    clock.move_to(world.MONDAY)
    return world.paid_job()


PUT_TOGETHER: dict[str, set[str]] = {  # a kind with a value in it, and all it may be
    "paper.{paper.status}": {f"paper.{one}" for one in (PaperStatus.ACCEPTED, PaperStatus.REFUSED)},
    "activity.invitation_{status}": {
        f"activity.invitation_{one}"
        for one in (InvitationStatus.DECLINED, InvitationStatus.WITHDRAWN)
    },
    "{invoice.series}.issued": {f"{one}.issued" for one in Series.values},
    "declaration.{row.kind}_recorded": {
        f"declaration.{kind}_recorded"
        for kind, _label in Declaration._meta.get_field("kind").choices
    },
}


def kinds(said: ast.expr, function: ast.FunctionDef) -> set[str]:
    """The kinds an expression may stand for in a function."""
    match said:
        case ast.Constant(value=str(kind)):
            return {kind}
        case ast.IfExp():
            return kinds(said.body, function) | kinds(said.orelse, function)
        case ast.JoinedStr():
            return PUT_TOGETHER[ast.unparse(said)[2:-1]]
        case ast.Name() if said.id in {one.arg for one in function.args.args}:
            return set()  # whoever calls it says which
        case ast.Name():
            given = [one for one in ast.walk(function) if isinstance(one, ast.Assign)]
            named = [one.value for one in given if ast.unparse(one.targets[0]) == said.id]
            assert named, f"{function.name}: {said.id}"
            return set().union(*(kinds(value, function) for value in named))
    raise AssertionError(f"{function.name}: a kind nobody can list: {ast.unparse(said)}")


def recorded() -> set[str]:
    """Every kind of event that actions write down."""
    found: set[str] = set()
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        functions = [
            one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.FunctionDef)
        ]
        for function in functions:
            for call in (one for one in ast.walk(function) if isinstance(one, ast.Call)):
                if ast.unparse(call.func) in ("journal.record", "_record"):
                    found |= kinds(call.args[0], function)
    return found


def test_every_fact_has_its_words() -> None:
    said = recorded()
    assert len(said) > 100 and not said - facts.WORDS.keys() - SENTENCES.keys()
    assert not facts.WORDS.keys() & SENTENCES.keys()
    assert facts.TO_COLLEAGUES.keys() <= SENTENCES.keys()


def test_no_words_are_kept_for_what_never_happens() -> None:
    assert not (facts.WORDS.keys() | SENTENCES.keys()) - recorded()


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


def test_what_waits_for_a_decision_tells_the_story_behind_it(job: Order) -> None:
    """A thing without events of its own shows those of what it is about."""
    account = world.ana().bank_accounts.get()
    receivable = world.invoice_of(job).receivable
    report, transfer = WorkReport.objects.get(), Transfer.objects.get()
    rule = Policy.objects.get(department="guarantee")
    for row, words in (
        (account, "Inscription acceptée"),
        (receivable, "Facture émise et envoyée au client"),
        (report, "Commande signée par le client"),
        (transfer, "Fiche de paie établie"),
        (rule, "Règle de la maison décidée"),
        (world.ana().activity_mandates.get(), "Commande signée par le client"),
        (Declaration.objects.get(), "Travail déclaré"),
    ):
        with CaptureQueriesContext(connection) as asked:
            told = [str(moment.text) for moment in facts.happened_to(row)]
        assert any(text.startswith(words) for text in told), (row, told)
        assert len(asked) <= 3
    elise = desk_of(world.elise())
    page = seen(elise, f"/admin/orders/workreport/{report.pk}/change/")
    assert "Ce qui s’est passé" in page and "votre conseiller" not in page


def test_events_are_listed_in_words_and_lead_to_what_they_are_about(job: Order) -> None:
    page = seen(desk_of(world.elise()), "/admin/office/event/?all=")
    assert "Commande signée par le client" in page and "order.signed</td>" not in page
    assert f"/admin/orders/order/of/{job.ref}/" in page
    event = Event.objects.filter(kind="order.signed").first()
    page = seen(desk_of(world.elise()), f"/admin/office/event/{event.pk}/change/")
    assert "order.signed" in page and "Commande signée par le client" in page


def test_the_books_are_read_in_words(job: Order) -> None:
    booked = set(Entry.objects.values_list("kind", flat=True))
    assert len(booked) > 5 and booked <= KINDS.keys()
    page = seen(desk_of(world.denis()), "/admin/ledger/entry/")
    assert "répartition d’une facture" in page and "pay_executed</td>" not in page
    one = seen(desk_of(world.denis()), "/admin/ledger/entry/?kind=split")
    assert "répartition d’une facture" in one and "salaire versé</td>" not in one


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
