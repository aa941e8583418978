"""Ana sends a job, Dumont signs: what refuses refuses before, and the signature copies."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from invoicing.actions import clients
from invoicing.models import ClientKind
from members.models import Trade, User
from office import clock, journal, links
from office.lifecycle import NotAllowed
from office.models import Letter
from office.parameters import Law
from orders import actions, pricing, rules
from orders.actions import drafts, examining, signing
from orders.models import Order
from orders.plans import JobFields, fields_of
from orders.split import months_of
from orders.states import OrderStatus
from tests import world

pytestmark = pytest.mark.django_db

MONDAY = world.MONDAY
EVENING = MONDAY + timedelta(hours=10)
SIGNER = actions.Signer(
    name="Marc Dumont", role="Administrateur délégué", purchase_reference="PO 7"
)


def draft(**changes: Any) -> Order:
    """Ana's complete draft for Dumont, changed here and there."""
    order = world.draft_job()
    if changes:
        fields = replace(fields_of(order), **changes)
        order = actions.amend(order.pk, fields=fields, by=world.by(world.ana()), at=MONDAY)
    return order


def send(order: Order, at: datetime = MONDAY) -> Order:
    return actions.send(order.pk, by=world.by(world.ana()), at=at)


def sign(order: Order, at: datetime = MONDAY, **changes: Any) -> Order:
    wanted: dict[str, Any] = {"shown_sha256": order.shown_sha256, "signer": SIGNER} | changes
    return actions.sign(order.pk, by=world.DUMONT_ACTOR, at=at, **wanted)


def kinds(order: Order) -> list[str]:
    return [event.kind for event in reversed(journal.timeline(order)) if event.chain]


def letters(kind: str) -> int:
    return Letter.objects.filter(kind=f"orders/{kind}").count()


def test_an_empty_draft_is_kept_and_says_all_that_is_missing() -> None:
    ana = world.ana()
    order = actions.create(ana.pk, fields=JobFields(), by=world.by(ana), at=MONDAY)
    assert order.status == OrderStatus.DRAFT
    missing = {refusal.field for refusal in examining.hindrances(order, on=date(2026, 11, 23))}
    assert missing == {
        "trade",
        "description",
        "place",
        "days",
        "client",
        "signer_name",
        "signer_email",
        "amount",
    }
    with pytest.raises(examining.Missing, match="métier"):
        send(order)


def test_who_is_not_accepted_yet_drafts_and_may_not_send() -> None:
    gita = world.newcomer()
    client = world.dumont()
    fields = replace(fields_of(draft()), client_id=client.pk)
    order = actions.create(gita.pk, fields=fields, by=world.by(gita), at=MONDAY)
    assert order.activity is None
    with pytest.raises(examining.NotAMember, match="Votre brouillon est gardé"):
        actions.send(order.pk, by=world.by(gita), at=MONDAY)


def test_an_address_to_confirm_keeps_the_job_back() -> None:
    order = draft()
    User.objects.filter(pk=order.affiliate.user_id).update(email_confirmed_at=None)
    with pytest.raises(examining.EmailNotConfirmed):
        send(order)


def another_trade() -> str:
    return Trade.objects.exclude(contract_kind="white_collar").earliest("code").pk


def private_client() -> int:
    return clients.create(
        kind=ClientKind.PRIVATE, enterprise_number="", name="Luc Petit", street="rue Haute 1",
        postcode="1000", city="Bruxelles", by=world.by(world.ana()), at=MONDAY,
    ).pk  # fmt: skip


