"""The second step of the staff's login: link an app, show its code, keep recovery codes."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from members import second_factor, visitors
from members.actions import second_factors
from members.forms_base import HouseForm, add_refusal
from members.models import SecondFactor, User
from office import addresses, clock, crypto
from office.refusals import Refusal


class CodeForm(HouseForm):
    """Six digits of the app."""

    code = forms.CharField(
        label=lazy("Code de l’application"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "short mono"}
        ),
    )


class EntryForm(HouseForm):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=lazy("Code"),
        max_length=20,
        help_text=lazy("Six chiffres de votre application, ou un code de secours."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "class": "short mono"}
        ),
    )


def staff_of(request: HttpRequest) -> User:
    """The colleague who is logged in; the second step is the staff's."""
    user = visitors.user_of(request)
    if not user.is_staff:
        raise Http404
    return user


def locked(request: HttpRequest) -> bool:
    """Whether this session still owes a code of the app that is linked."""
    factor = second_factor.of(visitors.user_of(request))
    return factor is not None and not second_factor.is_shown(request, factor)


def remember(request: HttpRequest, user: User) -> None:
    """This session has shown a code."""
    factor = second_factor.of(user)
    assert factor is not None
    request.session.cycle_key()
    request.session[second_factor.SESSION] = second_factor.mark(factor)


@login_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@sensitive_variables("codes")
def page(request: HttpRequest) -> HttpResponse:
    """Where she stands; a POST is the first code of the app being linked."""
    user = staff_of(request)
    if locked(request):
        return redirect("second-factor-enter")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, at, step = visitors.actor(request), clock.now(), second_factor.step_of(clock.real())
        try:
            codes = second_factors.confirm(
                user.pk, code=form.cleaned_data["code"], step=step, by=by, at=at
            )
            remember(request, user)
            return _with_codes(request, codes)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return render(request, "members/second_factor.html", _context(user, form))


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Prepare a secret for an app."""
    user = staff_of(request)
    if not locked(request):
        second_factors.begin(user.pk, by=visitors.actor(request), at=clock.now())
    return redirect("second-factor")


@login_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@sensitive_variables("codes")
def renew(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, against a code of the app."""
    user = staff_of(request)
    if locked(request) or second_factor.of(user) is None:
        return redirect("second-factor")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, at, step = visitors.actor(request), clock.now(), second_factor.step_of(clock.real())
        try:
            codes = second_factors.renew_codes(
                user.pk, code=form.cleaned_data["code"], step=step, by=by, at=at
            )
            return _with_codes(request, codes)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return render(request, "members/second_factor_renew.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def enter(request: HttpRequest) -> HttpResponse:
    """The second step of a login."""
    user = staff_of(request)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    goal = addresses.inside(wanted, reverse("admin:index"))
    if not locked(request):
        return redirect(goal)
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, at, step = visitors.actor(request), clock.now(), second_factor.step_of(clock.real())
        try:
            second_factors.enter(user.pk, code=form.cleaned_data["code"], step=step, by=by, at=at)
            remember(request, user)
            _warn_of_few_codes(request, user)
            return redirect(goal)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return render(request, "members/second_factor_enter.html", {"form": form, "next": wanted})


def _context(user: User, form: HouseForm) -> dict[str, object]:
    factor = SecondFactor.objects.filter(user=user).first()
    context: dict[str, object] = {"form": form, "factor": factor, "required": not clock.is_demo()}
    if factor and factor.pending:
        secret = crypto.unseal(factor.pending)
        context["secret"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        context["address"] = second_factor.address(
            secret, account=user.email, house=str(_("Coopérative"))
        )
    if factor and factor.confirmed_at:
        context["left"] = factor.codes.filter(used_at=None).count()
    return context


def _with_codes(request: HttpRequest, codes: tuple[str, ...]) -> HttpResponse:
    return render(request, "members/second_factor_codes.html", {"codes": codes})


def _warn_of_few_codes(request: HttpRequest, user: User) -> None:
    left = user.second_factor.codes.filter(used_at=None).count()
    if left < 3:
        messages.warning(request, _("Il vous reste {left} codes de secours.").format(left=left))
