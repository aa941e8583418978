"""The same request twenty times at once, from real programs to a real web server."""

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from members.actions import tokens
from members.models import KeptAnswer
from members.scopes import Scope
from office import clock
from orders.models import Order
from tests import world
from tests.processes import RealWorld

BODY = {"description": "Site web de la collection Rives", "place": "à distance"}


def ask(url: str, secret: str, key: str, body: Any) -> tuple[int, Any]:
    request = urllib.request.Request(
        f"{url}/api/v1/orders",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {secret}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as fault:
        return fault.code, json.load(fault)


def test_twenty_at_once_with_one_key_make_one_order(real_world: RealWorld) -> None:
    clock.move_to(world.MONDAY)
    user = world.ana().user
    secret = tokens.create(
        user.pk, name="x", scopes=Scope.values, days=30, by=user.as_actor(), at=clock.now()
    ).secret
    url = real_world.start_web()
    with ThreadPoolExecutor(20) as pool:
        same = list(pool.map(lambda _: ask(url, secret, "spring", BODY), range(20)))
    assert {status for status, _said in same} == {201}
    assert len({said["ref"] for _status, said in same}) == 1
    assert Order.objects.count() == 1 and KeptAnswer.objects.count() == 1

    with ThreadPoolExecutor(20) as pool:
        bodies = [BODY | {"place": f"bureau {number}"} for number in range(20)]
        other = list(pool.map(lambda body: ask(url, secret, "summer", body), bodies))
    assert sorted(status for status, _said in other) == [201] + [409] * 19
    assert Order.objects.count() == 2

    with ThreadPoolExecutor(20) as pool:
        each = list(pool.map(lambda key: ask(url, secret, f"k{key}", BODY), range(20)))
    assert {status for status, _said in each} == {201}
    assert Order.objects.count() == 22
