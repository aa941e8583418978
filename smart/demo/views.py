"""The demo's own pages: the clock bar's two buttons, the mailbox. A stranger plays everybody."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from office import addresses
from smart import round as rounds
from smart.demo import travel
from smart.models import DemoMail

PAGE = 40


@require_POST
def next_day(request: HttpRequest) -> HttpResponse:
    """Tomorrow, same hour."""
    with rounds.alone():
        tell(request, travel.next_day(), nothing=_("Un jour a passé. Rien n’était à faire."))
    return back(request)


@require_POST
def next_event(request: HttpRequest) -> HttpResponse:
    """The next hour at which something happens by itself."""
    with rounds.alone():
        tell(request, travel.next_event(), nothing=_("Un mois a passé. Rien n’était à faire."))
    return back(request)


def tell(request: HttpRequest, happenings: list[travel.Happening], *, nothing: str) -> None:
    """What the round did, one sentence per hour."""
    for happening in happenings:
        hour = date_format(timezone.localtime(happening.at), "l j F, H:i")
        steps = ", ".join(f"{rounds.LABELS[step]} ({n})" for step, n in happening.done.items())
        messages.info(request, f"{hour.capitalize()} · {steps}.")
    if not happenings:
        messages.info(request, nothing)


def back(request: HttpRequest) -> HttpResponse:
    """To the page the button was on."""
    return redirect(addresses.inside(request.POST.get("next", ""), reverse("home")))


@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """All letters, newest first; `to` keeps one person's, `before` goes on where a page ended."""
    letters = DemoMail.objects.all()
    chosen = request.GET.get("to", "")
    if chosen:
        letters = letters.filter(to=chosen)
    last = DemoMail.objects.filter(ref=request.GET.get("before", "")).first()
    if last:
        letters = letters.filter(pk__lt=last.pk)
    page = list(letters[: PAGE + 1])
    readers = DemoMail.objects.order_by("to").values_list("to", flat=True).distinct()
    return render(
        request,
        "smart/demo/mailbox.html",
        {
            "letters": page[:PAGE],
            "older": page[PAGE - 1].ref if len(page) > PAGE else "",
            "readers": readers,
            "chosen": chosen,
        },
    )


@require_GET
def letter(request: HttpRequest, ref: str) -> HttpResponse:
    """One letter; its links work."""
    return render(
        request, "smart/demo/letter.html", {"letter": get_object_or_404(DemoMail, ref=ref)}
    )
