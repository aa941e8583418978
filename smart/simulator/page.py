"""The page of the simulator: what a price becomes, before anybody knows who asks."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from members.forms_base import add_refusal
from members.models import Affiliate, Trade, User
from office import clock
from office.refusals import Refusal
from orders import proposals
from smart.simulator.answer import simulated
from smart.simulator.questions import SimulatorForm


@require_safe
def simulator(request: HttpRequest) -> HttpResponse:
    """Questions and answer; for HTMX the answer and the sentences beside the questions."""
    today, affiliate = clock.today(), affiliate_of(request)
    register = list(Trade.objects.registered().standing(today))
    form = SimulatorForm(request.GET, register=register, affiliate=affiliate, on=today)
    simulation, refusal = None, ""
    if form.is_valid():
        try:
            simulation = simulated(form, on=today)
        except Refusal as said:
            if said.field in form.fields:
                add_refusal(form, said)
            else:
                refusal = str(said)
    here = form.address()
    context = {
        "form": form,
        "simulation": simulation,
        "refusal": refusal,
        "here": here,
        "shared": settings.COOP_PUBLIC_URL + here,
        "canonical": settings.COOP_PUBLIC_URL + reverse("simulator"),
        "job_query": proposals.written(simulation.job) if simulation else "",
        "affiliate": affiliate,
    }
    fragment = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    name = "smart/simulator_answer.html" if fragment else "smart/simulator.html"
    response = render(request, name, context | {"fragment": fragment})
    if fragment:
        response["HX-Replace-Url"] = here
    patch_vary_headers(response, ["HX-Request"])
    return response


def affiliate_of(request: HttpRequest) -> Affiliate | None:
    """The affiliate who is logged in; nobody for guests and staff."""
    if not isinstance(request.user, User):
        return None
    return Affiliate.objects.filter(user=request.user).first()
