"""Every person reads the house in a language of hers: what lacks in one of them fails here."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from smart import words

ROOT = words.ROOT
PAGES = [path for path in words.sources() if path.suffix == ".html"]
CODE = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text())
    for path in words.sources()
    if path.suffix == ".py"
}
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


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_word_is_translated(language: str) -> None:
    """`./coop words` prints what to add."""
    assert not sorted(words.wanted(language) - words.read(language).keys())


@pytest.mark.parametrize("folder", ["letters", "print", "orders/conditions"])
def test_letters_papers_and_conditions_are_whole_in_each_language(folder: str) -> None:
    written: dict[str, set[str]] = {}
    for path in (ROOT / "templates" / folder).rglob("*.*.*"):
        kind, language, _ending = path.name.rsplit(".", 2)
        if language in words.LANGUAGES:
            assert path.read_text().strip(), path
            written.setdefault(str(path.with_name(kind)), set()).add(language)
    assert written
    assert not {kind: has for kind, has in written.items() if has != set(words.LANGUAGES)}


# --- Nothing is said around the catalogues ------------------------------------------------------

NAMED = "\ufffc"  # stands where a tag or a variable stood
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label", "summary")
NAMES = {"API", "Authorization: Bearer", "openapi.json", "dock_to_right", "Webdesigner", "7K2M9QWX"}
CLASSES = re.compile(r"^(portal|public|wide)$")  # what a block says of its shell


class Spoken(HTMLParser):
    """What a page says to people, of which nothing may stand outside a translation."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag in ("script", "style")
        for name, value in attrs:
            if name in SPOKEN:
                self.hear(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.hear(data)

    def hear(self, text: str) -> None:
        for part in map(str.strip, text.split(NAMED)):
            if re.search(r"[^\W\d_]{2,}", part) and part not in NAMES and not CLASSES.match(part):
                self.heard.append(part)


def outside_translations(source: str) -> str:
    """The page with a mark for each tag, each variable and all that is translated."""
    said, inside = [], False
    for token in Lexer(source).tokenize():
        if token.token_type is TokenType.BLOCK:
            name = token.contents.split()[0]
            if name in ("blocktrans", "blocktranslate", "comment"):
                inside = True
            elif name in ("endblocktrans", "endblocktranslate", "endcomment"):
                inside = False
        bare = token.token_type is TokenType.TEXT and not inside
        said.append(token.contents if bare else NAMED)
    return "".join(said)


def test_pages_say_nothing_untranslated() -> None:
    bare = {}
    for page in PAGES:
        spoken = Spoken()
        spoken.feed(outside_translations(page.read_text()))
        spoken.close()
        if spoken.heard:
            bare[page.relative_to(ROOT)] = spoken.heard
    assert not bare


def test_code_is_translated_when_it_is_read_and_by_what_stands_there() -> None:
    """Not when the module is loaded, in whose language nobody reads; and never a computed word."""
    for module, tree in CODE.items():
        calls = {
            alias.asname or alias.name: alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
            for alias in node.names
            if alias.name in words.CALLS
        }
        assert set(calls) <= set(words.CALLS), f"{module}: names `./coop words` does not look for"
        for call, at_once in translations(tree, calls):
            shown = f"{module}: {ast.unparse(call)}"
            assert all(isinstance(word, ast.Constant) for word in call.args[:1]), shown
            assert not at_once, shown


def translations(
    node: ast.AST, calls: dict[str, str], inside: bool = False
) -> Iterator[tuple[ast.Call, bool]]:
    """Each call, and whether it translates while the module is loaded."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in calls:
        waits = calls[node.func.id].endswith(("_lazy", "_noop"))
        yield node, not (inside or waits)
    for name, value in ast.iter_fields(node):
        runs_later = name == "body" and isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
        )
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from translations(child, calls, inside or runs_later)


FRENCH = re.compile(r"[éèêàâçôûîïëœÉÀÈÊ«»]")
IN_FRENCH_ONLY = {
    *("invoicing/actions", "payroll/actions", "orders/actions"),  # what the books write
    *("smart/demo", "smart/management"),  # people, places and jobs of the demo and the bench
    "smart/settings.py",  # the names of the languages, each in itself
    "smart/embedded.py",  # the cooperative that made the demo's seal
    "office/sepa.py",  # the letters a bank takes
}


def test_code_says_nothing_in_french_only() -> None:
    """A sentence is in the catalogues, or beside its two translations."""
    said = {
        module: list(french_only(tree))
        for module, tree in CODE.items()
        if not module.startswith(tuple(IN_FRENCH_ONLY))
    }
    assert not {module: sentences for module, sentences in said.items() if sentences}


def french_only(node: ast.AST) -> Iterator[str]:
    """French in the code that nothing translates."""
    match node:
        case ast.Constant(value=str(text)) if FRENCH.search(text):
            yield text
        case ast.Call(func=function) if ast.unparse(function) in {*words.CALLS, "Words"}:
            return
        case ast.Dict(keys=keys) if {"fr", "nl", "en"} <= {getattr(k, "value", "") for k in keys}:
            return
        case ast.Expr(value=ast.Constant()):  # a docstring
            return
    for child in ast.iter_child_nodes(node):
        yield from french_only(child)


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
