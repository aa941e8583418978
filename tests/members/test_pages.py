"""The pages of this room as people use them: nothing typed is lost, nothing is learnt of others."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from members import queries
from members.actions import bank_accounts, users
from members.models import Affiliate, BankAccount, Household, User
from office import clock, links
from office.models import Letter
from smart.demo import cast
from tests import files, world

pytestmark = pytest.mark.django_db

JOIN = {
    "first_name": "Gita",
    "last_name": "Rao",
    "trade": "translator",
    "email": "gita.rao@exemple.example",
    "password": "trois mots bien choisis",
    "language": "fr",
}
PARTS = {
    "identity": {"birth_date": "30071985", "national_number": "85.07.30-033 28"},
    "home": {
        "street": "Rue Haute 12",
        "postcode": "1000",
        "city": "Bruxelles",
        "phone": "0470 12 34 56",
    },
    "household": {
        "partner_income": "none_partner",
        "children": "0",
        "disabled_children": "0",
        "dependants_over_66": "0",
        "other_dependants": "0",
        "higher_rate": "",
    },
    "account": {"iban": "be71 0961 2345 6769"},
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


def test_gita_joins_in_two_steps_and_sends_her_application(client: Client) -> None:
    assert "Rejoindre la coopérative" in text(client.get("/join/"))
    done = client.post("/join/", JOIN, follow=True)
    assert "Regardez votre boîte e-mail" in text(done)
    gita = Affiliate.objects.get()
    assert gita.trade_id == "translator" and gita.status == "draft"
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
    for page in ("/", "/me/", "/me/bank-account/", "/jobs/new/", "/pay/"):
        assert client.get(page)["Location"] == "/me/application/", page
    nexts = ["home", "household", "account", ""]
    for (part, typed), after in zip(PARTS.items(), nexts, strict=True):
        assert "Garder et continuer" in text(client.get(f"/me/application/{part}/"))
        kept = client.post(f"/me/application/{part}/", typed)
        assert kept["Location"] == f"/me/application/{after}{'/' if after else ''}"
    page = text(client.get("/me/application/"))
    assert page.count("complet") == 4 and "il en manque 3" in page and "Donner vos pièces" in page
    early = client.post("/me/application/")
    assert early.status_code == 422 and "Il manque encore une pièce" in text(early)
    for kind in ("id_front", "id_back", "bank_card"):
        picture = SimpleUploadedFile("x.jpg", files.picture())
        client.post(f"/me/papers/{kind}/", {"file": picture})
    assert "Revenir à votre dossier" in text(client.get("/me/papers/"))
    assert "Envoyer mon inscription" in text(client.get("/me/application/"))
    sent = client.post("/me/application/", follow=True)
    assert "Votre inscription est envoyée" in text(sent)
    gita.refresh_from_db()
    assert gita.status == "registered" and gita.phone == "0470123456"
    assert "relit votre inscription" in text(client.get("/me/"))
    assert client.get("/me/application/")["Location"] == "/"
    assert client.post("/me/application/home/", PARTS["home"])["Location"] == "/"


def test_what_she_typed_first_is_kept_and_each_sentence_stands_by_its_field(
    client: Client,
) -> None:
    wrong = JOIN | {"first_name": "", "email": "gita", "password": "court"}
    response = client.post("/join/", wrong)
    page = text(response)
    for sentence in ("Ce champ reste à remplir.", "Écrivez l’adresse en entier"):
        assert sentence in page, sentence
    html = response.content.decode()
    assert 'value="Rao"' in html and 'value="court"' not in html
    assert "À revoir avant d’envoyer" in page and '<a href="#id_email">' in html
    assert not Affiliate.objects.exists()
    odd = client.post("/join/", JOIN | {"last_name": "Rue\x00Haute", "email": "a\x00@b.be"})
    assert odd.status_code == 200 and not Affiliate.objects.exists()


@pytest.fixture
def gita() -> Affiliate:
    """Gita, her address confirmed, logged in next."""
    world.cooperative()
    return cast.begin(cast.GITA, at=world.MONDAY)


@pytest.mark.parametrize(
    ("part", "typed", "sentences"),
    [
        (
            "identity",
            {"birth_date": "hier", "national_number": "123"},
            ["30/07/1985.", "onze chiffres au dos"],
        ),
        (
            "identity",
            PARTS["identity"] | {"birth_date": "1/1/1990"},
            ["ne vont pas ensemble"],
        ),
        (
            "identity",
            {"birth_date": "30/07/2010", "national_number": "10073000166"},
            ["Avant 18 ans"],
        ),
        (
            "home",
            PARTS["home"] | {"postcode": "75001", "phone": "abc"},
            ["quatre chiffres", "numéro de téléphone, par exemple"],
        ),
        (
            "household",
            PARTS["household"] | {"children": "deux", "higher_rate": "120"},
            ["Écrivez un nombre entier", "Écrivez 100 au plus."],
        ),
        (
            "household",
            PARTS["household"] | {"single_parent": "on"},
            ["élève seul·e au moins un enfant"],
        ),
        ("account", {"iban": "BE00"}, ["Relisez-le sur votre carte"]),
        ("account", {"iban": "BR1500000000000010932840814P2"}, ["zone SEPA"]),
    ],
)
def test_what_she_typed_next_is_kept_right_or_not(
    gita: Affiliate, part: str, typed: dict[str, str], sentences: list[str]
) -> None:
    browser = logged_in(gita.user)
    answer = browser.post(f"/me/application/{part}/", typed)
    assert answer.status_code == 422
    again = browser.get(f"/me/application/{part}/")
    for page in (answer, again):
        for sentence in sentences:
            assert sentence in text(page), sentence
        for value in typed.values():
            assert value in page.content.decode().replace(" ", "") or " " in value or value == "on"
    overview = text(browser.get("/me/application/"))
    assert "à revoir" in overview and "complet" not in overview.replace("complété", "")
    assert browser.post("/me/application/").status_code == 200  # not whole: nothing is sent


def test_a_number_that_somebody_has_is_told_when_it_is_sent(gita: Affiliate) -> None:
    world.ana()
    browser = logged_in(gita.user)
    known = {"birth_date": "14/03/1990", "national_number": cast.ANA.national_number}
    for part, typed in (PARTS | {"identity": known}).items():
        browser.post(f"/me/application/{part}/", typed)
    cast.give_papers(gita, cast.GITA, at=world.MONDAY)
    answer = browser.post("/me/application/")
    assert answer.status_code == 422 and "déjà inscrit chez nous" in text(answer)


def test_a_part_that_does_not_exist_is_nowhere(gita: Affiliate) -> None:
    assert logged_in(gita.user).get("/me/application/everything/").status_code == 404


def test_her_application_asks_the_database_a_fixed_number_of_times(
    gita: Affiliate, django_assert_max_num_queries: Any
) -> None:
    browser = logged_in(gita.user)
    with django_assert_max_num_queries(7):
        browser.get("/me/application/")


def test_joining_with_a_known_address_looks_the_same(client: Client) -> None:
    ana = world.ana()
    fresh = client.post("/join/", JOIN, follow=True)
    known = JOIN | {"email": ana.user.email}
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
    used, cut = client.get(path), client.get("/p/nonsense/")
    assert used.status_code == cut.status_code == 410
    assert "ne s’ouvre plus" in text(used) and "ne s’ouvre pas" in text(cut)
    assert "Demander un nouveau lien" in text(used)


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
