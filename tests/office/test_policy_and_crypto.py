"""House policy is dated and never changed behind anybody; what is sealed stays sealed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import DatabaseError, transaction

from office import crypto, policy
from office.actors import SYSTEM
from office.models import Event, Policy
from office.policy import NoPolicy, PolicyDecided, PolicyInThePast, PolicyUnreadable


@policy.department("bicycles", "vélos")
@dataclass(frozen=True, kw_only=True)
class BicyclePolicy:
    """A policy with plain fields."""

    rate: Decimal
    days: int = 3
    lent: bool = True
    colour: str = "green"
    since: date = date(2020, 1, 1)
    order: tuple[str, ...] = ("a", "b")


@policy.department("bells", "sonnettes")
@dataclass(frozen=True, kw_only=True)
class BellPolicy:
    """A policy with nested fields."""

    sizes: list[int]
    prices: dict[str, Decimal]
    order: tuple[str, ...] = ()
    since: date = date(2020, 1, 1)


TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _here(clock: Any) -> None:
    clock.move_to(AT)


def decide(rate: str, on: date = TODAY) -> Policy:
    return policy.decide(BicyclePolicy(rate=Decimal(rate)), starts_on=on, by=SYSTEM, at=AT)


def test_each_day_has_its_policy() -> None:
    decide("0.065")
    decide("0.070", date(2027, 1, 1))
    assert policy.current(BicyclePolicy, TODAY).rate == Decimal("0.065")
    assert policy.current(BicyclePolicy, date(2026, 12, 31)).rate == Decimal("0.065")
    assert policy.current(BicyclePolicy, date(2027, 1, 1)).rate == Decimal("0.070")
    with pytest.raises(NoPolicy) as refusal:
        policy.current(BicyclePolicy, date(2026, 11, 22))
    assert "vélos" in str(refusal.value) and "22/11/2026" in str(refusal.value)


def test_a_policy_comes_back_as_it_was_decided() -> None:
    bells = BellPolicy(
        sizes=[1, 2], prices={"a": Decimal("1.50")}, order=("x",), since=date(2021, 2, 3)
    )
    policy.decide(bells, starts_on=TODAY, by=SYSTEM, at=AT)
    assert policy.current(BellPolicy, TODAY) == bells
    assert policy.values(bells)["prices"] == {"a": "1.50"}
    assert Event.objects.get().data == {"starts_on": "2026-11-23"}


def test_the_past_is_not_decided_and_today_once() -> None:
    with pytest.raises(PolicyInThePast) as refusal:
        decide("0.1", date(2026, 11, 22))
    assert "23/11/2026" in str(refusal.value)
    assert decide("0.1") == decide("0.1")  # twice the same click
    with pytest.raises(PolicyDecided):
        decide("0.2")


def test_what_is_still_to_come_may_be_decided_anew() -> None:
    decide("0.1", date(2027, 1, 1))
    decide("0.2", date(2027, 1, 1))
    assert policy.current(BicyclePolicy, date(2027, 1, 1)).rate == Decimal("0.2")


def test_the_database_keeps_a_policy_in_force(clock: Any) -> None:
    row, later = decide("0.1"), decide("0.2", date(2027, 1, 1))
    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        Policy.objects.filter(pk=row.pk).update(values={})
    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        row.delete()
    clock.move_to(datetime(2027, 1, 1, 12, tzinfo=UTC))
    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        later.delete()
    clock.move_to(AT)
    later.delete()


@pytest.mark.parametrize(
    ("name", "typed_in"),
    [
        ("bicycles", {"rate": "six"}),
        ("bicycles", {"rate": "0.1", "colours": "x"}),
        ("bicycles", {}),
        ("bicycles", ["0.1"]),
        ("bicycles", {"rate": "0.1", "since": "hier"}),
        ("cars", {"rate": "0.1"}),
    ],
)
def test_values_typed_by_hand_are_read_or_refused(name: str, typed_in: Any) -> None:
    assert policy.read("bicycles", {"rate": "0.1"}).rate == Decimal("0.1")
    with pytest.raises(PolicyUnreadable):
        policy.read(name, typed_in)


def test_departments_are_known() -> None:
    assert policy.departments()["bicycles"] is BicyclePolicy


# --- Sealed --------------------------------------------------------------------------------------


def test_what_is_sealed_is_read_with_our_keys_only(settings: Any) -> None:
    sealed = crypto.seal("85.07.30-033.28")
    assert b"033.28" not in sealed and crypto.seal("85.07.30-033.28") != sealed
    assert crypto.unseal(memoryview(sealed)) == "85.07.30-033.28"
    assert crypto.unseal_bytes(crypto.seal_bytes(b"\x00\xff")) == b"\x00\xff"
    settings.FIELD_KEYS = (Fernet.generate_key().decode(), *settings.FIELD_KEYS)
    assert crypto.unseal(sealed) == "85.07.30-033.28"  # the new key reads what the old one sealed
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    with pytest.raises(crypto.SealBroken):
        crypto.unseal(sealed)


def test_an_index_finds_and_tells_nothing(settings: Any) -> None:
    assert crypto.index("85073003328") == crypto.index("85073003328")
    assert crypto.index("85073003328") != crypto.index("85073003329")
    assert len(crypto.index("85073003328")) == 64
    before = crypto.index("85073003328")
    settings.INDEX_KEY = "another"
    assert crypto.index("85073003328") != before
