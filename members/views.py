"""Her profile: what the cooperative knows of her, and what she may change."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from members import queries, visitors
from members.actions import affiliates, bank_accounts, households, users
from members.forms import (
    AddressForm,
    BankAccountForm,
    HouseholdForm,
    PasswordChangeForm,
    StartForm,
    household_initial,
)
from members.forms_base import add_refusal
from members.models import BankAccount, Household
from members.public_views import form_with
from office import clock
from office.refusals import Refusal


@login_required
@require_http_methods(["GET"])
def profile(request: HttpRequest) -> HttpResponse:
    """All the cooperative knows of her."""
    if visitors.user_of(request).is_staff:
        return redirect("admin:index")
    affiliate = visitors.affiliate_of(request)
    at = clock.now()
    today = clock.day_of(at)
    told = list(Household.objects.visible_to(affiliate.user).order_by("-starts_on", "-id"))
    context = {
        "section": "profile",
        "affiliate": affiliate,
        "account": queries.bank_account_of(affiliate.pk, at),
        "asked": BankAccount.objects.visible_to(affiliate.user).waiting().order_by("-id").first(),
        "household": next((version for version in told if version.starts_on <= today), None),
        "coming": [version for version in told if version.starts_on > today],
    }
    return render(request, "members/profile.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def household(request: HttpRequest) -> HttpResponse:
    """Tell the next version of her household."""
    affiliate = visitors.affiliate_of(request)
    today = clock.today()
    last = Household.objects.filter(affiliate=affiliate).order_by("-starts_on", "-id").first()
    form = HouseholdForm(request.POST or None, initial=household_initial(last))
    start = StartForm(request.POST or None, initial={"starts_on": today})
    if request.method == "POST" and all([form.is_valid(), start.is_valid()]):
        try:
            households.record(
                affiliate.pk,
                facts=form.facts(),
                starts_on=start.cleaned_data["starts_on"],
                by=visitors.actor(request),
                on=today,
                at=clock.now(),
            )
            messages.success(request, _("Votre situation est enregistrée."))
            return redirect("profile")
        except Refusal as refusal:
            add_refusal(form_with(refusal.field, form, start), refusal)
    context = {"section": "profile", "household": form, "start": start}
    return render(request, "members/household.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Move house, or change the telephone."""
    affiliate = visitors.affiliate_of(request)
    known = {name: getattr(affiliate, name) for name in ("street", "postcode", "city", "phone")}
    form = AddressForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        by, at = visitors.actor(request), clock.now()
        affiliates.move_house(affiliate.pk, **form.cleaned_data, by=by, at=at)
        messages.success(request, _("Votre adresse est enregistrée."))
        return redirect("profile")
    return render(request, "members/address.html", {"section": "profile", "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def bank_account(request: HttpRequest) -> HttpResponse:
    """Ask to be paid on another account."""
    affiliate = visitors.affiliate_of(request)
    form = BankAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            iban = form.cleaned_data["iban"]
            by, at = visitors.actor(request), clock.now()
            bank_accounts.ask(affiliate.pk, iban=iban, by=by, at=at)
            messages.success(
                request, _("Un lien est parti vers votre boîte e-mail : ouvrez-le pour confirmer.")
            )
            return redirect("profile")
        except Refusal as refusal:
            add_refusal(form, refusal)
    current = queries.bank_account_of(affiliate.pk, clock.now())
    context = {"section": "profile", "form": form, "account": current}
    return render(request, "members/bank_account.html", context)


@login_required
@require_POST
def resend_confirmation(request: HttpRequest) -> HttpResponse:
    """The link that confirms her e-mail, once more."""
    affiliates.send_confirmation(visitors.user_of(request).pk, at=clock.now())
    messages.success(request, _("Le lien est parti. Regardez aussi dans les indésirables."))
    return redirect("profile")


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Choose another password; other devices are logged out."""
    form = PasswordChangeForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        by, at = visitors.actor(request), clock.now()
        user = users.set_password(
            by.user_id or 0, password=form.cleaned_data["password"], by=by, at=at
        )
        update_session_auth_hash(request, user)
        messages.success(request, _("Votre mot de passe est changé."))
        return redirect("profile")
    return render(request, "members/password_change.html", {"section": "profile", "form": form})
