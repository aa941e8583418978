"""Pay at the staff desk, one module by noun."""

from payroll.admin import contracts, declarations, payslips, runs, transfers

__all__ = ["contracts", "declarations", "payslips", "runs", "transfers"]
