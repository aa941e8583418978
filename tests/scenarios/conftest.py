"""Scenarios see mail as the demo shows it, on its own clock."""

from typing import Any

import pytest

from office import clock
from smart.demo import travel
from tests import world


@pytest.fixture
def demo(db: None, settings: Any) -> None:
    """Monday morning; e-mails land in the demo's mailbox."""
    settings.EMAIL_BACKEND = "smart.demo.mailbox.EmailBackend"
    clock.move_to(world.MONDAY)
    travel.deliver_letters()
