"""The general conditions of the order: one file per version and language, never changed once in
use.

Their hash is part of what the client is shown, so that the words he accepted can be proved.
"""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template

from office import rules

CURRENT = "2026-11"
FOLDER = "orders/conditions"


def template_of(version: str, language: str) -> str:
    """The template that holds the conditions of a version in a language."""
    return f"{FOLDER}/{version}.{language}.html"


@cache
def sha256_of(version: str, language: str) -> str:
    """Hash of the file of a version in a language."""
    origin = get_template(template_of(version, language)).origin  # type: ignore[attr-defined]
    return rules.sha256(Path(origin.name).read_bytes())


def language_for(asked: str) -> str:
    """The asked language when the conditions exist in it, else French."""
    return asked if asked in dict(settings.LANGUAGES) else "fr"
