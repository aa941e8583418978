"""Before the start either side cancels or asks for something else; once signed, staff decide."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from invoicing.states import InvoiceStatus
from office import clock
from office.lifecycle import NotAllowed
from office.models import Letter, Notice
from orders import actions
from orders.actions import changes, examining, signing, work
from orders.models import ChangeRequest, Order
from orders.plans import fields_of
from orders.states import ChangeStatus, OrderStatus
from tests import world

pytestmark = pytest.mark.django_db

MONDAY = world.MONDAY
FIRST_DAY = clock.start_of(date(2026, 11, 26))
SIGNER = actions.Signer(name="Marc Dumont", role="Administrateur délégué")


def ana() -> object:
    return world.by(world.ana())


def letters(kind: str) -> int:
    return Letter.objects.filter(kind=f"orders/{kind}").count()


def told(kind: str) -> int:
    """How many were told, by letter or in their digest."""
    return Notice.objects.filter(kind=f"orders/{kind}").count()


def cancel(order: Order, by: object = None, at: object = MONDAY, reason: str = "Report") -> Order:
    return actions.cancel(order.pk, reason=reason, by=by or ana(), at=at)


def new_version(order: Order, days: dict[date, Decimal]) -> Order:
    """Ana proposes other days, Dumont signs them."""
    proposed = actions.propose_change(order.pk, by=ana(), at=MONDAY)
    fields = replace(fields_of(proposed), days=tuple(sorted(days.items())))
    actions.amend(proposed.pk, fields=fields, by=ana(), at=MONDAY)
    return actions.send(proposed.pk, by=ana(), at=MONDAY)


def sign(order: Order, at: object = MONDAY) -> Order:
    return actions.sign(
        order.pk, shown_sha256=order.shown_sha256, signer=SIGNER, by=world.DUMONT_ACTOR, at=at
    )


def test_before_the_contract_is_signed_cancelling_annuls_the_drafts() -> None:
    order = world.signed_job()
    with pytest.raises(signing.ReasonMissing):
        cancel(order, reason="")
    cancelled = cancel(order, by=world.DUMONT_ACTOR)
    assert cancelled.status == OrderStatus.CANCELLED and cancelled.ended_reason == "Report"
    assert order.invoices.get().status == InvoiceStatus.ANNULLED
    assert order.contracts.get().status == "annulled"
    assert order.contracts.get().declarations.get().status == "dropped"
    assert (letters("cancelled"), letters("cancelled_affiliate")) == (1, 1)
    assert cancel(order).status == OrderStatus.CANCELLED
    with pytest.raises(NotAllowed):
        actions.ask_change(order.pk, kind="change", text="Trop tard ?", by=ana(), at=MONDAY)


def test_a_draft_and_a_sent_order_are_cancelled_too() -> None:
    assert cancel(world.draft_job(), reason="").status == OrderStatus.CANCELLED
    sent = world.sent_job()
    cancel(sent)
    with pytest.raises(NotAllowed):
        sign(sent)


def test_once_the_contract_is_signed_only_staff_cancel() -> None:
    order = world.contracted_job()
    with pytest.raises(changes.ContractSigned):
        cancel(order, by=world.DUMONT_ACTOR)
    request = actions.ask_change(
        order.pk, kind="cancel", text="Budget gelé", by=world.DUMONT_ACTOR, at=MONDAY
    )
    same = actions.ask_change(
        order.pk, kind="cancel", text="Budget gelé", by=world.DUMONT_ACTOR, at=MONDAY
    )
    assert same == request
    with pytest.raises(changes.AskedBefore):
        actions.ask_change(order.pk, kind="change", text="Autre", by=ana(), at=MONDAY)
    assert (letters("change_asked"), told("change_asked_staff")) == (1, 1)
    (consequence,) = changes.consequences(order)
    assert consequence.signed and consequence.declared
    assert consequence.wage_until_term == order.gross and consequence.service == order.price
    assert consequence.cost > order.gross
    elise, contract = world.elise(), order.contracts.get()
    with pytest.raises(signing.ReasonMissing):
        actions.decide_change(request.pk, outcome="cancel", note="", user=elise, at=MONDAY)
    for amounts in ((Decimal(9999), Decimal(0)), (Decimal(0), Decimal(9999))):
        with pytest.raises(work.AmountOutside):
            actions.decide_change(
                request.pk, outcome="cancel", note="x", user=elise, at=MONDAY,
                amounts={contract.pk: amounts},
            )  # fmt: skip
    actions.decide_change(
        request.pk, outcome="cancel", note="Salaire dû jusqu’au terme", user=elise, at=MONDAY,
        amounts={contract.pk: (Decimal("800.00"), contract.gross)},
    )  # fmt: skip
    order.refresh_from_db()
    contract.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert contract.gross_due == contract.gross and contract.release_kind == "decided"
    invoice = order.invoices.get()
    assert (invoice.status, invoice.net) == (InvoiceStatus.RELEASED, Decimal("800.00"))
    assert (letters("change_answer"), letters("change_answer_affiliate")) == (1, 1)
    with pytest.raises(work.DecidedBefore):
        actions.decide_change(request.pk, outcome="keep", note="x", user=elise, at=MONDAY)


def test_staff_may_cancel_without_anything_owed() -> None:
    order = world.contracted_job()
    request = actions.ask_change(order.pk, kind="cancel", text="D’accord", by=ana(), at=MONDAY)
    assert letters("change_asked") == 0
    actions.decide_change(
        request.pk, outcome="cancel", note="De commun accord", user=world.elise(), at=MONDAY
    )
    assert order.contracts.get().status == "annulled"
    assert order.contracts.get().declarations.latest("pk").kind == "cancel"
    assert order.invoices.get().status == InvoiceStatus.ANNULLED


def test_staff_keep_the_job_or_have_a_new_version_drafted() -> None:
    order, elise = world.contracted_job(), world.elise()
    first = actions.ask_change(order.pk, kind="change", text="Lundi ?", by=ana(), at=MONDAY)
    actions.decide_change(first.pk, outcome="keep", note="Non", user=elise, at=MONDAY)
    second = actions.ask_change(order.pk, kind="change", text="Mardi ?", by=ana(), at=MONDAY)
    actions.decide_change(second.pk, outcome="change", note="Oui", user=elise, at=MONDAY)
    order.refresh_from_db()
    assert order.status == OrderStatus.SIGNED and order.replaced_by.status == OrderStatus.DRAFT
    with pytest.raises(changes.ReplacedSoon):
        actions.propose_change(order.pk, by=ana(), at=MONDAY)


def test_who_asked_may_think_better_of_it() -> None:
    order = world.contracted_job()
    with pytest.raises(signing.ReasonMissing):
        actions.ask_change(order.pk, kind="cancel", text=" ", by=ana(), at=MONDAY)
    request = actions.ask_change(order.pk, kind="cancel", text="Hum", by=ana(), at=MONDAY)
    actions.withdraw_request(request.pk, by=ana(), at=MONDAY)
    assert actions.withdraw_request(request.pk, by=ana(), at=MONDAY).status == "withdrawn"
    with pytest.raises(work.DecidedBefore):
        actions.decide_change(request.pk, outcome="keep", note="x", user=world.elise(), at=MONDAY)


def test_once_the_work_has_begun_nothing_changes_here() -> None:
    order = world.signed_job()
    for call in (
        lambda: cancel(order, at=FIRST_DAY),
        lambda: actions.propose_change(order.pk, by=ana(), at=FIRST_DAY),
        lambda: actions.ask_change(order.pk, kind="cancel", text="x", by=ana(), at=FIRST_DAY),
    ):
        with pytest.raises(changes.TooLateToChange):
            call()
    with pytest.raises(examining.WorkHasBegun):
        actions.propose_change(world.sent_job().pk, by=ana(), at=MONDAY)


def test_a_new_version_signed_by_dumont_takes_the_place_of_the_old() -> None:
    old = world.contracted_job()
    request = actions.ask_change(old.pk, kind="change", text="Décembre", by=ana(), at=MONDAY)
    days = {date(2026, 11, 30): Decimal("7.60"), date(2026, 12, 1): Decimal("7.60")}
    new = new_version(old, days)
    assert new.shown["replaces"] == old.ref
    assert new.link_expires_at == FIRST_DAY  # the old work must not have begun either
    signed = sign(new)
    old.refresh_from_db()
    request.refresh_from_db()
    assert old.status == OrderStatus.REPLACED and request.status == ChangeStatus.DONE
    assert old.invoices.get().status == InvoiceStatus.ANNULLED
    november, december = signed.contracts.order_by("starts_on")
    assert old.contracts.get().status == "replaced" and november.replaces == old.contracts.get()
    assert november.declarations.latest("pk").kind == "update"
    assert december.declarations.get().kind == "in"


def test_a_month_that_falls_away_has_its_contract_annulled() -> None:
    old = world.signed_job(
        days={date(2026, 11, 30): Decimal("7.60"), date(2026, 12, 1): Decimal("7.60")}
    )
    sign(new_version(old, {date(2026, 12, 1): Decimal("7.60"), date(2026, 12, 2): Decimal("7.60")}))
    statuses = list(old.contracts.order_by("starts_on").values_list("status", flat=True))
    assert statuses == ["annulled", "replaced"]


def test_a_version_whose_original_began_is_not_sent() -> None:
    old = world.signed_job()
    proposed = actions.propose_change(old.pk, by=ana(), at=MONDAY)
    fields = replace(fields_of(proposed), days=((date(2026, 12, 3), Decimal("7.60")),))
    actions.amend(proposed.pk, fields=fields, by=ana(), at=MONDAY)
    with pytest.raises(examining.WorkHasBegun):
        actions.send(proposed.pk, by=ana(), at=FIRST_DAY)


def test_a_version_whose_original_was_cancelled_stands_alone() -> None:
    old = world.signed_job()
    new = new_version(old, {date(2026, 12, 3): Decimal("7.60")})
    cancel(old)
    assert sign(new, at=MONDAY + timedelta(hours=1)).status == OrderStatus.SIGNED
    old.refresh_from_db()
    assert old.status == OrderStatus.CANCELLED


def test_a_thrown_away_version_frees_the_original() -> None:
    old = world.signed_job()
    new = new_version(old, {date(2026, 12, 3): Decimal("7.60")})
    actions.withdraw(new.pk, by=ana(), at=MONDAY)
    actions.discard(new.pk, by=ana(), at=MONDAY)
    assert actions.propose_change(old.pk, by=ana(), at=MONDAY).replaces == old
    assert ChangeRequest.objects.count() == 0
