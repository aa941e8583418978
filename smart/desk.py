"""The pages of the staff desk that join every room: the day, the proofs, the search."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from members import visitors
from members.models import Role
from office import clock
from smart import books, charts, powers, queues, search


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Called by unfold for the desk's first page: the visitor's own queues and charts first."""
    user, at = visitors.user_of(request), clock.now()
    on = clock.day_of(at)
    drawn = sorted(charts.of_day(on, at=at), key=lambda chart: chart.role != user.role)
    return context | {"desk": queues.groups(user, on), "charts": drawn}


@require_GET
def prove_books(request: HttpRequest, site: Any) -> HttpResponse:
    """The same proofs as `check_books`, for everybody at the desk."""
    context = site.each_context(request) | {
        "title": _("Les livres se prouvent eux-mêmes"),
        "proofs": books.proofs(),
        "problems": books.problems(),
        "jobs": books.latest_jobs(),
    }
    return TemplateResponse(request, "admin/books.html", context)


@require_GET
def job_books(request: HttpRequest, site: Any, job: str) -> HttpResponse:
    """Every entry of one job, oldest first: revenue, pay, advance, payment, repayment."""
    statement = books.statement_of(job)
    if not statement:
        raise Http404
    context = site.each_context(request) | {
        "title": _("Les écritures de la mission {job}").format(job=job),
        "statement": statement,
    }
    return TemplateResponse(request, "admin/job_books.html", context)


@require_GET
def find(request: HttpRequest, site: Any) -> HttpResponse:
    """The one box. What names one thing leads to it at once, so that a number read aloud stays in
    no page's address.
    """
    typed = search.Typed(request.GET.get("q", ""))
    found = search.find(typed, request)
    hits = [hit for kind in found for hit in kind.hits]
    if typed.exact and len(hits) == 1:
        return HttpResponseRedirect(hits[0].url)
    context = site.each_context(request) | {
        "title": _("Chercher"),
        "typed": typed.text,
        "found": found,
    }
    return TemplateResponse(request, "admin/find.html", context)


@require_GET
def show_powers(request: HttpRequest, site: Any) -> HttpResponse:
    """Who may do what."""
    context = site.each_context(request) | {
        "title": _("Qui peut quoi"),
        "roles": [role.label for role in Role],
        "desks": powers.desks(),
    }
    return TemplateResponse(request, "admin/powers.html", context)
