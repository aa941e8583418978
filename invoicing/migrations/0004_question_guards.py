"""A client's words stay as he wrote them, and so does what he was answered."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER question_keeps_its_words BEFORE UPDATE ON invoicing_question
    FOR EACH ROW WHEN (
        OLD.status = 'answered'
        OR (OLD.ref, OLD.kind, OLD.job, OLD.client_id, OLD.affiliate_id, OLD.invoice_id, OLD.link_id,
            OLD.language, OLD.name, OLD.text, OLD.asked_at)
           IS DISTINCT FROM
           (NEW.ref, NEW.kind, NEW.job, NEW.client_id, NEW.affiliate_id, NEW.invoice_id, NEW.link_id,
            NEW.language, NEW.name, NEW.text, NEW.asked_at)
    ) EXECUTE FUNCTION invoicing_refuse();
CREATE TRIGGER question_stays BEFORE DELETE ON invoicing_question
    FOR EACH ROW EXECUTE FUNCTION invoicing_refuse();
"""

UNGUARDED = """
DROP TRIGGER question_stays ON invoicing_question;
DROP TRIGGER question_keeps_its_words ON invoicing_question;
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0003_questions")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDED)]
