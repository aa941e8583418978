"""The glossary: one source, whole in three languages, on its page and beside the words."""

import re

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from members import words
from office import languages

FIGURE = re.compile(r"\d")


@pytest.mark.parametrize("word", words.words().values(), ids=lambda word: word.code)
def test_every_word_is_said_in_three_languages(word: words.Word) -> None:
    for language in languages.CODES:
        with translation.override(language):
            assert word.name and word.meaning.endswith(".")
            assert not FIGURE.search(word.meaning), "a figure of law has its own file"
    names = {word.said[language][1] for language in languages.CODES}
    assert len(names) == 3, "a language repeats another"


def test_codes_are_anchors_used_once() -> None:
    codes = [word.code for group in words.groups() for word in group.words]
    codes += [group.code for group in words.groups()]
    assert len(codes) == len(set(codes))


@pytest.mark.django_db
def test_the_page_is_public_and_has_them_all() -> None:
    page = Client().get("/words/").content.decode()
    for word in words.words().values():
        assert f'id="{word.code}"' in page


def test_a_word_on_a_page_opens_without_script() -> None:
    page = Template('{% load words %}{% word "dimona" %} {% word "onss" "la sécu" %}')
    with translation.override("nl"):
        drawn = page.render(Context())
    targets = re.findall(r'popovertarget="([^"]+)"', drawn)
    assert len(set(targets)) == 2
    assert all(f'id="{target}" popover' in drawn for target in targets)
    assert ">la sécu</button>" in drawn and "/words/#dimona" in drawn
    assert "aangifte van uw tewerkstelling" in drawn
