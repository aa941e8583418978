"""What an address carries: where to go on to, which year."""

import re

from django.utils.http import url_has_allowed_host_and_scheme


def inside(wanted: str, otherwise: str) -> str:
    """A path of this site that a form or an address carried; anything else is ``otherwise``.

    >>> inside("/me/?x=1", "/"), inside("//elsewhere.example/", "/"), inside("home", "/")
    ('/me/?x=1', '/', '/')
    """
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else otherwise


def year_in(text: str) -> int | None:
    """A year as an address or a button carries it; None for anything else.

    >>> year_in("2026"), year_in("0000"), year_in("x")
    (2026, None, None)
    """
    return int(text) if re.fullmatch("[12][0-9]{3}", text) else None
