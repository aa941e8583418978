"""Where a page may send somebody on to."""

from django.utils.http import url_has_allowed_host_and_scheme


def inside(wanted: str, otherwise: str) -> str:
    """A path of this site that a form or an address carried; anything else is ``otherwise``.

    >>> inside("/me/?x=1", "/"), inside("//elsewhere.example/", "/"), inside("home", "/")
    ('/me/?x=1', '/', '/')
    """
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else otherwise
