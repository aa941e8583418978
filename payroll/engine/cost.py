"""What an employer pays on top of gross pay. The law of the days of work counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from office.money import round_cents
from office.parameters import Dated, Reading
from payroll.engine.lines import Code, PayLine, Side, line, plain_line
from payroll.engine.terms import Employer


@dataclass(frozen=True, slots=True)
class EmployerRow:
    """A contribution on gross pay and simple holiday pay."""

    side: Side
    code: Code
    law: Dated


@dataclass(frozen=True, slots=True)
class CostTerms:
    """Everything the cost of a gross pay depends on, looked up once."""

    simple: Dated
    double: Dated
    rows: tuple[EmployerRow, ...]
    insurance_rate: Decimal

    @property
    def per_euro(self) -> Decimal:
        """Cost of one euro of gross pay before any rounding (payroll notes, section 8)."""
        simple: Decimal = self.simple.value
        double: Decimal = self.double.value
        contributions = sum((row.law.value for row in self.rows), Decimal(0))
        return (1 + simple) * (1 + contributions) + double + self.insurance_rate

    @property
    def roundings(self) -> int:
        """Amounts that `employment_cost` rounds: the rows, two holiday pays, the insurance."""
        return len(self.rows) + 3


def cost_terms(employer: Employer, *, insurance_rate: Decimal, law: Reading, on: date) -> CostTerms:
    """The rates that hold for an employer on a day; `insurance_rate` is the insurer's, on gross."""
    return CostTerms(
        simple=law.get("exit_holiday_simple", on),
        double=law.get("exit_holiday_double", on),
        rows=tuple(_rows(employer, law=law, on=on)),
        insurance_rate=insurance_rate,
    )


def employment_cost(gross: Decimal, *, terms: CostTerms) -> Decimal:
    """Gross pay, exit holiday pay, contributions, fund and insurance together, in euros.

    Each contribution is rounded to the cent on its own, as it is declared.
    """
    simple = round_cents(gross * terms.simple.value)
    base = gross + simple
    cost = base + round_cents(gross * terms.double.value)
    cost += round_cents(gross * terms.insurance_rate)
    for row in terms.rows:
        cost += round_cents(base * row.law.value)
    return cost


def employer_lines(gross: Decimal, *, simple: Decimal, terms: CostTerms) -> Iterator[PayLine]:
    """One line per contribution, then the accident insurance on gross pay."""
    base = gross + simple
    for row in terms.rows:
        rate: Decimal = row.law.value
        amount = round_cents(base * rate)
        yield line(row.side, row.code, amount=amount, law=row.law, base=base, rate=rate)
    yield plain_line(
        Side.INSURANCE_AND_FUNDS,
        Code.ACCIDENT_INSURANCE,
        amount=round_cents(gross * terms.insurance_rate),
        parameter="insurance_rate",
        source="policy",
        base=gross,
        rate=terms.insurance_rate,
    )


def _rows(employer: Employer, *, law: Reading, on: date) -> Iterator[EmployerRow]:
    names = {
        Code.EMPLOYER_BASIC: "onss_employer_basic",
        Code.WAGE_MODERATION: "onss_wage_moderation",
        Code.CLOSING_FUND: _closing_fund(employer),
        Code.CLOSING_FUND_SPECIAL: "onss_810",
        Code.TEMPORARY_UNEMPLOYMENT: "onss_859",
        Code.ACCIDENTS_ONSS: "onss_255",
        Code.ASBESTOS: "onss_256",
        Code.UNEXPLAINED_847: "onss_847",
    }
    if size_code(employer, law=law, on=on) >= law.value("importance_code_of_855", on):
        names[Code.UNEMPLOYMENT] = "onss_855"
    for code, name in names.items():
        yield EmployerRow(Side.EMPLOYER, code, law.get(name, on))
    fund = law.get(f"fund_cp{employer.joint_committee}", on)
    yield EmployerRow(Side.INSURANCE_AND_FUNDS, Code.SECTOR_FUND, fund)


def _closing_fund(employer: Employer) -> str:
    if employer.category == "non_profit":
        return "onss_811"
    return "onss_809_under_20" if employer.workers < 20 else "onss_809_from_20"


def size_code(employer: Employer, *, law: Reading, on: date) -> int:
    """ONSS importance code of an employer by its number of workers."""
    steps = law.value("importance_codes", on)
    return max(int(code) for least, code in steps if employer.workers >= least)
