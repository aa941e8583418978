"""What the desk's search looks by: words of names, numbers people read aloud."""

from django.db import migrations

INDEXES = """
CREATE INDEX order_purchase_reference ON orders_order (purchase_reference)
    WHERE purchase_reference <> '';
CREATE INDEX order_signer_email ON orders_order (signer_email) WHERE signer_email <> '';
"""

UNDO = """
DROP INDEX order_signer_email;
DROP INDEX order_purchase_reference;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_unfinished"), ("office", "0008_search")]
    operations = [migrations.RunSQL(INDEXES, UNDO)]
