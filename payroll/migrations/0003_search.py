"""What the desk's search looks by: words of names, numbers people read aloud."""

from django.db import migrations

INDEXES = """
CREATE INDEX declaration_period_number ON payroll_declaration (period_number)
    WHERE period_number <> '';
"""

UNDO = """
DROP INDEX declaration_period_number;
"""


class Migration(migrations.Migration):
    dependencies = [("payroll", "0002_guards"), ("office", "0008_search")]
    operations = [migrations.RunSQL(INDEXES, UNDO)]
