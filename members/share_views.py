"""Her share of the year: what it is, how to pay it, its certificate."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from members import shares, visitors
from members.actions import shares as acts
from members.models import Share
from members.policies import SharesPolicy
from office import addresses, clock, documents, policy
from office.refusals import Refusal


@login_required
@require_http_methods(["GET", "POST"])
def share(request: HttpRequest) -> HttpResponse:
    """Every year's share; a button takes this year's or the next's."""
    affiliate = visitors.affiliate_of(request)
    on = clock.today()
    if request.method == "POST":
        try:
            acts.ask(
                affiliate.pk,
                year=addresses.year_in(request.POST.get("year", "")) or 0,
                by=visitors.actor(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Votre part est prête à payer, depuis votre compte."))
        return redirect("share")
    context = {
        "section": "profile",
        "affiliate": affiliate,
        "years": shares.years_of(affiliate, on),
        "house": policy.current(SharesPolicy, on),
        "this_year": on.year,
    }
    return render(request, "members/share.html", context)


@login_required
@require_GET
def share_certificate(request: HttpRequest, ref: str) -> HttpResponse:
    """The certificate as PDF."""
    rows = Share.objects.visible_to(visitors.user_of(request)).exclude(certificate=None)
    row = get_object_or_404(rows.select_related("certificate"), ref=ref)
    assert row.certificate is not None
    return documents.response(row.certificate)
