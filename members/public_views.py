"""Everything this room shows to someone who is not logged in."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from members import visitors, words
from members.actions import affiliates, bank_accounts, users
from members.forms import EmailForm, LoginForm, NewPasswordForm
from members.forms_base import HouseForm, add_refusal
from members.joining_forms import JoinForm
from members.models import BankAccount, User
from office import addresses, clock, languages, links, notices
from office.models import Link
from office.notices import How
from office.refusals import Refusal


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Ask to become a member: the first step."""
    if request.user.is_authenticated:
        return redirect("home")
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            affiliates.register(
                form.registration(),
                by=visitors.guest(request, f"{values['first_name']} {values['last_name']}"),
                on=clock.today(),
                at=clock.now(),
            )
            return redirect("join-done")
        except Refusal as refusal:
            add_refusal(form, refusal)
    return render(request, "members/join.html", {"form": form})


def form_with(field: str, *forms: HouseForm) -> HouseForm:
    """Of several forms on a page, the one with this field; else the first."""
    return next((form for form in forms if field in form.fields), forms[0])


@require_http_methods(["GET"])
def join_done(request: HttpRequest) -> HttpResponse:
    """Look at your mailbox: the same page for everybody."""
    return render(request, "members/join_done.html")


@require_http_methods(["GET"])
def words_page(request: HttpRequest) -> HttpResponse:
    """Every legal word, each explained."""
    return render(request, "members/words.html", {"groups": words.groups()})


class Login(auth_views.LoginView):
    """The door. Staff go on to their desk."""

    template_name = "members/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        user = self.request.user
        if user.is_authenticated and user.is_staff:
            return reverse("admin:index")
        return str(super().get_default_redirect_url())


login = sensitive_post_parameters()(Login.as_view())
logout = auth_views.LogoutView.as_view()


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read us in another language: kept with the person, and in the browser of a visitor."""
    code, back = request.POST.get("language", ""), request.POST.get("next", "")
    answer = redirect(addresses.inside(back, reverse("home")))
    if code in languages.CODES:
        if isinstance(request.user, User):
            by = visitors.actor(request)
            users.speak(request.user.pk, language=code, by=by, at=clock.now())
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=timedelta(days=365),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


@require_http_methods(["GET", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whoever asks."""
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        users.ask_password(form.cleaned_data["email"], at=clock.now())
        return render(request, "members/password_asked.html")
    return render(request, "members/password_forgotten.html", {"form": form})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_link(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password, behind the link from the mailbox."""
    try:
        link = links.open("password", token, at=clock.now())
        user = _subject(link, User)
    except links.LinkClosed as closed:
        return link_closed(
            request, closed, button=_("Demander un nouveau lien"), url="password-forgotten"
        )
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        by, at = visitors.guest(request, user.name), clock.now()
        with transaction.atomic():
            links.use(link, at=at)
            users.set_password(user.pk, password=form.cleaned_data["password"], by=by, at=at)
        messages.success(request, _("C’est fait. Connectez-vous avec votre nouveau mot de passe."))
        return redirect("login")
    return render(request, "members/password_link.html", {"form": form, "person": user})


@require_http_methods(["GET", "POST"])
def email_link(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm an e-mail address: shown first, done on the button."""
    try:
        link = links.open("email", token, at=clock.now())
        user = _subject(link, User)
    except links.LinkClosed as closed:
        return link_closed(request, closed, button=_("Aller à l’accueil"), url="home")
    if request.method == "POST":
        by, at = visitors.guest(request, user.name), clock.now()
        with transaction.atomic():
            links.use(link, at=at)
            affiliates.confirm_email(user.pk, by=by, at=at)
        messages.success(request, _("Merci, votre adresse est confirmée."))
        return redirect("home" if request.user == user else "login")
    return render(request, "members/email_link.html", {"person": user})


@require_http_methods(["GET", "POST"])
def iban_link(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm another bank account: shown first, done on the button."""
    try:
        link = links.open("iban", token, at=clock.now())
        account = _subject(link, BankAccount)
    except links.LinkClosed as closed:
        return link_closed(request, closed, button=_("Voir mes comptes"), url="bank-account")
    if request.method == "POST":
        by, at = visitors.guest(request, account.affiliate.name), clock.now()
        with transaction.atomic():
            links.use(link, at=at)
            bank_accounts.confirm(account.pk, by=by, at=at)
        return render(request, "members/iban_confirmed.html", {"account": account})
    return render(request, "members/iban_link.html", {"account": account})


@csrf_exempt  # a mail program posts it in one click (RFC 8058); the seal is what lets it in
@require_http_methods(["GET", "POST"])
def notices_link(request: HttpRequest, token: str) -> HttpResponse:
    """Stop letters of one kind, or the day's digest, without logging in."""
    try:
        user = _subject(links.open("notices", token, at=clock.now()), User)
    except links.LinkClosed as closed:
        return link_closed(
            request, closed, button=_("Choisir comment être averti·e"), url="notice-preferences"
        )
    code = request.GET.get("kind", "")
    chosen = notices.choices_of(user.pk, user.roles)
    digest_kinds = [kind for kind, how in chosen.items() if how is How.DIGEST]
    codes = digest_kinds if code == notices.DIGEST else [code] if code in chosen else []
    if not codes and code != notices.DIGEST:  # a link cut short, a kind that must reach her
        return redirect("notice-preferences")
    how = How.DIGEST if request.POST.get("how") == How.DIGEST else How.PORTAL
    if request.method == "POST":
        by, at = visitors.guest(request, user.name), clock.now()
        notices.choose(user.pk, dict.fromkeys(codes, how), by=by, at=at)
    context = {
        "person": user,
        "kind": notices.kind_of(code) if code in chosen else None,
        "now": how if request.method == "POST" else chosen.get(code),
        "done": request.method == "POST",
    }
    return render(request, "members/notices_link.html", context)


def _subject(link: Link, model: Any) -> Any:
    """The row a link is about."""
    return get_object_or_404(model, pk=link.subject.partition(":")[2])


def link_closed(
    request: HttpRequest, closed: links.LinkClosed, *, button: str, url: str
) -> HttpResponse:
    """A link that does not open says why, and where to go."""
    context = {
        "sentence": str(closed),
        "whole": not isinstance(closed, links.LinkUnknown),
        "button": button,
        "again": reverse(url),
    }
    return render(request, "members/link_closed.html", context, status=410)
