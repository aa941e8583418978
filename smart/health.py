"""/healthz: does this web process reach the database, the broker, and does beat still beat?"""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

HEARTBEAT_KEY = "coop:heartbeat"
HEARTBEAT_LIFE_SECONDS = 60


def _broker() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def beat() -> None:
    """Called every few seconds through beat, broker and worker: the mark fades when one is down."""
    with _broker() as broker:
        broker.set(HEARTBEAT_KEY, "1", ex=HEARTBEAT_LIFE_SECONDS)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """503 when no page can work; a silent broker or beat is told, the sweep makes up for it."""
    state = {"database": True, "broker": True, "beat": False}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        state["database"] = False
    try:
        with _broker() as broker:
            state["beat"] = bool(broker.exists(HEARTBEAT_KEY))
    except redis.RedisError:
        state["broker"] = False
    return JsonResponse(state, status=200 if state["database"] else 503)
