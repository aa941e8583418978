"""A review keeps every reason, and the day by which it is answered."""

from django.db import migrations, models

KEEP = """
UPDATE orders_review SET
    due_on = (asked_at AT TIME ZONE 'Europe/Brussels')::date,
    grounds = jsonb_build_array(jsonb_build_object(
        'code', 'trade', 'about', 'trade:' || trade_id, 'sentence', reason))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="grounds",
            field=models.JSONField(default=list, verbose_name="raisons"),
        ),
        migrations.AddField(
            model_name="review",
            name="due_on",
            field=models.DateField(null=True, verbose_name="réponse au plus tard"),
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        # what was just written is checked before the table changes again
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="review",
            name="due_on",
            field=models.DateField(verbose_name="réponse au plus tard"),
        ),
        migrations.RemoveField(model_name="review", name="reason"),
        migrations.RemoveField(model_name="review", name="trade"),
    ]
