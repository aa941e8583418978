"""Her keys for programs: made and shown once, listed by their first letters, revoked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from members import visitors
from members.actions import tokens
from members.forms_base import HouseForm, add_refusal
from members.models import ApiToken
from members.scopes import Scope
from office import clock
from office.refusals import Refusal

LIVES = [("30", lazy("30 jours")), ("90", lazy("90 jours")), ("365", lazy("un an"))]


class TokenForm(HouseForm):
    """A new key: its name, its rights, how long it lives."""

    name = forms.CharField(
        label=lazy("Nom"),
        max_length=60,
        help_text=lazy("Pour le reconnaître, par exemple « ma comptabilité »."),
    )
    scopes = forms.MultipleChoiceField(
        label=lazy("Droits"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(label=lazy("Expire après"), choices=LIVES, coerce=int)


@login_required
@require_http_methods(["GET", "POST"])
@sensitive_variables("made")
def token_list(request: HttpRequest) -> HttpResponse:
    """Her tokens; a new one is shown in the answer to its form and never again."""
    affiliate = visitors.affiliate_of(request)
    form = TokenForm(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid():
        by, at = visitors.actor(request), clock.now()
        try:
            made = tokens.create(affiliate.user_id, **form.cleaned_data, by=by, at=at)
            form = TokenForm()
        except Refusal as refusal:
            add_refusal(form, refusal)
    at = clock.now()
    rows = ApiToken.objects.visible_to(affiliate.user).filter(revoked_at=None).order_by("-id")
    context: dict[str, Any] = {
        "section": "profile",
        "form": form,
        "made": made,
        "tokens": [(row, row.living(at), labels(row)) for row in rows[: tokens.AT_MOST * 2]],
    }
    return render(request, "members/tokens.html", context)


@login_required
@require_POST
def token_revoke(request: HttpRequest, ref: str) -> HttpResponse:
    """It opens nothing any more."""
    affiliate = visitors.affiliate_of(request)
    token = get_object_or_404(ApiToken.objects.visible_to(affiliate.user), ref=ref)
    tokens.revoke(token.pk, by=visitors.actor(request), at=clock.now())
    messages.success(request, _("Le jeton est révoqué : il n’ouvre plus rien."))
    return redirect("tokens")


def labels(token: ApiToken) -> str:
    """Its rights in words."""
    return ", ".join(str(Scope(scope).label) for scope in token.scopes)
