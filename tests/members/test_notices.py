"""Her notices and her choices on the page, the bell, and the link at the foot of a letter."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from members.models import User
from office import clock, links, notices
from office.models import Event, Notice, NoticeChoice
from office.notices import How
from tests import world
from tests.scenarios.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peopled")]


@pytest.fixture
def ana() -> Visitor:
    """Ana, whose client has signed, with nothing else to read."""
    clock.move_to(world.MONDAY)
    world.ana()
    order = world.sent_job()
    Notice.objects.all().delete()
    world.acts.sign_order(order, role="Gérante", at=world.MONDAY)
    return Visitor(world.ana().user)


def link_of(user: User, kind: str) -> str:
    way_out = notices.way_out(user.as_reader(), at=world.MONDAY)
    return f"/u/{links.token(way_out)}/?kind={kind}"


def chosen(user: User, kind: str) -> str:
    return NoticeChoice.objects.get(user_id=user.pk, kind=kind).how


def test_the_bell_rings_until_it_is_read(ana: Visitor) -> None:
    home = ana.see("/")
    assert "Avis 1 non lus" in home.text
    page = ana.click(home, "Avis")
    assert "Non lu : Dumont Éditions" in page.text
    job = ana.click(page, "a signé")
    assert "/jobs/" in job.url
    assert "non lus" not in ana.see("/me/notices/").text


def test_all_she_saw_is_read_at_once(ana: Visitor) -> None:
    page = ana.see("/me/notices/")
    world.signed_job()
    after = ana.press(page, "Tout marquer comme lu")
    assert after.text.count("Non lu :") == 1
    assert "Non lu :" not in ana.press(after, "Tout marquer comme lu").text


def test_she_chooses_and_it_is_written_down(ana: Visitor) -> None:
    page = ana.see("/me/notices/preferences/")
    assert "Une fiche de paie est prête" in page.text
    ana.press(page, "Garder ces choix", **{"orders-declined": "digest", "orders-lapsed": "portal"})
    user = world.ana().user
    assert chosen(user, "orders/declined") == "digest"
    again = ana.see("/me/notices/preferences/")
    assert again.form("Garder ces choix")[0].fields["orders-lapsed"] == "portal"
    event = Event.objects.get(kind="notices.chosen")
    assert event.data["wanted"]["orders/declined"] == "digest"


def test_staff_choose_what_concerns_their_role() -> None:
    elise, denis = Visitor(world.elise()), Visitor(world.denis())
    assert "Un travail est à décider" in elise.see("/me/notices/preferences/").text
    page = denis.see("/me/notices/preferences/")
    assert "Un compte bancaire est à approuver" in page.text
    assert "Un travail est à décider" not in page.text
    everything = Visitor(world.admin()).see("/me/notices/preferences/").text
    assert "Un travail est à décider" in everything and "Un compte bancaire" in everything


def test_the_desk_shows_how_many_wait(ana: Visitor) -> None:
    order = world.contracted_job()
    world.acts.confirm_work(order, at=world.last_evening(order))
    elise = world.elise()
    notices.tell(
        "orders/held",
        reader=elise.as_reader(),
        about="workreport:1",
        once="held",
        at=world.MONDAY,
        values={"who": "Ana", "what": "Rives", "client": "Dumont", "key": 1},
    )
    desk = Visitor(elise).see("/admin/")
    assert desk.root is not None
    [link] = desk.root.xpath("//a[contains(@href, '/me/notices/')]")
    assert (
        "Vos avis" in link.text_content() and str(notices.unread(elise.pk)) in link.text_content()
    )


def test_the_page_makes_a_fixed_number_of_queries(
    ana: Visitor, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        notices.tell(
            "orders/opened",
            reader=world.ana().user.as_reader(),
            about="order:1",
            once=f"{number}",
            at=world.MONDAY,
            values={"job": "X", "what": "Rives", "client": "Dumont"},
        )
    with django_assert_max_num_queries(6):
        ana.see("/me/notices/")


# --- The link at the foot of a letter ------------------------------------------------------------


def test_the_link_shows_first_and_acts_on_the_button() -> None:
    user, nobody = world.ana().user, Visitor()
    address = link_of(user, "orders/declined")
    page = nobody.see(address)
    assert "Le client décline" in page.text and not NoticeChoice.objects.exists()
    done = nobody.press(page, "Ne plus recevoir cet e-mail")
    assert "C’est fait" in done.text and chosen(user, "orders/declined") == "portal"
    nobody.press(page, "Le lire dans le résumé du jour")
    assert chosen(user, "orders/declined") == "digest"


def test_a_mail_program_does_it_in_one_click() -> None:
    user = world.ana().user
    program = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    answer = program.post(
        link_of(user, "orders/declined"), {"List-Unsubscribe": "One-Click"}, follow=False
    )
    assert answer.status_code == 200
    assert chosen(user, "orders/declined") == "portal"


def test_the_digest_stops_as_a_whole() -> None:
    elise = world.elise()
    page = Visitor().see(link_of(elise, "office/digest"))
    assert "Le résumé du jour" in page.text
    Visitor().press(page, "Ne plus recevoir cet e-mail")
    assert How.DIGEST not in notices.choices_of(elise.pk, elise.roles).values()
    again = Visitor().see(link_of(elise, "office/digest"))  # nothing left to stop: said calmly
    Visitor().press(again, "Ne plus recevoir cet e-mail")


@pytest.mark.parametrize("kind", ["", "orders/signed", "orders/held", "x" * 300, "orders/nothing"])
def test_a_kind_that_is_not_hers_to_stop_leads_to_her_choices(kind: str) -> None:
    user = world.ana().user
    assert Visitor().see(link_of(user, kind)).url.startswith("/login/")
    answer = Client(SERVER_NAME="127.0.0.1").post(link_of(user, kind))
    assert answer.status_code == 302 and not NoticeChoice.objects.exists()


@pytest.mark.parametrize("typed", ["", "nowhere", "mail\x00"])
def test_a_choice_that_is_none_is_asked_again(ana: Visitor, typed: str) -> None:
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(world.ana().user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    answer = browser.post("/me/notices/preferences/", {"orders-declined": typed})
    assert answer.status_code == 200 and "À revoir" in answer.content.decode()
    assert not NoticeChoice.objects.exists()