FULL = Decimal("7.60")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (lambda: {"trade_code": another_trade()}, examining.TradeNotYet),
        (lambda: {"client_id": private_client()}, examining.ClientNotYet),
        (lambda: {"signer_email": world.bruno().user.email}, examining.SignerIsOurs),
        (lambda: {"signer_email": world.carla().email}, examining.SignerIsOurs),
        (lambda: {"days": ((date(2026, 11, 23), FULL),)}, rules.DayPassed),
        (lambda: {"days": ((date(2026, 11, 20), FULL),)}, rules.DayPassed),
        (lambda: {"days": ((date(2026, 11, 26), Decimal("8.01")),)}, rules.DayTooLong),
        (lambda: {"days": ((date(2026, 11, 26), Decimal("2.50")),)}, rules.DayTooShort),
        (lambda: {"valid_until": date(2026, 11, 22)}, examining.ValidityPassed),
        (lambda: {"payment_term_days": 61}, examining.TermTooLong),
        (lambda: {"description": "Site web"}, examining.Missing),
        (lambda: {"amount": Decimal("150.00")}, pricing.BelowMinimum),
        (lambda: {"expenses": (("Train", Decimal("990.00")),)}, pricing.PriceTooSmall),
        (lambda: {"days": ((date(1999, 11, 26), FULL),)}, rules.DayPassed),
    ],
)
def test_sending_is_refused_with_a_way_out(
    changes: Callable[[], dict[str, Any]], refusal: type[Exception]
) -> None:
    order = draft(**changes())
    with pytest.raises(refusal) as refused:
        send(order)
    assert str(refused.value).endswith(".")
    order.refresh_from_db()
    assert order.status == OrderStatus.DRAFT


def test_a_day_is_named_once_even_in_a_draft() -> None:
    day = date(2026, 11, 26)
    with pytest.raises(rules.DayTwice):
        draft(days=((day, FULL), (day, FULL)))


def test_below_the_minimum_both_ways_out_are_really_ways_out() -> None:
    order = draft(amount=Decimal("250.00"))
    with pytest.raises(pricing.BelowMinimum) as refused:
        send(order)
    values = refused.value.values
    by, fields = world.by(world.ana()), fields_of(order)
    raised = replace(fields, amount=values["least_gross"], amount_kind="gross")
    assert (
        actions.send(
            actions.create(order.affiliate_id, fields=raised, by=by, at=MONDAY).pk, by=by, at=MONDAY
        ).price
        == values["least_price"]
    )
    fewer = Decimal(values["most_hours"].replace(",", "."))
    shorter = replace(fields, days=((date(2026, 11, 26), fewer),))
    quote = pricing.quote(shorter, affiliate=order.affiliate, on=date(2026, 11, 23))
    assert quote is not None and quote.below_minimum is None


def test_a_date_without_law_is_estimated_but_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    order = draft(days=((date(2027, 2, 3), FULL),), valid_until=date(2026, 12, 31))
    from payroll.engine import pay_law

    monkeypatch.setattr(pricing, "law", lambda: pay_law())  # as in production
    quote = pricing.quote(fields_of(order), affiliate=order.affiliate, on=date(2026, 11, 23))
    assert quote is not None and quote.estimated and not quote.net_exact
    with pytest.raises(pricing.NoLaw, match="brouillon"):
        send(order)
    monkeypatch.setattr(pricing, "law", lambda: Law({}))
    with pytest.raises(pricing.NoLaw):
        send(order)


def test_the_split_adds_up_and_is_exact_for_a_first_job() -> None:
    order = send(draft(expenses=(("Train", Decimal("35.50")),)))
    parts = {name: Decimal(amount) for name, amount in order.split["parts"].items()}
    assert sum(parts.values()) == order.price == Decimal("1000.00")
    assert parts["fee"] == Decimal("65.00") and parts["expenses"] == Decimal("35.50")
    assert order.split["net_exact"] is True
    other = world.draft_job(days={date(2026, 11, 30): FULL})
    assert actions.send(other.pk, by=world.by(world.ana()), at=MONDAY).split["net_exact"] is True
    sign(order)
    third = world.sent_job(days={date(2026, 11, 24): FULL})
    assert third.split["net_exact"] is False


def test_a_sent_order_keeps_the_policy_of_its_day_and_all_it_shows() -> None:
    order = send(draft())
    assert (order.fee_rate, order.guaranteed) == (Decimal("0.065"), True)
    assert order.shown["price"] == "1000.00" and order.shown["total"] == "1210.00"
    assert order.shown["conditions"]["version"] == order.conditions_version
    assert not {"gross", "split"} & order.shown.keys()
    assert letters("sent") == 1
    assert send(order).version == 1  # a second click
    assert letters("sent") == 1
    with pytest.raises(drafts.NotADraft):
        actions.amend(order.pk, fields=fields_of(order), by=world.by(world.ana()), at=MONDAY)


