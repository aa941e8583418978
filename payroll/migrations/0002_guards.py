"""What the database refuses whoever asks: a final payslip, a sent transfer, a contract's terms never change."""

from django.db import migrations

CONTRACT = """
CREATE FUNCTION payroll_contract_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a contract is annulled, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.ref, NEW.entity_id, NEW.affiliate_id, NEW.activity_id, NEW.job, NEW.trade_id, NEW.client_name,
        NEW.description, NEW.place, NEW.free_setting, NEW.starts_on, NEW.ends_on, NEW.hours, NEW.gross,
        NEW.insurance_rate, NEW.guaranteed, NEW.joint_committee, NEW.language, NEW.printed, NEW.created_at)
       IS DISTINCT FROM
       (OLD.ref, OLD.entity_id, OLD.affiliate_id, OLD.activity_id, OLD.job, OLD.trade_id, OLD.client_name,
        OLD.description, OLD.place, OLD.free_setting, OLD.starts_on, OLD.ends_on, OLD.hours, OLD.gross,
        OLD.insurance_rate, OLD.guaranteed, OLD.joint_committee, OLD.language, OLD.printed, OLD.created_at) THEN
        RAISE EXCEPTION 'the terms of a contract never change: another version replaces it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.released_at IS NOT NULL AND
       (NEW.released_at, NEW.release_kind, NEW.gross_due, NEW.hours_done, NEW.last_day_worked,
        NEW.pay_deadline) IS DISTINCT FROM
       (OLD.released_at, OLD.release_kind, OLD.gross_due, OLD.hours_done, OLD.last_day_worked,
        OLD.pay_deadline) THEN
        RAISE EXCEPTION 'what was released for pay never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'signed' AND
       (NEW.cooperative_signed_at, NEW.cooperative_signed_by_id, NEW.affiliate_signed_at, NEW.signature_level,
        NEW.signed_paper_id, NEW.document_id) IS DISTINCT FROM
       (OLD.cooperative_signed_at, OLD.cooperative_signed_by_id, OLD.affiliate_signed_at, OLD.signature_level,
        OLD.signed_paper_id, OLD.document_id) THEN
        RAISE EXCEPTION 'the signatures of a contract never change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payroll_contract_guard BEFORE UPDATE OR DELETE ON payroll_contract
    FOR EACH ROW EXECUTE FUNCTION payroll_contract_guard();

CREATE FUNCTION payroll_day_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM payroll_contract WHERE id = NEW.contract_id AND status = 'draft' AND document_id IS NULL;
        IF FOUND THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the days of a contract never change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payroll_day_guard BEFORE INSERT OR UPDATE OR DELETE ON payroll_contractday
    FOR EACH ROW EXECUTE FUNCTION payroll_day_guard();
"""

DECLARATION = """
CREATE FUNCTION payroll_declaration_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a declaration is dropped, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> 'to_declare' AND
       (NEW.kind, NEW.status, NEW.period_number, NEW.previous_id, NEW.recorded_at, NEW.recorded_by_id)
       IS DISTINCT FROM
       (OLD.kind, OLD.status, OLD.period_number, OLD.previous_id, OLD.recorded_at, OLD.recorded_by_id) THEN
        RAISE EXCEPTION 'a recorded declaration never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payroll_declaration_guard BEFORE UPDATE OR DELETE ON payroll_declaration
    FOR EACH ROW EXECUTE FUNCTION payroll_declaration_guard();
"""

