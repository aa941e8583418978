"""Letters and papers of the office's own tests."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from office import mail

TEMPLATES = Path(__file__).parent / "templates"


@pytest.fixture
def own_templates(settings: Any) -> Iterator[None]:
    """The templates of this folder, below those of the platform."""
    mail._template.cache_clear()
    engines = deepcopy(settings.TEMPLATES)
    engines[0]["DIRS"] = [*engines[0]["DIRS"], TEMPLATES]
    settings.TEMPLATES = engines
    yield
    mail._template.cache_clear()
