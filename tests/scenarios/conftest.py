"""Scenarios see mail as the demo shows it, on its own clock."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from office import clock
from smart.demo import travel
from tests import world
from tests.scenarios.town import Town, undone


@pytest.fixture
def demo(db: None, settings: Any) -> None:
    """Monday morning; e-mails land in the demo's mailbox."""
    settings.EMAIL_BACKEND = "smart.demo.mailbox.EmailBackend"
    clock.move_to(world.MONDAY)
    travel.deliver_letters()


@pytest.fixture(scope="module")
def town(peopled: None, django_db_blocker: Any) -> Iterator[Town]:
    """Made once for the module, in a transaction."""
    with django_db_blocker.unblock(), undone():
        clock.move_to(world.MONDAY)
        yield Town()


@pytest.fixture
def each_test_alone(town: Town) -> Iterator[None]:
    """What a test does in the town is rolled back; everybody is logged in as before."""
    cookies = {person: copy.deepcopy(browser.cookies) for person, browser in town.people.items()}
    with undone():
        yield
    for person, browser in town.people.items():
        browser.cookies = cookies[person]
