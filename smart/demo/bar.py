"""The clock bar on top of every page of the demo."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from office import clock
from smart.demo import tour


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the demo only: the hour it is in the demo, where to come back to, and
    the step of the tour one is on.
    """
    return {
        "demo_clock": timezone.localtime(clock.now()),
        "demo_here": request.get_full_path(),
        "demo_tour": SimpleLazyObject(lambda: tour.followed(request)),
    }
