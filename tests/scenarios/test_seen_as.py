"""A colleague sees what Ana sees: read only, half an hour, with a reason the journal keeps."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import acting
from members.models import Role
from office import clock
from office.models import Event
from smart.desk_session import SECRET
from tests import world
from tests.scenarios.test_desk import desk_of
from tests.scenarios.test_strangers import PORTAL
from tests.scenarios.town import Town

pytestmark = pytest.mark.usefixtures("each_test_alone")

WHY = {"reason": "Elle ne trouve plus sa fiche de paie"}
READ = sorted(
    name for name, row in PORTAL.items()
    if row.method == "get" and row.ana == 200 and row.nobody == "login" and name not in SECRET
)  # fmt: skip


def looking(town: Town, user: Any = None) -> Client:
    browser = desk_of(user or world.elise())
    answer = browser.post(f"/admin/members/affiliate/{town.ana.pk}/see_as/", WHY)
    assert answer.headers["Location"] == "/"
    return browser


def test_elise_sees_anas_home_with_a_banner_and_goes_back(town: Town) -> None:
    browser = looking(town)
    page = browser.get("/").content.decode()
    assert town.ana.name in page and "en lecture seule" in page and "Revenir au bureau" in page
    begun = Event.objects.get(kind="affiliate.seen_as")
    assert (begun.data, begun.by_user_id) == (WHY, world.elise().pk)
    assert begun.subjects == [f"affiliate:{town.ana.pk}"]
    desk = browser.get("/admin/")  # the desk stays hers
    assert desk.status_code == 200 and desk.wsgi_request.user == world.elise()
    back = browser.post("/acting/end/")
    assert back.headers["Location"] == f"/admin/members/affiliate/{town.ana.pk}/change/"
    assert Event.objects.filter(kind="affiliate.seen_as_ended").count() == 1
    assert browser.get("/").headers["Location"] == "/admin/"
    assert browser.post("/acting/end/").headers["Location"] == "/admin/"


@pytest.mark.uncounted
@pytest.mark.parametrize("name", READ)
def test_every_page_of_hers_opens_and_writes_nothing(town: Town, name: str) -> None:
    browser = looking(town)
    address = reverse(name, args=town.parts(PORTAL[name].about))
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address)
    assert answer.status_code == 200
    written = [
        query["sql"] for query in asked
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) and "session" not in query["sql"]
    ]  # fmt: skip
    assert not written


@pytest.mark.uncounted
@pytest.mark.parametrize("name", sorted(PORTAL))
def test_nothing_she_sends_is_done(town: Town, name: str) -> None:
    if name in {"logout", "acting-end"}:
        return
    browser = looking(town)
    address = reverse(name, args=town.parts(PORTAL[name].about))
    events = Event.objects.count()
    answer = browser.post(address, {"x": "y"})
    assert (
        answer.status_code in (302, 403)
        if name == "second-factor-enter"
        else (answer.status_code == 403 and "Vous regardez seulement" in answer.content.decode())
    )
    assert Event.objects.count() == events


def test_the_desk_does_nothing_either_meanwhile(town: Town) -> None:
    browser = looking(town)
    page = f"/admin/members/affiliate/{town.ana.pk}/hand_over/"
    assert browser.get(page).status_code == 200
    form = {"advisor": world.elise().pk, "reason": "x"}
    assert browser.post(page, form).status_code == 403


@pytest.mark.uncounted
@pytest.mark.parametrize("name", sorted(SECRET))
def test_her_secrets_stay_hers(town: Town, name: str) -> None:
    row = PORTAL[name]
    answer = looking(town).get(reverse(name, args=town.parts(row.about)))
    assert answer.status_code == 403 and town.webhook.url not in answer.content.decode()


def test_it_ends_after_half_an_hour_with_the_session_or_the_role(town: Town) -> None:
    browser = looking(town)
    clock.move_to(clock.now() + acting.LASTS + timedelta(seconds=1))
    answer = browser.get("/")
    assert answer.headers["Location"] == f"/admin/members/affiliate/{town.ana.pk}/change/"
    assert browser.get("/").headers["Location"] == "/admin/"
    browser, elise = looking(town), world.elise()
    elise.role = Role.PAYROLL
    elise.save(update_fields=["role"])
    assert browser.get("/").headers["Location"].startswith("/admin/members/affiliate/")
    browser = looking(town, world.admin())
    browser.post("/logout/")
    assert browser.get("/").headers["Location"].startswith("/login/")


def test_who_may_look(town: Town) -> None:
    address = f"/admin/members/affiliate/{town.ana.pk}/see_as/"
    assert desk_of(world.carla()).post(address, WHY).status_code == 403
    assert desk_of(world.denis()).post(address, WHY).status_code == 403
    assert desk_of(world.elise()).post(address, {"reason": ""}).status_code == 422
    assert desk_of(world.admin()).post(address, WHY).status_code == 302
    assert not Event.objects.filter(kind="affiliate.seen_as", by_user_id=world.carla().pk)
    assert desk_of(world.bruno().user).post(address, WHY).status_code in (302, 403)


def test_nobody_else_has_a_place_to_leave(town: Town) -> None:
    assert desk_of(town.ana.user).post("/acting/end/").status_code == 404
    assert desk_of(world.elise()).get("/nothing/here/").status_code == 404
