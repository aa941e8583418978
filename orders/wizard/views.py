"""The pages on which a job is typed. Each change is kept; nothing leaves before it is sent."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from invoicing.models import Client
from invoicing.policies import InvoicingPolicy
from members import visitors
from members.models import Affiliate
from office import clock, policy
from office.refusals import Refusal
from orders import actions, habits, pricing, proposals, queries
from orders.actions.drafts import ChangedElsewhere
from orders.actions.examining import examine
from orders.bars import bar_of
from orders.models import Order
from orders.plans import JobFields, mark
from orders.split import split_values
from orders.states import OrderStatus
from orders.wizard import client_step, days_step, mission_step, steps
from orders.wizard.steps import STEPS, Form, Step

BUTTONS = ("less", "more", "drop", "fill", "to", "add", "over")
LATELY = 3  # jobs offered to do again
FIELDS = {  # of what the room of the clients refuses, as this page names them
    name: f"{client_step.NEW}{name}" for name in client_step.IDENTITY
}


@login_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """A job done again, a known client, or an empty page; nothing is kept before the choice.

    The address may propose first values (``orders.proposals``).
    """
    affiliate = visitors.affiliate_of(request)
    proposed = proposals.read(request.GET, affiliate)
    if request.method == "POST":
        fields = _first_fields(request, affiliate, proposed)
        by, at = visitors.actor(request), clock.now()
        order = actions.begin(affiliate.pk, fields=fields, by=by, at=at)
        first = STEPS["work" if order.client_id else "client"]
        return redirect(first.url(order))
    jobs = Order.objects.filter(affiliate=affiliate).exclude(status=OrderStatus.DRAFT)
    lately = queries.with_chain(jobs).order_by("-id")[:LATELY]
    context = {
        "section": "jobs",
        "clients": habits.clients_of(affiliate),
        "lately": queries.cards(list(lately), at=clock.now()),
        "proposed": proposed,
        **_proposed_split(proposed, affiliate),
    }
    return render(request, "orders/wizard/start.html", context)


@login_required
@require_GET
def resume(request: HttpRequest, ref: str) -> HttpResponse:
    """Go on with a draft where something is missing."""
    order = own_draft(request, ref)
    if order is None:
        return redirect("job", ref=ref)
    return redirect(steps.after(None, order, examine(order, on=clock.today())))


@login_required
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, ref: str, name: str) -> HttpResponse:
    """One step. GET shows it as it was left; POST keeps it, whole or not, and may go on."""
    if name not in STEPS:
        raise Http404
    order = own_draft(request, ref)
    if order is None:
        return _go(request, reverse("job", args=[ref]))
    affiliate = visitors.affiliate_of(request)
    if request.method == "POST":
        return _keep(request, STEPS[name], order, affiliate)
    form = steps.opened(STEPS[name], order, affiliate)
    return _show(request, STEPS[name], order, form)


def own_draft(request: HttpRequest, ref: str) -> Order | None:
    """The visitor's own order when it is a draft; None for another one of hers."""
    orders = Order.objects.filter(affiliate__user=visitors.user_of(request))
    order = get_object_or_404(orders, ref=ref)
    return steps.fresh(order) if order.status == OrderStatus.DRAFT else None


def _keep(request: HttpRequest, step: Step, order: Order, affiliate: Affiliate) -> HttpResponse:
    """Keep what was typed of a step, then go on, show it again, or say what is in the way."""
    data = request.POST
    go = data.get("go", "")
    form = step.form(data, order=order, affiliate=affiliate, leaving=go == "next")
    valid = form.is_valid()
    try:
        kept = _fill(request, step, order, form)
    except ChangedElsewhere as refusal:
        held = mark(order, step.part)
        return _show(request, step, order, form, conflict=str(refusal), held=held)
    except Refusal as refusal:
        field = FIELDS.get(refusal.field, refusal.field)
        form.add_error(field if field in form.fields else None, str(refusal))
        return _show(request, step, order, form, said=True)
    if go == "back":
        return _go(request, steps.before(step, kept) or reverse("jobs"))
    if go == "next" and valid:
        return _go(request, steps.after(step, kept, examine(kept, on=clock.today())))
    if go == "next":
        return _show(request, step, kept, form, said=True)
    again = _pressed(data) or _changed_shape(step, order, kept)
    shown = form if request.htmx and not again else steps.opened(step, kept, affiliate)  # type: ignore[attr-defined]
    return _show(request, step, kept, shown, redraw=again)


