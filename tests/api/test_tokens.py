"""Tokens on her page and at the desk: shown once, revoked at once."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from members.actions import tokens
from members.models import ApiToken
from office import clock
from office.models import Event
from tests import world

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def browsers(monday: None) -> dict[str, Client]:
    people = {"ana": world.ana().user, "bruno": world.bruno().user}
    people |= {"admin": world.admin(), "denis": world.denis()}
    found = {}
    for name, user in people.items():
        found[name] = Client(SERVER_NAME="127.0.0.1")
        found[name].force_login(user, backend=BACKEND)
    return found


def test_she_makes_one_sees_it_once_and_revokes_it(browsers: dict[str, Client]) -> None:
    ana, page = browsers["ana"], reverse("tokens")
    wrong = ana.post(page, {"name": "Compta", "days": "90"})
    assert wrong.status_code == 200 and ApiToken.objects.count() == 0
    made = ana.post(page, {"name": "Compta", "days": "90", "scopes": ["orders:read"]})
    [secret] = set(re.findall(r"coop_[A-Za-z0-9_-]{43}", made.content.decode()))
    token = ApiToken.objects.get()
    later = ana.get(page).content.decode()
    assert secret not in later and token.prefix in later and "Compta" in later
    assert secret not in str(list(Event.objects.values()))
    program = Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/orders").status_code == 200
    stranger = browsers["bruno"].post(reverse("token-revoke", args=[token.ref]))
    assert stranger.status_code == 404
    assert ana.post(reverse("token-revoke", args=[token.ref])).status_code == 302
    assert program.get("/api/v1/orders").status_code == 401


def test_a_token_opens_something_and_is_revoked_once(monday: None) -> None:
    ana = world.ana().user
    told = {"by": ana.as_actor(), "at": clock.now()}
    with pytest.raises(tokens.NoScope):
        tokens.create(ana.pk, name="Compta", scopes=[], days=30, **told)
    token = tokens.create(ana.pk, name="Compta", scopes=["orders:read"], days=30, **told).token
    for _ in range(2):
        tokens.revoke(token.pk, **told)
    assert Event.objects.filter(kind="token.revoked").count() == 1


def test_there_is_an_end_to_tokens(browsers: dict[str, Client], monkeypatch: Any) -> None:
    monkeypatch.setattr("members.actions.tokens.AT_MOST", 1)
    form = {"name": "Compta", "days": "30", "scopes": ["orders:read"]}
    for _ in range(2):
        answer = browsers["ana"].post(reverse("tokens"), form)
    assert ApiToken.objects.count() == 1
    assert "déjà 1 jetons" in answer.content.decode()


def test_the_desk_reads_all_and_the_administrator_revokes(browsers: dict[str, Client]) -> None:
    form = {"name": "Compta", "days": "30", "scopes": ["orders:read"]}
    browsers["ana"].post(reverse("tokens"), form)
    hers = ApiToken.objects.get()
    revoke = reverse("admin:members_apitoken_revoke", args=[hers.pk])
    assert browsers["denis"].post(revoke).status_code == 403
    listed = browsers["denis"].get(reverse("admin:members_apitoken_changelist"))
    assert hers.prefix in listed.content.decode()
    assert browsers["admin"].post(revoke).status_code == 302
    hers.refresh_from_db()
    assert hers.revoked_at is not None


def test_an_administrators_own_token_only_reads(browsers: dict[str, Client]) -> None:
    admin, page = browsers["admin"], reverse("admin:members_apitoken_create")
    form: dict[str, Any] = {"name": "Chiffres", "days": "30"}
    assert admin.post(page, form | {"scopes": ["orders:send"]}).status_code == 422
    answer = admin.post(page, form | {"scopes": ["orders:read"]}, follow=True)
    [secret] = set(re.findall(r"coop_[A-Za-z0-9_-]{43}", answer.content.decode()))
    program = Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/orders").status_code == 200
    assert ApiToken.objects.get().user == world.admin()
