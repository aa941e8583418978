"""Two layers around the requests of a colleague: the second step of her login, and whose place she
looks from.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from members import acting, second_factor, visitors
from members.actions import acting as acting_actions
from members.models import User
from office import clock

GetResponse = Callable[[HttpRequest], HttpResponse]


def second_step(get_response: GetResponse) -> GetResponse:
    """A colleague's session opens nothing before it showed a code of her app.

    Whoever has no app yet reaches only the page that links one; in the demo that is her choice.
    Programs come without a session: their tokens are unaffected.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not user.is_staff:
            return get_response(request)
        factor = second_factor.of(user)
        enter, link = reverse("second-factor-enter"), reverse("second-factor")
        if factor is None:
            closed = not settings.COOP_DEMO and not request.path.startswith(link)
        else:
            closed = request.path != enter and not second_factor.is_shown(request, factor)
        if not closed or request.path == reverse("logout"):
            return get_response(request)
        if factor is None:
            return redirect(link)
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "", enter)

    return middleware


SECRET = {"tokens", "webhooks", "webhook", "password-change"}  # what only its owner sees
OWN = {"logout", "acting-end", "second-factor-enter"}  # what a colleague does as herself


def seen_as(get_response: GetResponse) -> GetResponse:
    """On the portal a colleague who looks as an affiliate is that affiliate, and acts on nothing.

    Whatever is sent is refused, at the desk too, so that nobody forgets in whose place she stands.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        seen = acting.of(request)
        name = _name_of(request)
        if seen is None or name in OWN:
            return get_response(request)
        if not acting.lasts(seen, at=clock.now()):
            by, at = visitors.actor(request), clock.now()
            acting_actions.end(seen.affiliate.pk, by=by, at=at)
            acting.end(request)
            messages.info(request, _("Vous ne regardez plus à la place de cette personne."))
            return redirect("admin:members_affiliate_change", seen.affiliate.pk)
        request.acting = seen  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD") or name in SECRET:
            return render(request, "members/acting_refused.html", status=403)
        if not request.path.startswith("/admin/"):
            request.user = seen.affiliate.user
        return get_response(request)

    return middleware


def _name_of(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