RUN = """
CREATE FUNCTION payroll_run_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a pay run is discarded, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status IN ('executed', 'discarded') THEN
        RAISE EXCEPTION 'this pay run is over' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'approved' AND
       (NEW.status <> 'executed' OR
        (NEW.ref, NEW.entity_id, NEW.pay_on, NEW.total, NEW.submitted_at, NEW.submitted_by_id, NEW.approved_at,
         NEW.approved_by_id, NEW.bank_file_id) IS DISTINCT FROM
        (OLD.ref, OLD.entity_id, OLD.pay_on, OLD.total, OLD.submitted_at, OLD.submitted_by_id, OLD.approved_at,
         OLD.approved_by_id, OLD.bank_file_id)) THEN
        RAISE EXCEPTION 'an approved pay run never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payroll_run_guard BEFORE UPDATE OR DELETE ON payroll_payrun
    FOR EACH ROW EXECUTE FUNCTION payroll_run_guard();
"""

PAYSLIP = """
CREATE FUNCTION payroll_payslip_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM payroll_payrun WHERE id = NEW.run_id AND status = 'built';
        IF NOT FOUND OR NEW.final_at IS NOT NULL THEN
            RAISE EXCEPTION 'a payslip is made with its run' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.final_at IS NOT NULL OR OLD.dropped_at IS NOT NULL THEN
        RAISE EXCEPTION 'a payslip is never deleted, and a final one never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.ref, NEW.contract_id, NEW.run_id, NEW.household_id, NEW.hours, NEW.gross, NEW.holiday_gross,
        NEW.employee_contributions, NEW.withholding, NEW.net_salary, NEW.net_holiday, NEW.employer_contributions,
        NEW.insurance_and_funds, NEW.employment_cost, NEW.net_payable, NEW.month, NEW.unconfirmed)
       IS DISTINCT FROM
       (OLD.ref, OLD.contract_id, OLD.run_id, OLD.household_id, OLD.hours, OLD.gross, OLD.holiday_gross,
        OLD.employee_contributions, OLD.withholding, OLD.net_salary, OLD.net_holiday, OLD.employer_contributions,
        OLD.insurance_and_funds, OLD.employment_cost, OLD.net_payable, OLD.month, OLD.unconfirmed) THEN
        RAISE EXCEPTION 'the figures of a payslip never change: the run is discarded and built again'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payroll_payslip_guard BEFORE INSERT OR UPDATE OR DELETE ON payroll_payslip
    FOR EACH ROW EXECUTE FUNCTION payroll_payslip_guard();

CREATE FUNCTION payroll_payslipline_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM payroll_payslip slip JOIN payroll_payrun run ON run.id = slip.run_id
            WHERE slip.id = NEW.payslip_id AND slip.final_at IS NULL AND run.status = 'built';
        IF FOUND THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the lines of a payslip never change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payroll_payslipline_guard BEFORE INSERT OR UPDATE OR DELETE ON payroll_payslipline
    FOR EACH ROW EXECUTE FUNCTION payroll_payslipline_guard();
"""

TRANSFER = """
CREATE FUNCTION payroll_transfer_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM payroll_payrun WHERE id = NEW.run_id AND status = 'built';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a transfer is made with its run' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.executed_on IS NOT NULL OR OLD.rejected_on IS NOT NULL
       OR OLD.dropped_at IS NOT NULL THEN
        RAISE EXCEPTION 'what the bank answered never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.run_id, NEW.payslip_id, NEW.name, NEW.iban, NEW.amount) IS DISTINCT FROM
       (OLD.run_id, OLD.payslip_id, OLD.name, OLD.iban, OLD.amount) THEN
        RAISE EXCEPTION 'the account and the amount of a transfer never change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payroll_transfer_guard BEFORE INSERT OR UPDATE OR DELETE ON payroll_transfer
    FOR EACH ROW EXECUTE FUNCTION payroll_transfer_guard();
"""

NAMES = ("contract", "day", "declaration", "run", "payslip", "payslipline", "transfer")
BACK = "".join(f"DROP FUNCTION payroll_{name}_guard() CASCADE;" for name in NAMES)


class Migration(migrations.Migration):
    dependencies = [("payroll", "0001_initial")]
    operations = [
        migrations.RunSQL(CONTRACT + DECLARATION + RUN + PAYSLIP + TRANSFER, BACK),
    ]
