"""The staff's window on people: queues, buttons by role, exact search of a national number."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from members.actions import bank_accounts
from members.models import Affiliate, BankAccount, Mandate, User
from office import journal
from office.models import Letter
from office.typography import french
from smart.demo import cast
from tests import world
from tests.members.test_pages import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peopled")]


@pytest.fixture(autouse=True)
def nine_o_clock(clock: Any) -> None:
    clock.move_to(world.MONDAY + timedelta(hours=1))


def page(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"admin:members_{name}", args=args), query)
    assert response.status_code == 200, response
    return response.content.decode()


def press(client: Client, model: str, action: str, *args: object, **typed: object) -> Any:
    url = reverse(f"admin:members_{model}_{action}", args=args)
    letters = Letter.objects.count()
    assert client.get(url).status_code == 200
    assert Letter.objects.count() == letters  # a link only shows
    return client.post(url, {"typed": "1", **typed})


def test_elise_accepts_gita() -> None:
    gita, elise, entity = world.newcomer(), world.elise(), world.cooperative()
    desk = logged_in(elise)
    queue = page(desk, "affiliate_changelist")
    assert gita.name in queue and world.ana().name not in queue
    assert gita.name in page(desk, "affiliate_change", gita.pk)
    early = press(desk, "affiliate", "accept", gita.pk, entity=entity.pk)
    assert "Vérifiez d’abord ses pièces" in early.content.decode()
    cast.check_papers(gita, advisor=elise, at=world.MONDAY)
    done = press(desk, "affiliate", "accept", gita.pk, entity=entity.pk, advisor=elise.pk)
    assert done.status_code == 302
    gita.refresh_from_db()
    assert gita.status == "accepted" and gita.advisor == elise
    assert gita.name not in page(desk, "affiliate_changelist")
    assert gita.name in page(desk, "affiliate_changelist", queue="accepted")


def test_elise_refuses_gita_with_a_reason_and_looks_again() -> None:
    gita, elise = world.newcomer(), world.elise()
    desk = logged_in(elise)
    assert (
        "Écrivez la raison"
        in press(desk, "affiliate", "refuse", gita.pk, reason=" ").content.decode()
    )
    press(desk, "affiliate", "refuse", gita.pk, reason="Métier réglementé.")
    gita.refresh_from_db()
    assert gita.refusal_reason == "Métier réglementé."
    press(desk, "affiliate", "reopen", gita.pk)
    gita.refresh_from_db()
    assert gita.status == "registered"
    twice = press(desk, "affiliate", "reopen", gita.pk)
    assert "Ce n’est plus possible" in twice.content.decode()


def test_the_link_once_more_from_the_desk() -> None:
    world.cooperative()
    gita = cast.begin(cast.GITA, at=world.MONDAY)
    desk = logged_in(world.elise())
    assert gita.name in page(desk, "affiliate_changelist", queue="draft")
    assert press(desk, "affiliate", "send_link", gita.pk).status_code == 302
    before = Letter.objects.count()
    User.objects.filter(pk=gita.user_id).update(email_confirmed_at=None)
    press(desk, "affiliate", "send_link", gita.pk)
    assert Letter.objects.count() == before + 1


# --- Papers side by side -------------------------------------------------------------------------


def answers(gita: Affiliate, **said: str) -> dict[str, str]:
    """What Elise ticks and types, by kind of paper: ``id_front="yes"``, ``id_back__words="…"``."""
    refs = {paper.kind: paper.ref for paper in gita.papers.filter(status="given")}
    typed = {}
    for name, value in said.items():
        kind, _, field = name.partition("__")
        typed[f"{refs[kind]}-{field or 'answer'}"] = value
    return typed


def test_each_picture_stands_beside_what_was_typed() -> None:
    gita, desk = world.newcomer(), logged_in(world.elise())
    assert gita.name in page(desk, "affiliate_changelist", queue="papers")
    shown = page(desk, "affiliate_review", gita.pk).replace("\u00a0", " ")
    assert shown.count('<img src="/me/papers/file/') == 3
    for words in ("Gita Singh", "11 février 1998", "98.02.11-342.42", "BE61 7349 9911 0517"):
        assert words in shown, words
    seen = [event.kind for event in journal.timeline(gita)]
    assert seen.count("affiliate.national_number_shown") == 1
    assert (
        Client().get(reverse("admin:members_affiliate_review", args=[gita.pk])).status_code == 302
    )


def test_elise_asks_for_a_better_picture_and_only_that_one_is_given_again() -> None:
    gita, elise = world.newcomer(), world.elise()
    desk, hers = logged_in(elise), logged_in(gita.user)
    typed = answers(
        gita,
        id_front="yes",
        id_front__valid_until="2030-06-30",
        id_back="yes",
        bank_card="again",
        bank_card__reason="blurred",
    )
    done = press(desk, "affiliate", "review", gita.pk, **typed)
    assert done.status_code == 302
    letter = Letter.objects.get(kind="members/papers_to_redo")
    assert (
        french("carte bancaire : L’image est floue") in letter.body
        and "identité" not in letter.body
    )
    assert gita.name in page(desk, "affiliate_changelist", queue="waiting")
    assert gita.name not in page(desk, "affiliate_changelist", queue="registered")
    shown = hers.get("/me/papers/").content.decode()
    assert "L’image est floue" in shown and "30 juin 2030" in shown
    cast.give_papers_of(gita, cast.GITA, kinds=["bank_card"], at=world.MONDAY)
    assert gita.name in page(desk, "affiliate_changelist", queue="registered")
    done = press(desk, "affiliate", "review", gita.pk, **answers(gita, bank_card="yes"))
    assert done["Location"].endswith(f"/affiliate/{gita.pk}/accept/")  # all is right: accept her
    assert "Aucune pièce" in page(desk, "affiliate_review", gita.pk)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"id_front": "yes"}, "jusqu’à quand la carte"),
        ({"id_front": "yes", "id_front__valid_until": "2020-01-01"}, "Cette date est passée"),
        ({"bank_card": "again"}, "Écrivez la raison"),
    ],
)
def test_an_answer_that_lacks_something_says_so(said: dict[str, str], sentence: str) -> None:
    gita, desk = world.newcomer(), logged_in(world.elise())
    answer = press(desk, "affiliate", "review", gita.pk, **answers(gita, **said))
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert gita.papers.filter(status="given").count() == 3


def test_one_paper_may_be_answered_on_and_the_others_wait() -> None:
    gita, desk = world.newcomer(), logged_in(world.elise())
    words = {"bank_card": "again", "bank_card__words": "Ce n’est pas votre nom."}
    done = press(desk, "affiliate", "review", gita.pk, **answers(gita, **words))
    assert done["Location"].endswith(f"/affiliate/{gita.pk}/change/")
    assert gita.papers.get(kind="bank_card").reason == "Ce n’est pas votre nom."
    assert gita.papers.filter(status="given").count() == 2
    early = {"id_back": "yes", "id_front": "yes", "id_front__valid_until": "2031-01-01"}
    done = press(desk, "affiliate", "review", gita.pk, **answers(gita, **early))
    assert done["Location"].endswith("/change/")  # the bank card is still to come
    until = set(gita.papers.filter(status="accepted").values_list("valid_until", flat=True))
    assert {str(day) for day in until} == {"2031-01-01"}


def test_the_national_number_is_searched_whole() -> None:
    ana = world.ana()
    desk = logged_in(world.carla())
    from members import queries

    number = queries.national_number(ana)
    found = page(desk, "affiliate_changelist", q=number)
    assert ana.name in found and ana.national_number_masked not in number
    assert ana.name not in page(desk, "affiliate_changelist", q=number[:6])
    assert ana.name in page(desk, "affiliate_changelist", q="Lopes")
    assert number not in page(desk, "affiliate_change", ana.pk)


def test_denis_approves_and_refuses_accounts() -> None:
    ana, bruno, denis = world.ana(), world.bruno(), world.denis()
    at = world.MONDAY + timedelta(minutes=30)
    asked = [
        bank_accounts.ask(person.pk, iban="NL91ABNA0417164300", by=world.by(person), at=at)
        for person in (ana, bruno)
    ]
    desk = logged_in(denis)
    assert ana.name in page(desk, "bankaccount_changelist", queue="to_confirm")
    early = press(desk, "bankaccount", "approve", asked[0].pk)
    assert "pas encore confirmé" in early.content.decode()
    for account in asked:
        bank_accounts.confirm(account.pk, by=denis.as_actor(), at=at)
    assert ana.name in page(desk, "bankaccount_changelist")
    press(desk, "bankaccount", "approve", asked[0].pk)
    press(desk, "bankaccount", "refuse", asked[1].pk, reason="Autre nom.")
    assert BankAccount.objects.get(pk=asked[0].pk).approved_by == denis
    assert BankAccount.objects.get(pk=asked[1].pk).refusal_reason == "Autre nom."
    for queue in ("approved", "refused", "all"):
        page(desk, "bankaccount_changelist", queue=queue)


def test_the_administrator_hires_gives_roles_and_mandates() -> None:
    desk, entity = logged_in(world.admin()), world.cooperative()
    hired = {"name": "Fred", "email": "fred@coop.example", "role": "advisor"}
    assert press(desk, "user", "hire", **hired).status_code == 302
    fred = User.objects.get(email="fred@coop.example")
    assert Letter.objects.filter(to=fred.email, kind="members/password").exists()
    again = press(desk, "user", "hire", **hired)
    assert "a déjà un compte" in again.content.decode()
    press(desk, "user", "give_role", fred.pk, role="payroll")
    mandate = {
        "user": fred.pk,
        "entity": entity.pk,
        "title": "Directeur",
        "starts_on": "2026-12-01",
    }
    wrong = press(desk, "mandate", "give", **mandate, ends_on="2026-01-01")
    assert "plus tardive" in wrong.content.decode()
    press(desk, "mandate", "give", **mandate)
    given = Mandate.objects.get(user=fred)
    press(desk, "mandate", "end", given.pk, on="2026-12-31")
    given.refresh_from_db()
    assert str(given.ends_on) == "2026-12-31"
    press(desk, "user", "dismiss", fred.pk)
    fred.refresh_from_db()
    assert fred.role == "payroll" and not fred.is_active


BUTTONS = {
    ("affiliate", "accept"): {"advisor"},
    ("affiliate", "review"): {"advisor"},
    ("affiliate", "refuse"): {"advisor"},
    ("affiliate", "reopen"): {"advisor"},
    ("affiliate", "send_link"): {"advisor"},
    ("bankaccount", "approve"): {"finance"},
    ("bankaccount", "refuse"): {"finance"},
    ("user", "give_role"): set(),
    ("user", "dismiss"): set(),
    ("mandate", "end"): set(),
}


@pytest.mark.parametrize(("model", "action"), BUTTONS)
def test_each_button_asks_for_its_role(model: str, action: str) -> None:
    ana, admin = world.ana(), world.admin()
    rows: dict[str, Any] = {
        "affiliate": ana,
        "bankaccount": ana.bank_accounts.first(),
        "user": ana.user,
        "mandate": Mandate.objects.first(),
    }
    url = reverse(f"admin:members_{model}_{action}", args=[rows[model].pk])
    for user in (*world.staff(), admin):
        allowed = user == admin or user.role in BUTTONS[model, action]
        assert logged_in(user).get(url).status_code == (200 if allowed else 403), user.role
    assert logged_in(ana.user).get(url).status_code == 302


@pytest.mark.parametrize(
    "name", ["affiliate", "bankaccount", "user", "mandate", "trade", "activity"]
)
def test_every_list_is_read_by_every_role_and_written_by_hand_by_none(name: str) -> None:
    ana = world.ana()
    for user in world.staff():
        desk = logged_in(user)
        page(desk, f"{name}_changelist")
        assert desk.get(reverse(f"admin:members_{name}_add")).status_code == 403
    row: Any = {"activity": ana.activities.first(), "affiliate": ana}.get(name)
    if row:
        page(logged_in(world.carla()), f"{name}_change", row.pk)
    assert Affiliate.objects.filter(pk=ana.pk).exists()


@pytest.mark.parametrize("name", ["affiliate", "bankaccount", "user"])
def test_a_list_makes_a_fixed_number_of_queries(
    name: str, django_assert_max_num_queries: Any
) -> None:
    assert world.ana() and world.bruno() and world.newcomer()
    desk = logged_in(world.admin())
    with django_assert_max_num_queries(15):
        page(desk, f"{name}_changelist", **({} if name == "user" else {"queue": "all"}))
