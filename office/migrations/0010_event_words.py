from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('office', '0009_batches'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(max_length=60, verbose_name='événement'),
        ),
    ]
