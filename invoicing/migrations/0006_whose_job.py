"""An invoice names whose job it is: until now that of the person its activity was opened for."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
ALTER TABLE invoicing_invoice DISABLE TRIGGER invoice_frozen;
UPDATE invoicing_invoice SET affiliate_id = activity.affiliate_id
    FROM members_activity activity WHERE activity.id = activity_id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE invoicing_invoice ENABLE TRIGGER invoice_frozen;
"""


def affiliate(**more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="invoices",
        to="members.affiliate",
        verbose_name="affilié",
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0005_search"), ("members", "0012_activity_mandates")]
    operations = [
        migrations.AddField("invoice", "affiliate", affiliate(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("invoice", "affiliate", affiliate()),
    ]
