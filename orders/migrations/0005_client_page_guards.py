"""A signed order keeps its drawing too; who passed an order on to whom is never changed."""

from django.db import migrations

FROZEN = """
CREATE OR REPLACE FUNCTION order_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
         NEW.signed_at, NEW.signed_name, NEW.signed_role, NEW.purchase_reference, NEW.version, NEW.document_id{new})
        IS DISTINCT FROM
        (OLD.shown, OLD.shown_sha256, OLD.split, OLD.price, OLD.gross, OLD.fee_rate, OLD.insurance_rate,
         OLD.signed_at, OLD.signed_name, OLD.signed_role, OLD.purchase_reference, OLD.version, OLD.document_id{old})
    ) THEN
        RAISE EXCEPTION 'order % is signed: it does not change', OLD.ref
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def frozen(*names: str) -> str:
    """The guard of orders with more columns kept."""
    new, old = ("".join(f", {row}.{name}" for name in names) for row in ("NEW", "OLD"))
    return FROZEN.replace("{new}", new).replace("{old}", old)


FORWARDINGS = """
CREATE TRIGGER forwarding_is_evidence BEFORE UPDATE OR DELETE ON orders_forwarding
    FOR EACH ROW EXECUTE FUNCTION office_refuse('who passed an order on is evidence');
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_client_page"), ("office", "0002_guards")]

    operations = [
        migrations.RunSQL(
            frozen("drawing", "signer_email", "code_wanted") + FORWARDINGS,
            "DROP TRIGGER forwarding_is_evidence ON orders_forwarding;" + frozen(),
        )
    ]
