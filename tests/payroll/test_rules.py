"""Small truths of pay: rates by class of risk, households in the engine's words, estimates."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ledger.models import LegalEntity
from members.models import Affiliate, Household, User
from office.actors import SYSTEM
from office.lifecycle import NotAllowed
from payroll import labels, pages, queries, terms
from payroll.actions import declarations
from payroll.engine.lines import Code
from payroll.law import law
from payroll.models import Declaration, Payslip, Transfer
from payroll.policy import NoInsuranceRate, PayrollPolicy, insurance_rate
from payroll.rules import worked_days
from tests.payroll.conftest import BUILD_DAY, MONDAY, built, drafted, released, signed

RATES = PayrollPolicy(insurance_rates={"office": Decimal("0.0045")})


def test_a_rate_per_class() -> None:
    assert insurance_rate(RATES, risk_class="office") == Decimal("0.0045")
    with pytest.raises(NoInsuranceRate, match="stage"):
        insurance_rate(RATES, risk_class="stage")


def test_hours_not_worked_are_spread() -> None:
    agreed = [(date(2026, 12, day), Decimal("7.60")) for day in (1, 2, 3)]
    spread = worked_days(agreed, hours_done=Decimal("10.00"))
    assert sum(work.hours for work in spread) == Decimal("10.00")
    assert worked_days(agreed, hours_done=Decimal(0)) == worked_days(
        agreed, hours_done=Decimal("22.80")
    )


@pytest.mark.parametrize("partner", sorted(terms.PARTNERS))
def test_every_household_has_words(partner: str) -> None:
    row = Household(
        scale="2" if partner == "none" else "1",
        partner_income=partner,
        children=2,
        disabled_children=1,
        single_parent=partner == "none_partner",
        disabled=True,
        dependants_over_66=1,
        other_dependants=1,
    )
    assert terms.household(row).children == 2
    for language in ("fr", "nl", "en"):
        assert len(labels.household_facts(row, language)) >= 6


def test_every_code_of_the_engine_has_words() -> None:
    assert set(labels.LABELS) == set(Code)


def test_the_day_a_price_is_estimated_for() -> None:
    day = queries.expected_pay_on(date(2026, 11, 27), policy=RATES, law=law())
    assert day == date(2026, 12, 3)


def test_the_first_pay_of_a_month(ana: Affiliate, coop: LegalEntity) -> None:
    assert queries.is_first_of_month(ana.pk, coop.pk, date(2026, 12, 3))
    released(ana)
    assert not queries.is_first_of_month(ana.pk, coop.pk, date(2026, 12, 3))


def test_who_is_not_ready(ana: Affiliate, bruno: Affiliate) -> None:
    waiting = drafted(bruno)
    signed(ana)
    [row] = queries.not_ready(date(2026, 11, 26), date(2026, 11, 26))
    assert (row.contract, row.unsigned, row.undeclared) == (waiting, True, True)
    assert queries.not_ready(date(2026, 11, 27), date(2026, 11, 30)) == []


@pytest.mark.parametrize("number", ["", "12a", "1234567890123", "١٢٣", "-5"])
def test_a_period_number_is_plain_digits(ana: Affiliate, carla: User, number: str) -> None:
    row = drafted(ana).declarations.get()
    with pytest.raises(declarations.NumberNotPlain):
        declarations.record(
            row.pk, period_number=number, by=carla.as_actor(), user=carla, at=MONDAY
        )


def test_a_declaration_is_recorded_once(ana: Affiliate, carla: User) -> None:
    row = drafted(ana).declarations.get()
    mine = {"by": carla.as_actor(), "user": carla}
    for days in (0, 1):
        declarations.record(
            row.pk,
            period_number="123",
            at=MONDAY + timedelta(days=days),
            **mine,  # type: ignore[arg-type]
        )
    assert Declaration.objects.get().recorded_at == MONDAY
    with pytest.raises(NotAllowed):
        declarations.record(row.pk, period_number="124", at=MONDAY, **mine)  # type: ignore[arg-type]


def test_a_dropped_declaration_is_not_recorded(ana: Affiliate, carla: User) -> None:
    from payroll.actions import contracts

    contract = drafted(ana)
    contracts.annul(contract.pk, by=SYSTEM, at=MONDAY)
    with pytest.raises(NotAllowed):
        declarations.record(
            contract.declarations.get().pk,
            period_number="1",
            by=carla.as_actor(),
            user=carla,
            at=MONDAY,
        )


def test_where_the_money_is() -> None:
    slip = Payslip(paid_on=date(2026, 12, 3))
    gone = Transfer(pk=1, rejected_on=date(2026, 12, 4))
    assert pages.arrival(slip, []).tone == "done"
    assert pages.arrival(slip, [gone]).tone == "stopped"
    assert pages.arrival(slip, [gone, Transfer(pk=2)]).on == date(2026, 12, 3)


def test_rows_have_names(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    slip = built(coop, at=BUILD_DAY).payslips.get()
    assert str(slip.contract.days.all()[0]) == "2026-11-26 7.60"
    assert "640.00" in str(slip.lines.all()[0])
    assert str(slip.contract.declarations.get()).startswith("Dimona IN")
