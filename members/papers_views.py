"""The papers she shows: what is asked, what is given, the picture as the cooperative sees it."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from members import queries, sealed, visitors
from members.actions import papers
from members.forms_base import add_refusal
from members.joining_forms import PaperForm
from members.models import Affiliate, PersonalPaper
from members.models.papers import PAPER_KINDS
from office import clock, uploads
from office.refusals import Refusal


@login_required
@require_GET
def paper_list(request: HttpRequest) -> HttpResponse:
    """Every paper that is asked of her."""
    return _page(request, visitors.affiliate_of(request, joining=True))


@login_required
@require_POST
def paper_give(request: HttpRequest, kind: str) -> HttpResponse:
    """She gives one paper."""
    affiliate = visitors.affiliate_of(request, joining=True)
    if kind not in PAPER_KINDS:
        raise Http404
    form = PaperForm(request.POST, request.FILES, kind=kind)
    if form.is_valid():
        try:
            upload = uploads.accept_as_picture(form.brought())
            by, at = visitors.actor(request), clock.now()
            papers.give(affiliate.pk, kind, upload=upload, by=by, at=at)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Bien reçu. Vérifiez que tout se lit."))
            return redirect(f"{reverse('papers')}#{kind}")
    return _page(request, affiliate, {kind: form}, status=422)


@login_required
@require_GET
def paper_file(request: HttpRequest, ref: str) -> HttpResponse:
    """The picture of a paper, for her and for who answers registrations; each look of staff is
    written down.
    """
    seen = PersonalPaper.objects.visible_to(visitors.user_of(request))
    paper = get_object_or_404(seen.select_related("affiliate", "file"), ref=ref)
    look = partial(papers.looked_at, paper)
    file_name = f"{paper.kind}-{paper.affiliate.ref}"
    return sealed.shown(request, paper.file, file_name=file_name, look=look)


def _page(
    request: HttpRequest,
    affiliate: Affiliate,
    forms: dict[str, PaperForm] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    known = forms or {}
    wanted = {*known, request.GET.get("kind", "")} & set(PAPER_KINDS)
    asked = queries.papers_shown(affiliate, also=sorted(wanted))
    shown = {paper.kind for paper in asked}
    context: dict[str, Any] = {
        "section": "profile",
        "affiliate": affiliate,
        "papers": [(paper, known.get(paper.kind, PaperForm(kind=paper.kind))) for paper in asked],
        "limit": settings.COOP_UPLOAD_MEGABYTES,
        "others": [(kind, label) for kind, label in PAPER_KINDS.items() if kind not in shown],
        "left": sum(paper.to_give for paper in asked),
    }
    return render(request, "members/papers.html", context, status=status)
