"""A door may be tried so often, by anybody, on any machine."""

from datetime import timedelta

import pytest

from office import limits
from office.models import Tally
from tests import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peopled")]
AT = world.MONDAY


def knock(who: str = "192.0.2.7", *, seconds: int = 0) -> None:
    limits.take("door", who, most=2, seconds=60, at=AT + timedelta(seconds=seconds))


def test_the_third_try_is_refused_and_says_how_long_to_wait() -> None:
    knock()
    knock(seconds=10)
    with pytest.raises(limits.TooOften, match="1 minutes"):
        knock(seconds=20)
    knock("192.0.2.8", seconds=20)  # somebody else
    knock(seconds=60)  # another window


def test_nobody_reads_who_knocked_and_old_counts_go() -> None:
    knock()
    assert "192.0.2.7" not in str(list(Tally.objects.values()))
    assert limits.forget_old(at=AT + timedelta(hours=23)) == 0
    assert limits.forget_old(at=AT + timedelta(days=2)) == 1
    assert str(Tally(key="x", since=AT, count=3)).startswith("3 ")
