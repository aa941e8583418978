"""The documents box: find a paper, open it, take several at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from members import visitors
from office import addresses, bundles, clock, documents
from office.refusals import Refusal
from smart import papers

LONGEST = 80  # letters of a search


@login_required
@require_GET
def box(request: HttpRequest) -> HttpResponse:
    """Her papers, newest first."""
    affiliate = visitors.affiliate_of(request)
    wanted = _wanted(request.GET)
    context = {
        "section": "documents",
        "box": papers.box(affiliate.user, wanted, after=request.GET.get("after", "")),
        "wanted": wanted,
        "kinds": [(code, label) for code, (label, _kinds) in papers.KINDS.items()],
        "filter": _address(wanted),
    }
    return render(request, "smart/documents.html", context)


@login_required
@require_GET
def document(request: HttpRequest, ref: str) -> HttpResponse:
    """One of her papers."""
    user = visitors.affiliate_of(request).user
    return documents.response(get_object_or_404(papers.documents_of(user), ref=ref))


@login_required
@require_POST
def bundle_ask(request: HttpRequest) -> HttpResponse:
    """The ticked papers, or all that the filter finds, in one file: a worker makes it."""
    user = visitors.affiliate_of(request).user
    wanted = _wanted(request.POST)
    chosen = papers.found(user, wanted)
    if "all" not in request.POST:
        chosen = chosen.filter(ref__in=request.POST.getlist("paper")[: papers.MOST_PAPERS])
    try:
        made = papers.bundle(user, chosen, at=clock.now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect(f"/me/documents/?{_address(wanted)}")
    return redirect("documents-bundle", ref=made.ref)


@login_required
@require_GET
def bundle(request: HttpRequest, ref: str) -> HttpResponse:
    """The file she asked for, once it is made."""
    user = visitors.affiliate_of(request).user
    return documents.response(get_object_or_404(bundles.of(user), ref=ref), inline=False)


def _wanted(typed: QueryDict) -> papers.Wanted:
    return papers.Wanted(
        words=typed.get("q", "").replace("\x00", "").strip()[:LONGEST],
        kind=typed.get("kind", "")[:20],
        client=typed.get("client", "").replace("\x00", "")[:8],
        year=addresses.year_in(typed.get("year", "")),
    )


def _address(wanted: papers.Wanted) -> str:
    """The filter as an address writes it, without what is empty."""
    query = QueryDict(mutable=True)
    for name, value in (
        ("q", wanted.words),
        ("kind", wanted.kind),
        ("client", wanted.client),
        ("year", wanted.year),
    ):
        if value:
            query[name] = str(value)
    return query.urlencode()
