"""The terms of membership: whole texts, dated, one file per version and language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.template.loader import get_template

from members.models import Affiliate, User
from members.states import AffiliateStatus
from office import rules

REGISTER = Path(__file__).with_name("terms.yaml")


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of the terms; codes sort by the day they apply from."""

    code: str
    starts_on: date
    changes: Mapping[str, tuple[str, ...]]

    def template(self, language: str) -> str:
        """The file of its text."""
        return f"members/terms/{self.code}.{language}.html"

    def text(self, language: str) -> bytes:
        """The very file that is shown, kept and downloaded."""
        origin = get_template(self.template(language)).origin  # type: ignore[attr-defined]
        return Path(origin.name).read_bytes()

    def sha256(self, language: str) -> str:
        """The hash of the text in a language."""
        return rules.sha256(self.text(language))


@cache
def versions() -> tuple[Version, ...]:
    """Every version, oldest first.

    >>> [version.code for version in versions()] == sorted(version.code for version in versions())
    True
    """
    rows = yaml.safe_load(REGISTER.read_text("utf-8"))
    return tuple(
        Version(
            code=row["version"],
            starts_on=row["starts_on"],
            changes={language: tuple(said) for language, said in row["changes"].items()},
        )
        for row in rows
    )


def version_of(code: str) -> Version | None:
    """The version with a code."""
    return next((version for version in versions() if version.code == code), None)


def current(on: date) -> Version | None:
    """The version that applies on a day.

    >>> current(date(2026, 10, 31)).code, current(date(2026, 11, 1)).code
    ('2026-01', '2026-11')
    >>> current(date(2025, 12, 31))
    """
    return next((version for version in reversed(versions()) if version.starts_on <= on), None)


def language_for(asked: str) -> str:
    """The asked language when the house speaks it, else French.

    >>> language_for("nl-be"), language_for("de")
    ('nl', 'fr')
    """
    return asked[:2] if asked[:2] in dict(settings.LANGUAGES) else "fr"


def outstanding(user: User, on: date) -> Version | None:
    """The version a member still has to accept before anything new; None when nothing is asked."""
    version = current(on)
    if version is None or user.is_staff:
        return None
    member = Affiliate.objects.filter(user=user, status=AffiliateStatus.ACCEPTED)
    behind = member.exclude(user__terms__version__gte=version.code)
    return version if behind.exists() else None
