"""The payslips of tests/payslips, recomputed to the cent."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from office.money import floor_cents
from office.parameters import Confidence, Dated, Law, Reading
from payroll.engine import (
    Employer,
    Household,
    WorkDay,
    contract_months,
    pay_law,
    split_price,
)
from payroll.engine.cost import cost_terms
from payroll.engine.holiday import exit_holiday
from payroll.engine.salary import salary
from payroll.engine.terms import Case
from payroll.engine.withholding import MONTHS, annual_tax, monthly_tax

PAYSLIPS = Path(__file__).parent.parent / "payslips"


def cases(name: str) -> list[Any]:
    content = yaml.safe_load((PAYSLIPS / f"{name}.yaml").read_text("utf-8"))
    return [
        pytest.param({**content.get("defaults", {}), **case}, id=case["id"])
        for case in content["cases"]
    ]


def case_of(given: dict[str, Any]) -> Case:
    worked_on = given.get("worked_on", given.get("paid_on"))
    household = Household(scale=given.get("scale", "I"), children=given.get("children", 0))
    return Case(Reading(pay_law()), household, worked_on, given.get("paid_on", worked_on))


@pytest.mark.parametrize("given", cases("full_month"))
def test_full_month(given: dict[str, Any]) -> None:
    case, gross = case_of(given), Decimal(given["gross"])
    pay = salary(gross, fraction=Decimal(1), special_base=gross, case=case)
    computed = {
        "onss": pay.contribution.due,
        "bonus_a": pay.contribution.bonus_a,
        "bonus_b": pay.contribution.bonus_b,
        "onss_net": pay.contribution.net,
        "taxable": pay.taxable,
        "annual_tax": annual_tax(pay.taxable * MONTHS, case=case),
        "tax_before_bonus": pay.tax.before_bonus,
        "fiscal_bonus": pay.tax.bonus_used,
        "tax": pay.tax.withheld,
        "special": pay.special,
        "net": pay.net,
    }
    assert {name: str(computed[name]) for name in given["expect"]} == given["expect"]


@pytest.mark.parametrize("given", cases("monthly_tax"))
def test_monthly_tax(given: dict[str, Any]) -> None:
    assert str(monthly_tax(Decimal(given["taxable"]), case=case_of(given))) == given["tax"]


@pytest.mark.parametrize("given", cases("exit_holiday"))
def test_exit_holiday(given: dict[str, Any]) -> None:
    holiday = exit_holiday(Decimal(given["gross"]), case=case_of(given))
    computed = {field.name: str(getattr(holiday, field.name)) for field in fields(holiday)}
    assert computed == given["expect"]


@pytest.mark.parametrize("given", cases("order"))
def test_order(given: dict[str, Any]) -> None:
    law = without_fund(pay_law())
    employer, on = Employer(workers=20), given["worked_on"]
    terms = cost_terms(employer, insurance_rate=Decimal(0), law=Reading(law), on=on)
    split = split_price(
        price=Decimal(given["price"]),
        expenses=Decimal(0),
        months=contract_months([WorkDay(on, Decimal("7.6"))], law=law),
        household=Household(),
        employer=employer,
        law=law,
        insurance_rate=Decimal(0),
        fee_rate=Decimal("0.065"),
    )
    (pay,) = split.months
    computed = {
        "fee": split.fee,
        "closed_form": floor_cents((split.price - split.fee) / terms.per_euro),
        "gross": split.gross,
        "rounding": split.rounding,
        "simple": pay.holiday_gross_simple,
        "double": pay.holiday_gross_double,
    }
    assert {name: str(amount) for name, amount in computed.items()} == given["expect"]


def without_fund(law: Law) -> Law:
    none = Dated(Decimal(0), "fund_cp200", date(2026, 1, 1), "test", Confidence.CERTAIN)
    return Law({name: law.history(name) for name in law.names()} | {"fund_cp200": (none,)})
