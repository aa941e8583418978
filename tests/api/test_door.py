"""Who may call the API: a token opens its own rights only, is limited, ends, and is told why."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from members.actions import tokens
from members.models import ApiToken
from members.scopes import Scope
from office import clock
from office.models import Event
from tests import world


def test_without_a_token_nothing_opens(monday: None) -> None:
    browser = Client(SERVER_NAME="127.0.0.1")
    answer = browser.get("/api/v1/orders")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "token_missing"
    browser.force_login(world.ana().user, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/api/v1/orders").status_code == 401  # a cookie is no token


@pytest.mark.parametrize("word", ["Bearer coop_nothing", "Bearer é", "Basic YTpi", "Bearer"])
def test_a_wrong_token_is_said_so(monday: None, word: str) -> None:
    browser = Client(SERVER_NAME="127.0.0.1")
    answer = browser.get("/api/v1/orders", headers={"Authorization": word})
    assert answer.status_code == 401
    assert answer.json()["code"] in ("token_unknown", "token_missing")


def test_a_token_is_kept_as_a_hash_and_counts_its_uses(ana: Any) -> None:
    token = ApiToken.objects.get(pk=ana.token.pk)
    assert ana.secret.startswith(token.prefix)
    assert ana.secret not in str(vars(token))
    assert token.last_used_at is None
    said = ana.get("token").said
    assert said["name"] == "Essai" and said["person"] == "Ana Lopes"
    token.refresh_from_db()
    assert token.last_used_at is not None and token.used == 1


def test_a_revoked_expired_or_dismissed_token_opens_nothing(ana: Any, bruno: Any) -> None:
    by, at = ana.token.user.as_actor(), clock.now()
    tokens.revoke(ana.token.pk, by=by, at=at)
    tokens.revoke(ana.token.pk, by=by, at=at)
    assert Event.objects.filter(kind="token.revoked").count() == 1
    assert ana.get("token").status_code == 401
    ApiToken.objects.filter(pk=bruno.token.pk).update(
        created_at=at - timedelta(days=60), expires_at=at
    )
    assert bruno.get("token").status_code == 401


def test_an_account_that_was_closed_opens_nothing(desk: Any) -> None:
    from members.actions import users

    assert desk.get("token").said["staff"] is True
    users.dismiss(desk.token.user_id, by=world.admin().as_actor(), at=clock.now())
    assert desk.get("token").status_code == 401


SCOPED = [
    ("POST", "simulate", Scope.SIMULATE),
    ("GET", "clients", Scope.CLIENTS_READ),
    ("POST", "clients", Scope.CLIENTS_WRITE),
    ("GET", "orders", Scope.ORDERS_READ),
    ("POST", "orders", Scope.ORDERS_WRITE),
    ("POST", "orders/00000000/send", Scope.ORDERS_SEND),
    ("POST", "orders/00000000/withdraw", Scope.ORDERS_SEND),
    ("POST", "orders/00000000/cancel", Scope.ORDERS_SEND),
    ("PUT", "orders/00000000", Scope.ORDERS_WRITE),
    ("GET", "invoices", Scope.INVOICES_READ),
    ("GET", "credit-notes", Scope.INVOICES_READ),
    ("GET", "payslips", Scope.PAY_READ),
    ("GET", "documents", Scope.DOCUMENTS_READ),
    ("GET", "events", Scope.EVENTS_READ),
]


@pytest.mark.parametrize(("method", "path", "scope"), SCOPED)
def test_each_right_opens_its_own_and_nothing_else(
    program: Any, method: str, path: str, scope: str
) -> None:
    user = world.ana().user
    others = tuple(other for other in Scope.values if other != scope)
    refused = program(user, others).ask(method, path, {})
    assert refused.status_code == 403 and refused.said["code"] == "scope_missing"
    assert scope in refused.said["detail"]
    assert program(user, (scope,)).ask(method, path, {}).status_code != 403


def test_a_token_has_a_limit_a_minute(ana: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("members.api_base.A_MINUTE", 3)
    answers = [ana.get("token") for _ in range(5)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429 and int(answers[-1]["Retry-After"]) > 0
    assert answers[-1].said["code"] == "too_many_requests"


def test_problems_speak_the_callers_language(ana: Any, bruno: Any) -> None:
    french = ana.post("orders", {"days": 1}).said
    assert french["detail"].startswith("Certains champs")
    assert ana.get("orders", headers={"Accept-Language": "nl"}).status_code == 200
    dutch = bruno.post("orders", {"payment_term_days": 400}).said
    assert "kleiner" in dutch["fields"]["payment_term_days"][0]


def test_an_address_that_does_not_exist_is_a_problem(ana: Any) -> None:
    for path in ("nothing", "orders/abc", "orders/IIIIIIII", "orders/"):
        answer = ana.get(path)
        assert answer.status_code == 404, path
        assert answer["Content-Type"] == "application/problem+json"
    assert ana.ask("PATCH", "orders").status_code == 405
