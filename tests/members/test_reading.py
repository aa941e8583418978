"""Who reads which language: her own first, a visitor's choice, then what his browser asks for."""

import re
from typing import Any

import pytest
from django.test import Client

from members.actions import tokens, users
from members.models import User
from office import clock
from office.models import Event, Letter
from orders.models import Order
from tests import world
from tests.members.test_pages import JOIN, logged_in

pytestmark = pytest.mark.django_db


def page(client: Client, path: str, asks: str = "") -> str:
    response = client.get(path, headers={"Accept-Language": asks} if asks else {})
    assert response.status_code == 200
    return response.content.decode()


def choose(client: Client, language: str, **more: str) -> Any:
    return client.post("/language/", {"language": language, **more})


@pytest.mark.parametrize(
    ("asks", "language", "said"),
    [
        ("", "fr", "Mot de passe"),
        ("nl-BE,nl;q=0.9,fr;q=0.8", "nl", "Wachtwoord"),
        ("de-DE,en;q=0.5,fr;q=0.1", "en", "Password"),
        ("zh, *;q=0.1", "fr", "Mot de passe"),
    ],
)
def test_a_visitor_reads_what_his_browser_asks_for(
    client: Client, asks: str, language: str, said: str
) -> None:
    html = page(client, "/login/", asks)
    assert f'<html lang="{language}">' in html and said in html


def test_a_visitor_s_choice_stays_and_leads_back_to_his_page(client: Client) -> None:
    assert choose(client, "en", next="/join/?from=here")["Location"] == "/join/?from=here"
    assert '<html lang="en">' in page(client, "/join/", "nl")
    assert choose(client, "nl", next="https://elsewhere.example/")["Location"] == "/"
    assert '<html lang="nl">' in page(client, "/login/", "en")
    choose(client, "xx")
    assert '<html lang="nl">' in page(client, "/login/")
    client.cookies["language"] = "tlh"
    assert '<html lang="fr">' in page(client, "/login/")


def test_her_own_language_wins_and_her_letters_follow(client: Client) -> None:
    ana = world.ana().user
    at_hers = logged_in(ana)
    assert '<html lang="fr">' in page(at_hers, "/", "nl")
    for _ in range(2):
        choose(at_hers, "nl", next="/me/")
    ana.refresh_from_db()
    assert ana.language == "nl"
    assert Event.objects.filter(kind="user.language_chosen").count() == 1
    at_hers.cookies["language"] = "en"
    html = page(at_hers, "/", "fr")
    assert '<html lang="nl">' in html and "Dag Ana" in html
    users.ask_password(ana.email, at=clock.now())
    assert Letter.objects.get(kind="members/password").language == "nl"


def test_a_paper_speaks_its_own_language_whoever_asks_for_it() -> None:
    ana = world.ana()
    users.speak(ana.user.pk, language="en", by=ana.user.as_actor(), at=clock.now())
    order = Order.objects.get(pk=world.signed_job(ana).pk)
    assert order.document is not None and order.document.language == order.signer_language == "fr"
    contract = world.contract_of(order)
    assert contract.language == "en"


def test_who_registers_in_dutch_is_written_to_in_dutch(client: Client) -> None:
    choose(client, "nl")
    asked = re.search(r'<[^>]*value="nl"[^>]*(checked|selected)', page(client, "/join/"))
    assert asked, "the language she reads is the one proposed"
    client.post("/join/", JOIN | {"language": "nl"})
    assert User.objects.get().language == "nl"
    assert "bevestig" in Letter.objects.get(kind="members/confirm_email").body.lower()


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "À faire aujourd’hui"), ("nl", "Vandaag te doen"), ("en", "To do today")],
)
def test_the_desk_speaks_the_language_of_the_person_at_it(language: str, said: str) -> None:
    carla = world.carla()
    users.speak(carla.pk, language=language, by=carla.as_actor(), at=clock.now())
    html = page(logged_in(carla), "/admin/", "de")
    assert f'lang="{language}"' in html and said in html


@pytest.mark.parametrize(
    ("asks", "said"),
    [
        ("fr", "Donnez une clé"),
        ("nl", "Geef een sleutel"),
        ("en", "Give a key"),
        ("", "Geef een sleutel"),
    ],
)
def test_a_program_is_answered_in_the_caller_s_language(asks: str, said: str) -> None:
    ana = world.ana().user
    users.speak(ana.pk, language="nl", by=ana.as_actor(), at=clock.now())
    made = tokens.create(
        ana.pk, name="Compta", scopes=["orders:write"], days=30, by=ana.as_actor(), at=clock.now()
    )
    headers = {"Authorization": f"Bearer {made.secret}"} | (
        {"Accept-Language": asks} if asks else {}
    )
    answer = Client(SERVER_NAME="127.0.0.1", headers=headers).post(
        "/api/v1/orders", {}, content_type="application/json"
    )
    assert answer.status_code == 400 and said in answer.content.decode()
