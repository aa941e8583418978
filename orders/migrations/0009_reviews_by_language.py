"""A review keeps each reason in every language: who reads it is not always who asked."""

from django.db import migrations

BY_LANGUAGE = """
UPDATE orders_review SET grounds = (
    SELECT coalesce(jsonb_agg(ground || jsonb_build_object('sentence', jsonb_build_object(
        'fr', ground -> 'sentence', 'nl', ground -> 'sentence', 'en', ground -> 'sentence'
    )) ORDER BY place), '[]')
    FROM jsonb_array_elements(grounds) WITH ORDINALITY AS kept(ground, place)
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0008_review_grounds"),
    ]

    operations = [
        migrations.RunSQL(BY_LANGUAGE, migrations.RunSQL.noop),
    ]
