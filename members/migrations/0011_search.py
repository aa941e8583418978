"""What the desk's search looks by: words of names, numbers people read aloud."""

from django.db import migrations

INDEXES = """
CREATE INDEX affiliate_words ON members_affiliate USING gin (office_words(first_name, last_name));
CREATE INDEX user_words ON members_user USING gin (office_words(name));
CREATE INDEX bank_account_iban ON members_bankaccount (iban);
"""

UNDO = """
DROP INDEX bank_account_iban;
DROP INDEX user_words;
DROP INDEX affiliate_words;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0010_second_factor"), ("office", "0008_search")]
    operations = [migrations.RunSQL(INDEXES, UNDO)]
