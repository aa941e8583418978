"""The end of looking at the portal as somebody else."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from members import acting, visitors
from members.actions import acting as actions
from office import clock


@login_required
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Back to the desk, on the page of whom she looked at."""
    if not visitors.user_of(request).is_staff:
        raise Http404
    seen = acting.of(request)
    if seen is None:
        return redirect("admin:index")
    actions.end(seen.affiliate.pk, by=visitors.actor(request), at=clock.now())
    acting.end(request)
    return redirect("admin:members_affiliate_change", seen.affiliate.pk)
