"""What holds for every price, gross pay, household and calendar the engine is given."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from office.money import CENT, ZERO
from office.parameters import Reading
from payroll.engine import (
    ContractMonth,
    Employer,
    Household,
    MonthToDate,
    Pay,
    Side,
    Split,
    WorkDay,
    compute_pay,
    contract_months,
    pay_law,
    split_gross,
    split_price,
)
from payroll.engine.contributions import special_contribution, special_law
from payroll.engine.cost import cost_terms
from payroll.engine.split import largest_gross, total_cost
from payroll.engine.terms import Case
from payroll.engine.withholding import monthly_tax

LAW = pay_law(demo=True)
FEE = Decimal("0.065")
INSURANCE = Decimal("0.0123")
FIRST = date(2026, 9, 1)

amounts = st.integers(min_value=1, max_value=1_000_000).map(lambda cents: cents * CENT)
hours = st.integers(min_value=1, max_value=20).map(lambda halves: Decimal(halves) / 2)
employers = st.builds(
    Employer,
    workers=st.sampled_from([1, 9, 10, 19, 20, 500]),
    category=st.sampled_from(["commercial", "non_profit"]),
)
households = st.one_of(
    st.builds(
        Household,
        children=st.integers(0, 10),
        disabled=st.booleans(),
        spouse_income=st.sampled_from(["single", "own", "small", "pension_small"]),
        other_dependants=st.integers(0, 2),
        dependants_66_in_care=st.integers(0, 2),
        higher_rate=st.sampled_from([None, Decimal("0.2"), Decimal("0.5"), Decimal("0.99")]),
    ),
    st.builds(
        Household,
        scale=st.just("II"),
        spouse_income=st.just("none"),
        children=st.integers(0, 3),
        spouse_disabled=st.booleans(),
    ),
)


@st.composite
def months(draw: st.DrawFn) -> tuple[ContractMonth, ...]:
    """One to five days of work over up to four months, some in the year the law is not known."""
    offsets = draw(st.sets(st.integers(0, 120), min_size=1, max_size=5))
    days = [WorkDay(FIRST + timedelta(days=offset), draw(hours)) for offset in offsets]
    return contract_months(days, law=LAW)


@st.composite
def pays(draw: st.DrawFn) -> list[Pay]:
    """Up to three payslips of one person in one month, the household changing between them."""
    earlier, made = MonthToDate(), []
    for number in range(draw(st.integers(1, 3))):
        made.append(
            compute_pay(
                gross=draw(amounts),
                days=[WorkDay(FIRST + timedelta(days=number), draw(hours))],
                household=draw(households),
                employer=draw(employers),
                law=LAW,
                paid_on=date(2026, 9, 30),
                insurance_rate=INSURANCE,
                earlier=earlier,
            )
        )
        earlier += made[-1].adds
    return made


def by_price(price: Decimal, work: tuple[ContractMonth, ...], household: Household) -> Split:
    return split_price(
        price=price,
        expenses=ZERO,
        months=work,
        household=household,
        employer=Employer(workers=50),
        law=LAW,
        insurance_rate=INSURANCE,
        fee_rate=FEE,
    )


def by_gross(gross: Decimal, expenses: Decimal, work: tuple[ContractMonth, ...]) -> Split:
    return split_gross(
        gross=gross,
        expenses=expenses,
        months=work,
        household=Household(),
        employer=Employer(workers=50),
        law=LAW,
        insurance_rate=INSURANCE,
        fee_rate=FEE,
    )


@settings(deadline=None)
@given(pays())
def test_payslip_adds_up(made: list[Pay]) -> None:
    for pay in made:
        assert pay.employment_cost == (
            pay.net_salary
            + pay.net_holiday
            + pay.employee_contributions
            + pay.withholding
            + pay.employer_contributions
            + pay.insurance_and_funds
        )
        totals = {
            side: sum((line.amount for line in pay.lines if line.side is side), ZERO)
            for side in Side
        }
        assert totals == {
            Side.SALARY: pay.net_salary,
            Side.HOLIDAY: pay.net_holiday,
            Side.EMPLOYER: pay.employer_contributions,
            Side.INSURANCE_AND_FUNDS: pay.insurance_and_funds,
        }


@settings(deadline=None)
@given(pays())
def test_nothing_is_ever_taken_back(made: list[Pay]) -> None:
    for pay in made:
        assert min(pay.net_salary, pay.net_holiday, pay.withholding) >= 0
        assert min(pay.employee_contributions, pay.employer_contributions) >= 0


@settings(deadline=None)
@given(pays())
def test_rate_times_base_is_the_amount(made: list[Pay]) -> None:
    for pay in made:
        for line in pay.lines:
            if line.rate is not None:
                assert line.base is not None
                assert abs(line.base * line.rate - abs(line.amount)) <= CENT / 2


@settings(deadline=None)
@given(
    st.lists(amounts.filter(lambda gross: gross > 11), min_size=2, max_size=3),
    st.sampled_from([Household(), Household(scale="II", spouse_income="none", children=1)]),
)
def test_small_jobs_are_taxed_like_their_sum(jobs: list[Decimal], household: Household) -> None:
    """Tax and special contribution are those of the month's total (payroll notes 2.6)."""
    month, on = MonthToDate(), date(2026, 9, 30)
    for number, gross in enumerate(jobs, start=1):
        month += compute_pay(
            gross=gross,
            days=[WorkDay(date(2026, 9, number), Decimal("0.5"))],  # too well paid for a bonus
            household=household,
            employer=Employer(workers=50),
            law=LAW,
            paid_on=on,
            insurance_rate=ZERO,
            earlier=month,
        ).adds
    case = Case(Reading(LAW), household, on, on)
    steps = special_law(case).value
    assert month.withheld == monthly_tax(month.taxable, case=case)
    assert month.special_contribution == special_contribution(month.gross, steps=steps)


