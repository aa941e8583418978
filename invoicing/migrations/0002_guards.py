"""What invoicing refuses, whoever asks: changing an issued document, its lines, a payment, an allotment."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION invoicing_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % refused: it is corrected by a new row', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER invoice_frozen BEFORE UPDATE OR DELETE ON invoicing_invoice
    FOR EACH ROW WHEN (OLD.status = 'issued') EXECUTE FUNCTION invoicing_refuse();
CREATE TRIGGER payment_never_changes BEFORE UPDATE OR DELETE ON invoicing_payment
    FOR EACH ROW EXECUTE FUNCTION invoicing_refuse();
CREATE TRIGGER allotment_never_changes BEFORE UPDATE OR DELETE ON invoicing_allotment
    FOR EACH ROW EXECUTE FUNCTION invoicing_refuse();
CREATE TRIGGER receivable_stays BEFORE DELETE ON invoicing_receivable
    FOR EACH ROW EXECUTE FUNCTION invoicing_refuse();
CREATE TRIGGER advance_stays BEFORE DELETE ON invoicing_advance
    FOR EACH ROW EXECUTE FUNCTION invoicing_refuse();
CREATE TRIGGER advance_same_cause BEFORE UPDATE ON invoicing_advance
    FOR EACH ROW
    WHEN ((OLD.invoice_id, OLD.entity_id, OLD.job, OLD.source, OLD.covered, OLD.cost, OLD.made_on)
          IS DISTINCT FROM
          (NEW.invoice_id, NEW.entity_id, NEW.job, NEW.source, NEW.covered, NEW.cost, NEW.made_on))
    EXECUTE FUNCTION invoicing_refuse();

-- Lines of an issued document: the document is locked first, so that an issue under way is waited for and seen.
CREATE FUNCTION invoicing_line_of_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    document bigint;
    state text;
BEGIN
    FOREACH document IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.invoice_id]
        WHEN 'DELETE' THEN ARRAY[OLD.invoice_id]
        ELSE ARRAY[OLD.invoice_id, NEW.invoice_id] END
    LOOP
        SELECT status INTO state FROM invoicing_invoice WHERE id = document FOR SHARE;
        IF state = 'issued' THEN
            RAISE EXCEPTION 'document % is issued: its lines are frozen', document
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'invoice_line_frozen';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER invoice_line_frozen BEFORE INSERT OR UPDATE OR DELETE ON invoicing_invoiceline
    FOR EACH ROW EXECUTE FUNCTION invoicing_line_of_draft();
"""

UNGUARDED = """
DROP TRIGGER invoice_line_frozen ON invoicing_invoiceline;
DROP FUNCTION invoicing_line_of_draft();
DROP TRIGGER advance_same_cause ON invoicing_advance;
DROP TRIGGER advance_stays ON invoicing_advance;
DROP TRIGGER receivable_stays ON invoicing_receivable;
DROP TRIGGER allotment_never_changes ON invoicing_allotment;
DROP TRIGGER payment_never_changes ON invoicing_payment;
DROP TRIGGER invoice_frozen ON invoicing_invoice;
DROP FUNCTION invoicing_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDED)]
