"""A legal word on a page, explained by a tap: ``{% word "dimona" %}``."""

import secrets

from django import template

from members.words import Word, words

register = template.Library()


@register.inclusion_tag("pieces/word.html")
def word(code: str, text: str = "") -> dict[str, Word | str]:
    """The word, or ``text`` in its place, with its meaning in a popover of the browser's own."""
    return {"word": words()[code], "text": text, "id": f"word-{secrets.token_hex(4)}"}
