"""Proof that pay and books say the same: each final payslip booked once, with its own figures."""

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _

from ledger.checks import Problem

# What each final payslip and each executed transfer must have put on each account.
EXPECTED = """
WITH slip AS (
    SELECT slip.*, contract.entity_id, activity.budget_account_id
    FROM payroll_payslip slip
    JOIN payroll_contract contract ON contract.id = slip.contract_id
    JOIN members_activity activity ON activity.id = contract.activity_id
    WHERE slip.final_at IS NOT NULL
), expected (entity_id, source, code, account_id, amount) AS (
    SELECT entity_id, 'payslip:' || id, '620', NULL::bigint, gross + holiday_gross FROM slip
    UNION ALL SELECT entity_id, 'payslip:' || id, '621', NULL, employer_contributions FROM slip
    UNION ALL SELECT entity_id, 'payslip:' || id, '623', NULL, insurance_and_funds FROM slip
    UNION ALL SELECT entity_id, 'payslip:' || id, '455', NULL, -net_payable FROM slip
    UNION ALL SELECT entity_id, 'payslip:' || id, '453', NULL, -withholding FROM slip
    UNION ALL SELECT entity_id, 'payslip:' || id, '454', NULL,
        -(employee_contributions + employer_contributions) FROM slip
    UNION ALL SELECT entity_id, 'payslip:' || id, '440', NULL, -insurance_and_funds FROM slip
    UNION ALL SELECT entity_id, 'payslip-cost:' || id, '920', budget_account_id, employment_cost
        FROM slip
    UNION ALL SELECT entity_id, 'payslip-cost:' || id, '930', NULL, -employment_cost FROM slip
    UNION ALL SELECT run.entity_id, 'transfer:' || transfer.id, account.code, NULL,
        CASE account.code WHEN '455' THEN transfer.amount ELSE -transfer.amount END
        FROM payroll_transfer transfer
        JOIN payroll_payrun run ON run.id = transfer.run_id
        CROSS JOIN (VALUES ('455'), ('550')) AS account (code)
        WHERE transfer.executed_on IS NOT NULL
), booked AS (
    SELECT entry.entity_id, entry.source, account.code, posting.account_id, posting.amount
    FROM ledger_entry entry
    JOIN ledger_posting posting ON posting.entry_id = entry.id
    JOIN ledger_account account ON account.id = posting.account_id
    WHERE entry.kind IN ('pay', 'pay_cost', 'pay_executed')
)
SELECT coalesce(expected.source, booked.source), coalesce(expected.code, booked.code),
       coalesce(expected.amount, 0), coalesce(booked.amount, 0)
FROM (SELECT * FROM expected WHERE amount <> 0) expected
FULL JOIN booked ON booked.entity_id = expected.entity_id AND booked.source = expected.source
    AND booked.code = expected.code
    AND (expected.account_id IS NULL OR booked.account_id = expected.account_id)
WHERE expected.amount IS DISTINCT FROM booked.amount
ORDER BY 1, 2
"""

LINES = """
SELECT slip.ref
FROM payroll_payslip slip
LEFT JOIN LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE side = 'salary'), 0) AS salary,
           coalesce(sum(amount) FILTER (WHERE side = 'holiday'), 0) AS holiday,
           coalesce(sum(amount) FILTER (WHERE side = 'employer'), 0) AS employer,
           coalesce(sum(amount) FILTER (WHERE side = 'insurance_and_funds'), 0) AS funds
    FROM payroll_payslipline WHERE payslip_id = slip.id
) line ON true
WHERE slip.final_at IS NOT NULL AND
      (line.salary, line.holiday, line.employer, line.funds) IS DISTINCT FROM
      (slip.net_salary, slip.net_holiday, slip.employer_contributions, slip.insurance_and_funds)
ORDER BY slip.ref
"""

TOTALS = """
SELECT run.ref
FROM payroll_payrun run
LEFT JOIN payroll_transfer transfer ON transfer.run_id = run.id
GROUP BY run.id
HAVING run.total <> coalesce(sum(transfer.amount), 0)
ORDER BY run.ref
"""


def run() -> list[Problem]:
    """Payslips and transfers against their accounts, lines and runs against their totals."""
    return [*_bookings(), *_lines(), *_totals()]


def _bookings() -> Iterator[Problem]:
    for source, code, expected, booked in _rows(EXPECTED):
        yield Problem(
            code="pay_not_as_booked",
            text=_(
                "{source}, compte {code} : {expected} € attendus, {booked} € dans les livres."
            ).format(source=source, code=code, expected=expected, booked=booked),
        )


def _lines() -> Iterator[Problem]:
    for (ref,) in _rows(LINES):
        yield Problem(
            code="payslip_lines",
            text=_("Les lignes de la fiche de paie {ref} ne font pas ses totaux.").format(ref=ref),
        )


def _totals() -> Iterator[Problem]:
    for (ref,) in _rows(TOTALS):
        yield Problem(
            code="run_total",
            text=_("Les virements de la paie {ref} ne font pas son total.").format(ref=ref),
        )


def _rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())
