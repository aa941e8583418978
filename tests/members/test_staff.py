"""Who works at the desk: roles, mandates, passwords."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from members import mandates as who_signs
from members import queries, roles, visitors
from members.actions import mandates, users
from members.models import Mandate, Role, User
from office import links
from office.actors import SYSTEM, ActorKind
from office.models import Letter, Link
from tests import world

AT = world.MONDAY
ON = date(2026, 11, 23)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peopled")]


def test_roles_say_what_each_may_do() -> None:
    carla, denis, elise = world.staff()
    admin, ana = world.admin(), world.ana().user
    may = {
        (user.name, role): roles.may(user, role)
        for user in (carla, denis, elise, admin)
        for role in ("payroll", "finance", "advisor")
    }
    own = {carla.name: "payroll", denis.name: "finance", elise.name: "advisor"}
    for (name, role), allowed in may.items():
        assert allowed == (name == admin.name or own.get(name) == role)
    assert not roles.may(ana, "payroll") and not roles.may(AnonymousUser(), "payroll")
    assert carla.has_perm("members.view_affiliate") and carla.has_module_perms("members")
    assert not carla.has_perm("members.change_affiliate")
    assert not ana.has_perm("members.view_affiliate") and not ana.has_module_perms("members")


def test_a_button_that_needs_a_role_refuses_the_others() -> None:
    class Desk:
        @roles.needs("finance")
        def pay(self, request: object) -> str:
            return "paid"

    request = RequestFactory().get("/")
    request.user = world.denis()
    assert Desk().pay(request) == "paid"
    request.user = world.carla()
    with pytest.raises(PermissionDenied):
        Desk().pay(request)


def test_a_desk_offers_each_role_its_own_buttons() -> None:
    request = RequestFactory().get("/")
    desk = roles.ByRole()
    for user in (*world.staff(), world.admin()):
        request.user = user
        offered = {role for role in Role.values if getattr(desk, f"has_{role}_permission")(request)}
        everything = set(Role.values) if user == world.admin() else {user.role}
        assert offered == everything


def test_hiring_giving_another_role_and_closing_an_account() -> None:
    fred = users.hire(
        email="Fred@coop.example",
        name="Fred",
        role="advisor",
        password=None,
        by=SYSTEM,
        at=AT,
    )
    assert fred.email == "fred@coop.example" and not fred.has_usable_password()
    assert fred in User.objects.staff()
    assert users.give_role(fred.pk, role="finance", by=SYSTEM, at=AT).role == "finance"
    users.dismiss(fred.pk, by=SYSTEM, at=AT)
    fred.refresh_from_db()
    assert not fred.is_active and not roles.may(fred, "finance")
    assert fred not in User.objects.staff()
    users.ask_password("fred@coop.example", at=AT)
    assert not Letter.objects.filter(to=fred.email).exists()


def test_a_superuser_is_an_administrator_and_found_by_any_case() -> None:
    root = User.objects.create_superuser(
        "Root@coop.example", "a long pass phrase", name="Root", joined_at=AT
    )
    assert root.role == "administrator" and roles.may(root)
    assert User.objects.get_by_natural_key(" ROOT@coop.example") == root
    assert root.as_actor().kind is ActorKind.STAFF


def test_the_database_ties_role_and_desk() -> None:
    ana = world.ana().user
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=ana.pk).update(role="finance")


def test_who_signs_for_the_cooperative_and_until_when() -> None:
    denis, carla, entity = world.denis(), world.carla(), world.cooperative()
    mandate = who_signs.signatory(entity, denis, ON)
    assert mandate and who_signs.signatory(entity.pk, denis, ON) == mandate
    assert str(mandate).startswith(denis.name)
    assert who_signs.signatory(entity, carla, ON) is None
    assert who_signs.signatory(entity, denis, date(2020, 1, 1)) is None
    with pytest.raises(mandates.EndsBeforeStart):
        mandates.end(mandate.pk, on=date(2020, 1, 1), by=SYSTEM, at=AT)
    mandates.end(mandate.pk, on=date(2026, 12, 31), by=SYSTEM, at=AT)
    assert who_signs.signatory(entity, denis, date(2026, 12, 31))
    assert who_signs.signatory(entity, denis, date(2027, 1, 1)) is None
    with pytest.raises(mandates.EndsBeforeStart):
        mandates.give(
            user_id=carla.pk,
            entity_id=entity.pk,
            title="Directrice",
            starts_on=ON,
            ends_on=date(2026, 1, 1),
            by=SYSTEM,
            at=AT,
        )
    users.dismiss(denis.pk, by=SYSTEM, at=AT)
    denis.refresh_from_db()
    assert who_signs.signatory(entity, denis, ON) is None
    assert Mandate.objects.count() == 1


def test_a_link_for_a_new_password_leaves_once_in_a_moment_and_closes_the_older() -> None:
    ana = world.ana().user
    users.ask_password("nobody@exemple.example", at=AT)
    assert not Letter.objects.filter(kind="members/password").exists()
    users.ask_password(ana.email.upper(), at=AT)
    users.ask_password(ana.email, at=AT + timedelta(minutes=1))
    assert Letter.objects.filter(kind="members/password").count() == 1
    first = links.newest(ana, "password")
    assert first
    users.ask_password(ana.email, at=AT + timedelta(minutes=5))
    first.refresh_from_db()
    assert first.revoked_at
    users.set_password(ana.pk, password="quatre mots sans rapport", by=ana.as_actor(), at=AT)
    ana.refresh_from_db()
    assert ana.check_password("quatre mots sans rapport")
    last = links.newest(ana, "password")
    assert last and last.revoked_at


def test_visitors_are_named_with_their_address_and_browser() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_USER_AGENT="x" * 400)
    request.user = world.ana().user
    actor = visitors.actor(request)
    assert (actor.kind, actor.address, len(actor.agent)) == ("affiliate", "192.0.2.1", 300)
    assert (
        visitors.client(request, "Marc Dumont", Link(address="m@d.example")).kind
        is ActorKind.CLIENT
    )
    assert visitors.guest(request, "Gita").kind is ActorKind.AFFILIATE
    assert visitors.affiliate_of(request) == world.ana()
    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        visitors.actor(request)


def test_an_affiliate_without_activity_has_none() -> None:
    assert queries.activity_of(world.newcomer().pk, world.MONDAY.date()) is None
