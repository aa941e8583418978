"""What she was told, and how she wants to be told: for affiliates and staff alike."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members import visitors
from members.forms_base import HouseForm
from members.models import User
from office import clock, notices
from office.models import Notice
from office.notices import How


class PreferencesForm(HouseForm):
    """How she is told, kind by kind; what must reach her by mail is not asked."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, how in notices.choices_of(user.pk, user.roles).items():
            self.fields[code.replace("/", "-")] = forms.ChoiceField(
                label=str(notices.kind_of(code).label), choices=How.choices, initial=how
            )

    def wanted(self) -> dict[str, How]:
        """The answer, by kind."""
        return {name.replace("-", "/"): How(how) for name, how in self.cleaned_data.items()}


@login_required
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """All she was told, newest first."""
    user = visitors.user_of(request)
    shown, older = notices.page(user.pk, before=request.GET.get("before", ""))
    context = {
        "section": "notices",
        "rows": shown,
        "older": older,
        "any_unread": any(row.unread for row in shown),
    }
    return render(request, "members/notices.html", context)


@login_required
@require_GET
def notice_open(request: HttpRequest, ref: str) -> HttpResponse:
    """To the page it is about; from then on it is read."""
    return redirect(notices.read(_own(request, ref), at=clock.now()))


@login_required
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """The newest one she saw, and all before it, are read."""
    upto = _own(request, request.POST.get("upto", ""))
    notices.read_all(upto.user_id, upto=upto, at=clock.now())
    return redirect("notices")


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """By mail at once, in the day's digest, or only here."""
    user = visitors.user_of(request)
    form = PreferencesForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        notices.choose(user.pk, form.wanted(), by=visitors.actor(request), at=clock.now())
        messages.success(request, _("Vos choix sont enregistrés."))
        return redirect("notices")
    always = [kind.label for kind in notices.kinds_for(user.roles) if kind.must]
    context = {"section": "notices", "form": form, "always": always}
    return render(request, "members/notice_preferences.html", context)


def _own(request: HttpRequest, ref: str) -> Notice:
    user = visitors.user_of(request)
    return get_object_or_404(notices.told(user.pk), ref=ref)
