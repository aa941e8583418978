"""Letters and papers of the office's own tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from office import mail

TEMPLATES = Path(__file__).parent / "templates"


@pytest.fixture
def own_templates(settings: Any) -> Iterator[None]:
    """The templates of this folder, below those of the platform."""
    mail._template.cache_clear()
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], TEMPLATES]}]
    yield
    mail._template.cache_clear()
