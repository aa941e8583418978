"""The tables of this room, by noun."""

from payroll.models.contracts import Contract, ContractDay, ContractQuerySet
from payroll.models.declarations import Declaration
from payroll.models.payslips import Payslip, PayslipLine, PayslipQuerySet, Transfer
from payroll.models.runs import PayRun

__all__ = [
    "Contract",
    "ContractDay",
    "ContractQuerySet",
    "Declaration",
    "PayRun",
    "Payslip",
    "PayslipLine",
    "PayslipQuerySet",
    "Transfer",
]
