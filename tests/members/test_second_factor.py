"""The staff's second step: linked once, asked at each login, each code taken once, lost with care.

Codes are counted by the real clock, everything else by the house's; here both are told.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from members import second_factor
from members.actions import second_factors, tokens
from members.models import RecoveryCode, SecondFactor, User
from members.second_factor import STEP_SECONDS, step_of
from office import clock, crypto
from office.models import Event, Letter
from office.typography import french
from tests import world
from tests.members.test_pages import logged_in, text

AT = world.MONDAY
STEP = 60_000_000

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peopled")]


def linked(user: User, *, step: int = STEP) -> tuple[SecondFactor, tuple[str, ...]]:
    """An app is linked by its code of the half minute before ``step``."""
    by = user.as_actor()
    pending = second_factors.begin(user.pk, by=by, at=AT).pending
    assert pending is not None
    code = second_factor.code(crypto.unseal(pending), step - 1)
    codes = second_factors.confirm(user.pk, code=code, step=step - 1, by=by, at=AT)
    return SecondFactor.objects.get(user=user), codes


def shown(user: User, step: int) -> str:
    """What her app shows in a half minute."""
    factor = SecondFactor.objects.get(user=user)
    assert factor.secret is not None
    return second_factor.code(crypto.unseal(factor.secret), step)


def enter(user: User, code: str, *, step: int = STEP, at: Any = AT) -> SecondFactor:
    return second_factors.enter(user.pk, code=code, step=step, by=user.as_actor(), at=at)


def test_a_code_opens_once_and_within_half_a_minute_of_the_clock() -> None:
    carla = world.carla()
    linked(carla)
    for far in (STEP - 2, STEP + 2):
        with pytest.raises(second_factors.CodeWrong):
            enter(carla, shown(carla, far))
    code = shown(carla, STEP)
    assert enter(carla, f" {code[:3]} {code[3:]} ").last_step == STEP
    for again in (code, shown(carla, STEP - 1)):
        with pytest.raises(second_factors.CodeWrong):
            enter(carla, again)
    assert enter(carla, shown(carla, STEP + 1)).last_step == STEP + 1


def test_nothing_that_opens_can_be_read_in_the_database() -> None:
    carla = world.carla()
    factor, codes = linked(carla)
    assert factor.secret is not None
    secret = crypto.unseal(factor.secret)
    assert len(codes) == 10 == len(set(codes))
    kept = bytes(factor.secret) + b"".join(
        digest.encode() for digest in RecoveryCode.objects.values_list("digest", flat=True)
    )
    kept += repr(list(Event.objects.values_list("data", flat=True))).encode()
    for private in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert private.encode() not in kept
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondFactor.objects.filter(pk=factor.pk).update(secret=None)


def test_a_recovery_code_works_once_and_new_ones_replace_the_old() -> None:
    carla, denis = world.carla(), world.denis()
    _factor, codes = linked(carla)
    linked(denis)
    enter(carla, codes[0].lower().replace("-", " "))
    with pytest.raises(second_factors.CodeWrong):
        enter(carla, codes[0])
    with pytest.raises(second_factors.CodeWrong):  # hers, not his
        enter(denis, codes[1])
    by = carla.as_actor()
    with pytest.raises(second_factors.CodeWrong):
        second_factors.renew_codes(carla.pk, code="000000", step=STEP, by=by, at=AT)
    code = shown(carla, STEP)
    fresh = second_factors.renew_codes(carla.pk, code=code, step=STEP, by=by, at=AT)
    assert len(fresh) == 10
    with pytest.raises(second_factors.CodeWrong):
        enter(carla, codes[2])
    enter(carla, fresh[2])
    used = Event.objects.filter(kind="second_factor.recovery_code_used", by_user_id=carla.pk)
    assert used.count() == 2


def test_guessing_is_stopped_longer_each_time() -> None:
    carla = world.carla()
    linked(carla)
    at = AT
    for minutes in (15, 30):
        for _guess in range(second_factors.ATTEMPTS):
            with pytest.raises(second_factors.CodeWrong):
                enter(carla, "123456", at=at)
        with pytest.raises(second_factors.TooManyCodes) as refused:
            enter(carla, shown(carla, STEP), at=at + timedelta(minutes=minutes, seconds=-1))
        assert "Essayez à nouveau après" in str(refused.value)
        at += timedelta(minutes=minutes)
    assert enter(carla, shown(carla, STEP), at=at).failures == 0
    assert Event.objects.filter(kind="second_factor.locked").count() == 2


def test_another_app_counts_once_it_has_shown_a_code() -> None:
    carla = world.carla()
    before, codes = linked(carla)
    by = carla.as_actor()
    second_factors.begin(carla.pk, by=by, at=AT)
    enter(carla, shown(carla, STEP))
    pending = SecondFactor.objects.get(user=carla).pending
    assert pending is not None
    with pytest.raises(second_factors.CodeWrong):
        second_factors.confirm(carla.pk, code="000000", step=STEP, by=by, at=AT)
    code = second_factor.code(crypto.unseal(pending), STEP)
    later = AT + timedelta(minutes=1)
    second_factors.confirm(carla.pk, code=code, step=STEP, by=by, at=later)
    after = SecondFactor.objects.get(user=carla)
    assert second_factor.mark(after) != second_factor.mark(before)  # other sessions end
    with pytest.raises(second_factors.CodeWrong):
        enter(carla, codes[0])
    with pytest.raises(second_factors.NothingPending):
        second_factors.confirm(carla.pk, code=code, step=STEP, by=by, at=later)


def test_without_an_app_there_is_nothing_to_enter() -> None:
    carla = world.carla()
    with pytest.raises(second_factors.NothingPending):
        enter(carla, "123456")
    second_factors.begin(carla.pk, by=carla.as_actor(), at=AT)
    with pytest.raises(second_factors.NothingPending):
        enter(carla, "123456")


def test_only_a_colleague_resets_and_the_journal_knows_why() -> None:
    carla, admin = world.carla(), world.admin()
    linked(carla)
    linked(admin)
    address = f"/admin/members/user/{carla.pk}/reset_second_factor/"
    desk = logged_in(admin)
    passed(desk, admin)
    page = desk.get(f"/admin/members/user/{carla.pk}/change/")
    assert "Réinitialiser les deux étapes" in page.content.decode()
    assert desk.post(address, {"reason": ""}).status_code == 422
    answer = desk.post(address, {"reason": "Téléphone volé, vue au bureau"}, follow=True)
    assert french("Réinitialisée : la personne est prévenue.") in answer.content.decode()
    assert second_factor.of(carla) is None and not RecoveryCode.objects.filter(factor__user=carla)
    told = Event.objects.get(kind="second_factor.reset")
    assert told.data == {"reason": "Téléphone volé, vue au bureau"}
    assert (told.by_user_id, told.subjects) == (admin.pk, [f"user:{carla.pk}"])
    letter = Letter.objects.get(kind="members/second_factor_reset")
    assert letter.to == carla.email and admin.name in letter.body
    own = desk.post(f"/admin/members/user/{admin.pk}/reset_second_factor/", {"reason": "Moi"})
    assert own.status_code == 422 and "personne ne le fait pour soi" in own.content.decode()
    assert "Réinitialiser les deux étapes" not in desk.get("/admin/members/user/").content.decode()


def passed(browser: Client, user: User) -> None:
    """This session has shown a code."""
    factor = second_factor.of(user)
    assert factor is not None
    session = browser.session
    session[second_factor.SESSION] = second_factor.mark(factor)
    session.save()


def test_the_last_administrator_is_helped_from_the_server(capsys: Any) -> None:
    admin = world.admin()
    linked(admin)
    call_command("reset_second_factor", admin.email, reason="Téléphone perdu en vacances")
    assert second_factor.of(admin) is None and admin.email in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("reset_second_factor", world.ana().user.email, reason="x")


def test_outside_the_demo_the_desk_waits_for_an_app(settings: Any) -> None:
    carla, ana = world.carla(), world.ana()
    settings.COOP_DEMO, settings.SECURE_SSL_REDIRECT = False, False
    desk = logged_in(carla)
    for closed in ("/admin/", "/", "/me/password/", "/jobs/", "/admin/members/affiliate/"):
        assert desk.get(closed).headers["Location"] == "/me/second-factor/"
        assert desk.post(closed, {}).headers["Location"] == "/me/second-factor/"
    page = text(desk.get("/me/second-factor/"))
    assert "Le bureau s’ouvre dès que votre application est reliée" in page
    assert desk.post("/logout/").headers["Location"] == "/login/"
    assert logged_in(ana.user).get("/").status_code == 200  # the second step is the staff's
    assert logged_in(ana.user).get("/me/second-factor/").status_code == 404


def test_from_the_first_code_to_the_next_login(settings: Any) -> None:
    carla = world.carla()
    settings.COOP_DEMO, settings.SECURE_SSL_REDIRECT = False, False
    desk = logged_in(carla)
    desk.post("/me/second-factor/begin/")
    page = desk.get("/me/second-factor/")
    secret = re.search(r'<p class="mono">([A-Z2-7 ]+)</p>', page.content.decode())
    assert secret and "<svg" in page.content.decode() and "style=" not in page.content.decode()
    key = secret[1].replace(" ", "")
    assert "ne correspond pas" in text(desk.post("/me/second-factor/", {"code": "000000"}))
    answer = desk.post("/me/second-factor/", {"code": second_factor.code(key, now_step())})
    codes = re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", answer.content.decode())
    assert len(codes) == 10
    assert "Il reste 10 codes de secours" in text(desk.get("/me/second-factor/"))
    assert desk.get("/admin/").status_code == 200

    other = logged_in(carla)  # the next login, with the password alone
    asked = other.get("/admin/members/affiliate/?queue=all")
    goal = "/login/code/?next=/admin/members/affiliate/%3Fqueue%3Dall"
    assert asked.headers["Location"] == goal
    assert other.get("/me/second-factor/").headers["Location"].startswith("/login/code/")
    assert other.post("/me/second-factor/begin/").headers["Location"].startswith("/login/code/")
    assert "deuxième étape" in text(other.get(goal))
    form = {"code": codes[0], "next": "/admin/members/affiliate/?queue=all"}
    assert other.post("/login/code/", form).headers["Location"] == form["next"]
    assert other.get("/admin/").status_code == 200
    assert other.get("/login/code/").headers["Location"] == "/admin/"
    assert "Il reste 9 codes de secours" in text(other.get("/me/second-factor/"))


def test_a_goal_elsewhere_is_not_followed() -> None:
    carla = world.carla()
    _factor, codes = linked(carla)
    desk = logged_in(carla)
    for number, goal in enumerate(("https://evil.example/", "//evil.example", "javascript:x")):
        desk.session.flush()
        desk = logged_in(carla)
        answer = desk.post("/login/code/", {"code": codes[number], "next": goal})
        assert answer.headers["Location"] == "/admin/"


def test_new_recovery_codes_from_her_page_and_a_word_when_few_are_left() -> None:
    carla = world.carla()
    factor, codes = linked(carla, step=now_step() - 5)
    desk = logged_in(carla)
    passed(desk, carla)
    assert "ne correspond pas" in text(desk.post("/me/second-factor/codes/", {"code": "12"}))
    assert desk.get("/me/second-factor/codes/").status_code == 200
    RecoveryCode.objects.filter(factor=factor).exclude(
        digest=second_factors._digest(factor, second_factor.plain(codes[0]))
    ).update(used_at=AT)
    other = logged_in(carla)
    answer = other.post("/login/code/", {"code": codes[0]}, follow=True)
    assert "Il vous reste 0 codes de secours" in answer.content.decode()
    fresh = desk.post("/me/second-factor/codes/", {"code": shown(carla, now_step())})
    assert len(re.findall(r"<li>[0-9A-Z]{5}-[0-9A-Z]{5}</li>", fresh.content.decode())) == 10
    assert logged_in(world.denis()).get("/me/second-factor/codes/").status_code == 302


def test_a_program_with_a_token_needs_no_code(settings: Any) -> None:
    admin = world.admin()
    settings.COOP_DEMO, settings.SECURE_SSL_REDIRECT = False, False
    made = tokens.create(
        admin.pk, name="x", scopes=["orders:read"], days=30, by=admin.as_actor(), at=clock.now()
    )
    answer = Client().get(reverse("api-orders"), headers={"Authorization": f"Bearer {made.secret}"})
    assert answer.status_code == 200


def test_in_the_demo_it_is_a_choice_that_then_counts() -> None:
    carla = world.carla()
    desk = logged_in(carla)
    assert desk.get("/admin/").status_code == 200
    assert "cette étape est facultative" in text(desk.get("/me/second-factor/"))
    linked(carla)
    assert desk.get("/admin/").headers["Location"].startswith("/login/code/")
    assert desk.post("/admin/", {}).headers["Location"].startswith("/login/code/")


def now_step() -> int:
    return step_of(clock.real())


def test_the_app_counts_by_the_real_clock(clock: Any) -> None:
    clock.move_to(AT + timedelta(days=400))
    real = clock.real()
    assert abs(real - clock.now()) > timedelta(days=300)
    assert step_of(real) == int(real.timestamp()) // STEP_SECONDS
