"""Rules of invoicing as properties: money is never lost, whatever the way it came."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import rules
from invoicing.policies import InvoicingPolicy
from invoicing.rules import Cover
from office import bank
from office.money import ZERO

euros = st.integers(0, 500_000).map(lambda cents: Decimal(cents) / 100)
parts_of_a_price = st.fixed_dictionaries(dict.fromkeys(InvoicingPolicy().allotment_order, euros))
orders = st.permutations(InvoicingPolicy().allotment_order)


@given(euros, parts_of_a_price, orders)
def test_what_is_received_is_allotted_to_the_last_cent(
    received: Decimal, parts: dict[str, Decimal], order: list[str]
) -> None:
    paid = rules.allot(received, parts, order)
    assert sum(paid.values()) == received
    assert all(ZERO <= paid[purpose] <= parts[purpose] for purpose in parts)
    assert paid["overpaid"] == max(received - sum(parts.values()), ZERO)


@given(euros, parts_of_a_price, orders)
def test_what_stands_first_is_paid_first(
    received: Decimal, parts: dict[str, Decimal], order: list[str]
) -> None:
    paid = rules.allot(received, parts, order)
    for earlier, later in pairwise(order):
        assert not paid[later] or paid[earlier] == parts[earlier]


@given(euros, euros, parts_of_a_price, orders)
def test_more_money_never_takes_anything_away(
    received: Decimal, more: Decimal, parts: dict[str, Decimal], order: list[str]
) -> None:
    before, after = (rules.allot(sum_, parts, order) for sum_ in (received, received + more))
    assert all(after[purpose] >= before[purpose] for purpose in before)


def test_a_purpose_the_policy_forgot_is_paid_last() -> None:
    parts = {"vat": Decimal(10), "fee": Decimal(10)}
    assert rules.allot(Decimal(15), parts, ["fee"])["vat"] == Decimal(5)


@st.composite
def covers(draw: st.DrawFn) -> list[Cover]:
    """Payslips of a job in any state the books may hold."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        cost = draw(euros) + Decimal("0.01")
        amount = draw(st.sampled_from([ZERO, cost, (cost / 2).quantize(Decimal("0.01"))]))
        lost = draw(st.sampled_from([ZERO, amount]))
        repaid = draw(st.sampled_from([ZERO, amount - lost]))
        recovered = draw(st.sampled_from([ZERO, lost]))
        found.append(Cover(cost=cost, amount=amount, repaid=repaid, lost=lost, recovered=recovered))
    return found


def settled(received: Decimal, given: list[Cover]) -> list[Cover]:
    """The covers after the moves."""
    now = [dict(vars(cover)) for cover in given]
    for move in rules.settle(received, given):
        names = {"repayment": "repaid", "recovery": "recovered", "advance": "amount"}
        now[move.at][names[move.kind]] += move.amount
    return [Cover(**values) for values in now]


@given(st.lists(euros, min_size=1, max_size=4), covers())
def test_the_clients_money_pays_the_cost_whatever_the_way_there(
    receipts: list[Decimal], first: list[Cover]
) -> None:
    now = first
    for received in receipts:
        now = settled(received, now)
        for cover in now:
            assert ZERO <= cover.amount <= cover.cost
            assert cover.repaid >= 0
            assert ZERO <= cover.recovered <= cover.lost
            assert cover.repaid + cover.lost <= cover.amount
        payable = sum((cover.cost for cover in now), ZERO)
        assert sum(cover.paid_by_client for cover in now) == min(received, payable)
        assert settled(received, now) == now


@given(st.lists(st.tuples(euros, st.sampled_from([Decimal("0.21"), Decimal("0.06")])), max_size=8))
def test_vat_is_rounded_once_per_rate(lines: list[tuple[Decimal, Decimal]]) -> None:
    amounts = rules.vat_by_rate(lines)
    assert sum(part.base for part in amounts) == sum(net for net, _rate in lines)
    for part in amounts:
        assert abs(part.vat - part.base * part.rate) <= Decimal("0.005")
        assert part.vat == part.vat.quantize(Decimal("0.01"))


@given(st.integers(1, 9_999_999_999))
def test_every_document_has_a_valid_communication_of_its_own(key: int) -> None:
    from stdnum.be import ogm_vcs

    assert ogm_vcs.is_valid(bank.communication(key))
    assert int(bank.communication(key)[:10]) == key


@pytest.mark.parametrize(
    ("base", "whole"),
    [
        (108068171, "010806817183"),
        (909337554, "090933755493"),
        (1234567, "000123456748"),
        (1234567890, "123456789002"),
        (97, "000000009797"),
        (9999999999, "999999999948"),
    ],
)
def test_known_communications(base: int, whole: str) -> None:
    assert bank.communication(base) == whole


@given(euros, euros, euros)
def test_a_decided_price_is_shared_to_the_last_cent(
    net: Decimal, expenses: Decimal, employment: Decimal
) -> None:
    rate = Decimal("0.065")
    if net - rules.round_cents(net * rate) < expenses:
        with pytest.raises(rules.PriceTooSmall, match="frais"):
            rules.split_price(net, rate, expenses, employment)
        return
    split = rules.split_price(net, rate, expenses, employment)
    assert sum(split) == net
    assert min(split) >= 0


@pytest.mark.parametrize(
    "text", ["", "BE", "0999999923", "2999999922", "FR12345678901", "0999 999 92", "x" * 300]
)
def test_a_wrong_number_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(rules.NumberWrong) as refusal:
        rules.enterprise_number(text)
    assert "dix chiffres" in str(refusal.value)
    assert refusal.value.field == "enterprise_number"