def test_the_link_lapses_when_the_first_working_day_starts() -> None:
    order = send(draft())
    assert order.link_expires_at == datetime(2026, 11, 25, 23, tzinfo=UTC)  # 00:00 in Brussels
    last_moment = order.link_expires_at - timedelta(microseconds=1)
    assert links.open("sign", links.token(links.newest(order, "sign")), at=last_moment)
    with pytest.raises(signing.Lapsed, match="Ana"):
        sign(order, at=order.link_expires_at)
    assert actions.lapse_due(at=last_moment) == 0
    assert actions.lapse_due(at=order.link_expires_at) == 1
    assert actions.lapse_due(at=order.link_expires_at) == 0
    order.refresh_from_db()
    assert order.status == OrderStatus.LAPSED and letters("lapsed") == 1


def test_the_link_lapses_at_the_end_of_its_validity_when_that_comes_first() -> None:
    order = send(draft(valid_until=date(2026, 11, 24)))
    assert order.link_expires_at == datetime(2026, 11, 24, 23, tzinfo=UTC)


def test_dumont_signs_and_everything_exists_as_drafts() -> None:
    order = send(draft())
    actions.opened(order.pk, by=world.DUMONT_ACTOR, at=MONDAY)
    actions.opened(order.pk, by=world.DUMONT_ACTOR, at=EVENING)
    signed = sign(order, at=EVENING)
    assert (signed.status, signed.purchase_reference) == (OrderStatus.SIGNED, "PO 7")
    invoice, contract = signed.invoices.get(), signed.contracts.get()
    assert (invoice.status, invoice.net, contract.status) == ("draft", Decimal("1000.00"), "draft")
    assert contract.gross == signed.gross and invoice.guaranteed == signed.guaranteed
    assert (letters("copy"), letters("signed")) == (1, 1)
    assert kinds(order) == ["order.sent", "order.opened", "order.signed"]
    assert journal.verify(f"order:{order.pk}") is None
    evidence = journal.timeline(order)[0]
    assert evidence.data["shown"] == order.shown_sha256
    assert (evidence.address, evidence.agent) == ("192.0.2.7", "tests")
    assert evidence.data["consent"].startswith("J’ai lu la commande")
    follow = links.newest(order, "follow")
    assert links.open("follow", links.token(follow), at=EVENING + timedelta(days=900))
    with pytest.raises(links.LinkUsed):
        links.open("sign", links.token(links.newest(order, "sign")), at=EVENING)


def test_a_second_click_signs_nothing_more() -> None:
    order = send(draft())
    sign(order)
    again = sign(order, at=EVENING, signer=replace(SIGNER, name="Quelqu’un d’autre"))
    assert again.signed_name == "Marc Dumont"
    assert (again.invoices.count(), again.contracts.count(), letters("copy")) == (1, 1, 1)


def test_work_over_two_months_makes_two_contracts_and_one_invoice() -> None:
    days = {date(2026, 11, 30): FULL, date(2026, 12, 1): FULL, date(2026, 12, 2): Decimal("3.00")}
    order = world.signed_job(days=days)
    november, december = order.contracts.order_by("starts_on")
    assert (november.ends_on, december.starts_on) == (date(2026, 11, 30), date(2026, 12, 1))
    assert november.gross + december.gross == order.gross
    invoice = order.invoices.get()
    assert (invoice.work_from, invoice.work_until) == (date(2026, 11, 30), date(2026, 12, 2))
    assert sum(month.service for month in months_of(order)) == order.price


def test_the_signature_computes_nothing_that_could_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    order = send(draft())
    from payroll import law as payroll_law

    for module in (pricing, payroll_law):
        monkeypatch.setattr(module, "law", lambda: Law({}))
    from office import policy

    def no_policy(*_: object, **__: object) -> None:
        raise policy.NoPolicy

    monkeypatch.setattr(policy, "current", no_policy)
    assert sign(order).contracts.count() == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"shown_sha256": "0" * 64}, signing.OlderVersion),
        ({"signer": replace(SIGNER, name=" ")}, signing.NobodyNamed),
        ({"signer": replace(SIGNER, role="")}, signing.NobodyNamed),
        ({"signer": replace(SIGNER, consent=False)}, signing.NoConsent),
    ],
)
def test_a_signature_that_does_not_hold_is_refused_kindly(
    changes: dict[str, Any], refusal: type[Exception]
) -> None:
    order = send(draft())
    with pytest.raises(refusal):
        sign(order, **changes)
    order.refresh_from_db()
    assert order.status == OrderStatus.SENT and not order.contracts.exists()


