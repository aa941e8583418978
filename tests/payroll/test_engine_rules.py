"""Single rules of the pay engine: borders in time, refusals, switches, minimum pay."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from office.money import ZERO, NotEuros
from office.parameters import UNKNOWN, Confidence, Dated, Law, NoValue, Reading
from payroll.engine import (
    BadTerms,
    BelowMinimum,
    Code,
    ContractMonth,
    Employer,
    Household,
    Minimum,
    MonthToDate,
    Pay,
    PriceTooLow,
    WorkDay,
    check_minimum,
    compute_pay,
    contract_months,
    minimum_pay,
    pay_deadline,
    pay_law,
    prorata_gross,
    split_gross,
    split_price,
)
from payroll.engine.contributions import (
    full_time_fraction,
    special_contribution,
    special_law,
    work_bonus,
    worker_contribution,
)
from payroll.engine.cost import cost_terms, size_code
from payroll.engine.terms import Case
from payroll.engine.withholding import annual_tax, family_reductions, holiday_tax, monthly_tax

LAW = pay_law()
DAY = date(2026, 9, 14)
FULL_DAY = Decimal("7.6")
EMPLOYER = Employer(workers=50)


def pay(**changed: Any) -> Pay:
    """One well paid day in September 2026, unless said otherwise."""
    given: dict[str, Any] = {
        "gross": Decimal("300.00"),
        "days": [WorkDay(DAY, FULL_DAY)],
        "household": Household(),
        "employer": EMPLOYER,
        "law": LAW,
        "paid_on": date(2026, 9, 22),
        "insurance_rate": Decimal("0.003"),
    }
    return compute_pay(**(given | changed))


def case(
    household: Household = Household(),  # noqa: B008 - immutable
    *,
    worked_on: date = DAY,
    paid_on: date = DAY,
    law: Law = LAW,
) -> Case:
    return Case(Reading(law), household, worked_on, paid_on)


def changed_law(name: str, value: Any) -> Law:
    row = Dated(value, name, date(2020, 1, 1), "test", Confidence.CERTAIN)
    return Law({each: LAW.history(each) for each in LAW.names()} | {name: (row,)})


# --- the six traps of the domain notes ---------------------------------------------------------


def test_a_special_contribution_is_the_table_of_2022() -> None:
    """The obsolete table would say 7.6 % from 1945.38 on, and 9.30 or 18.60."""
    steps = special_law(case()).value
    at = {"1945.38": "0.00", "2000.00": "2.30", "2190.18": "10.33", "9999.00": "60.94"}
    assert {pay: str(special_contribution(Decimal(pay), steps=steps)) for pay in at} == at


@pytest.mark.parametrize(
    ("spouse_income", "base", "due"),
    [
        ("own", "1095.09", "0.00"),
        ("own", "1095.10", "5.15"),
        ("small", "1950.00", "5.15"),
        ("pension_small", "2190.18", "14.44"),
        ("own", "9999.00", "51.64"),
        ("none", "1945.38", "0.00"),
        ("none", "2190.18", "14.44"),
        ("none", "9999.00", "60.94"),
    ],
)
def test_special_contribution_of_two(spouse_income: Any, base: str, due: str) -> None:
    scale: Any = "II" if spouse_income == "none" else "I"
    steps = special_law(case(Household(scale=scale, spouse_income=spouse_income))).value
    assert str(special_contribution(Decimal(base), steps=steps)) == due


def test_b_reference_wage_of_the_work_bonus_is_gross_at_100_percent() -> None:
    """Also for a worker whose contributions are due on 108 %: 2,400 stays 2,400."""
    table = LAW.value("work_bonus_manual", DAY)
    assert work_bonus(Decimal(2400), fraction=Decimal(1), table=table) == (
        Decimal("137.74"),
        Decimal("156.78"),  # 185.75 - 0.2915 x (2400 - 2300.62)
    )


@pytest.mark.parametrize(
    ("worked_on", "bonus_a"),
    [
        (date(2026, 2, 28), "49.29"),  # 123.00 - 0.2807 x (3095.95 - 2833.36)
        (date(2026, 3, 1), "58.88"),
        (date(2026, 6, 30), "66.00"),
        (date(2026, 7, 1), "77.04"),
        (date(2026, 8, 31), "77.04"),
        (date(2026, 9, 1), "84.26"),
    ],
)
def test_c_work_bonus_follows_the_day_of_work(worked_on: date, bonus_a: str) -> None:
    given = case(worked_on=worked_on, paid_on=date(2026, 9, 30))
    due = worker_contribution(Decimal("3095.95"), fraction=Decimal(1), case=given)
    assert str(due.bonus_a) == bonus_a


def test_d_tax_follows_the_year_of_payment() -> None:
    """Work of December paid in January takes the formula of January."""
    december = case(worked_on=date(2025, 12, 30), paid_on=date(2025, 12, 31))
    january = case(worked_on=date(2025, 12, 30), paid_on=date(2026, 1, 2))
    assert str(monthly_tax(Decimal(2500), case=december)) == "397.37"
    assert str(monthly_tax(Decimal(2500), case=january)) == "381.01"


def test_d_tax_of_a_year_without_formula_is_refused_by_name() -> None:
    with pytest.raises(NoValue) as refusal:
        pay(paid_on=date(2027, 1, 4))
    assert refusal.value.name.startswith("withholding_")
    assert refusal.value.on == date(2027, 1, 4)


def test_e_fiscal_bonus_never_makes_the_tax_negative() -> None:
    paid = pay(
        gross=Decimal("2233.61"), days=_month(), household=Household(children=4), earlier=NOTHING
    )
    assert paid.amount(Code.FISCAL_WORK_BONUS) == 0
    assert paid.amount(Code.WITHHOLDING) == 0
    assert paid.adds.fiscal_bonus > 0


def test_f_pay_below_the_minimum_is_refused_with_two_ways_out() -> None:
    minimum = minimum_of("A")
    with pytest.raises(BelowMinimum) as refusal:
        check_minimum(Decimal("100.00"), minimum=minimum)
    assert refusal.value.minimum_gross == minimum.total == Decimal("103.51")
    assert refusal.value.hours_possible == Decimal("7.34")
    assert (minimum.hourly * Decimal("7.34")) <= 100 < (minimum.hourly * Decimal("7.35"))
    check_minimum(minimum.total, minimum=minimum)


NOTHING = MonthToDate()


def _month() -> list[WorkDay]:
    return [WorkDay(date(2026, 9, day), Decimal("7.6")) for day in range(1, 23)]


# --- law that is not known -----------------------------------------------------------------------


def test_work_after_the_last_known_quarter_is_refused_by_name() -> None:
    with pytest.raises(NoValue, match="onss_809_from_20 on 2026-11-24"):
        pay(days=[WorkDay(date(2026, 11, 24), FULL_DAY)], paid_on=date(2026, 12, 2))


def test_an_estimate_says_what_it_estimated() -> None:
    december = [WorkDay(date(2026, 12, 28), FULL_DAY)]
    law = LAW.estimating()
    estimate = pay(days=december, paid_on=date(2027, 1, 5), law=law)
    assert set(estimate.estimated) == law.estimated
    assert {"onss_855", "withholding_brackets", "exceptional_tax"} <= law.estimated
    assert set(estimate.estimated) < set(estimate.unconfirmed)


def test_the_demonstration_computes_and_names_what_nobody_confirmed() -> None:
    december = [WorkDay(date(2026, 12, 28), FULL_DAY)]
    demo = pay(days=december, paid_on=date(2027, 1, 5), law=pay_law(demo=True))
    same = pay()
    assert demo.net == same.net
    assert demo.estimated == ()
    assert {"onss_855", "withholding_brackets"} <= set(demo.unconfirmed)
    assert any(line.source == "demo" and not line.confirmed for line in demo.lines)


def test_even_a_known_day_rests_on_three_unconfirmed_readings() -> None:
    assert pay().unconfirmed == (
        "exceptional_tax_reference",
        "onss_847",
        "special_contribution_base",
    )


def test_every_gap_of_the_law_is_filled_for_the_demonstration() -> None:
    demo = pay_law(demo=True)
    for name in LAW.names():
        for row in LAW.history(name):
            if row.value == UNKNOWN:
                assert demo.get(name, row.starts_on).confidence is Confidence.DEMO


# --- the payslip ----------------------------------------------------------------------------------


def test_a_part_time_month_has_the_bonus_of_its_hours() -> None:
    half = full_time_fraction(Decimal(19 * 52) / 12, case=case())
    assert half == Decimal("0.5")
    due = worker_contribution(Decimal("1250.00"), fraction=half, case=case())
    assert (str(due.bonus_a), str(due.bonus_b)) == ("63.77", "59.09")
    assert full_time_fraction(Decimal(200), case=case()) == 1


def test_the_second_job_of_a_month_pays_the_rest_of_the_months_tax() -> None:
    first = pay(gross=Decimal("1500.00"), days=_month()[:5])
    second = pay(gross=Decimal("1500.00"), days=_month()[5:10], earlier=first.adds)
    assert first.withholding < second.withholding
    assert second.amount(Code.SPECIAL_CONTRIBUTION) < 0 == first.amount(Code.SPECIAL_CONTRIBUTION)


def test_a_bonus_that_found_no_tax_serves_later_in_the_month() -> None:
    first = pay(gross=Decimal("700.00"), days=_month()[:6])
    second = pay(gross=Decimal("1800.00"), days=_month()[6:10], earlier=first.adds)
    assert first.adds.fiscal_bonus > first.adds.fiscal_bonus_used == 0
    assert second.adds.fiscal_bonus == 0
    assert second.adds.fiscal_bonus_used == first.adds.fiscal_bonus


def test_a_worker_may_ask_for_more_tax() -> None:
    asked = pay(household=Household(higher_rate=Decimal("0.25")))
    assert asked.amount(Code.HIGHER_WITHHOLDING) == -(Decimal("260.79") * Decimal("0.25")).quantize(
        Decimal("0.01")
    )
    plenty = pay(
        gross=Decimal("6000.00"), days=_month(), household=Household(higher_rate=Decimal("0.10"))
    )
    assert plenty.amount(Code.HIGHER_WITHHOLDING) == 0


def test_gross_as_reference_of_exit_holiday_pay_is_a_switch() -> None:
    month = {"gross": Decimal("1000.00"), "days": _month()[:5]}
    by_taxable = pay(**month)  # 12 x 869.30 is below the first taxed step
    by_gross = pay(**month, law=changed_law("exceptional_tax_reference", "gross"))
    assert by_taxable.amount(Code.HOLIDAY_WITHHOLDING) == 0
    assert by_gross.amount(Code.HOLIDAY_WITHHOLDING) < 0


def test_exit_holiday_pay_in_the_base_of_the_special_contribution_is_a_switch() -> None:
    law = changed_law("special_contribution_base", "gross_and_exit_holiday")
    with_holiday = pay(gross=Decimal("2000.00"), law=law)
    assert with_holiday.adds.special_base == Decimal("2153.40")
    assert pay(gross=Decimal("2000.00")).adds.special_base == Decimal("2000.00")


def test_a_part_of_a_cent_is_refused() -> None:
    with pytest.raises(NotEuros):
        pay(gross=Decimal("100.001"))


@pytest.mark.parametrize(
    "days",
    [
        [],
        [WorkDay(DAY, Decimal(0))],
        [WorkDay(DAY, Decimal(25))],
        [WorkDay(DAY, Decimal(1)), WorkDay(date(2026, 10, 1), Decimal(1))],
        [WorkDay(DAY, Decimal(1)), WorkDay(DAY, Decimal(1))],
    ],
)
def test_days_that_are_no_contract_are_refused(days: list[WorkDay]) -> None:
    with pytest.raises(BadTerms):
        pay(days=days)


@pytest.mark.parametrize(
    "contradiction",
    [
        {"scale": "II"},
        {"spouse_income": "none"},
        {"disabled_children": 1},
        {"children": -1},
        {"single_parent": True},
        {"single_parent": True, "children": 1, "spouse_income": "own"},
        {"spouse_disabled": True},
        {"other_dependants": -1},
        {"dependants_66_in_care": -1},
        {"higher_rate": Decimal(25)},
    ],
)
def test_a_household_that_contradicts_itself_is_refused(contradiction: dict[str, Any]) -> None:
    with pytest.raises(BadTerms):
        Household(**contradiction)


# --- withholding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("household", "reduction"),
    [
        (Household(), "0.00"),
        (Household(children=1, single_parent=True), "1248"),
        (Household(children=2, disabled_children=1), "4404"),
        (Household(children=10), "29724"),
        (Household(disabled=True, other_dependants=2, dependants_66_in_care=1), "3864.00"),
        (Household(spouse_income="own", spouse_disabled=True), "624.00"),
        (Household(spouse_income="small"), "1740.00"),
        (Household(spouse_income="pension_small"), "3474.00"),
    ],
)
def test_family_reductions(household: Household, reduction: str) -> None:
    assert family_reductions(case(household)) == Decimal(reduction)


def test_scale_two_shares_income_with_the_partner() -> None:
    """30,000 a year: expenses 6,070, share 30 % of 23,930 = 7,179, then double credit."""
    partner = case(Household(scale="II", spouse_income="none"))
    mine = Decimal("4469.93") + Decimal("41.00") * Decimal("0.428")
    theirs = Decimal("7179.00") * Decimal("0.2675")
    cent = Decimal("0.01")
    expected = mine.quantize(cent) + theirs.quantize(cent) - Decimal("5975.96")
    assert annual_tax(Decimal(30000), case=partner) == max(expected, ZERO)
    rich = annual_tax(Decimal(90000), case=partner)
    assert annual_tax(Decimal(90000), case=case()) - rich > Decimal("2987.98")


@pytest.mark.parametrize(
    ("annual", "children", "tax"),
    [
        ("10675", 0, "0.00"),  # a bound belongs to the step that ends there
        ("10676", 0, "191.70"),
        ("18000", 1, "37.28"),  # 142 above 18,858, at 26.25 %
        ("17000", 1, "0.00"),
        ("18858", 1, "242.81"),  # limit reached: all taxed, 7.5 % of the tax falls away
        ("28940", 2, "290.72"),
        ("28941", 2, "363.40"),
        ("60000", 13, "0.00"),
        ("94120", 13, "535.00"),
    ],
)
def test_tax_on_exit_holiday_pay(annual: str, children: int, tax: str) -> None:
    given = case(Household(children=children))
    assert str(holiday_tax(Decimal(1000), annual=Decimal(annual), case=given)) == tax


# --- employer and split ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("workers", "category", "percent"),
    [
        (9, "commercial", "25.72"),
        (10, "commercial", "27.41"),
        (19, "commercial", "27.41"),
        (20, "commercial", "27.46"),
        (20, "non_profit", "27.08"),
    ],
)
def test_employer_percentage(workers: int, category: Any, percent: str) -> None:
    """The sums of payroll notes 1.1, with the sector fund of 0.23 on top."""
    terms = cost_terms(Employer(workers, category), insurance_rate=ZERO, law=Reading(LAW), on=DAY)
    rates = sum(row.law.value for row in terms.rows)
    assert rates * 100 == Decimal(percent) + Decimal("0.23")


def test_size_codes() -> None:
    sizes = [0, 4, 5, 9, 10, 19, 20, 50, 100, 200, 500, 1000]
    read = Reading(LAW)
    codes = [size_code(Employer(workers), law=read, on=DAY) for workers in sizes]
    assert codes == [1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9]


def test_a_joint_committee_without_law_is_refused_by_name() -> None:
    with pytest.raises(NoValue, match="fund_cp227"):
        pay(employer=Employer(50, joint_committee="227"))


def split_of(**changed: Any) -> Any:
    days = changed.pop("days", [WorkDay(DAY, FULL_DAY)])
    given: dict[str, Any] = {
        "expenses": Decimal("50.00"),
        "months": contract_months(days, law=LAW),
        "household": Household(),
        "employer": EMPLOYER,
        "law": pay_law(demo=True),
        "insurance_rate": Decimal("0.003"),
        "fee_rate": Decimal("0.065"),
    }
    given |= changed
    return split_price(**given) if "price" in given else split_gross(**given)


def test_a_price_eaten_by_fee_and_expenses_is_refused() -> None:
    with pytest.raises(PriceTooLow) as refusal:
        split_of(price=Decimal("53.47"))
    assert (refusal.value.fee, refusal.value.expenses) == (Decimal("3.48"), Decimal("50.00"))


def test_work_over_three_months_makes_three_contracts() -> None:
    days = [
        WorkDay(date(2026, 11, 2), Decimal(4)),
        WorkDay(date(2026, 9, 29), Decimal(8)),
        WorkDay(date(2026, 10, 1), Decimal(4)),
        WorkDay(date(2026, 9, 28), Decimal(8)),
    ]
    split = split_of(price=Decimal("2000.00"), days=days)
    assert [pay.hours for pay in split.months] == [16, 4, 4]
    assert [pay.paid_on for pay in split.months] == [
        date(2026, 10, 7),
        date(2026, 10, 9),
        date(2026, 11, 10),
    ]
    assert sum(pay.gross for pay in split.months) == split.gross
    assert sum(split.parts.values()) == Decimal("2000.00")


def test_months_paid_together_share_the_tax_but_not_the_special_contribution() -> None:
    september = ContractMonth([WorkDay(date(2026, 9, 30), Decimal(8))], date(2026, 10, 8))
    october = ContractMonth([WorkDay(date(2026, 10, 1), Decimal(8))], date(2026, 10, 9))
    later = ContractMonth(october.days, date(2026, 11, 9))
    gross = Decimal("3000.00")
    together = split_of(gross=gross, months=[september, october])
    apart = split_of(gross=gross, months=[september, later])
    assert together.withholding_tax > apart.withholding_tax
    assert together.months[1].adds.special_contribution == 0
    assert together.price == apart.price


# --- minimum, deadline, part of the work ----------------------------------------------------------


def minimum_of(pay_class: Any, **changed: Any) -> Minimum:
    given: dict[str, Any] = {"employer": EMPLOYER, "experience_years": 0, "on": DAY, "law": LAW}
    days = [WorkDay(DAY, FULL_DAY)]
    return minimum_pay(days, pay_class=pay_class, **(given | changed))


@pytest.mark.parametrize(
    ("pay_class", "years", "in_firm", "monthly", "source"),
    [
        ("A", 0, 0, "2242.81", "minimum_cp200_first_year"),
        ("D", 26, 0, "3622.42", "minimum_cp200_first_year"),
        ("D", 40, 0, "3622.42", "minimum_cp200_first_year"),
        ("B", 1, 1, "2413.09", "minimum_cp200_later_years"),
        ("B", 0, 3, "2413.09", "minimum_cp200_later_years"),
        ("C", 26, 9, "3262.72", "minimum_cp200_later_years"),
    ],
)
def test_minimum_by_scale(
    pay_class: Any, years: int, in_firm: int, monthly: str, source: str
) -> None:
    minimum = minimum_of(pay_class, experience_years=years, years_in_firm=in_firm)
    assert str(minimum.monthly) == monthly
    assert minimum.law.name == source


def test_the_national_minimum_wins_over_a_lower_scale() -> None:
    low = changed_law("minimum_cp200_first_year", {"A": (Decimal("2000.00"), Decimal("2100.00"))})
    minimum = minimum_of("A", law=low)
    assert str(minimum.monthly) == "2233.61"
    assert minimum.law.name == "minimum_monthly_income"


def test_pay_is_due_on_the_seventh_legal_working_day() -> None:
    """Saturdays count; Sundays and Christmas do not."""
    assert pay_deadline(date(2026, 12, 18), law=LAW) == date(2026, 12, 28)


def test_pay_for_the_hours_worked() -> None:
    agreed = [WorkDay(DAY, Decimal(8)), WorkDay(date(2026, 9, 15), Decimal(4))]
    owed = prorata_gross(Decimal("500.00"), days_agreed=agreed, hours_worked=Decimal(8))
    assert owed == Decimal("333.33")
