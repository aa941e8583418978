"""What the books refuse, whoever asks: changing an entry, an entry that does not balance, a closed month."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION ledger_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is booked is never changed: correct it by a new entry'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'entry_never_changes', TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER entry_never_changes BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_never_changes();
CREATE TRIGGER posting_never_changes BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_never_changes();
CREATE TRIGGER period_never_changes BEFORE UPDATE OR DELETE ON ledger_period
    FOR EACH ROW EXECUTE FUNCTION ledger_never_changes();

-- The entity's row is locked first: whoever closes a month waits for bookings under way, and they see it closed.
CREATE FUNCTION ledger_entry_in_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed date;
BEGIN
    PERFORM 1 FROM ledger_legalentity WHERE id = NEW.entity_id FOR KEY SHARE;
    SELECT starts_on INTO closed FROM ledger_period
        WHERE entity_id = NEW.entity_id AND NEW."on" BETWEEN starts_on AND ends_on;
    IF FOUND THEN
        RAISE EXCEPTION 'the month of % is closed', NEW."on"
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'entry_in_open_period',
                  DETAIL = to_char(closed, 'MM/YYYY');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER entry_in_open_period BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_in_open_period();

-- At commit every new entry has all its legs, and they add up to zero.
CREATE FUNCTION ledger_entry_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found_legs integer;
    total numeric;
BEGIN
    SELECT count(*), coalesce(sum(amount), 0) INTO found_legs, total
        FROM ledger_posting WHERE entry_id = NEW.id;
    IF total <> 0 OR found_legs <> NEW.legs THEN
        RAISE EXCEPTION 'entry % does not balance: % legs of %, sum %', NEW.id, found_legs, NEW.legs, total
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'entry_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_whole();

-- No entry ever gets more legs than it announced: so a whole one stays as it is. Checked once per statement, which
-- costs a tenth of a check per leg.
CREATE FUNCTION ledger_no_leg_too_many() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry bigint;
BEGIN
    SELECT e.id INTO entry FROM ledger_entry e
        WHERE e.id IN (SELECT entry_id FROM added)
          AND e.legs < (SELECT count(*) FROM ledger_posting p WHERE p.entry_id = e.id)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % has all its legs', entry
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'entry_legs_announced';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER entry_legs_announced AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_no_leg_too_many();
"""

UNGUARDED = """
DROP TRIGGER entry_legs_announced ON ledger_posting;
DROP TRIGGER entry_balances ON ledger_entry;
DROP TRIGGER entry_in_open_period ON ledger_entry;
DROP TRIGGER period_never_changes ON ledger_period;
DROP TRIGGER posting_never_changes ON ledger_posting;
DROP TRIGGER entry_never_changes ON ledger_entry;
DROP FUNCTION ledger_no_leg_too_many();
DROP FUNCTION ledger_entry_whole();
DROP FUNCTION ledger_entry_in_open_period();
DROP FUNCTION ledger_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDED)]
