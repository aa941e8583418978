"""The pay engine: values in, values out. No database, clock or settings.

Prices and payslips come from the same functions, so that what is shown before a job is sent is
what is paid after it. Figures of law stand in `payroll/legislation`, with their sources; decisions
and what nobody confirmed in `docs/adr/0002-pay-engine.md`.
"""

from pathlib import Path

from office.parameters import Law, load
from payroll.engine.lines import Code, PayLine, Side
from payroll.engine.minimum import (
    BelowMinimum,
    Minimum,
    check_minimum,
    minimum_pay,
    pay_deadline,
    prorata_gross,
)
from payroll.engine.pay import Pay, compute_pay
from payroll.engine.split import PriceTooLow, Split, contract_months, split_gross, split_price
from payroll.engine.terms import (
    BadTerms,
    ContractMonth,
    Employer,
    Household,
    MonthToDate,
    WorkDay,
)

LEGISLATION = Path(__file__).parent.parent / "legislation"


def pay_law(*, demo: bool = False) -> Law:
    """The law of pay, read once; with `demo`, what nobody knows yet repeats the last known value.

    >>> from datetime import date
    >>> str(pay_law().value("onss_personal", date(2026, 11, 23)))
    '0.1307'
    """
    return load(LEGISLATION, demo=demo)


__all__ = [
    "BadTerms",
    "BelowMinimum",
    "Code",
    "ContractMonth",
    "Employer",
    "Household",
    "Minimum",
    "MonthToDate",
    "Pay",
    "PayLine",
    "PriceTooLow",
    "Side",
    "Split",
    "WorkDay",
    "check_minimum",
    "compute_pay",
    "contract_months",
    "minimum_pay",
    "pay_deadline",
    "pay_law",
    "prorata_gross",
    "split_gross",
    "split_price",
]
