"""Withholding tax of a resident. The law of the day of payment counts, not that of the work."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from office.money import ZERO, round_cents
from payroll.engine.terms import Case

MONTHS = 12


def monthly_tax(taxable: Decimal, *, case: Case) -> Decimal:
    """Tax on a month's taxable pay in euros, before the fiscal work bonus.

    Key formula, annex III RD/ITC92: every step is rounded to the cent.
    """
    reduced = annual_tax(taxable * MONTHS, case=case) - family_reductions(case)
    return round_cents(max(reduced, ZERO) / MONTHS)


def annual_tax(annual: Decimal, *, case: Case) -> Decimal:
    """Tax on a year's taxable pay after the tax-free amount, before family reductions, in euros."""
    expenses = round_cents(annual * _figure("expense_rate", case))
    net = annual - min(expenses, _figure("expense_maximum", case))
    share = ZERO
    if case.household.scale == "II":
        share = round_cents(net * _figure("spouse_rate", case))
        share = min(share, _figure("spouse_maximum", case))
    brackets = _figure("brackets", case)
    tax = bracket_tax(net - share, brackets=brackets) + bracket_tax(share, brackets=brackets)
    credit: Decimal = _figure(f"credit_scale_{case.household.scale}", case)
    return max(tax - credit, ZERO)


def bracket_tax(net: Decimal, *, brackets: Sequence[Mapping[str, Decimal]]) -> Decimal:
    """Tax on net annual pay by brackets, in euros.

    >>> brackets = ({"over": Decimal(0), "rate": Decimal("0.25"), "tax": Decimal(0)},
    ...             {"over": Decimal(100), "rate": Decimal("0.5"), "tax": Decimal(25)})
    >>> bracket_tax(Decimal(100), brackets=brackets), bracket_tax(Decimal(110), brackets=brackets)
    (Decimal('25.00'), Decimal('30.00'))
    """
    bracket = [step for step in brackets if step["over"] <= net][-1]
    return round_cents(bracket["tax"] + (net - bracket["over"]) * bracket["rate"])


def family_reductions(case: Case) -> Decimal:
    """Reductions of a year's tax for children, dependants and disabilities, in euros."""
    household = case.household
    times = {
        "single_parent": household.single_parent,
        "disabled": household.disabled,
        "disabled_spouse": household.spouse_disabled,
        "dependant_66_in_care": household.dependants_66_in_care,
        "other_dependant": household.other_dependants,
        "spouse_small_income": household.spouse_income == "small",
        "spouse_small_pension": household.spouse_income == "pension_small",
    }
    others = (_figure(name, case) * count for name, count in times.items() if count)
    return sum(others, _children_reduction(case))


def weighted_children(case: Case) -> int:
    """Children as the tax counts them: a disabled child counts for two."""
    household = case.household
    if not household.disabled_children:
        return household.children
    weight = int(_figure("disabled_child_weight", case))
    return household.children + household.disabled_children * (weight - 1)


def fiscal_work_bonus(bonus_a: Decimal, bonus_b: Decimal, *, case: Case) -> Decimal:
    """Part of the work bonus that may be deducted from the tax, in euros (notes 1.4)."""
    shares = case.fiscal("fiscal_work_bonus").value
    return round_cents(bonus_a * shares["of_a"] + bonus_b * shares["of_b"])


def holiday_tax(taxable: Decimal, *, annual: Decimal, case: Case) -> Decimal:
    """Tax on exit holiday pay in euros; `annual` is the reference pay of a year.

    Annex III RD/ITC92, 53 to 55: below a limit that depends on the children only what exceeds
    it is taxed, at the full rate; above it a share of the tax falls away. That the two never come
    together, and that a thirteenth child changes nothing, is our reading (inferred).
    """
    rate, children = holiday_rate(annual, case=case), weighted_children(case)
    if not children:
        return round_cents(taxable * rate)
    limit = _for_children(case.fiscal("exceptional_tax_exemption").value, children)
    if annual < limit:
        return round_cents(min(taxable, max(annual + taxable - limit, ZERO)) * rate)
    relief = _for_children(case.fiscal("exceptional_tax_reduction").value, children)
    share = relief["rate"] if annual <= relief["to"] else ZERO
    return round_cents(round_cents(taxable * rate) * (1 - share))


def holiday_rate(annual: Decimal, *, case: Case) -> Decimal:
    """Rate on holiday pay for a reference pay of a year; a bound belongs to the step below it."""
    steps = case.fiscal("exceptional_tax").value
    step = next(step for step in steps if step["to"] is None or annual <= step["to"])
    rate: Decimal = step["holiday"]
    return rate


def _figure(name: str, case: Case) -> Any:
    return case.fiscal(f"withholding_{name}").value


def _children_reduction(case: Case) -> Decimal:
    children = weighted_children(case)
    if not children:
        return ZERO
    table: Sequence[Decimal] = _figure("children", case)
    further = children - len(table)
    if further <= 0:
        return table[children - 1]
    each: Decimal = _figure("child_above_eight", case)
    return table[-1] + each * further


def _for_children(table: Sequence[Any], children: int) -> Any:
    """The row for a number of children; the last row also serves for more."""
    return table[min(children, len(table)) - 1]
