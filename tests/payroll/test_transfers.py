"""The bank answers line by line; a refused line is paid again."""

from datetime import UTC, date, datetime

import pytest

from ledger import queries as ledger
from ledger.models import LegalEntity
from members.actions import bank_accounts
from members.models import Affiliate, User
from office.actors import SYSTEM
from office.lifecycle import NotAllowed
from office.models import Letter
from payroll.actions import contracts, runs, transfers
from payroll.actions.signatures import ReasonMissing
from payroll.models import Contract, Transfer
from payroll.states import RunStatus
from tests.payroll.conftest import (
    BUILD_DAY,
    MONDAY,
    approved,
    built,
    proved,
    released,
)


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


def _new_account(who: Affiliate, finance: User, *, at: datetime) -> None:
    account = bank_accounts.ask(who.pk, iban="BE71096123456769", by=who.user.as_actor(), at=at)
    bank_accounts.confirm(account.pk, by=who.user.as_actor(), at=at)
    bank_accounts.approve(account.pk, by=finance.as_actor(), user=finance, at=at)
