"""The staff desk's shell (django-unfold)."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def style(request: HttpRequest) -> str:
    """The few rules of our own: queues of the day, proofs, thread."""
    return static("smart/desk.css")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Coopérative"),
    "SITE_HEADER": _("Coopérative"),
    "SITE_SUBHEADER": _("bureau"),
    "SITE_URL": "/",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "smart.desk.dashboard",
    "STYLES": [style],
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "primary": {
            "50": "oklch(97% .02 165)",
            "100": "oklch(94% .04 165)",
            "200": "oklch(88% .07 165)",
            "300": "oklch(80% .1 165)",
            "400": "oklch(70% .11 165)",
            "500": "oklch(58% .1 165)",
            "600": "oklch(47% .09 165)",
            "700": "oklch(41% .08 165)",
            "800": "oklch(35% .07 165)",
            "900": "oklch(30% .06 165)",
            "950": "oklch(20% .04 165)",
        },
    },
    "SIDEBAR": {"show_search": True, "show_all_applications": False},
}
