"""What this room's tables refuse, whoever asks: changing what was told of a household."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION members_household_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a household version is never changed: record the next one'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'household_never_changes', TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER household_never_changes BEFORE UPDATE OR DELETE ON members_household
    FOR EACH ROW EXECUTE FUNCTION members_household_never_changes();

-- An account number that may be paid to keeps its number and its person.
CREATE FUNCTION members_bankaccount_keeps_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.iban <> OLD.iban OR NEW.affiliate_id <> OLD.affiliate_id THEN
        RAISE EXCEPTION 'an account number is never changed: ask for another account'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'bank_account_keeps_number', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER bank_account_keeps_number BEFORE UPDATE ON members_bankaccount
    FOR EACH ROW EXECUTE FUNCTION members_bankaccount_keeps_number();
"""

DROP = """
DROP TRIGGER household_never_changes ON members_household;
DROP FUNCTION members_household_never_changes();
DROP TRIGGER bank_account_keeps_number ON members_bankaccount;
DROP FUNCTION members_bankaccount_keeps_number();
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, DROP)]
