"""The pages of this room as people use them: nothing typed is lost, nothing is learnt of others."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from members import queries
from members.actions import bank_accounts, users
from members.models import Affiliate, BankAccount, Household, User
from office import clock, links
from office.models import Letter
from tests import world

pytestmark = pytest.mark.django_db

JOIN = {
    "first_name": "Gita",
    "last_name": "Rao",
    "birth_date": "30071985",
    "national_number": "85.07.30-033 28",
    "street": "Rue Haute 12",
    "postcode": "1000",
    "city": "Bruxelles",
    "phone": "0470 12 34 56",
    "trade": "translator",
    "iban": "be71 0961 2345 6769",
    "email": "gita.rao@exemple.example",
    "password": "trois mots bien choisis",
    "partner_income": "none_partner",
    "children": "0",
    "disabled_children": "0",
    "dependants_over_66": "0",
    "other_dependants": "0",
    "higher_rate": "",
}
BLAME = re.compile(r"erreur|invalide|oups|error|invalid", re.IGNORECASE)


def text(response: Any) -> str:
    page = re.sub(r"<head>.*?</head>", "", response.content.decode(), flags=re.DOTALL)
    page = re.sub(r"<[^>]+>", " ", page)
    assert not BLAME.search(page)
    return " ".join(page.split()).replace("&#x27;", "'")


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def path_of(kind: str) -> str:
    letter = Letter.objects.filter(kind=kind).latest("id")
    assert letter.link
    prefix = links.PURPOSES[letter.link.purpose]
    return f"{prefix}{links.token(letter.link)}/"


def test_gita_joins_confirms_and_logs_in(client: Client) -> None:
    assert "Rejoindre la coopérative" in text(client.get("/join/"))
    done = client.post("/join/", JOIN, follow=True)
    assert "Regardez votre boîte e-mail" in text(done)
    gita = Affiliate.objects.get()
    assert (gita.phone, gita.trade_id) == ("0470123456", "translator")
    path = path_of("members/confirm_email")
    assert "Gita Rao" in text(client.get(path))
    gita.user.refresh_from_db()
    assert gita.user.email_confirmed_at is None  # GET shows, POST acts
    client.post(path)
    gita.user.refresh_from_db()
    assert gita.user.email_confirmed_at
    assert "déjà servi" in text(client.get(path)) and client.get(path).status_code == 410
    entered = client.post(
        "/login/", {"username": "GITA.RAO@exemple.example", "password": JOIN["password"]}
    )
    assert entered.status_code == 302 and entered["Location"] == "/"
    assert client.get("/join/").status_code == 302
    assert "relit votre inscription" in text(client.get("/me/"))


def test_what_she_typed_is_kept_and_each_sentence_stands_by_its_field(client: Client) -> None:
    wrong = JOIN | {
        "first_name": "",
        "birth_date": "hier",
        "national_number": "123",
        "postcode": "75001",
        "phone": "abc",
        "iban": "BE00",
        "email": "gita",
        "password": "court",
        "children": "deux",
        "higher_rate": "120",
    }
    response = client.post("/join/", wrong)
    page = text(response)
    for sentence in (
        "Ce champ reste à remplir.",
        "30/07/1985.",
        "onze chiffres au dos",
        "quatre chiffres",
        "numéro de téléphone, par exemple",
        "Relisez-le sur votre carte",
        "Écrivez l’adresse en entier",
        "Écrivez un nombre entier",
        "Écrivez 100 au plus.",
    ):
        assert sentence in page, sentence
    html = response.content.decode()
    assert 'value="Rue Haute 12"' in html and 'value="hier"' in html and 'value="court"' not in html
    assert "À revoir avant d’envoyer" in page and '<a href="#id_iban">' in html
    assert not Affiliate.objects.exists()


def test_a_refusal_stands_by_its_field(client: Client) -> None:
    alone = client.post("/join/", JOIN | {"single_parent": "on"})
    assert "élève seul·e au moins un enfant" in text(alone)
    assert "ne vont pas ensemble" in text(client.post("/join/", JOIN | {"birth_date": "1/1/1990"}))
    odd = client.post("/join/", JOIN | {"street": "Rue\x00Haute", "email": "a\x00@b.be"})
    assert odd.status_code == 200 and not Affiliate.objects.exists()


def test_joining_with_a_known_address_looks_the_same(client: Client) -> None:
    ana = world.ana()
    fresh = client.post("/join/", JOIN, follow=True)
    known = JOIN | {
        "email": ana.user.email,
        "national_number": "98.47.28-997.65",
        "birth_date": "28/07/1998",
    }
    again = client.post("/join/", known, follow=True)
    assert text(fresh) == text(again)
    assert Letter.objects.filter(kind="members/already_registered", to=ana.user.email).exists()


def test_login_says_the_same_whoever_it_is_and_closes_after_six(client: Client) -> None:
    ana = world.ana().user
    answers = set()
    for email in (ana.email, "nobody@exemple.example"):
        response = client.post("/login/", {"username": email, "password": "not this one"})
        answers.add(text(response).replace(email, ""))
    assert len(answers) == 1
    for _ in range(7):
        response = client.post("/login/", {"username": ana.email, "password": "nor this one"})
    assert response.status_code == 429
    right = client.post("/login/", {"username": ana.email, "password": world.PASSWORD})
    assert right.status_code == 429 and "Attendez un quart d’heure" in text(right)
    users.set_password(
        ana.pk, password="quatre mots sans rapport", by=ana.as_actor(), at=clock.now()
    )
    ana.refresh_from_db()
    entered = client.post(
        "/login/", {"username": ana.email, "password": "quatre mots sans rapport"}
    )
    assert entered.status_code == 302


def test_staff_go_on_to_their_desk_and_ana_to_her_home(client: Client) -> None:
    denis = world.denis()
    entered = client.post("/login/", {"username": denis.email, "password": world.PASSWORD})
    assert entered["Location"] == "/admin/"
    assert client.get("/me/")["Location"] == "/admin/"
    assert client.get("/me/household/").status_code == 404
    left = client.post("/logout/")
    assert left["Location"] == "/login/"
    assert client.get("/me/")["Location"].startswith("/login/")


def test_a_new_password_by_link_opens_a_locked_login(client: Client) -> None:
    ana = world.ana().user
    assert "nous y envoyons un lien" in text(client.get("/password/"))
    known = client.post("/password/", {"email": ana.email})
    unknown = client.post("/password/", {"email": "nobody@exemple.example"})
    assert text(known) == text(unknown)
    assert "Écrivez l’adresse" in text(client.post("/password/", {"email": "x"}))
    path = path_of("members/password")
    assert ana.email in text(client.get(path))
    weak = client.post(path, {"password": "1234"})
    assert weak.status_code == 200 and "to-mend" in weak.content.decode()
    done = client.post(path, {"password": "quatre mots sans rapport"})
    assert done["Location"] == "/login/"
    ana.refresh_from_db()
    assert ana.check_password("quatre mots sans rapport")
    assert client.get(path).status_code == 410
    assert client.get("/p/nonsense/").status_code == 410


def test_ana_tells_her_household_and_sees_it(clock: Any) -> None:
    clock.move_to(world.MONDAY + timedelta(hours=1))
    ana = world.ana()
    client = logged_in(ana.user)
    assert "précompte" in text(client.get("/me/household/"))
    told = {
        "partner_income": "none",
        "children": "2",
        "disabled_children": "1",
        "dependants_over_66": "1",
        "other_dependants": "1",
        "disabled": "on",
        "partner_disabled": "on",
        "higher_rate": "25,5",
        "starts_on": "2026-12-01",
    }
    early = client.post("/me/household/", told | {"starts_on": "2026-01-01"})
    assert "Cette date est passée" in text(early)
    assert "Écrivez la date" in text(client.post("/me/household/", told | {"starts_on": "x"}))
    assert "Écrivez la date" in text(
        client.post("/me/household/", told | {"starts_on": "0026-12-01"})
    )
    client.post("/me/household/", told)
    household = Household.objects.filter(affiliate=ana).latest("id")
    assert (household.scale, str(household.higher_rate)) == ("2", "0.2550")
    page = text(client.get("/me/"))
    assert "25,5" in page and "dont 1 avec un handicap" in page
    again = client.get("/me/household/").content.decode()
    assert 'value="25,5"' in again and "<details" in again and " open>" in again


def test_ana_changes_her_address(client: Client) -> None:
    ana = world.ana()
    client = logged_in(ana.user)
    assert ana.street in client.get("/me/address/").content.decode()
    wrong = {"street": "Quai 1", "postcode": "0", "city": "Liège", "phone": ""}
    assert "quatre chiffres" in text(client.post("/me/address/", wrong))
    client.post("/me/address/", wrong | {"postcode": "4000"})
    assert "Quai 1" in text(client.get("/me/"))


def test_ana_asks_to_be_paid_elsewhere_and_confirms_by_her_mailbox(
    client: Client, clock: Any
) -> None:
    clock.move_to(world.MONDAY + timedelta(hours=1))
    ana, denis = world.ana(), world.denis()
    hers = logged_in(ana.user)
    assert "Aujourd’hui" in text(hers.get("/me/bank-account/"))
    current = queries.bank_account_of(ana.pk, clock.now())
    assert current
    same = hers.post("/me/bank-account/", {"iban": current.iban})
    assert "déjà le compte" in text(same)
    hers.post("/me/bank-account/", {"iban": "NL91 ABNA 0417 1643 00"})
    assert "À confirmer par le lien" in text(hers.get("/me/"))
    path = path_of("members/confirm_iban")
    assert "NL91 •••• 4300" in text(client.get(path))
    assert BankAccount.objects.latest("id").confirmed_at is None
    assert "Merci, c’est noté" in text(client.post(path))
    assert client.post(path).status_code == 410
    assert "Confirmé par vous" in text(hers.get("/me/"))
    account = BankAccount.objects.latest("id")
    bank_accounts.approve(account.pk, user=denis, by=denis.as_actor(), at=clock.now())
    assert "NL91 ABNA 0417 1643 00" in text(hers.get("/me/"))


def test_the_confirmation_once_more_from_her_profile() -> None:
    gita = world.newcomer()
    User.objects.filter(pk=gita.user_id).update(email_confirmed_at=None)
    client = logged_in(User.objects.get(pk=gita.user_id))
    assert "Renvoyer le lien" in text(client.get("/me/"))
    before = Letter.objects.count()
    response = client.post("/me/confirm-email/", follow=True)
    assert "Le lien est parti" in text(response)
    assert Letter.objects.count() >= before
    assert client.get("/me/confirm-email/").status_code == 405


def test_a_refused_person_reads_why(client: Client) -> None:
    from members.actions import affiliates

    gita, elise = world.newcomer(), world.elise()
    affiliates.refuse(
        gita.pk, reason="Métier réglementé.", user=elise, by=elise.as_actor(), at=clock.now()
    )
    assert "Métier réglementé." in text(logged_in(gita.user).get("/me/"))


def test_ana_changes_her_password_and_stays_logged_in() -> None:
    ana = world.ana().user
    client, elsewhere = logged_in(ana), logged_in(ana)
    assert "autres appareils" in text(client.get("/me/password/"))
    wrong = {"current": "not this one", "password": "court"}
    page = text(client.post("/me/password/", wrong))
    assert "Ce n’est pas votre mot de passe actuel" in page
    client.post(
        "/me/password/", {"current": world.PASSWORD, "password": "quatre mots sans rapport"}
    )
    assert client.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


def test_a_page_of_ana_makes_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    client = logged_in(world.ana().user)
    with django_assert_max_num_queries(9):
        client.get("/me/")


def test_bruno_with_anas_links_is_nobody(client: Client) -> None:
    ana = world.ana().user
    users.ask_password(ana.email, at=clock.now() + timedelta(hours=1))
    letter = Letter.objects.get(kind="members/password")
    assert letter.link
    token = links.token(letter.link)
    other_end = "A" if token[-1] != "A" else "B"
    for other in (f"/e/{token}/", f"/b/{token}/", f"/p/{token[:-1]}{other_end}/"):
        assert client.get(other).status_code == 410


def test_pages_for_what_is_not_there(client: Client) -> None:
    assert "Cette page n’existe pas" in text(client.get("/nowhere/"))
    strict = Client(enforce_csrf_checks=True)
    kept = strict.post("/login/", {"username": "a@b.be", "password": "x"})
    assert kept.status_code == 403 and "restée ouverte" in text(kept)


@pytest.mark.parametrize("path", ["/join/", "/login/", "/password/", "/join/done/"])
def test_no_style_or_script_stands_in_a_page(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    assert "style=" not in html and "<style" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert len(html) < 60_000
