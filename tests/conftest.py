"""Three kinds of test, told apart by the fixtures they ask for.

unit     the default: a database in a transaction, no broker, no network
real     asks for `real_world`: a cloned database, its own Valkey, real processes, commits; or is
         marked so, as it starts processes by itself
browser  asks for `browser_page`: Chromium against such a world's web server
"""

import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from celery import Celery
from celery.app.task import Task
from coverage import Coverage
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests import processes

KINDS = ("browser", "real", "unit")  # the longest first
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Published(NamedTuple):
    """What a unit test would have sent to the broker."""

    task: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def pytest_configure(config: pytest.Config) -> None:
    """Tests need servers, keys and fonts, which ./coop test provides."""
    if not os.environ.get("DATABASE_URL"):
        pytest.exit("start the tests with ./coop test", returncode=2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its kind. Stories of one file share a real world: --dist loadfile.

    Files with the longest stories come first, so that all test processes end together.
    """
    first: dict[Path, int] = {}
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        kind = "unit"
        if fixtures & {"browser_page", "browser_world"}:
            kind = "browser"
            item.add_marker("uncounted")
        elif "real_world" in fixtures or item.get_closest_marker("real"):
            kind = "real"
        item.add_marker(kind)
        first[item.path] = min(first.get(item.path, len(KINDS)), KINDS.index(kind))
        if kind != "unit" and (item.get_closest_marker("django_db") or "db" in fixtures):
            raise pytest.UsageError(f"{item.nodeid}: a {kind} test commits; it takes no `db`")
    items.sort(key=lambda item: first[item.path])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Coverage makes Python half as fast: it rests where it learns nothing. That is in a browser,
    whose pages another process makes, and in tables of hundreds of rows over the same lines.
    """
    counting = Coverage.current()
    if counting is None or not item.get_closest_marker("uncounted"):
        return (yield)
    counting.stop()
    try:
        return (yield)
    finally:
        counting.start()


def _kind(request: pytest.FixtureRequest) -> str:
    return next(kind for kind in KINDS if request.node.get_closest_marker(kind))


# --- unit ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Each test process works in its own clone of the migrated template."""
    with (
        django_db_blocker.unblock(),
        processes.cloned_database(processes.make_template()) as database,
        processes.connected_to(database),
    ):
        yield


@pytest.fixture(scope="module")
def peopled(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    _quick_passwords: None,
) -> Iterator[None]:
    """The staff, Ana, Bruno and Dumont are there before the first story of a module: `world` finds
    them instead of letting each join once more.
    """
    if "real_world" in request.fixturenames:  # it begins with them by itself
        yield
        return
    with django_db_blocker.unblock():
        template = processes.make_peopled()
    with processes.cloned_database(template) as database, processes.connected_to(database):
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _constraints_at_once(request: pytest.FixtureRequest) -> None:
    """Deferred constraints speak in the statement that breaks them, not at teardown."""
    marker = request.node.get_closest_marker("django_db")
    if _kind(request) == "unit" and (marker or "db" in request.fixturenames):
        if marker and marker.kwargs.get("transaction"):
            return
        request.getfixturevalue("db")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture(autouse=True)
def published(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[Published]:
    """In unit tests nothing reaches a broker: what would have been sent is listed here."""
    sent: list[Published] = []
    if _kind(request) != "unit":
        return sent

    def apply_async(task: Task, args: Any = None, kwargs: Any = None, **_: Any) -> None:
        sent.append(Published(str(task.name), tuple(args or ()), dict(kwargs or {})))

    def send_task(_: Celery, name: str, args: Any = None, kwargs: Any = None, **__: Any) -> None:
        sent.append(Published(name, tuple(args or ()), dict(kwargs or {})))

    monkeypatch.setattr(Task, "apply_async", apply_async)
    monkeypatch.setattr(Celery, "send_task", send_task)
    return sent


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> ModuleType:
    """The clock of the platform: `clock.move_to(at)`, `clock.now()`, `clock.today()`."""
    if _kind(request) == "unit":
        request.getfixturevalue("db")
    from office import clock as office_clock

    return office_clock


# --- real ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_world(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[processes.RealWorld]:
    """A world of real processes for one module; inside, the ORM speaks to the world's database.
    A module that asks for `peopled` finds everybody in it.
    """
    home = tmp_path_factory.mktemp("world")
    peopled = "peopled" in request.fixturenames
    with django_db_blocker.unblock():
        template = processes.make_peopled() if peopled else processes.make_template()
        with processes.real_world(home, template) as world:
            yield world


# --- browser -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser_world(real_world: processes.RealWorld) -> processes.RealWorld:
    """A real world whose web server answers at `.url`."""
    real_world.start_web()
    return real_world


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium. For one module: its event loop would forbid the ORM to later tests."""
    program = os.environ.get("COOP_CHROMIUM")
    if not program:
        message = "no Chromium here: apt install chromium"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()
        connection.close()  # inside the loop it is another one than outside, kept for the next loop


@pytest.fixture
def browser_page(
    browser: Browser, browser_world: processes.RealWorld, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page in a fresh profile, `@pytest.mark.width(390)` wide (1280 unless told).

    Paths are relative to the world. A script error or a refused script fails the test.
    """
    marker = request.node.get_closest_marker("width")
    width = marker.args[0] if marker else 1280
    context = browser.new_context(
        base_url=browser_world.url,
        viewport={"width": width, "height": 900},
        locale="fr-BE",
        service_workers="block",
    )
    page = context.new_page()
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", note)
    yield page
    context.close()
    assert not faults, faults
