"""What the database refuses whoever asks: events, papers, letters and past policy do not change."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION office_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'restrict_violation';
END $$;
"""

EVENTS = """
CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON office_event
    FOR EACH ROW EXECUTE FUNCTION office_refuse('what happened is only ever added to');
"""

DOCUMENTS = """
CREATE TRIGGER document_keeps_what_it_prints BEFORE UPDATE ON office_document
    FOR EACH ROW WHEN (
        (OLD.ref, OLD.kind, OLD.language, OLD.subject, OLD.title, OLD.file_name, OLD.media_type,
         OLD.template, OLD.context, OLD.specimen, OLD.sealed, OLD.after_id, OLD.created_at)
        IS DISTINCT FROM
        (NEW.ref, NEW.kind, NEW.language, NEW.subject, NEW.title, NEW.file_name, NEW.media_type,
         NEW.template, NEW.context, NEW.specimen, NEW.sealed, NEW.after_id, NEW.created_at)
    ) EXECUTE FUNCTION office_refuse('a paper keeps what it prints');

CREATE TRIGGER document_is_made_once BEFORE UPDATE ON office_document
    FOR EACH ROW WHEN (
        OLD.sha256 IS NOT NULL
        AND (OLD.sha256, OLD.size, OLD.made_at) IS DISTINCT FROM (NEW.sha256, NEW.size, NEW.made_at)
    ) EXECUTE FUNCTION office_refuse('a paper is made once');

CREATE TRIGGER document_is_kept BEFORE DELETE ON office_document
    FOR EACH ROW WHEN (OLD.template <> '')
    EXECUTE FUNCTION office_refuse('a paper of the house is kept');
"""

LETTERS = """
CREATE TRIGGER letter_keeps_its_words BEFORE UPDATE ON office_letter
    FOR EACH ROW WHEN (
        (OLD.kind, OLD."to", OLD.language, OLD.subject_line, OLD.body, OLD.link_id, OLD.about,
         OLD.once, OLD.message_id, OLD.posted_at)
        IS DISTINCT FROM
        (NEW.kind, NEW."to", NEW.language, NEW.subject_line, NEW.body, NEW.link_id, NEW.about,
         NEW.once, NEW.message_id, NEW.posted_at)
        OR (OLD.sent_at IS NOT NULL AND OLD.sent_at IS DISTINCT FROM NEW.sent_at)
    ) EXECUTE FUNCTION office_refuse('a posted letter keeps its words');

CREATE TRIGGER letter_is_kept BEFORE DELETE ON office_letter
    FOR EACH ROW WHEN (OLD.handed_over_at IS NOT NULL)
    EXECUTE FUNCTION office_refuse('a letter that left is kept');
"""

POLICIES = """
CREATE FUNCTION office_policy_in_force() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Europe/Brussels'
                   + coalesce((SELECT ahead FROM office_democlock), interval '0'))::date;
BEGIN
    IF OLD.starts_on <= today THEN
        RAISE EXCEPTION 'a policy in force is never altered' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER policy_in_force_is_kept BEFORE UPDATE OR DELETE ON office_policy
    FOR EACH ROW EXECUTE FUNCTION office_policy_in_force();
"""

UNDO = """
DROP TRIGGER event_is_never_changed ON office_event;
DROP TRIGGER document_keeps_what_it_prints ON office_document;
DROP TRIGGER document_is_made_once ON office_document;
DROP TRIGGER document_is_kept ON office_document;
DROP TRIGGER letter_keeps_its_words ON office_letter;
DROP TRIGGER letter_is_kept ON office_letter;
DROP TRIGGER policy_in_force_is_kept ON office_policy;
DROP FUNCTION office_policy_in_force();
DROP FUNCTION office_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]
    operations = [
        migrations.RunSQL(REFUSE + EVENTS + DOCUMENTS + LETTERS + POLICIES, UNDO),
    ]
