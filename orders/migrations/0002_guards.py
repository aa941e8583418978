"""What the database itself refuses of an order: changing what a client was shown, or unsigning it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION order_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.version > 1 OR OLD.sent_at IS NOT NULL THEN
            RAISE EXCEPTION 'order % was shown to a client: it is kept', OLD.ref
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.certificate_id IS NOT NULL AND NEW.certificate_id IS DISTINCT FROM OLD.certificate_id THEN
        RAISE EXCEPTION 'order % keeps its certificate', OLD.ref
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.signed_at IS NOT NULL AND (
        (NEW.shown, NEW.shown_sha256, NEW.split, NEW.price, NEW.gross, NEW.fee_rate, NEW.insurance_rate,
         NEW.signed_at, NEW.signed_name, NEW.signed_role, NEW.purchase_reference, NEW.version, NEW.document_id)
        IS DISTINCT FROM
        (OLD.shown, OLD.shown_sha256, OLD.split, OLD.price, OLD.gross, OLD.fee_rate, OLD.insurance_rate,
         OLD.signed_at, OLD.signed_name, OLD.signed_role, OLD.purchase_reference, OLD.version, OLD.document_id)
    ) THEN
        RAISE EXCEPTION 'order % is signed: it does not change', OLD.ref
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER order_frozen BEFORE UPDATE OR DELETE ON orders_order
    FOR EACH ROW EXECUTE FUNCTION order_frozen();

CREATE FUNCTION order_parts_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parent orders_order;
BEGIN
    SELECT * INTO parent FROM orders_order
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.order_id ELSE NEW.order_id END;
    IF FOUND AND parent.status <> 'draft' THEN
        RAISE EXCEPTION 'order % is no draft: its days and expenses do not change', parent.ref
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER order_days_frozen BEFORE INSERT OR UPDATE OR DELETE ON orders_orderday
    FOR EACH ROW EXECUTE FUNCTION order_parts_frozen();
CREATE TRIGGER order_expenses_frozen BEFORE INSERT OR UPDATE OR DELETE ON orders_expenseline
    FOR EACH ROW EXECUTE FUNCTION order_parts_frozen();
"""

BACKWARD = """
DROP TRIGGER order_expenses_frozen ON orders_expenseline;
DROP TRIGGER order_days_frozen ON orders_orderday;
DROP FUNCTION order_parts_frozen();
DROP TRIGGER order_frozen ON orders_order;
DROP FUNCTION order_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
