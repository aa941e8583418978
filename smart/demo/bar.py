"""The clock bar on top of every page of the demo."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from office import clock


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the demo only: the hour it is in the demo, and where to come back to."""
    return {"demo_clock": timezone.localtime(clock.now()), "demo_here": request.get_full_path()}
