"""Days an invitation proposes; and an activity that somebody holds every day, whoever asks."""

from django.db import migrations, models

GUARDS = """
-- At commit an activity has a holder from its first mandate on, every day and without end: each last day of a holder is
-- followed by a day of one.
CREATE FUNCTION members_activity_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key bigint;
BEGIN
    IF TG_TABLE_NAME = 'members_activity' THEN
        key := NEW.id;
    ELSE
        key := NEW.activity_id;
    END IF;
    IF NOT EXISTS (SELECT FROM members_activitymandate WHERE activity_id = key AND role = 'holder')
       OR EXISTS (
           SELECT FROM members_activitymandate ended
           WHERE ended.activity_id = key AND ended.role = 'holder' AND ended.ends_on IS NOT NULL
             AND NOT EXISTS (
                 SELECT FROM members_activitymandate following
                 WHERE following.activity_id = key AND following.role = 'holder'
                   AND ended.ends_on + 1 BETWEEN following.starts_on AND coalesce(following.ends_on, 'infinity')
             )
       ) THEN
        RAISE EXCEPTION 'activity % would have nobody who holds it', key
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'activity_is_held', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER activity_is_held AFTER INSERT ON members_activity DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION members_activity_is_held();
CREATE CONSTRAINT TRIGGER activity_is_held AFTER INSERT OR UPDATE ON members_activitymandate
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION members_activity_is_held();
"""

DROP = """
DROP TRIGGER activity_is_held ON members_activitymandate;
DROP TRIGGER activity_is_held ON members_activity;
DROP FUNCTION members_activity_is_held();
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0013_mandate_words")]

    operations = [
        migrations.AddField(
            model_name="activityinvitation",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="au"),
        ),
        migrations.AddField(
            model_name="activityinvitation",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="du"),
        ),
        migrations.AddConstraint(
            model_name="activityinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on", None),
                    ("ends_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="activity_invitation_in_order",
            ),
        ),
        migrations.RunSQL(GUARDS, DROP),
    ]
