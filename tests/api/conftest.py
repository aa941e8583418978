"""Programs that ask: Ana's with every right, Bruno's, one without any, and Denis's."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from members.actions import tokens
from members.models import User
from members.scopes import Scope
from office import clock
from tests import world

ALL = tuple(Scope.values)


@pytest.fixture(scope="module", autouse=True)
def _everybody_is_there(peopled: None) -> None:
    """Each story begins with the programs of people who have joined."""


class Program:
    """A program with a token."""

    def __init__(self, user: User, scopes: tuple[str, ...] = ALL) -> None:
        at = clock.now()
        made = tokens.create(
            user.pk, name="Essai", scopes=scopes, days=30, by=user.as_actor(), at=at
        )
        self.token, self.secret = made.token, made.secret
        self.browser = Client(SERVER_NAME="127.0.0.1")

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "", **more: Any) -> Any:
        """An answer; its JSON as ``.said``."""
        headers = {"Authorization": f"Bearer {self.secret}", **more.pop("headers", {})}
        if method == "POST":
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        content = {} if body is None else {"data": json.dumps(body)}
        answer = self.browser.generic(
            method,
            f"/api/v1/{path}",
            content_type="application/json",
            headers=headers,
            **content,
            **more,
        )
        kind = answer.headers.get("Content-Type", "")
        answer.said = json.loads(answer.content) if "json" in kind else None  # type: ignore[attr-defined]
        return answer

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("POST", path, body, **more)

    def put(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("PUT", path, body, **more)


@pytest.fixture
def monday(db: None) -> None:
    clock.move_to(world.MONDAY)


@pytest.fixture
def ana(monday: None) -> Program:
    return Program(world.ana().user)


@pytest.fixture
def bruno(monday: None) -> Program:
    return Program(world.bruno().user)


@pytest.fixture
def desk(monday: None) -> Program:
    return Program(world.denis())


@pytest.fixture
def program(monday: None) -> Callable[..., Program]:
    return Program


@pytest.fixture
def made(monday: None) -> Iterator[Callable[[], int]]:
    """Makes every paper that was ordered."""
    from office import documents
    from office.models import Document

    def make() -> int:
        keys = list(Document.objects.filter(sha256=None).values_list("pk", flat=True))
        for key in keys:
            documents.make(key, at=clock.now())
        return len(keys)

    return make
