"""The second step of joining: part by part, in any order, left and taken up again; then sent."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from members import joining_forms, queries, visitors
from members.actions import applications
from members.forms_base import HouseForm
from members.models import Affiliate
from members.states import AffiliateStatus
from office import clock
from office.refusals import Refusal

TITLES: dict[str, str | Promise] = {
    "identity": _("Votre identité"),
    "home": _("Chez vous"),
    "household": _("Votre ménage"),
    "account": _("Votre compte"),
}
LEADS: dict[str, str | Promise] = {
    "identity": _("Avec votre carte d’identité sous la main."),
    "home": _("Vous habitez hors de Belgique ? Écrivez-nous : un conseiller vous inscrit."),
    "household": _(
        "Ces réponses fixent l’impôt retenu sur votre salaire. Vous pourrez les changer."
    ),
    "account": _("Votre salaire y arrive. Vous donnerez aussi une photo de la carte bancaire."),
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the application: untouched, to look at again, or in order."""

    key: str
    form: HouseForm

    @property
    def title(self) -> str:
        return str(TITLES[self.key])

    @property
    def lead(self) -> str:
        return str(LEADS[self.key])

    @property
    def touched(self) -> bool:
        return self.form.is_bound

    @property
    def done(self) -> bool:
        return self.form.is_valid()


def parts_of(affiliate: Affiliate) -> dict[str, Part]:
    """Every part with what she typed so far."""
    draft, today = applications.draft_of(affiliate), clock.today()
    return {
        key: Part(key=key, form=joining_forms.part_form(key, draft.get(key), on=today))
        for key in joining_forms.PARTS
    }


@login_required
@require_http_methods(["GET", "POST"])
def application(request: HttpRequest) -> HttpResponse:
    """What is there, what is still missing, and the button that sends it."""
    affiliate = visitors.affiliate_of(request, joining=True)
    if affiliate.status != AffiliateStatus.DRAFT:
        return redirect("home")
    parts = parts_of(affiliate)
    sentence = ""
    if request.method == "POST" and all(part.done for part in parts.values()):
        try:
            _send(request, affiliate, parts)
        except Refusal as refusal:
            sentence = str(refusal)
        else:
            messages.success(
                request, gettext("Votre inscription est envoyée. Nous vous répondons.")
            )
            return redirect("home")
    papers = queries.papers_of(affiliate, affiliate.trade)
    left = [part for part in parts.values() if not part.done]
    context = {
        "affiliate": affiliate,
        "parts": parts.values(),
        "left": left,
        "papers": papers,
        "papers_left": sum(paper.to_give for paper in papers),
        "sentence": sentence,
        "steps": steps(),
    }
    return render(request, "members/application.html", context, status=422 if sentence else 200)


def _send(request: HttpRequest, affiliate: Affiliate, parts: dict[str, Part]) -> None:
    told = joining_forms.application({key: part.form for key, part in parts.items()})
    by, at = visitors.actor(request), clock.now()
    applications.send(affiliate.pk, told, by=by, on=clock.day_of(at), at=at)


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "POST"])
def application_part(request: HttpRequest, part: str) -> HttpResponse:
    """One part: kept as it is typed, in order or not."""
    affiliate = visitors.affiliate_of(request, joining=True)
    if part not in joining_forms.PARTS:
        raise Http404
    if affiliate.status != AffiliateStatus.DRAFT:
        return redirect("home")
    if request.method == "POST":
        affiliate = applications.keep(
            affiliate.pk, part, joining_forms.typed_in(part, request.POST)
        )
    parts = parts_of(affiliate)
    if request.method == "POST" and parts[part].done:
        return redirect(*_next(parts))
    context: dict[str, Any] = {"affiliate": affiliate, "part": parts[part], "steps": steps()}
    status = 422 if request.method == "POST" else 200
    return render(request, "members/application_part.html", context, status=status)


def _next(parts: dict[str, Part]) -> tuple[str, ...]:
    """Where one goes on: the next part to fill in, else the whole."""
    left = [part.key for part in parts.values() if not part.done]
    return ("application-part", left[0]) if left else ("application",)


def steps() -> list[dict[str, str | Promise]]:
    """Where she stands on the way in."""
    return [
        {"label": _("Vous"), "state": "done"},
        {"label": _("Votre e-mail"), "state": "done"},
        {"label": _("Votre dossier"), "state": "now"},
    ]
