"""The tour of the demo follows the real state; dead ends say what happened and the way out."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client, RequestFactory
from django.utils import translation
from django.views.defaults import bad_request, server_error

from invoicing.actions import issuing
from office import clock
from payroll.models import PayRun
from smart.demo import acts, cast, travel
from smart.demo.tour import ENDED, newest, tour_of
from tests import world
from tests.scenarios.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("peopled")


def turn(visitor: Visitor) -> str:
    """Whose turn the bar says it is, after going there."""
    answer = visitor.client.post("/demo/tour/go/", follow=True)
    assert answer.status_code == 200, answer.redirect_chain
    page = Page(answer, answer.redirect_chain[-1][0])
    key = visitor.client.session.get(SESSION_KEY)
    return page.text if key is None else f"{key} {page.text}"


def test_the_tour_walks_the_whole_cycle(demo: None) -> None:
    world.staff(), world.ana()
    visitor = Visitor()
    assert "pas de mission en cours" in visitor.see("/demo/tour/").text
    assert visitor.client.post("/demo/tour/go/").status_code == 302
    draft = world.draft_job()
    order = newest()
    assert order == draft

    def place() -> int:
        told = tour_of(draft.ref)
        assert told is not None
        return told.place

    started = visitor.press(visitor.see("/demo/tour/"), "Commencer la visite")
    assert "1/11" in started.text and "Y aller comme Ana" in started.text
    acts.send(draft, at=clock.now())
    draft.refresh_from_db()
    travel.deliver_letters()
    assert place() == 2
    letter = turn(visitor)
    assert draft.ref in letter and SESSION_KEY not in visitor.client.session
    acts.sign_order(draft, at=clock.now())
    assert place() == 3 and "Signer" in turn(visitor)
    acts.sign_for_cooperative(world.denis(), at=clock.now())
    assert place() == 4 and "Noter le numéro" in turn(visitor)
    acts.declare(world.carla(), at=clock.now())
    assert place() == 5 and "Signer le contrat" in turn(visitor)
    acts.sign_contracts(draft, at=clock.now())
    assert place() == 6
    evening = world.last_evening(draft)
    clock.move_to(evening)
    assert "fait comme convenu" in turn(visitor)
    acts.confirm_work(draft, at=evening)
    assert place() == 7
    issuing.issue_released(on=clock.day_of(evening), at=evening, allowed=True)
    travel.deliver_letters()
    assert place() == 8 and "Carla" in turn(visitor)
    run = acts.build_run(world.cooperative(), at=evening)
    assert "Soumettre" in turn(visitor)
    acts.submit_run(run, user=world.carla(), at=evening)
    assert place() == 9 and "Approuver" in turn(visitor)
    acts.approve_run(run, user=world.denis(), at=evening)
    assert place() == 10 and "Tout exécuté" in turn(visitor)
    clock.move_to(clock.start_of(run.pay_on))
    acts.execute(PayRun.objects.get(pk=run.pk), user=world.denis(), at=clock.now())
    assert place() == 11 and "Inscrire un paiement" in turn(visitor)
    invoice = acts.invoice_of(draft)
    acts.pay_invoice(invoice, invoice.total, by=world.denis(), at=clock.now())
    told = tour_of(draft.ref)
    assert told is not None and told.now is None
    page = visitor.see("/demo/tour/")
    assert "La boucle est bouclée" in page.text
    assert visitor.press(page, "Quitter la visite").status == 200
    assert "Étapes" not in visitor.see("/demo/mail/").text


def test_one_becomes_one_of_the_cast_and_nobody_else(demo: None) -> None:
    world.staff(), world.ana(), world.bruno()
    visitor = Visitor()
    answer = visitor.client.post("/demo/become/", {"who": cast.ANA.email}, follow=True)
    assert "Bonjour Ana" in answer.content.decode()
    answer = visitor.client.post("/demo/become/", {"who": cast.CARLA.email}, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/"
    assert visitor.client.post("/demo/become/", {"who": cast.BRUNO.email}).status_code == 404
    assert visitor.client.get("/demo/become/").status_code == 405


def test_an_ended_job_is_no_tour(demo: None) -> None:
    world.ana()
    order = world.sent_job()
    acts.decline_order(order, reason="Non", at=clock.now())
    order.refresh_from_db()
    assert order.status in ENDED and newest() is None


# --- Dead ends -----------------------------------------------------------------------------------


def words(answer: object) -> str:
    return Page(answer, "/").text


@pytest.mark.parametrize("person", ["nobody", "ana"])
def test_a_dead_end_says_what_happened_and_the_way_out(demo: None, person: str) -> None:
    ana = world.ana().user
    browser = Visitor(ana if person == "ana" else None).client
    lost = browser.get("/nulle/part/")
    assert lost.status_code == 404 and "Aller à l’accueil" in words(lost)
    assert ("Vos documents" in words(lost)) == (person == "ana")
    button = browser.get("/jobs/XXXXXXXX/send/", follow=False)
    if person == "ana":
        assert button.status_code == 405 and button["Allow"] == "POST"
        assert "attend un bouton" in words(button) and "n’a pas été fait" in words(button)


def test_an_old_page_says_that_nothing_was_sent(demo: None) -> None:
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")
    answer = strict.post("/login/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "rien n’a été envoyé" in words(answer)
    assert 'href="/login/"' in answer.content.decode()


def test_pages_without_a_session_or_a_database(demo: None) -> None:
    request = RequestFactory().get("/")
    for answer, said in (
        (bad_request(request, ValueError()), "Rien n’a changé"),
        (server_error(request), "Rien n’a été fait à moitié"),
    ):
        text = answer.content.decode()
        assert said in text and "Aller à l’accueil" in text and "{%" not in text


def test_who_is_not_allowed_is_told_whom_to_ask(demo: None) -> None:
    answer = Visitor(world.carla()).client.get("/admin/members/user/hire/")
    assert answer.status_code == 403 and "Demandez à une personne" in words(answer)


@pytest.mark.parametrize(("language", "said"), [("nl", "startpagina"), ("en", "home page")])
def test_dead_ends_speak_the_language_of_the_page(demo: None, language: str, said: str) -> None:
    with translation.override(language):
        text = server_error(RequestFactory().get("/")).content.decode()
    assert said in text and "Rien" not in text
