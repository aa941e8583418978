"""Words as people type them, found by an index: the beginning of any word, with or without accents.

The database's own `office_words` makes the words of a row (migration 0008); a GIN index on that
expression keeps it quick with millions of rows. Only what PostgreSQL itself brings is used.
"""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchVectorExact, SearchVectorField
from django.db.models import F, Func, Q

SHORTEST = 2  # letters: one alone would find half of everybody
LIGATURES = {0xE6: "ae", 0x153: "oe", 0xDF: "ss", 0xF8: "o"}  # by their code points


def words_of(typed: str) -> list[str]:
    """What was typed as plain words.

    >>> words_of("  Éléonore D'Hooghe-Cœur "), words_of("a & b"), words_of("Dumont Éd")
    (['eleonore', 'd', 'hooghe', 'coeur'], ['a', 'b'], ['dumont', 'ed'])
    """
    plain = unicodedata.normalize("NFKD", typed.lower().translate(LIGATURES))
    return re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))


class Words(Func):
    """The words of one or two columns, as the index holds them."""

    function = "office_words"
    output_field = SearchVectorField()


def begins(typed: str) -> SearchQuery | None:
    """Rows with a word that begins with each word typed; None when that is too little to look for.

    >>> begins("Du éd").get_source_expressions()[-1], begins("l"), begins("***")
    (Value('du:* & ed:*'), None, None)
    """
    words = words_of(typed)
    if max(map(len, words), default=0) < SHORTEST:
        return None
    query = " & ".join(f"{word}:*" for word in words)
    return SearchQuery(query, config="simple", search_type="raw")


def named(typed: str, *columns: str) -> Q:
    """Rows of a table whose words (an index holds them) begin so; none for too little."""
    query = begins(typed)
    if query is None:
        return Q(pk=None)
    return Q(SearchVectorExact(Words(*map(F, columns)), query))
