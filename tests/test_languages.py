"""Every person reads the house in a language of hers: what lacks in one of them fails here."""

import re
from pathlib import Path

import pytest

from smart import words

HOLES = re.compile(r"%%|%\(\w+\)[sd]|%[sd]|\{\w*[^}]*\}")


def holes(text: str) -> list[str]:
    """What a sentence leaves open for values, and its escaped percent signs."""
    return sorted(HOLES.findall(text))


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_translations_leave_the_same_holes(language: str) -> None:
    wrong = []
    for word, forms in words.read(language).items():
        for french, form in zip((word.text, word.plural), forms, strict=False):
            if holes(form) != holes(french):
                wrong.append((french, form))
    assert not wrong


def test_a_word_has_a_plural_everywhere_or_nowhere() -> None:
    said = words.said()
    assert not {word for word in said if word.plural and word._replace(plural="") in said}


def test_what_two_people_add_is_kept_and_put_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "ROOT", tmp_path)
    room, page = tmp_path / "room", tmp_path / "templates" / "page.html"
    room.mkdir()
    page.parent.mkdir()
    (room / "apps.py").write_text(
        'lazy("Zèbre")\nngettext("%(n)s jour", "%(n)s jours", n)\npgettext("mois", "mars")\n'
    )
    page.write_text(
        '<p title="{% trans "Âne" %}">\n {% blocktranslate trimmed %}Deux\n  lignes'
        "{% endblocktranslate %}\n</p>"
    )
    merged = (
        'msgid "Zèbre"\nmsgstr "Zebra"\nmsgid "Âne"\nmsgstr "Ezel"\n\n'
        'msgid "Parti"\nmsgstr "Weg"\n\nmsgid "Zèbre"\nmsgstr "Streep\\"paard\\""\n'
        'msgid "Zèbre"\nmsgstr ""\n'
    )
    for language in words.LANGUAGES:
        words.catalogue_of(language).parent.mkdir(parents=True)
        words.catalogue_of(language).write_text(merged if language == "nl" else "")
    words.catalogue_of("fr").write_text('msgid "Yes"\nmsgstr "Oui"\n')

    lacking = words.tidy("nl")

    assert [words.as_entry(word) for word in lacking] == [
        'msgid "%(n)s jour"\nmsgid_plural "%(n)s jours"\nmsgstr[0] ""\nmsgstr[1] ""\n',
        'msgid "Deux lignes"\nmsgstr ""\n',
        'msgid "Yes"\nmsgstr ""\n',
        'msgctxt "mois"\nmsgid "mars"\nmsgstr ""\n',
    ]
    ordered = words.catalogue_of("nl").read_text().split("\n\n")[1:]
    assert ordered == [
        'msgid "Zèbre"\nmsgstr "Streep\\"paard\\""',
        'msgid "Âne"\nmsgstr "Ezel"\n',
    ]
