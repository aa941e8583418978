"""What a phone keeps of us for when it has no connection: one page that says so, in its language.

A service worker keeps it, and nothing of anybody's: every other answer comes from here or not at
all. https://www.w3.org/TR/service-workers/
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from office import languages

A_DAY = 24 * 3600  # how long browsers may go without asking for a newer worker


@require_GET
def page(request: HttpRequest, language: str) -> HttpResponse:
    """The page, which needs no file but our style sheet."""
    return _said(request, "offline/page.html", language)


@require_GET
def worker(request: HttpRequest, language: str) -> HttpResponse:
    """The script that keeps the page and shows it in place of one that cannot be fetched."""
    answer = _said(request, "offline/worker.js", language)
    answer["Content-Type"] = "text/javascript; charset=utf-8"
    answer["Cache-Control"] = f"max-age={A_DAY}"
    answer["Service-Worker-Allowed"] = "/"
    return answer


def _said(request: HttpRequest, template: str, language: str) -> HttpResponse:
    if language not in languages.CODES:
        raise Http404
    with translation.override(language):
        return render(request, template)
