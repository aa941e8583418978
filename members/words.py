"""The glossary for people: legal words and words of the house, one source for pages and /words/."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from office import languages
from office.typography import french

FILE = Path(__file__).with_name("words.yaml")


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word and what it means, by language: (name, meaning)."""

    code: str
    said: dict[str, tuple[str, str]]

    @property
    def name(self) -> str:
        """The word in the active language."""
        return self.said[languages.current()][0]

    @property
    def meaning(self) -> str:
        """What it means, in the active language."""
        return self.said[languages.current()][1]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Words that belong together."""

    code: str
    titles: dict[str, str]
    words: tuple[Word, ...]

    @property
    def title(self) -> str:
        """The title in the active language."""
        return self.titles[languages.current()]


@cache
def groups() -> tuple[Group, ...]:
    """All words, as ``words.yaml`` writes them."""
    return tuple(_group(row) for row in yaml.safe_load(FILE.read_text("utf-8")))


@cache
def words() -> dict[str, Word]:
    """All words by their code.

    >>> words()["onss"].said["nl"][0]
    'RSZ'
    """
    return {word.code: word for group in groups() for word in group.words}


def _group(row: dict[str, Any]) -> Group:
    return Group(
        code=row["group"]["code"],
        titles={name: row["group"][name] for name in languages.CODES},
        words=tuple(_word(word) for word in row["words"]),
    )


def _word(row: dict[str, Any]) -> Word:
    said = {name: (row[name][0], row[name][1]) for name in languages.CODES}
    name, meaning = said["fr"]
    return Word(code=row["code"], said=said | {"fr": (french(name), french(meaning))})
