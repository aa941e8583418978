"""Every event is queued for sharing in its own transaction."""

from django.db import migrations

QUEUE = """
CREATE FUNCTION office_event_to_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO office_eventtoshare (event_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER event_is_queued AFTER INSERT ON office_event
    FOR EACH ROW EXECUTE FUNCTION office_event_to_share();
"""

UNDO = """
DROP TRIGGER event_is_queued ON office_event;
DROP FUNCTION office_event_to_share();
"""


class Migration(migrations.Migration):
    dependencies = [("office", "0003_api")]
    operations = [migrations.RunSQL(QUEUE, UNDO)]