def test_dumont_declines_and_ana_sends_a_second_version() -> None:
    order = send(draft())
    first = links.newest(order, "sign")
    no: dict[str, Any] = {
        "shown_sha256": order.shown_sha256, "by": world.DUMONT_ACTOR, "at": MONDAY,
    }  # fmt: skip
    with pytest.raises(signing.ReasonMissing):
        actions.decline(order.pk, reason=" ", **no)
    actions.decline(order.pk, reason="Trop cher", **no)
    declined = actions.decline(order.pk, reason="Trop cher", **no)
    assert declined.status == OrderStatus.DECLINED and letters("declined") == 1
    with pytest.raises(NotAllowed):
        sign(order)
    old_hash = order.shown_sha256
    ana = world.by(world.ana())
    back = actions.withdraw(order.pk, by=ana, at=MONDAY)
    assert actions.withdraw(order.pk, by=ana, at=MONDAY).version == back.version == 2
    assert letters("withdrawn") == 0
    again = send(back)
    with pytest.raises(signing.OlderVersion):
        sign(again, shown_sha256=old_hash)
    assert links.open("sign", links.token(first), at=MONDAY) == links.newest(order, "sign")
    assert sign(again).status == OrderStatus.SIGNED
    assert journal.verify(f"order:{order.pk}") is None


def test_taking_back_a_sent_order_tells_the_client_and_leaves_nothing_to_sign() -> None:
    order = send(draft())
    actions.withdraw(order.pk, by=world.by(world.ana()), at=MONDAY)
    assert letters("withdrawn") == 1
    with pytest.raises(NotAllowed):
        sign(order)


def test_a_version_for_somebody_else_closes_the_link_of_the_first() -> None:
    order = send(draft())
    first = links.newest(order, "sign")
    assert first is not None
    ana = world.by(world.ana())
    back = actions.withdraw(order.pk, by=ana, at=MONDAY)
    fields = replace(fields_of(back), signer_email="lea@dumont-editions.example")
    actions.amend(order.pk, fields=fields, by=ana, at=MONDAY)
    send(back)
    with pytest.raises(links.LinkRevoked):
        links.open("sign", links.token(first), at=MONDAY)


def test_drafts_are_copied_and_thrown_away() -> None:
    order = draft()
    ana = world.by(world.ana())
    again = actions.copy(order.pk, by=ana, at=MONDAY)
    assert again.description == order.description
    moved = [(row.day - timedelta(weeks=1), row.hours) for row in again.days.all()]
    assert moved == [(row.day, row.hours) for row in order.days.all()]
    actions.discard(again.pk, by=ana, at=MONDAY)
    assert not Order.objects.filter(pk=again.pk).exists()
    seen = actions.withdraw(send(order).pk, by=ana, at=MONDAY)
    actions.discard(seen.pk, by=ana, at=MONDAY)
    seen.refresh_from_db()
    assert seen.status == OrderStatus.CANCELLED


def test_the_database_keeps_what_was_signed() -> None:
    order = world.signed_job()
    for change in ({"shown": {}}, {"signed_name": "X"}, {"price": Decimal("1.00")}):
        with pytest.raises(IntegrityError, match="signed"), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(**change)
    with pytest.raises(IntegrityError, match="no draft"), transaction.atomic():
        order.days.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).delete()


def test_nobody_sees_the_jobs_of_others() -> None:
    order = draft()
    assert not Order.objects.visible_to(world.bruno().user).exists()
    assert Order.objects.visible_to(world.carla()).get() == order


def test_the_clock_of_a_draft_is_its_own() -> None:
    assert clock.day_of(draft().created_at) == date(2026, 11, 23)
