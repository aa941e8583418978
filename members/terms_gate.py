"""New terms come first: what starts something new waits until a member has accepted them.

What is named here waits; everything else stays open: pay, contracts under way, papers, profile.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from members import terms
from members.models import User
from office import clock

SEEN = "terms"  # in the session: the version this person is known to have accepted
WAIT = {"home", "jobs", "tokens", "webhooks"}
GO_ON = {
    "job",
    "job-paper",
    "job-certificate",
    "job-cancel",
    "job-ask",
    "job-ask-withdraw",
    "job-withdraw",
    "job-discard",
}


def waits(name: str) -> bool:
    """Whether an address starts something new.

    >>> waits("job-new"), waits("job-paper"), waits("payslip"), waits("home")
    (True, False, False, True)
    """
    return name in WAIT or (name.startswith("job") and name not in GO_ON)


class TermsGate:
    """Leads a member to the terms that apply before she starts anything new."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Look only where something new starts, and once per session and version."""
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        if not waits(name) or not isinstance(request.user, User) or request.user.is_staff:
            return None
        on = clock.today()
        applies = terms.current(on)
        if applies is None or request.session.get(SEEN) == applies.code:
            return None
        if terms.outstanding(request.user, on) is None:
            if request.user.terms.filter(version__gte=applies.code).exists():
                request.session[SEEN] = applies.code
            return None
        wanted = request.get_full_path() if request.method == "GET" else reverse("home")
        address = f"{reverse('terms-accept')}?{urlencode({'next': wanted})}"
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(address)
        return HttpResponseRedirect(address)
