"""Fifty clicks and beats at once, really committed: one line per contract, one booking."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from ledger.models import Entry
from office.actors import SYSTEM
from payroll import checks
from payroll.actions import runs, signatures, transfers
from payroll.models import PayRun, Payslip, Transfer
from payroll.states import RunStatus
from smart.demo import cast
from tests import world
from tests.payroll.conftest import BUILD_DAY, MONDAY, colleague, offered, released

CLICKS = 50


def at_once(act: Callable[[int], Any], *, clicks: int = CLICKS) -> list[Any]:
    """The answers of many at the same time, each on its own connection; a refusal is an answer."""

    def one(number: int) -> Any:
        try:
            return act(number)
        except Exception as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=16) as pool:
        return list(pool.map(one, range(clicks)))


@pytest.fixture(scope="module")
def coop(peopled: None, real_world: Any) -> Any:
    return world.cooperative()


@pytest.fixture(scope="module")
def people(coop: Any) -> Any:
    return world.ana(), world.bruno()


def test_fifty_clicks_one_run(real_world: Any, coop: Any, people: Any) -> None:
    for number in range(4):
        for who in people:
            released(who, job=f"TESTJ0B{number}", gross="300.00")
    answers = at_once(
        lambda number: (
            runs.build_due(at=BUILD_DAY)
            if number % 2
            else runs.build(coop.pk, by=SYSTEM, at=BUILD_DAY, everything=True)
        )
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Payslip.objects.count() == 8
    assert PayRun.objects.count() == 1
    totals = Payslip.objects.filter(contract__affiliate=people[0]).order_by("pk")
    assert [slip.month["after"]["gross"] for slip in totals] == [
        "300.00",
        "600.00",
        "900.00",
        "1200.00",
    ]


def test_fifty_approvals_one_booking(real_world: Any, coop: Any, people: Any) -> None:
    run = PayRun.objects.get()
    carla, denis = colleague(cast.CARLA), colleague(cast.DENIS)
    submitted = at_once(
        lambda _: runs.submit(run.pk, by=carla.as_actor(), user=carla, at=BUILD_DAY), clicks=10
    )
    assert not [answer for answer in submitted if isinstance(answer, Exception)]
    answers = at_once(lambda _: runs.approve(run.pk, by=denis.as_actor(), user=denis, at=BUILD_DAY))
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Entry.objects.filter(kind="pay").count() == 8
    assert checks.run() == []


def test_fifty_confirmations_one_payment(real_world: Any, coop: Any, people: Any) -> None:
    denis = colleague(cast.DENIS)
    waiting = list(Transfer.objects.values_list("pk", flat=True))
    answers = at_once(
        lambda _: transfers.confirm_executed(
            waiting, on=BUILD_DAY.date(), by=denis.as_actor(), at=BUILD_DAY
        )
    )
    assert sum(answers) == len(waiting)
    assert PayRun.objects.get().status == RunStatus.EXECUTED
    assert checks.run() == []


def test_fifty_clicks_sign_once(real_world: Any, coop: Any, people: Any) -> None:
    ana = people[0]
    contract = offered(ana)
    answers = at_once(
        lambda _: signatures.sign_simple(
            contract.pk,
            consent="D’accord.",
            by=ana.user.as_actor(),
            user=ana.user,
            at=MONDAY,
        )
    )
    assert all(answer.signed for answer in answers)
    assert len({answer.signed_paper_id for answer in answers}) == 1
