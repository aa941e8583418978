"""Small certainties: what happens when two things happen at once, or something is missing."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from members.models import Affiliate, Household
from office import policy
from office.parameters import NoValue
from orders import actions, conditions, letters, pricing, settlement
from orders.actions import examining, signing
from orders.models import Order
from orders.plans import JobFields, fields_of
from orders.policy import OrdersPolicy, on_day
from tests import world

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)

# a file of conditions that a client has accepted never changes: a new text is a new version
ACCEPTED = {
    ("2026-11", "fr"): "90396df945fdaa5c34823f103639e9226656061ba485497de7d561d54524dcdb",
    ("2026-11", "nl"): "cb0f1dd7dc4842a25709fa99607b0936da2bcf63de1a1b97f44cb6b03392ce67",
    ("2026-11", "en"): "408f299e5b9a4dd5fd5043891d325b235c738e05290c7f96aafd30f129e80c9a",
}


def test_the_policy_written_here_holds_until_another_is_decided() -> None:
    assert on_day(date(1999, 1, 1)) == OrdersPolicy()
    world.cooperative()
    policy.decide(
        OrdersPolicy(max_hours_a_day=Decimal("7.60")),
        starts_on=MONDAY + timedelta(days=1),
        by=world.by(world.admin()),
        at=world.MONDAY,
    )
    assert on_day(MONDAY + timedelta(days=1)).max_hours_a_day == Decimal("7.60")


def test_without_a_household_the_net_is_an_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    order = world.draft_job()
    monkeypatch.setattr(
        Household.objects.__class__, "filter", lambda *_, **__: Household.objects.none()
    )
    quote = pricing.quote(fields_of(order), affiliate=order.affiliate, on=MONDAY)
    assert quote is not None and not quote.household_known and not quote.net_exact


def test_an_activity_opened_since_the_draft_is_found_at_sending() -> None:
    order = world.draft_job()
    Order.objects.filter(pk=order.pk).update(activity=None)
    sent = actions.send(order.pk, by=world.by(world.ana()), at=world.MONDAY)
    assert sent.activity == world.activity(world.ana())


def test_a_vat_rate_nobody_knows_keeps_the_order_back(monkeypatch: pytest.MonkeyPatch) -> None:
    order = world.draft_job()

    def unknown(on: date) -> Decimal:
        raise NoValue("vat_standard_rate", on)

    monkeypatch.setattr(examining, "vat_rate", unknown)
    assert len(list(examining.hindrances(order, on=MONDAY))) == 1
    with pytest.raises(pricing.NoLaw, match="vat_standard_rate"):
        actions.send(order.pk, by=world.by(world.ana()), at=world.MONDAY)


def test_all_that_keeps_a_draft_back_is_said_at_once() -> None:
    order = world.draft_job(price=Decimal("40.00"), expenses=(("Train", Decimal("39.00")),))
    said = list(examining.hindrances(order, on=date(2026, 12, 1)))
    assert [type(refusal).__name__ for refusal in said] == ["DayPassed", "PriceTooSmall"]


def test_an_order_signed_at_the_last_moment_does_not_lapse() -> None:
    order = world.signed_job()
    assert signing._lapse(order.pk, world.MONDAY) is False


def test_an_affiliate_without_advisor_is_answered_by_all_of_them() -> None:
    ana, elise = world.ana(), world.elise()
    assert letters.advisors_of(ana) == [elise]
    Affiliate.objects.filter(pk=ana.pk).update(advisor=None)
    ana.refresh_from_db()
    assert letters.advisors_of(ana) == [elise]


def test_no_pay_costs_nothing() -> None:
    contract = world.signed_job().contracts.get()
    assert settlement.cost_of(contract, Decimal("0.00")) == 0


def test_the_gross_may_be_fixed_instead_of_the_price() -> None:
    order = world.draft_job()
    fields = replace(fields_of(order), amount=Decimal("600.00"), amount_kind="gross")
    quote = pricing.quote(fields, affiliate=order.affiliate, on=MONDAY)
    assert quote is not None and quote.split.gross == Decimal("600.00")
    assert sum(quote.split.parts.values()) == quote.split.price


def test_nothing_typed_is_no_quote() -> None:
    assert pricing.quote(JobFields(), affiliate=world.ana(), on=MONDAY) is None


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_accepted_conditions_never_change_and_say_the_four_things(language: str) -> None:
    version = conditions.CURRENT
    assert conditions.sha256_of(version, language) == ACCEPTED[version, language]
    shown = world.sent_job().shown
    words = render_to_string(conditions.template_of(version, language), {"shown": shown})
    assert "10 " in words and "40 euro" in words and "Coopérative Exemple" in words
    assert words.count("<h3>") == 11


def test_a_language_without_conditions_falls_back_on_french() -> None:
    assert conditions.language_for("de") == "fr"
