"""French as it is printed: no line breaks before « : ; ? ! », inside guillemets, nor between a
number and its sign.

Plain spaces stand in the code and its files; they become no-break ones where French is loaded: in
its catalogue, in its letters and papers, in its glossary. Texts whose hash is evidence (general
conditions, terms) are shown as they were agreed to, and what people type as they typed it.
"""

import re

NO_BREAK = "\u00a0"
_GLUED = re.compile(r"(?<=\u00ab) | (?=[\u00bb:;?!])|(?<=[\d}]) (?=€|%(?![(s]))")
_TAGS = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\})")


def french(text: str) -> str:
    """A French text with its no-break spaces.

    >>> french("Prêt ? Oui : « signé », 21 % de 40 €.").replace(NO_BREAK, "_")
    'Prêt_? Oui_: «_signé_», 21_% de 40_€.'
    """
    return _GLUED.sub(NO_BREAK, text)


def french_template(source: str) -> str:
    """The same for a template, whose tags stay as they are.

    >>> french_template("{% if a != b %}« {{ a }} » : oui{% endif %}").replace(NO_BREAK, "_")
    '{% if a != b %}«_{{ a }}_»_: oui{% endif %}'
    """
    parts = _TAGS.split(source)
    return "".join(french(part) if at % 2 == 0 else part for at, part in enumerate(parts))
