"""Pay runs: built once whoever clicks, submitted by Carla, approved by Denis, paid, booked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from lxml import etree

from invoicing import checks as invoicing_checks
from ledger import checks as ledger_checks
from ledger import queries as ledger
from ledger.models import LegalEntity
from members.actions import bank_accounts
from members.models import Affiliate, BankAccount, Household, User
from office import documents, journal
from office.actors import SYSTEM
from office.lifecycle import NotAllowed
from office.models import Letter
from office.parameters import NoValue
from payroll import checks, queries, slips
from payroll.actions import contracts, runs, transfers
from payroll.actions.signatures import ReasonMissing
from payroll.engine.pay import compute_pay
from payroll.models import Contract, PayRun, Payslip, PayslipLine, Transfer
from payroll.states import RunStatus
from tests.payroll.conftest import (
    MONDAY,
    approved,
    built,
    drafted,
    pdf_text,
    released,
)

LAST_EVENING = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
BUILD_DAY = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)  # three bank days before Friday the 4th
NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@contextmanager
def unguarded() -> Iterator[None]:
    """Whoever owns the database may stop its guards: the checks must still find out."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def proved() -> None:
    """The books prove themselves."""
    assert [*ledger_checks.run(), *invoicing_checks.run(), *checks.run()] == []


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


# --- four eyes, approval


def test_four_eyes(ana: Affiliate, coop: LegalEntity, carla: User) -> None:
    released(ana)
    run = built(coop, at=BUILD_DAY)
    mine = {"by": carla.as_actor(), "user": carla, "at": BUILD_DAY}
    for _ in range(2):
        runs.submit(run.pk, **mine)  # type: ignore[arg-type]
    with pytest.raises(runs.SamePerson):
        runs.approve(run.pk, **mine)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError), transaction.atomic():
        PayRun.objects.filter(pk=run.pk).update(approved_by=carla, approved_at=BUILD_DAY)


def test_nothing_is_approved_unsubmitted(ana: Affiliate, coop: LegalEntity, denis: User) -> None:
    released(ana)
    run = built(coop, at=BUILD_DAY)
    with pytest.raises(NotAllowed):
        runs.approve(run.pk, by=denis.as_actor(), user=denis, at=BUILD_DAY)


def test_an_approved_run(ana: Affiliate, coop: LegalEntity, denis: User) -> None:
    contract = released(ana)
    run = approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    again = runs.approve(run.pk, by=denis.as_actor(), user=denis, at=BUILD_DAY)
    assert again.status == RunStatus.APPROVED
    slip = Payslip.objects.get()
    assert slip.final_at == BUILD_DAY
    balances = {
        code: ledger.balance(ledger.account_id(coop.pk, code))
        for code in ("455", "453", "620", "930", "950")
    }
    assert balances["455"] == -slip.net_payable
    assert balances["453"] == -slip.withholding
    assert balances["620"] == slip.gross + slip.holiday_gross
    assert balances["930"] == -slip.employment_cost
    assert balances["950"] == slip.employment_cost
    activity = ana.activities.get()
    assert ledger.balance(activity.budget_account_id) == slip.employment_cost
    proved()
    letter = Letter.objects.get(kind="payroll/payslip_ready")
    assert "€" not in letter.body
    assert str(slip.net_payable) not in letter.body
    kinds = [event.kind for event in journal.timeline(contract)]
    assert "run.approved" in kinds
    assert "run.built" in kinds


