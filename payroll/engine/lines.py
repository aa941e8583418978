"""The lines of a payslip. Codes only: whoever prints them gives them words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from office.parameters import Dated


class Side(StrEnum):
    """To which total a line belongs; the lines of a side add up to that total."""

    SALARY = "salary"  # net salary: pay is positive, what is taken is negative
    HOLIDAY = "holiday"  # net holiday pay, same signs
    EMPLOYER = "employer"  # employer's contributions, positive
    INSURANCE_AND_FUNDS = "insurance_and_funds"  # accident insurance and sector fund, positive


class Code(StrEnum):
    """Every line a payslip may carry."""

    GROSS = "gross"  # gross pay for the work
    ONSS = "onss"  # worker's ordinary contribution
    WORK_BONUS_A = "work_bonus_a"  # work bonus, low wages: lowers that contribution
    WORK_BONUS_B = "work_bonus_b"  # work bonus, very low wages: lowers it too
    SPECIAL_CONTRIBUTION = "special_contribution"  # special contribution for social security
    WITHHOLDING = "withholding"  # withholding tax on the month's pay, before the bonus
    FISCAL_WORK_BONUS = "fiscal_work_bonus"  # part of the work bonus deducted from that tax
    HIGHER_WITHHOLDING = "higher_withholding"  # more tax, because the worker asked for a rate
    HOLIDAY_SIMPLE = "holiday_simple"  # simple exit holiday pay
    HOLIDAY_DOUBLE = "holiday_double"  # double exit holiday pay
    HOLIDAY_ONSS = "holiday_onss"  # ordinary contribution on the simple part
    HOLIDAY_RETENTION = "holiday_retention"  # retention on the double part
    HOLIDAY_WITHHOLDING = "holiday_withholding"  # withholding tax on exit holiday pay
    EMPLOYER_BASIC = "onss_employer_basic"  # employer's basic contribution
    WAGE_MODERATION = "onss_wage_moderation"  # wage moderation contribution
    CLOSING_FUND = "onss_closing_fund"  # closing of firms fund (809, or 811 when non-profit)
    CLOSING_FUND_SPECIAL = "onss_810"  # closing of firms fund, temporary unemployment
    UNEMPLOYMENT = "onss_855"  # unemployment contribution of larger employers
    TEMPORARY_UNEMPLOYMENT = "onss_859"  # temporary unemployment and older unemployed
    ACCIDENTS_ONSS = "onss_255"  # accidents at work, part of the ONSS
    ASBESTOS = "onss_256"  # asbestos fund
    UNEXPLAINED_847 = "onss_847"  # in the rate file, meaning not found
    SECTOR_FUND = "sector_fund"  # social fund of the joint committee
    ACCIDENT_INSURANCE = "accident_insurance"  # private insurer, by risk class


@dataclass(frozen=True, slots=True)
class PayLine:
    """One printed line: amount = base x rate where there is a rate. Amounts in euros."""

    side: Side
    code: Code
    base: Decimal | None
    rate: Decimal | None
    amount: Decimal
    parameter: str  # name of the figure of law or policy behind it
    starts_on: date | None  # since when that figure stands; None for policy
    source: str
    confirmed: bool


def line(
    side: Side,
    code: Code,
    *,
    amount: Decimal,
    law: Dated,
    base: Decimal | None = None,
    rate: Decimal | None = None,
) -> PayLine:
    """A line that quotes the figure of law behind it."""
    return PayLine(
        side, code, base, rate, amount, law.name, law.starts_on, law.source, law.confirmed
    )


def plain_line(
    side: Side,
    code: Code,
    *,
    amount: Decimal,
    parameter: str,
    source: str,
    base: Decimal | None = None,
    rate: Decimal | None = None,
) -> PayLine:
    """A line that rests on no figure of law but on the contract, the worker or house policy."""
    return PayLine(side, code, base, rate, amount, parameter, None, source, True)
