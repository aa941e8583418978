"""Her activities: who takes part in each, from when until when; invitations sent and received."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members import queries, visitors
from members.actions import activities as acts
from members.forms import EndMandateForm, InviteForm
from members.forms_base import add_refusal
from members.models import (
    Activity,
    ActivityInvitation,
    ActivityMandate,
    ActivityRole,
    Affiliate,
)
from office import clock
from office.refusals import Refusal

SAID = {
    "decline": lazy("L’invitation est déclinée."),
    "withdraw": lazy("L’invitation est retirée."),
}
VERBS: dict[str, Any] = {
    "accept": acts.accept,
    "decline": acts.decline,
    "withdraw": acts.withdraw,
}


@login_required
@require_GET
def activities(request: HttpRequest) -> HttpResponse:
    """What she is invited to, and where she takes part."""
    affiliate = visitors.affiliate_of(request)
    on = clock.today()
    held = ActivityMandate.objects.held(on).select_related("affiliate").order_by("role", "id")
    rows = Activity.objects.held_by(affiliate.pk, on=on)
    rows = rows.prefetch_related(Prefetch("mandates", held, to_attr="people"))
    coming = ActivityMandate.objects.filter(affiliate=affiliate, starts_on__gt=on)
    context = {
        "section": "profile",
        "today": on,
        "affiliate": affiliate,
        "waiting": queries.invitations_to(affiliate),
        "coming": coming.exclude(activity__in=rows).select_related("activity").order_by("id"),
        "rows": sorted(rows, key=lambda row: (row.affiliate_id != affiliate.pk, row.pk)),
    }
    return render(request, "members/activities.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def activity(request: HttpRequest, ref: str) -> HttpResponse:
    """The people of an activity; a holder invites others."""
    affiliate = visitors.affiliate_of(request)
    row = _hers(affiliate, ref)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.invite(
                row.pk,
                **form.cleaned_data,
                inviter_id=affiliate.pk,
                by=visitors.actor(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(
                request,
                _(
                    "L’invitation est notée. Si cette adresse ou cette référence est celle d’un "
                    "membre, elle l’attend dans son espace et un message le lui dit."
                ),
            )
            return redirect("activity", ref=ref)
    return render(request, "members/activity.html", _page(affiliate, row) | {"form": form})


def _page(affiliate: Affiliate, row: Activity) -> dict[str, Any]:
    """The people of an activity as one of them sees them."""
    on = clock.today()
    mandates = row.mandates.select_related("affiliate").order_by("starts_on", "id")
    people = [one for one in mandates if one.ends_on is None or one.ends_on >= on]
    own = next(one for one in people if one.affiliate_id == affiliate.pk and one.starts_on <= on)
    holds = own.role == ActivityRole.HOLDER
    return {
        "section": "profile",
        "today": on,
        "activity": row,
        "affiliate": affiliate,
        "people": people,
        "past": [one for one in mandates if one not in people],
        "holds": holds,
        "invitations": row.invitations.open().order_by("id") if holds else (),
    }


@login_required
@require_POST
def invitation(request: HttpRequest, ref: str) -> HttpResponse:
    """Accept, decline, or take back an invitation."""
    affiliate = visitors.affiliate_of(request)
    answer = request.POST.get("answer", "")
    found = _invitation(affiliate, ref, sent=answer == "withdraw")
    back = redirect("activity", ref=found.activity.ref) if answer == "withdraw" else None
    if answer not in VERBS:
        return redirect("activities")
    by, at = visitors.actor(request), clock.now()
    try:
        done = VERBS[answer](found.pk, affiliate_id=affiliate.pk, by=by, at=at)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _joined(done) if answer == "accept" else str(SAID[answer]))
    return back or redirect("activities")


def _joined(mandate: ActivityMandate) -> str:
    said = _("Vous participez à « {activity} » à partir du {day}.")
    return said.format(activity=mandate.activity.name, day=f"{mandate.starts_on:%d/%m/%Y}")


def _invitation(affiliate: Affiliate, ref: str, *, sent: bool) -> ActivityInvitation:
    """An invitation of an activity she takes part in, or one that was sent to her."""
    rows = ActivityInvitation.objects.select_related("activity")
    if sent:
        hers = Activity.objects.held_by(affiliate.pk, on=clock.today())
        return get_object_or_404(rows, ref=ref, activity__in=hers)
    return get_object_or_404(rows.addressed_to(affiliate), ref=ref)


@login_required
@require_http_methods(["GET", "POST"])
def mandate_end(request: HttpRequest, ref: str, mandate: str) -> HttpResponse:
    """The last day of a mandate: her own, or as a holder that of another."""
    affiliate = visitors.affiliate_of(request)
    row = _hers(affiliate, ref)
    people = ActivityMandate.objects.select_related("affiliate")
    found = get_object_or_404(people, activity=row, ref=mandate)
    today = clock.today()
    form = EndMandateForm(request.POST or None, initial={"ends_on": found.ends_on or today})
    if request.method == "POST" and form.is_valid():
        try:
            ended = acts.end(
                found.pk,
                ends_on=form.cleaned_data["ends_on"],
                asked_by=affiliate.pk,
                by=visitors.actor(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            said = _("Le mandat finit le {day}, ce jour compris.")
            messages.success(request, said.format(day=f"{ended.ends_on:%d/%m/%Y}"))
            return redirect("activity", ref=ref)
    context = {
        "section": "profile",
        "activity": row,
        "mandate": found,
        "own": found.affiliate_id == affiliate.pk,
        "form": form,
    }
    return render(request, "members/mandate_end.html", context)


def _hers(affiliate: Affiliate, ref: str) -> Activity:
    return get_object_or_404(Activity.objects.held_by(affiliate.pk, on=clock.today()), ref=ref)