def test_the_bank_file(ana: Affiliate, bruno: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    released(bruno)
    run = approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    assert run.bank_file
    file = etree.fromstring(documents.content(run.bank_file))
    amounts = [Decimal(node.text) for node in file.iterfind(".//p:InstdAmt", NS)]
    assert sum(amounts) == run.total
    assert file.findtext(".//p:ReqdExctnDt/p:Dt", namespaces=NS) == "2026-12-03"
    ids = [node.text for node in file.iterfind(".//p:EndToEndId", NS)]
    assert len(set(ids)) == 2


def test_a_payslip_tells_all_the_law_wants(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    slip = Payslip.objects.get()
    text = pdf_text(slip.document)
    shown = f"{slip.net_payable:.2f}".replace(".", ",")
    for words in (
        "Net à payer",
        shown,
        "Lopes A.",
        "Ana Lopes",
        ana.ref,
        "2 jours, 15",
        "Salaire de base",
        "Brut total",
        "Retenues sociales",
        "Montant imposable",
        "Précompte professionnel",
        "Avantages en nature",
        "Avances, saisies",
        "13,07 %",
        "Cotisation personnelle ONSS",
        "paramètre non confirmé (démonstration)",
        "barème I",
        "commission paritaire 200",
        "SPECIMEN",
    ):
        assert words in text, words
    assert "1 / 2" in text and "2 / 2" in text  # a simple slip is one sheet


@pytest.mark.parametrize(("language", "words"), [("nl", "Netto te betalen"), ("en", "Net to pay")])
def test_a_payslip_speaks_the_contracts_language(
    ana: Affiliate, coop: LegalEntity, language: str, words: str
) -> None:
    released(ana, language=language)
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    assert words in pdf_text(Payslip.objects.get().document)


def test_a_late_approval_moves_the_day_within_its_month(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    run = built(coop, at=BUILD_DAY)
    late = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
    run = approved(run, at=late)
    assert run.pay_on == date(2026, 12, 7)
    assert Payslip.objects.get().paid_on == date(2026, 12, 7)


def test_a_run_of_last_month_is_built_again(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    run = built(coop, at=BUILD_DAY)
    with pytest.raises(runs.PayDayPassed):
        approved(run, at=datetime(2027, 1, 4, 8, 0, tzinfo=UTC))


# --- frozen


@pytest.mark.parametrize(
    "change", [{"net_payable": Decimal("1.00")}, {"paid_on": date(2026, 12, 8)}, {"month": {}}]
)
def test_a_final_payslip_never_changes(
    ana: Affiliate, coop: LegalEntity, change: dict[str, object]
) -> None:
    released(ana)
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payslip.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payslip.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        PayslipLine.objects.update(amount=Decimal(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.update(iban="BE00")
    with pytest.raises(IntegrityError), transaction.atomic():
        PayRun.objects.update(total=Decimal(1))


def test_no_line_joins_a_final_payslip(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayslipLine.objects.create(
            payslip=Payslip.objects.get(), position=99, code="gross", side="salary", amount=1
        )


def test_what_was_tampered_with_is_found(ana: Affiliate, coop: LegalEntity, denis: User) -> None:
    released(ana)
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    with unguarded():
        PayslipLine.objects.filter(code="gross").update(amount=Decimal("1.00"))
        PayRun.objects.update(total=Decimal("1.00"))
        Payslip.objects.update(
            withholding=F("withholding") + 1, employment_cost=F("employment_cost") + 1
        )
    assert {problem.code for problem in checks.run()} == {
        "payslip_lines",
        "run_total",
        "pay_not_as_booked",
    }


# --- the bank answers


def test_executed_line_by_line(
    ana: Affiliate, bruno: Affiliate, coop: LegalEntity, denis: User
) -> None:
    released(ana)
    released(bruno)
    run = approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    first, second = run.transfers.order_by("pk")
    paid_on, at = date(2026, 12, 3), datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
    mine = {"by": denis.as_actor(), "at": at}
    with pytest.raises(transfers.NotYet):
        transfers.confirm_executed([first.pk], on=date(2026, 12, 5), **mine)  # type: ignore[arg-type]
    with pytest.raises(transfers.BeforeApproval):
        transfers.confirm_executed([first.pk], on=date(2026, 11, 30), **mine)  # type: ignore[arg-type]
    assert transfers.confirm_executed([first.pk], on=paid_on, **mine) == 1  # type: ignore[arg-type]
    assert transfers.confirm_executed([first.pk], on=paid_on, **mine) == 0  # type: ignore[arg-type]
    run.refresh_from_db()
    assert run.status == RunStatus.APPROVED
    assert transfers.confirm_executed([first.pk, second.pk], on=paid_on, **mine) == 1  # type: ignore[arg-type]
    run.refresh_from_db()
    assert run.status == RunStatus.EXECUTED
    assert ledger.balance(ledger.account_id(coop.pk, "455")) == 0
    assert ledger.balance(ledger.account_id(coop.pk, "550")) == -run.total
    proved()
    with pytest.raises(NotAllowed):
        transfers.reject(first.pk, on=paid_on, reason="Compte clos.", **mine)  # type: ignore[arg-type]


def test_a_rejected_line_is_paid_again_to_the_new_account(
    ana: Affiliate, coop: LegalEntity, denis: User
) -> None:
    released(ana)
    run = approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    line = run.transfers.get()
    at = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
    mine = {"on": date(2026, 12, 4), "by": denis.as_actor(), "at": at}
    with pytest.raises(ReasonMissing):
        transfers.reject(line.pk, reason=" ", **mine)  # type: ignore[arg-type]
    for _ in range(2):
        transfers.reject(line.pk, reason="Compte clos.", **mine)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        transfers.confirm_executed([line.pk], **mine)  # type: ignore[arg-type]
    run.refresh_from_db()
    assert run.status == RunStatus.EXECUTED
    assert Letter.objects.filter(kind="payroll/transfer_rejected").count() == 1
    answer = runs.build(coop.pk, by=SYSTEM, at=at)
    assert (answer.made, answer.left_out[0].code) == (False, "account_refused")
    _new_account(ana, denis, at=at)
    again = runs.build(coop.pk, by=SYSTEM, at=at)
    assert again.made
    assert again.run
    assert again.run.payslips.count() == 0
    second = again.run.transfers.get()
    assert (second.payslip_id, second.amount) == (line.payslip_id, line.amount)
    assert second.iban != line.iban
    second_run = approved(again.run, at=at)
    transfers.confirm_executed([second.pk], on=date(2026, 12, 4), by=denis.as_actor(), at=at)
    second_run.refresh_from_db()
    assert second_run.status == RunStatus.EXECUTED
    assert ledger.balance(ledger.account_id(coop.pk, "455")) == 0
    proved()


def test_staff_may_pay_the_refused_account_again(
    ana: Affiliate, coop: LegalEntity, denis: User
) -> None:
    released(ana)
    line = approved(built(coop, at=BUILD_DAY), at=BUILD_DAY).transfers.get()
    transfers.reject(
        line.pk, on=date(2026, 12, 1), reason="Panne.", by=denis.as_actor(), at=BUILD_DAY
    )
    assert runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True).made


def test_an_unknown_row_is_unknown(coop: LegalEntity, denis: User) -> None:
    with pytest.raises(Transfer.DoesNotExist):
        transfers.confirm_executed([1], on=date(2026, 12, 1), by=denis.as_actor(), at=BUILD_DAY)
    with pytest.raises(Contract.DoesNotExist):
        contracts.annul(1, by=SYSTEM, at=MONDAY)


def test_nothing_is_confirmed_before_approval(
    ana: Affiliate, coop: LegalEntity, denis: User
) -> None:
    released(ana)
    line = built(coop, at=BUILD_DAY).transfers.get()
    with pytest.raises(NotAllowed):
        transfers.confirm_executed(
            [line.pk], on=date(2026, 12, 1), by=denis.as_actor(), at=BUILD_DAY
        )


def test_a_new_account_is_never_in_a_run_already_built(
    ana: Affiliate, coop: LegalEntity, denis: User
) -> None:
    released(ana)
    run = built(coop, at=BUILD_DAY)
    before = run.transfers.get().iban
    _new_account(ana, denis, at=BUILD_DAY)
    assert approved(run, at=BUILD_DAY).transfers.get().iban == before


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


def _new_account(who: Affiliate, finance: User, *, at: datetime) -> None:
    account = bank_accounts.ask(who.pk, iban="BE71096123456769", by=who.user.as_actor(), at=at)
    bank_accounts.confirm(account.pk, by=who.user.as_actor(), at=at)
    bank_accounts.approve(account.pk, by=finance.as_actor(), user=finance, at=at)
