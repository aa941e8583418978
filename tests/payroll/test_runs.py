"""Pay runs are built once, whoever clicks; each month is taxed as a whole; alarms ring."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from ledger.models import LegalEntity
from members.models import Affiliate, BankAccount, Household, User
from office.actors import SYSTEM
from office.lifecycle import NotAllowed
from office.models import Letter
from office.parameters import NoValue
from payroll import queries, slips
from payroll.actions import contracts, runs
from payroll.actions.signatures import ReasonMissing
from payroll.engine.pay import compute_pay
from payroll.models import PayRun, Payslip
from tests.payroll.conftest import (
    BUILD_DAY,
    LAST_EVENING,
    MONDAY,
    approved,
    built,
    drafted,
    released,
    unguarded,
)

# --- building


def test_the_round_builds_a_run_when_its_day_has_come(ana: Affiliate) -> None:
    contract = released(ana)
    assert contract.pay_deadline == date(2026, 12, 5)
    before = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
    assert runs.build_due(at=before) == 0
    assert runs.build_due(at=BUILD_DAY) == 1
    assert runs.build_due(at=BUILD_DAY) == 0
    run = PayRun.objects.get()
    assert run.pay_on == date(2026, 12, 3)
    assert run.approve_before == date(2026, 12, 2)
    assert run.built_by == "Coopérative"
    slip = run.payslips.get()
    assert slip.net_payable == run.total == run.transfers.get().amount


def test_a_payslip_is_the_engines(ana: Affiliate, coop: LegalEntity) -> None:
    from members.queries import household_of
    from payroll import terms
    from payroll.law import law
    from payroll.rules import worked_days

    contract = released(ana)
    slip = built(coop, at=BUILD_DAY).payslips.get()
    pay = compute_pay(
        gross=contract.gross,
        days=worked_days(
            list(contract.days.values_list("day", "hours")), hours_done=contract.hours
        ),
        household=terms.household(household_of(ana.pk, date(2026, 12, 3))),
        employer=terms.employer(coop),
        law=law(),
        paid_on=slip.paid_on,
        insurance_rate=contract.insurance_rate,
    )
    assert (slip.net_payable, slip.employment_cost) == (pay.net, pay.employment_cost)
    assert slip.lines.count() == len(pay.lines)


def test_many_clicks_one_line(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    first = runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True)
    second = runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True)
    assert (first.made, second.made) == (True, False)
    assert first.run == second.run
    assert Payslip.objects.count() == 1


def test_the_database_takes_one_payslip_per_contract(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    slip = built(coop, at=BUILD_DAY).payslips.get()
    slip.pk, slip.ref = None, "0000000X"
    with pytest.raises(IntegrityError), transaction.atomic():
        slip.save(force_insert=True)


def test_nothing_to_pay(coop: LegalEntity, ana: Affiliate) -> None:
    contract = drafted(ana)
    contracts.release(
        contract.pk,
        kind="decided",
        gross_due=Decimal(0),
        hours_done=Decimal(0),
        by=SYSTEM,
        at=MONDAY,
    )
    assert runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True).run is None


def test_unsigned_work_is_paid_all_the_same(ana: Affiliate, coop: LegalEntity) -> None:
    contract = drafted(ana)
    contracts.release(
        contract.pk,
        kind="silence",
        gross_due=contract.gross,
        hours_done=contract.hours,
        by=SYSTEM,
        at=LAST_EVENING,
    )
    assert built(coop, at=BUILD_DAY).payslips.get().contract == contract


def test_an_affiliate_without_account_is_named_and_the_run_builds(
    ana: Affiliate, bruno: Affiliate, coop: LegalEntity
) -> None:
    released(ana)
    kept_out = released(bruno)
    BankAccount.objects.filter(affiliate=bruno).delete()
    answer = runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True)
    assert answer.run
    assert [row.contract.affiliate_id for row in answer.run.payslips.all()] == [ana.pk]
    [left] = answer.left_out
    assert (left.affiliate_name, left.code) == ("Bruno Maes", "no_account")
    assert answer.run.left_out[0]["contract_ref"] == kept_out.ref
    kept_out.refresh_from_db()
    assert "compte bancaire" in kept_out.left_out_reason
    assert Letter.objects.filter(kind="payroll/account_missing").count() == 1
    runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True)
    assert Letter.objects.filter(kind="payroll/account_missing").count() == 1


def test_a_household_that_contradicts_itself_is_named(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    with unguarded():
        Household.objects.update(scale="2")
    answer = runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True)
    assert [row.code for row in answer.left_out] == ["bad_terms"]
    with unguarded():
        Household.objects.update(starts_on=date(2027, 1, 1))
    answer = runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True)
    assert [row.code for row in answer.left_out] == ["no_household"]


def test_only_left_out_makes_no_run(bruno: Affiliate, coop: LegalEntity) -> None:
    released(bruno)
    BankAccount.objects.filter(affiliate=bruno).delete()
    answer = runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True)
    assert (answer.run, answer.made, len(answer.left_out)) == (None, False, 1)
    assert not PayRun.objects.exists()


def test_a_missing_parameter_keeps_one_contract_out(
    ana: Affiliate, bruno: Affiliate, coop: LegalEntity, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(ana)
    released(bruno)
    real = slips.compute_pay

    def unknown_for_ana(**given: object) -> object:
        if given["gross"] == Decimal("641.00"):
            raise NoValue("onss_personal", date(2026, 11, 26))
        return real(**given)  # type: ignore[arg-type]

    odd = released(ana, gross="641.00", job="TESTJ0B2")
    monkeypatch.setattr(slips, "compute_pay", unknown_for_ana)
    answer = runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True)
    assert answer.run
    assert answer.run.payslips.count() == 2
    [left] = answer.left_out
    assert (left.contract_id, left.code) == (odd.pk, "no_value")
    assert "onss_personal" in left.reason


def test_production_refuses_unconfirmed_law_by_name(
    ana: Affiliate, coop: LegalEntity, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(ana)
    demo_law = runs.law()
    monkeypatch.setattr(runs, "law", lambda: demo_law)
    settings.COOP_DEMO = False  # type: ignore[attr-defined]
    answer = runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True)
    assert answer.run is None
    [left] = answer.left_out
    assert left.code == "unconfirmed"
    assert "onss_847" in left.reason
    monkeypatch.undo()
    settings.COOP_DEMO = True  # type: ignore[attr-defined]
    run = built(coop, at=BUILD_DAY)
    settings.COOP_DEMO = False  # type: ignore[attr-defined]
    with pytest.raises(runs.UnconfirmedLaw):
        approved(run, at=BUILD_DAY)


def test_without_production_rows_nothing_is_known(
    ana: Affiliate, coop: LegalEntity, settings: object
) -> None:
    released(ana)
    settings.COOP_DEMO = False  # type: ignore[attr-defined]
    answer = runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True)
    assert [row.code for row in answer.left_out] == ["no_value"]


# --- the month's total


def test_contracts_of_one_month_are_taxed_together(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana, gross="900.00")
    alone = built(coop, at=BUILD_DAY).payslips.get()
    released(ana, gross="900.00", job="TESTJ0B2")
    second = built(coop, at=BUILD_DAY).payslips.get()
    assert second.withholding > alone.withholding
    assert Decimal(second.month["after"]["gross"]) == Decimal("1800.00")
    total = queries.month_of(
        ana.pk, coop.pk, paid_on=date(2026, 12, 31), worked_on=date(2026, 12, 1)
    )
    assert total.gross == Decimal("1800.00")
    assert total.special_base == 0
    assert not queries.is_first_of_month(ana.pk, coop.pk, date(2026, 12, 15))
    assert queries.is_first_of_month(ana.pk, coop.pk, date(2027, 1, 15))


def test_two_contracts_in_one_run_count_one_after_another(
    ana: Affiliate, coop: LegalEntity
) -> None:
    released(ana, gross="900.00")
    released(ana, gross="900.00", job="TESTJ0B2")
    first, second = built(coop, at=BUILD_DAY).payslips.order_by("pk")
    assert second.withholding > first.withholding


def test_a_discarded_run_is_computed_anew(ana: Affiliate, coop: LegalEntity, carla: User) -> None:
    released(ana, gross="900.00")
    first = built(coop, at=BUILD_DAY)
    old = first.payslips.get()
    released(ana, gross="900.00", job="TESTJ0B2")
    second = built(coop, at=BUILD_DAY)
    mine = {"by": carla.as_actor(), "user": carla, "at": BUILD_DAY}
    with pytest.raises(ReasonMissing):
        runs.discard(first.pk, reason=" ", **mine)  # type: ignore[arg-type]
    for _ in range(2):
        runs.discard(first.pk, reason="Ménage à corriger.", **mine)  # type: ignore[arg-type]
    with pytest.raises(runs.MonthChanged, match="Ana Lopes"):
        approved(second, at=BUILD_DAY)
    again = built(coop, at=BUILD_DAY).payslips.get()
    assert again.contract == old.contract
    assert Decimal(again.month["after"]["gross"]) == Decimal("1800.00")
    with pytest.raises(NotAllowed):
        runs.submit(first.pk, by=carla.as_actor(), user=carla, at=BUILD_DAY)


# --- alarms


def test_the_alarm_rings_once_a_day(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    run = built(coop, at=BUILD_DAY)
    assert runs.alarm_late(at=BUILD_DAY) == 0
    day = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
    assert runs.alarm_late(at=day) == 2  # Carla and Denis
    assert runs.alarm_late(at=day) == 0
    assert runs.alarm_late(at=day + timedelta(days=1)) == 2
    approved(run, at=day + timedelta(days=1))
    assert runs.alarm_late(at=day + timedelta(days=2)) == 0


def test_the_alarm_names_who_cannot_be_paid(bruno: Affiliate, coop: LegalEntity) -> None:
    released(bruno)
    BankAccount.objects.filter(affiliate=bruno).delete()
    runs.build_due(at=BUILD_DAY)
    assert runs.alarm_late(at=BUILD_DAY) == 2
    assert "Bruno Maes" in Letter.objects.filter(kind="payroll/left_out")[0].body


def test_pay_is_never_late_when_the_house_does_its_part(ana: Affiliate, coop: LegalEntity) -> None:
    contract = released(ana)
    runs.build_due(at=datetime(2026, 11, 30, 8, 0, tzinfo=UTC))
    run = PayRun.objects.get()
    assert contract.pay_deadline
    assert run.pay_on < contract.pay_deadline
