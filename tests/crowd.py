"""Many at the same moment: calls in threads of their own, or clicks on a real web server."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import connection

from members.models import User
from office.refusals import Refusal
from tests.scenarios.visitor import Page, Visitor

CLICKS = 50
CSRF = "c" * 32


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each gives when all begin at the same instant; a refusal is an answer, by its code."""
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(30)
            return act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(one, acts))


class Answer(NamedTuple):
    """What the server said: a status, where it sends, a page."""

    status: int
    to: str
    page: str


class Window:
    """A person logged in at a real web server, who clicks as fast as there are threads."""

    def __init__(self, url: str, user: User) -> None:
        self.server = urlsplit(url).netloc
        self.reading = Visitor(user)
        self.session = self.reading.client.cookies[settings.SESSION_COOKIE_NAME].value

    def see(self, path: str) -> Page:
        """The page, read before the clicks: what its forms hold is what is sent."""
        return self.reading.see(path)

    def send(self, path: str, values: dict[str, Any]) -> Answer:
        """One request to the server, in a process of its own."""
        line = HTTPConnection(self.server, timeout=60)
        cookies = {settings.SESSION_COOKIE_NAME: self.session, settings.CSRF_COOKIE_NAME: CSRF}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        }
        body = urlencode(values | {"csrfmiddlewaretoken": CSRF}, doseq=True)
        try:
            line.request("POST", path, body=body, headers=headers)
            said = line.getresponse()
            return Answer(said.status, said.headers.get("Location", ""), said.read().decode())
        finally:
            line.close()

    def press(self, path: str, words: str, **typed: Any) -> Callable[[], Answer]:
        """A click on a button of a page as it stands now, with what is typed; sent when called."""
        page = self.see(path)
        form, button = page.form(words)
        values: dict[str, Any] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        values |= typed
        if button.get("name"):
            values[button.get("name")] = button.get("value", "")
        target = button.get("formaction") or form.get("action") or page.url
        return lambda: self.send(target, values)
