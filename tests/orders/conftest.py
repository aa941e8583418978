"""Every story of an order begins with the people who do it."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def _everybody_is_there(peopled: None) -> None:
    """The staff, Ana, Bruno and Dumont."""
