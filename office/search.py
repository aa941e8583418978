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
