"""The two homes that join every room: the affiliate's here, the staff's in the admin."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
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
        "today": clock.today(),
        "home": queries.home_of(affiliate, at=clock.now()),
    }
    return render(request, "smart/home.html", context)


def desk_login(request: HttpRequest) -> HttpResponse:
    """The desk has no door of its own: nobody goes to the one login, others are refused."""
    if request.user.is_authenticated:
        raise PermissionDenied
    wanted = request.GET.get("next", "") or reverse("admin:index")
    return redirect(f"{reverse('login')}?{urlencode({'next': wanted})}")
