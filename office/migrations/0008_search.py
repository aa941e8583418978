"""The words of a name as people type them: lower case, without accents, each by its beginning."""

from django.db import migrations

WORDS = """
CREATE FUNCTION office_words(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple'::regconfig, regexp_replace(
        replace(replace(replace(lower(translate(coalesce(said, ''),
            'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿšžÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸŠŽ',
            'aaaaaaceeeeiiiinoooooouuuuyyszaaaaaaceeeeiiiinoooooouuuuyysz')),
            'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), '[^a-z0-9]+', ' ', 'g'))
$$;

CREATE FUNCTION office_words(first text, last text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT public.office_words(coalesce(first, '') || ' ' || coalesce(last, ''))
$$;
"""

UNDO = """
DROP FUNCTION office_words(text, text);
DROP FUNCTION office_words(text);
"""


class Migration(migrations.Migration):
    dependencies = [("office", "0007_tally")]
    operations = [migrations.RunSQL(WORDS, UNDO)]
