"""What pieces of a page look up: a legal word (``{% word "dimona" %}``), where a thread stands."""

import secrets
from collections.abc import Sequence

from django import template

from members.pieces import Knot
from members.words import Word, words

register = template.Library()


@register.inclusion_tag("pieces/word.html")
def word(code: str, text: str = "") -> dict[str, Word | str]:
    """The word, or ``text`` in its place, with its meaning in a popover of the browser's own."""
    return {"word": words()[code], "text": text, "id": f"word-{secrets.token_hex(4)}"}


@register.filter
def where_it_stands(knots: Sequence[Knot]) -> Sequence[Knot]:
    """The knots that say it in words: those under way, or the last one when all is done."""
    under_way = [knot for knot in knots if knot.is_current]
    return under_way or [knot for knot in knots[-1:] if knot.state == "done"]
