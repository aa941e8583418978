"""Amounts: refused or exact, never silently rounded."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st

from office.fields import MoneyField, RateField
from office.money import CENT, NotEuros, euros, floor_cents, round_cents, split

NOT_EUROS = [1.5, True, None, "x", "", "NaN", "Infinity", "0.001", Decimal("1.005"), [1]]

amounts = st.integers(-10_000_000, 10_000_000).map(lambda cents: cents * CENT)
weights = st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize("value", NOT_EUROS)
def test_what_is_no_amount_in_cents_is_refused(value: Any) -> None:
    with pytest.raises(NotEuros) as refusal:
        euros(value)
    assert refusal.value.value is value
    assert refusal.value.code == "not_euros"


@pytest.mark.parametrize(
    ("value", "amount"), [("12", "12.00"), (3, "3.00"), ("-0", "0.00"), (Decimal("1.500"), "1.50")]
)
def test_an_amount_has_two_decimals(value: Any, amount: str) -> None:
    assert str(euros(value)) == amount


@settings(deadline=None)
@given(st.decimals(-1000, 1000, places=4))
def test_rounding(amount: Decimal) -> None:
    assert abs(round_cents(amount) - amount) <= CENT / 2
    assert round_cents(-amount) == -round_cents(amount)
    assert 0 <= amount - floor_cents(amount) < CENT


@settings(deadline=None)
@given(amounts, weights)
def test_split_loses_no_cent(total: Decimal, shares: list[Decimal]) -> None:
    parts = split(total, shares)
    assert sum(parts) == total
    assert len(parts) == len(shares)
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - total * share / sum(shares)) < CENT
        assert part == euros(part)


@pytest.mark.parametrize("shares", [[], [0, 0], [2, -1]])
def test_split_needs_weights(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(Decimal(1), shares)


@pytest.mark.parametrize("value", [1.5, True, "x", "0.001", Decimal("NaN"), [1]])
def test_a_money_column_refuses_instead_of_rounding(value: Any) -> None:
    field = MoneyField()
    for refuses in (field.to_python, field.get_prep_value):
        with pytest.raises(ValidationError) as refusal:
            refuses(value)
        assert refusal.value.code == "inexact"


def test_a_money_column_keeps_what_is_exact() -> None:
    field = MoneyField()
    assert field.to_python("12.5") == Decimal("12.50")
    assert field.get_prep_value(3) == Decimal("3.00")
    assert field.to_python(None) is None
    expression = F("amount")
    assert field.get_prep_value(expression) is expression
    assert field.get_db_prep_value("1", connection=None) == 1
    assert field.get_db_prep_value("1", connection=None, prepared=True) == "1"
    assert field.get_db_prep_save("1.10", connection=None) == Decimal("1.10")
    with pytest.raises(ValidationError):
        field.clean("12345678901.00", None)


def test_columns_name_themselves_in_migrations() -> None:
    assert MoneyField(null=True).deconstruct()[1:] == (
        "office.fields.MoneyField",
        [],
        {"null": True},
    )
    assert RateField().deconstruct()[1:] == ("office.fields.RateField", [], {})
    assert RateField().to_python("0.065") == Decimal("0.065000")
