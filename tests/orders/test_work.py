"""Was the work done? Each answer, silence, and what the advisor decides."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from invoicing.states import InvoiceStatus
from office import clock
from office.models import Letter, Notice
from orders import actions
from orders.actions import work
from orders.models import Order, WorkReport
from orders.states import OrderStatus
from payroll.models import Contract
from tests import world

pytestmark = pytest.mark.django_db

THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)
HALF = Decimal("3.80")


def at(day: date, hour: int = 18) -> datetime:
    return clock.start_of(day) + timedelta(hours=hour)


def answer(
    order: Order, what: str, when: datetime | None = None, hours: dict[date, Decimal] | None = None
) -> WorkReport:
    return actions.confirm_work(
        order.contracts.earliest("starts_on").pk,
        answer=what, hours=hours, by=world.by(world.ana()), at=when or at(FRIDAY),
    )  # fmt: skip


def states(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.invoices.get().status


def letters(kind: str) -> int:
    return Letter.objects.filter(kind=f"orders/{kind}").count()


def told(kind: str) -> int:
    """How many were told, by letter or in their digest."""
    return Notice.objects.filter(kind=f"orders/{kind}").count()


def test_as_agreed_releases_invoice_and_pay_in_one_tap() -> None:
    order = world.contracted_job()
    answer(order, "agreed")
    assert states(order) == (OrderStatus.RELEASED, InvoiceStatus.RELEASED)
    contract = order.contracts.get()
    assert (contract.gross_due, contract.release_kind) == (contract.gross, "confirmed")
    assert contract.pay_deadline == date(2026, 12, 5)
    assert answer(order, "agreed").answer == "agreed"
    with pytest.raises(work.AnsweredBefore):
        answer(order, "not_done")


def test_as_agreed_waits_for_the_last_day() -> None:
    order = world.contracted_job()
    with pytest.raises(work.TooEarly):
        answer(order, "agreed", at(THURSDAY))


def test_an_answer_is_one_of_four_and_hours_are_those_agreed_at_most() -> None:
    order = world.contracted_job()
    with pytest.raises(work.NoSuchAnswer):
        answer(order, "peut-être")
    with pytest.raises(work.HoursWrong):
        answer(order, "fewer", hours={THURSDAY: Decimal("9.00")})
    full = Decimal("7.60")
    with pytest.raises(work.NothingFewer):
        answer(order, "fewer", hours={THURSDAY: full, FRIDAY: full})


def test_fewer_hours_hold_both_until_the_advisor_decides() -> None:
    order = world.contracted_job()
    report = answer(order, "fewer", hours={THURSDAY: Decimal("7.60"), FRIDAY: HALF})
    assert states(order) == (OrderStatus.HELD, InvoiceStatus.DRAFT)
    assert order.contracts.get().released_at is None and told("held") == 1
    owed = work.owed(report)
    assert owed == (order.gross * 3 / 4).quantize(Decimal("0.01"))
    elise = world.elise()
    for price, gross in (("1000.01", "1.00"), ("-0.01", "1.00"), ("1.00", "9999.00")):
        with pytest.raises(work.AmountOutside):
            actions.decide_work(
                report.pk, price=Decimal(price), gross=Decimal(gross), user=elise, at=at(FRIDAY)
            )
    with pytest.raises(work.NoteMissing):
        actions.decide_work(
            report.pk, price=Decimal("750.00"), gross=owed - 1, user=elise, at=at(FRIDAY)
        )
    actions.decide_work(
        report.pk, price=Decimal("750.00"), gross=owed, user=elise, at=at(FRIDAY), note="Prorata"
    )
    assert states(order) == (OrderStatus.RELEASED, InvoiceStatus.RELEASED)
    contract, invoice = order.contracts.get(), order.invoices.get()
    assert (contract.gross_due, contract.hours_done) == (owed, Decimal("11.40"))
    assert (invoice.net, invoice.fee) == (Decimal("750.00"), Decimal("48.75"))
    assert letters("work_decided") == 1
    with pytest.raises(work.DecidedBefore):
        actions.decide_work(report.pk, price=Decimal(0), gross=owed, user=elise, at=at(FRIDAY))


def test_the_last_day_worked_sets_the_pay_day() -> None:
    order = world.contracted_job()
    report = answer(order, "ill", at(THURSDAY), hours={THURSDAY: Decimal("7.60")})
    actions.decide_work(
        report.pk, price=Decimal("500.00"), gross=work.owed(report), user=world.elise(),
        at=at(FRIDAY),
    )  # fmt: skip
    assert order.contracts.get().pay_deadline == date(2026, 12, 4)


def test_work_that_was_never_done_leaves_nothing_behind() -> None:
    order = world.contracted_job()
    report = answer(order, "not_done", at(THURSDAY))
    assert work.owed(report) == 0
    actions.decide_work(
        report.pk, price=Decimal(0), gross=Decimal(0), user=world.elise(), at=at(FRIDAY)
    )
    assert states(order) == (OrderStatus.CANCELLED, InvoiceStatus.ANNULLED)
    assert order.contracts.get().status == "annulled"
    cancel = order.contracts.get().declarations.latest("pk")
    assert cancel.kind == "cancel"
    with pytest.raises(work.NotAtWork):
        actions.confirm_work(
            _cancelled_contract(), answer="agreed", by=world.by(world.ana()), at=at(FRIDAY)
        )


def test_a_round_asks_the_database_once_for_what_waits(
    django_assert_num_queries: Callable[..., AbstractContextManager[Any]],
) -> None:
    world.contracted_job()
    assert actions.ask_work(at=at(FRIDAY)) == 1
    with django_assert_num_queries(1):
        assert actions.ask_work(at=at(FRIDAY)) == 0
    with django_assert_num_queries(1):
        assert actions.remind_silence(at=at(FRIDAY)) == 0
    with django_assert_num_queries(2):  # and how long it waits
        assert actions.release_silent(at=at(FRIDAY)) == 0


def _cancelled_contract() -> int:
    order = world.signed_job()
    actions.cancel(order.pk, reason="Plus besoin", by=world.by(world.ana()), at=world.MONDAY)
    return order.contracts.get().pk


def test_a_wage_is_paid_even_when_nothing_is_invoiced() -> None:
    order = world.contracted_job()
    report = answer(order, "fewer", hours={THURSDAY: Decimal("7.60")})
    actions.decide_work(
        report.pk, price=Decimal(0), gross=work.owed(report), user=world.elise(), at=at(FRIDAY)
    )
    assert states(order) == (OrderStatus.RELEASED, InvoiceStatus.ANNULLED)
    assert order.contracts.get().gross_due == work.owed(report)


def test_a_client_may_owe_for_work_that_was_not_done() -> None:
    order = world.contracted_job(expenses=(("Train", Decimal("40.00")),))
    report = answer(order, "not_done")
    actions.decide_work(
        report.pk, price=Decimal("200.00"), gross=Decimal(0), user=world.elise(), at=at(FRIDAY)
    )
    assert states(order) == (OrderStatus.RELEASED, InvoiceStatus.RELEASED)
    invoice = order.invoices.get()
    assert (invoice.net, invoice.employment, invoice.expenses) == (
        Decimal("240.00"), Decimal("0.00"), Decimal("40.00"),
    )  # fmt: skip


def test_two_months_are_answered_one_by_one_and_invoiced_together() -> None:
    days = {date(2026, 11, 30): Decimal("7.60"), date(2026, 12, 1): Decimal("7.60")}
    order = world.contracted_job(days=days)
    november, december = order.contracts.order_by("starts_on")
    ana, elise = world.by(world.ana()), world.elise()
    report = actions.confirm_work(
        november.pk, answer="fewer", hours={date(2026, 11, 30): HALF}, by=ana,
        at=at(date(2026, 11, 30)),
    )  # fmt: skip
    assert states(order)[0] == OrderStatus.HELD
    decided = actions.decide_work(
        report.pk, price=Decimal("250.00"), gross=work.owed(report), user=elise,
        at=at(date(2026, 11, 30)),
    )  # fmt: skip
    assert decided.status == OrderStatus.SIGNED
    assert states(order) == (OrderStatus.SIGNED, InvoiceStatus.DRAFT)
    actions.confirm_work(december.pk, answer="agreed", by=ana, at=at(date(2026, 12, 1)))
    assert states(order) == (OrderStatus.RELEASED, InvoiceStatus.RELEASED)
    assert order.invoices.get().net == Decimal("750.00")


def test_an_answer_for_one_month_while_the_other_is_held() -> None:
    days = {date(2026, 11, 30): Decimal("7.60"), date(2026, 12, 1): Decimal("7.60")}
    order = world.contracted_job(days=days)
    november, december = order.contracts.order_by("starts_on")
    ana = world.by(world.ana())
    actions.confirm_work(november.pk, answer="ill", hours={}, by=ana, at=at(date(2026, 11, 30)))
    actions.confirm_work(december.pk, answer="agreed", by=ana, at=at(date(2026, 12, 1)))
    assert states(order) == (OrderStatus.HELD, InvoiceStatus.DRAFT)
    assert Contract.objects.get(pk=december.pk).released_at is not None


def test_silence_is_asked_reminded_then_goes_on_marked_not_confirmed() -> None:
    order = world.contracted_job()
    monday, tuesday, wednesday = (date(2026, 11, 30) + timedelta(days=n) for n in range(3))
    assert actions.ask_work(at=at(FRIDAY, 16)) == 0
    assert actions.ask_work(at=at(FRIDAY, 17)) == 1
    assert actions.ask_work(at=at(FRIDAY, 18)) == 0
    assert actions.remind_silence(at=at(FRIDAY, 23)) == 0
    assert actions.remind_silence(at=at(monday, 1)) == 1
    assert actions.remind_silence(at=at(tuesday, 1)) == 0
    assert actions.release_silent(at=at(tuesday, 23)) == 0
    assert actions.release_silent(at=at(wednesday, 0)) == 1
    assert actions.release_silent(at=at(wednesday, 0)) == 0
    assert states(order) == (OrderStatus.RELEASED, InvoiceStatus.RELEASED)
    assert order.invoices.get().not_confirmed
    assert order.contracts.get().release_kind == "silence"
    assert [letters(kind) for kind in ("work", "work_reminder", "work_silent")] == [1, 1, 1]


def test_silence_about_an_unsigned_contract_is_for_the_advisor() -> None:
    order = world.signed_job()
    wednesday = date(2026, 12, 2)
    assert actions.remind_silence(at=at(wednesday)) == 1
    assert actions.release_silent(at=at(wednesday)) == 1
    assert states(order) == (OrderStatus.HELD, InvoiceStatus.DRAFT)
    report = order.reports.get()
    assert work.hours_done(report) == order.contracts.get().hours
    assert told("held") == 1 and letters("work_silent") == 0


def test_an_answer_that_comes_first_leaves_nothing_to_silence() -> None:
    order = world.contracted_job()
    answer(order, "agreed")
    contract = order.contracts.get()
    assert work._release_silence(contract.pk, at(date(2026, 12, 2))) is False
