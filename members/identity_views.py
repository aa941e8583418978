"""Her identity: what is locked and why, and how it is corrected."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from members import sealed, visitors
from members.actions import corrections
from members.forms_base import add_refusal
from members.identity_forms import CorrectionForm
from members.models import IdentityCorrection
from office import clock, uploads
from office.refusals import Refusal


@login_required
@require_http_methods(["GET", "POST"])
def identity(request: HttpRequest) -> HttpResponse:
    """What stands, what was asked before, and the form of the next correction."""
    affiliate = visitors.affiliate_of(request)
    stands = {name: getattr(affiliate, name) for name in ("first_name", "last_name", "birth_date")}
    form = CorrectionForm(request.POST or None, request.FILES or None, initial=stands)
    if request.method == "POST" and form.is_valid():
        try:
            corrections.ask(
                affiliate.pk,
                identity=form.identity(),
                reason=form.cleaned_data["reason"],
                proof=uploads.accept_as_picture(form.cleaned_data["file"]),
                by=visitors.actor(request),
                on=clock.today(),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Votre demande est partie. Un conseiller vous répond."))
            return redirect("identity")
    asked = affiliate.corrections.order_by("-id")
    context = {
        "section": "profile",
        "affiliate": affiliate,
        "form": form,
        "open": asked.filter(decided_at=None).first(),
        "decided": list(asked.filter(decided_at__isnull=False)[:10]),
        "limit": settings.COOP_UPLOAD_MEGABYTES,
    }
    status = 422 if form.errors else 200
    return render(request, "members/identity.html", context, status=status)


@login_required
@require_GET
def identity_proof(request: HttpRequest, ref: str) -> HttpResponse:
    """The proof, for her and for who decides; each look of staff is written down."""
    seen = IdentityCorrection.objects.visible_to(visitors.user_of(request))
    correction = get_object_or_404(seen.select_related("affiliate", "proof"), ref=ref)
    look = partial(corrections.looked_at, correction)
    return sealed.shown(
        request, correction.proof, file_name=f"{_('preuve')}-{correction.ref}", look=look
    )
