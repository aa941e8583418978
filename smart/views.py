"""The two homes that join every room: the affiliate's here, the staff's in the admin."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from members import visitors
from office import clock
from smart import queries


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What to do next, the jobs, the money. Staff go to their desk."""
    if visitors.user_of(request).is_staff:
        return redirect("admin:index")
    affiliate = visitors.affiliate_of(request)
    context = {
        "section": "home",
        "affiliate": affiliate,
        "home": queries.home_of(affiliate, at=clock.now()),
    }
    return render(request, "smart/home.html", context)
