"""The terms of membership: read by everybody, accepted by members."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import terms, visitors
from members.actions import terms as decisions
from office import addresses, clock
from office.refusals import Refusal


@require_safe
def terms_page(request: HttpRequest) -> HttpResponse:
    """The terms that apply, for anybody."""
    version = terms.current(clock.today())
    if version is None:
        raise Http404
    return render(request, "members/terms.html", _shown(version))


@require_safe
def terms_file(request: HttpRequest, version: str, language: str) -> HttpResponse:
    """The text of a version, byte for byte what was shown: its hash can be compared."""
    found = terms.version_of(version)
    if found is None or language != terms.language_for(language):
        raise Http404
    answer = HttpResponse(found.text(language), content_type="text/html; charset=utf-8")
    name = f"conditions-{version}.{language}.html"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def terms_accept(request: HttpRequest) -> HttpResponse:
    """What changed, the whole text, and the button that accepts it."""
    affiliate = visitors.affiliate_of(request)
    wanted = _wanted(request)
    version = terms.current(clock.today())
    if version is None or terms.outstanding(affiliate.user, clock.today()) is None:
        return redirect(wanted)
    shown = _shown(version)
    refusal = ""
    if request.method == "POST":
        try:
            decisions.accept(
                affiliate.user_id,
                version=request.POST.get("version", "")[:20],
                language=request.POST.get("language", "")[:2],
                sha256=request.POST.get("sha256", ""),
                by=visitors.actor(request),
                at=clock.now(),
            )
            messages.success(request, _("Merci : c’est accepté."))
            return redirect(wanted)
        except Refusal as refused:
            refusal = str(refused)
    before = affiliate.user.terms.exists()
    context = shown | {"wanted": wanted, "refusal": refusal, "before": before}
    return render(request, "members/terms_accept.html", context, status=422 if refusal else 200)


@login_required
@require_POST
def terms_leave(request: HttpRequest) -> HttpResponse:
    """She does not want these terms: her advisor calls."""
    affiliate = visitors.affiliate_of(request)
    version = terms.outstanding(affiliate.user, clock.today())
    if version is not None:
        by, at = visitors.actor(request), clock.now()
        decisions.decline(affiliate.user_id, version=version.code, by=by, at=at)
        messages.info(
            request,
            _("Votre conseiller est prévenu et vous contacte. Ce qui vous est dû vous est payé."),
        )
    return redirect("pay")


def _shown(version: terms.Version) -> dict[str, object]:
    language = terms.language_for(get_language() or "fr")
    return {
        "version": version,
        "language": language,
        "text": version.template(language),
        "sha256": version.sha256(language),
        "changes": version.changes[language],
    }


def _wanted(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return addresses.inside(wanted, reverse("home"))