def _fill(request: HttpRequest, step: Step, order: Order, form: Form) -> Order:
    """The draft with this step kept. Raises what refuses it."""
    by, at = visitors.actor(request), clock.now()
    if isinstance(form, client_step.ClientForm):
        values = form.values(client_step.client_of(form, by=by, at=at))
    else:
        values = form.values()
    seen = request.POST.get("over") or request.POST.get("seen", "")
    actions.fill(
        order.pk,
        part=step.part,
        values=values,
        unfinished=form.unfinished(),
        seen=seen,
        by=by,
        at=at,
    )
    return steps.fresh(order)


def _pressed(data: Any) -> bool:
    """Whether a button other than those that go on was pressed."""
    return any(name in data for name in BUTTONS)


def _changed_shape(step: Step, order: Order, kept: Order) -> bool:
    """Whether the page has other fields now than those that were typed in."""
    if step.form is client_step.ClientForm:
        return order.client_id != kept.client_id
    if step.form is days_step.DaysForm:
        return {row.day for row in order.days.all()} != {row.day for row in kept.days.all()}
    return False


def _show(
    request: HttpRequest,
    step: Step,
    order: Order,
    form: Form,
    *,
    conflict: str = "",
    held: str = "",
    said: bool = False,
    redraw: bool = False,
) -> HttpResponse:
    """The page of a step, or for HTMX the parts of it that a change touches."""
    on, htmx = clock.today(), request.htmx  # type: ignore[attr-defined]
    examined = examine(order, on=on)
    if isinstance(form, mission_step.MissionForm):
        form.offer(examined.activities)
    data = request.POST or request.GET
    context = steps.page(step, order, form, examined=examined, data=data, on=on) | {
        "conflict": conflict,
        "held": held,
        "kept": request.method == "POST" and not conflict,
        "redraw": redraw,
        "fragment": htmx,
    }
    if conflict:
        context["seen"] = request.POST.get("seen", "")
    name = "orders/wizard/kept.html" if htmx else "orders/wizard/step.html"
    response = render(request, name, context)
    if htmx and said:
        response["HX-Trigger-After-Settle"] = "mend"
    return response


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """Another page: a redirection, or for HTMX the word for it."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(url)
    response = HttpResponse()
    response["HX-Redirect"] = url
    return response


def _first_fields(
    request: HttpRequest, affiliate: Affiliate, proposed: JobFields | None
) -> JobFields:
    """A new job: what was proposed, her most used trade, the client she tapped."""
    visible = Client.objects.visible_to(visitors.user_of(request))
    ref = request.POST.get("client", "")
    client = get_object_or_404(visible, ref=ref) if ref else None
    trade = proposed.trade_code if proposed else habits.trades_of(affiliate)[0]
    term = client.payment_term_days if client else None
    if term is None:
        term = policy.current(InvoicingPolicy, clock.today()).default_term_days
    contact = habits.contact_at(client.pk, affiliate) if client else None
    values: dict[str, Any] = vars(contact) if contact else {}
    if client and not contact:
        values = {"signer_language": client.language}
    held = proposed or JobFields()
    return JobFields(
        trade_code=trade,
        amount_kind=held.amount_kind,
        amount=held.amount,
        days=held.days,
        expenses=held.expenses,
        client_id=client.pk if client else None,
        payment_term_days=term,
        **values,
    )


def _proposed_split(proposed: JobFields | None, affiliate: Affiliate) -> dict[str, Any]:
    """What a proposed job pays."""
    if proposed is None:
        return {}
    try:
        quote = pricing.quote(proposed, affiliate=affiliate, on=clock.today())
    except Refusal as refusal:
        return {"refusal": str(refusal)}
    return {"quote": quote, "bar": bar_of(split_values(quote.split)) if quote else None}
