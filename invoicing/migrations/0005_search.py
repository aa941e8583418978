"""What the desk's search looks by: words of names, numbers people read aloud."""

from django.db import migrations

INDEXES = """
CREATE INDEX client_words ON invoicing_client USING gin (office_words(name));
CREATE INDEX invoice_printed_number ON invoicing_invoice (printed_number) WHERE printed_number <> '';
"""

UNDO = """
DROP INDEX invoice_printed_number;
DROP INDEX client_words;
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0004_question_guards"), ("office", "0008_search")]
    operations = [migrations.RunSQL(INDEXES, UNDO)]
