"""Twenty sessions with the same code at the same moment: one of them goes on."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from members import second_factor
from members.actions import second_factors
from office import crypto
from tests import world

STEP = 60_000_000


def test_one_code_lets_one_session_in(real_world: Any) -> None:
    carla = world.carla()
    by, at = carla.as_actor(), world.MONDAY
    pending = second_factors.begin(carla.pk, by=by, at=at).pending
    assert pending is not None
    secret = crypto.unseal(pending)
    codes = second_factors.confirm(
        carla.pk, code=second_factor.code(secret, STEP - 1), step=STEP - 1, by=by, at=at
    )

    def try_(code: str) -> bool:
        try:
            second_factors.enter(carla.pk, code=code, step=STEP, by=by, at=at)
            return True
        except (second_factors.CodeWrong, second_factors.TooManyCodes):
            return False
        finally:
            connection.close()

    for code in (second_factor.code(secret, STEP), codes[0]):
        with ThreadPoolExecutor(max_workers=20) as sessions:
            answers = list(sessions.map(try_, [code] * 20))
        assert sum(answers) == 1
        second_factors.SecondFactor.objects.update(failures=0, locked_until=None)
