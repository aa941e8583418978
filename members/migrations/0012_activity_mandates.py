"""Mandates in an activity, invitations to it, and what they refuse whoever asks. Who had an activity
holds it from the day it was opened.
"""

from zoneinfo import ZoneInfo

import django.db.models.deletion
import office.refs
from django.db import migrations, models

BRUSSELS = ZoneInfo("Europe/Brussels")

GUARDS = """
-- A person has one mandate in an activity on a day: ranges of one number compare the keys.
ALTER TABLE members_activitymandate ADD CONSTRAINT activity_mandate_one_a_day EXCLUDE USING gist (
    int8range(activity_id, activity_id, '[]') WITH &&,
    int8range(affiliate_id, affiliate_id, '[]') WITH &&,
    daterange(starts_on, ends_on, '[]') WITH &&
);

CREATE FUNCTION members_activitymandate_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (NEW.ref, NEW.activity_id, NEW.affiliate_id, NEW.role, NEW.starts_on)
          IS DISTINCT FROM (OLD.ref, OLD.activity_id, OLD.affiliate_id, OLD.role, OLD.starts_on)
       OR NEW.ends_on IS NULL AND OLD.ends_on IS NOT NULL
       OR NEW.ends_on > OLD.ends_on THEN
        RAISE EXCEPTION 'a mandate only gets a nearer last day: give another one'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'activity_mandate_only_ends', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER activity_mandate_only_ends BEFORE UPDATE OR DELETE ON members_activitymandate
    FOR EACH ROW EXECUTE FUNCTION members_activitymandate_only_ends();
"""

DROP = """
DROP TRIGGER activity_mandate_only_ends ON members_activitymandate;
DROP FUNCTION members_activitymandate_only_ends();
ALTER TABLE members_activitymandate DROP CONSTRAINT activity_mandate_one_a_day;
"""


def give_holders(apps, schema_editor):
    Mandate = apps.get_model("members", "ActivityMandate")
    Mandate.objects.bulk_create(
        Mandate(
            activity=activity,
            affiliate_id=activity.affiliate_id,
            role="holder",
            starts_on=activity.opened_at.astimezone(BRUSSELS).date(),
        )
        for activity in apps.get_model("members", "Activity").objects.order_by("pk").iterator()
    )


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0011_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='ActivityMandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', office.refs.RefField(default=office.refs.new_ref, editable=False, max_length=8, unique=True, verbose_name='référence')),
                ('role', models.CharField(choices=[('holder', 'titulaire de l’activité'), ('participant', 'participant·e')], max_length=11, verbose_name='rôle')),
                ('starts_on', models.DateField(verbose_name='du')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='au')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='members.activity', verbose_name='activité')),
                ('affiliate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activity_mandates', to='members.affiliate', verbose_name='affilié')),
            ],
            options={
                'verbose_name': 'mandat dans l’activité',
                'verbose_name_plural': 'mandats dans l’activité',
            },
        ),
        migrations.CreateModel(
            name='ActivityInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', office.refs.RefField(default=office.refs.new_ref, editable=False, max_length=8, unique=True, verbose_name='référence')),
                ('invited', models.CharField(max_length=254, verbose_name='invité·e')),
                ('role', models.CharField(choices=[('holder', 'titulaire de l’activité'), ('participant', 'participant·e')], max_length=11, verbose_name='rôle')),
                ('status', models.CharField(choices=[('open', 'en attente de réponse'), ('accepted', 'acceptée'), ('declined', 'déclinée'), ('withdrawn', 'retirée')], default='open', max_length=10, verbose_name='état')),
                ('invited_at', models.DateTimeField(verbose_name='envoyée le')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='répondue le')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='members.activity', verbose_name='activité')),
                ('inviter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.affiliate', verbose_name='invité·e par')),
                ('mandate', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitation', to='members.activitymandate', verbose_name='mandat')),
            ],
            options={
                'verbose_name': 'invitation dans une activité',
                'verbose_name_plural': 'invitations dans une activité',
            },
        ),
        migrations.AddConstraint(
            model_name='activitymandate',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='activity_mandate_in_order'),
        ),
        migrations.AddIndex(
            model_name='activityinvitation',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['invited'], name='invited'),
        ),
        migrations.AddConstraint(
            model_name='activityinvitation',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('activity', 'invited'), name='activity_invitation_open_once'),
        ),
        migrations.AddConstraint(
            model_name='activityinvitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('mandate', None), ('status', 'open')), models.Q(('answered_at__isnull', False), ('mandate__isnull', False), ('status', 'accepted')), models.Q(('answered_at__isnull', False), ('mandate', None), ('status__in', ['declined', 'withdrawn'])), _connector='OR'), name='activity_invitation_answered'),
        ),
        migrations.RunPython(give_holders, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, DROP),
    ]
