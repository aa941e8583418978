"""`./coop words`: every word the code says to people, and its one catalogue per language.

French stands in the code, so `locale/nl` and `locale/en` translate our own words; `locale/fr` holds
the words of libraries that speak no French, which `locale/nl` repeats. A catalogue is sorted, names
no file or line, holds translated words only and keeps the last of a word that comes twice: what two
people add merges by itself (`merge=union` in .gitattributes) and the next run puts it in order.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fr", "nl", "en")
WHOLE_FILES = ("letters", "print", "conditions", "terms")  # one file per language
_ONE, _MANY, _CONTEXT = None, (1, 2), ((1, "c"), 2)
CALLS: dict[str, Any] = {
    **dict.fromkeys(("_", "lazy", "gettext", "gettext_lazy", "gettext_noop"), _ONE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), _MANY),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), _CONTEXT),
}
_TEXT = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
_ENTRY = re.compile(
    rf"^(?:msgctxt {_TEXT})?msgid {_TEXT}"
    rf"(?:msgstr {_TEXT}|msgid_plural {_TEXT}msgstr\[0\] {_TEXT}msgstr\[1\] {_TEXT})",
    re.MULTILINE,
)
_HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural={plural};\\n"
"""
_PLURAL = {"fr": "(n > 1)", "nl": "(n != 1)", "en": "(n != 1)"}


class Word(NamedTuple):
    """What is looked up: French (or a library's English), with its plural or its context."""

    text: str
    plural: str = ""
    context: str = ""


Catalogue = Mapping[Word, tuple[str, ...]]


def catalogue_of(language: str) -> Path:
    """The file of a language."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[Path]:
    """Every file that may say something: the code of the rooms, and the templates."""
    for room in sorted(path.parent for path in ROOT.glob("*/apps.py")):
        yield from sorted(path for path in room.rglob("*.py") if "migrations" not in path.parts)
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if not any(folder in path.parts for folder in WHOLE_FILES):
            yield path


def said_in(path: Path) -> Iterator[Word]:
    """The words of one file."""
    source = path.read_text()
    if path.suffix == ".html":
        # no Python: each line stands alone, so that indents of HTML mean nothing
        source = "\n".join(line.strip() for line in templatize(source).splitlines())
    found: Iterator[Any] = extract_python(
        io.BytesIO(source.encode()), CALLS, [], {"encoding": "utf-8"}
    )
    for _, call, words, _ in found:
        match CALLS[call], words:
            case None, str(text):
                yield Word(text)
            case (1, 2), (str(text), str(plural), *_):
                yield Word(text, plural=plural)
            case _, (str(context), str(text)):
                yield Word(text, context=context)


def said() -> set[Word]:
    """Every word of ours."""
    return {word for path in sources() for word in said_in(path) if word.text}


def wanted(language: str) -> set[Word]:
    """What the catalogue of a language has to hold."""
    match language:
        case "fr":
            return set(read("fr"))
        case "nl":
            return said() | set(read("fr"))
        case _:
            return said()


def read(language: str) -> Catalogue:
    """What stands in a catalogue; of a word that comes twice, the last one translated."""
    entries: dict[Word, tuple[str, ...]] = {}
    for entry in _ENTRY.findall(catalogue_of(language).read_text()):
        context, text, one, plural, first, second = map(_plain, entry)
        word = Word(text, plural, context)
        forms = (first, second) if plural else (one,)
        if text and all(forms):
            entries[word] = forms
    return entries


def tidy(language: str) -> list[Word]:
    """Put a catalogue in order, without what nobody says any more; the words it lacks."""
    translated = read(language)
    words = sorted(wanted(language))
    blocks = [_HEADER.format(language=language, plural=_PLURAL[language])]
    blocks += [as_entry(word, *translated[word]) for word in words if word in translated]
    catalogue_of(language).write_text("\n".join(blocks))
    return [word for word in words if word not in translated]


def as_entry(word: Word, *forms: str) -> str:
    """One word as a catalogue writes it; without its forms, the blank to fill in."""
    lines = [f"msgctxt {_quoted(word.context)}"] if word.context else []
    lines.append(f"msgid {_quoted(word.text)}")
    if word.plural:
        lines.append(f"msgid_plural {_quoted(word.plural)}")
        lines += [
            f"msgstr[{index}] {_quoted(form)}" for index, form in enumerate(forms or ("", ""))
        ]
    else:
        lines.append(f"msgstr {_quoted(''.join(forms))}")
    return "\n".join(lines) + "\n"


def _plain(quoted: str) -> str:
    return "".join(json.loads(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"', quoted))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