@settings(deadline=None)
@given(amounts.filter(lambda price: price > 1), months(), households)
def test_parts_add_up_to_the_price(
    price: Decimal, work: tuple[ContractMonth, ...], household: Household
) -> None:
    split = by_price(price, work, household)
    assert sum(split.parts.values()) == split.price == price
    assert min(split.parts.values()) >= 0
    assert split.gross == sum(pay.gross for pay in split.months)
    assert split.gross + split.holiday_gross == (
        split.employee_contributions
        + split.withholding_tax
        + split.net_salary
        + split.net_holiday_pay
    )
    assert split.fee + split.expenses + split.employment_cost + split.rounding == price


@settings(deadline=None)
@given(amounts, amounts, months())
def test_price_of_a_gross_carries_it_and_no_cent_less_does(
    gross: Decimal, expenses: Decimal, work: tuple[ContractMonth, ...]
) -> None:
    split = by_gross(gross, expenses, work)
    assert sum(split.parts.values()) == split.price
    assert split.rounding >= 0
    cheaper = split.price - CENT
    left = cheaper - (cheaper * FEE).quantize(CENT, "ROUND_HALF_UP") - expenses
    assert left < split.employment_cost


@settings(deadline=None)
@given(amounts, months())
def test_gross_to_price_and_back(gross: Decimal, work: tuple[ContractMonth, ...]) -> None:
    priced = by_gross(gross, ZERO, work)
    back = by_price(priced.price, work, Household())
    assert back.gross >= gross
    if len(work) == 1:
        assert back.gross == gross


@settings(deadline=None)
@given(amounts.filter(lambda price: price > 1), amounts, months())
def test_more_price_never_means_less_gross(
    price: Decimal, more: Decimal, work: tuple[ContractMonth, ...]
) -> None:
    less, greater = (by_price(total, work, Household()) for total in (price, price + more))
    assert less.gross <= greater.gross


@settings(deadline=None)
@given(amounts, months())
def test_no_larger_gross_fits(budget: Decimal, work: tuple[ContractMonth, ...]) -> None:
    firsts = [month.days[0].day for month in work]
    terms = [
        cost_terms(Employer(workers=50), insurance_rate=INSURANCE, law=Reading(LAW), on=first)
        for first in firsts
    ]
    gross = largest_gross(budget, months=work, terms=terms)
    assert total_cost(gross, months=work, terms=terms) <= budget
    for cents in range(1, 60):
        assert total_cost(gross + cents * CENT, months=work, terms=terms) > budget


@settings(deadline=None)
@given(amounts, amounts, households, employers)
def test_more_gross_costs_more(
    gross: Decimal, more: Decimal, household: Household, employer: Employer
) -> None:
    less, greater = (
        compute_pay(
            gross=total,
            days=[WorkDay(FIRST, Decimal(8))],
            household=household,
            employer=employer,
            law=LAW,
            paid_on=date(2026, 9, 30),
            insurance_rate=INSURANCE,
        )
        for total in (gross, gross + more)
    )
    assert less.employment_cost < greater.employment_cost
    assert less.adds.special_contribution <= greater.adds.special_contribution
