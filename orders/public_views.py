"""Everything reached by a sealed link, without an account: sign, follow, confirm the work. GET
shows, POST acts.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from members import visitors
from members.forms_base import add_refusal
from office import clock, documents, links
from office.links import LinkClosed, LinkExpired, LinkUsed
from office.models import Document, Link
from office.refusals import Refusal
from orders import actions, jobpage, queries, thread
from orders.actions.changes import ContractSigned
from orders.actions.sending import replaceable
from orders.actions.signing import OlderVersion
from orders.conditions import template_of
from orders.forms import AskForm, ReasonForm, SignForm
from orders.models import ChangeRequest, Order
from orders.states import OrderStatus
from payroll.models import Contract


@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """The client reads the order, signs or declines it."""
    try:
        link = links.open("sign", token, at=clock.now())
    except LinkClosed as closed:
        return _closed(request, closed)
    order = _order_of(link)
    with translation.override(order.signer_language):
        if order.status != OrderStatus.SENT:
            return _over(request, order)
        if request.method == "POST":
            return _answer(request, order, token)
        by = visitors.client(request, order.signer_name)
        actions.opened(order.pk, by=by, at=clock.now())
        return _sign_page(request, order, token, _sign_form(order, None), ReasonForm(prefix="no"))


@never_cache
@require_GET
def sign_paper(request: HttpRequest, token: str) -> HttpResponse:
    """The order to sign, as PDF."""
    return _paper(request, "sign", token, "document")


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """The client follows his signed order; before the start he may ask for a change, or cancel."""
    try:
        link = links.open("follow", token, at=clock.now())
    except LinkClosed as closed:
        return _closed(request, closed)
    order = _order_of(link)
    with translation.override(order.signer_language):
        form = AskForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and _asked(request, order, form):
            return redirect("follow", token=token)
        return _follow_page(request, order, token, form)


@never_cache
@require_GET
def follow_paper(request: HttpRequest, token: str) -> HttpResponse:
    """The signed order as PDF."""
    return _paper(request, "follow", token, "document")


@never_cache
@require_GET
def follow_certificate(request: HttpRequest, token: str) -> HttpResponse:
    """The evidence of the signature as PDF."""
    return _paper(request, "follow", token, "certificate")


@never_cache
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, token: str) -> HttpResponse:
    """The affiliate confirms the work from her mail, in one tap."""
    try:
        link = links.open("work", token, at=clock.now())
    except LinkClosed as closed:
        return _closed(request, closed)
    contract = get_object_or_404(
        Contract.objects.prefetch_related("days"), pk=link.subject.partition(":")[2]
    )
    order = get_object_or_404(
        Order.objects.select_related("client", "affiliate__user"), contracts=contract
    )
    by = visitors.guest(request, order.affiliate.name)
    answer = jobpage.WorkAnswer(request, order, contract, by=by, at=clock.now())
    if answer.given:
        return redirect("work-public", token=token)
    return render(request, "orders/work_public.html", answer.context)


def _answer(request: HttpRequest, order: Order, token: str) -> HttpResponse:
    """Sign or decline, as the button says; what is refused comes back with all that was typed."""
    by, at = visitors.client(request, order.signer_name), clock.now()
    declines = request.POST.get("answer") == "decline"
    sign_form = _sign_form(order, None if declines else request)
    no_form = ReasonForm(request.POST if declines else None, prefix="no")
    form = no_form if declines else sign_form
    if form.is_valid():
        values = form.cleaned_data
        try:
            if declines:
                actions.decline(order.pk, reason=values["reason"], by=by, at=at)
            else:
                signer = actions.Signer(
                    name=values["name"],
                    role=values["role"],
                    purchase_reference=values["purchase_reference"],
                    consent=values["consent"],
                )
                actions.sign(
                    order.pk, shown_sha256=values["shown_sha256"], signer=signer, by=by, at=at
                )
        except OlderVersion as refusal:
            order.refresh_from_db()
            sign_form = _sign_form(order, request, shown=order.shown_sha256)
            add_refusal(sign_form, refusal)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            order.refresh_from_db()
            return _over(request, order)
    return _sign_page(request, order, token, sign_form, no_form)


def _sign_form(order: Order, request: HttpRequest | None, shown: str = "") -> SignForm:
    data = request.POST.copy() if request else None
    if data is not None and shown:  # another text than the one he agreed to: he agrees again
        data["shown_sha256"] = shown
        data.pop("consent", None)
    initial = {"name": order.signer_name, "shown_sha256": order.shown_sha256}
    return SignForm(data, initial=initial, consent=order.shown["consent"])


def _sign_page(
    request: HttpRequest, order: Order, token: str, sign_form: SignForm, no_form: ReasonForm
) -> HttpResponse:
    context = {
        "order": order,
        "shown": order.shown,
        "conditions": template_of(order.conditions_version, order.shown["language"]),
        "form": sign_form,
        "no_form": no_form,
        "token": token,
        "declining": no_form.is_bound,
    }
    return render(request, "orders/sign.html", context)


def _over(request: HttpRequest, order: Order) -> HttpResponse:
    """There is nothing to sign any more: signed, declined, lapsed, withdrawn."""
    return render(request, "orders/over.html", {"order": order, "shown": order.shown})


def _asked(request: HttpRequest, order: Order, form: AskForm) -> bool:
    """Cancelled at once when no contract is signed yet, else asked for; False when refused."""
    by, at = visitors.client(request, order.signed_name), clock.now()
    kind, reason = form.cleaned_data["kind"], form.cleaned_data["reason"]
    try:
        if kind == "cancel":
            try:
                actions.cancel(order.pk, reason=reason, by=by, at=at)
                return True
            except ContractSigned:
                pass
        actions.ask_change(order.pk, kind=kind, text=reason, by=by, at=at)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _follow_page(request: HttpRequest, order: Order, token: str, form: AskForm) -> HttpResponse:
    at = clock.now()
    loaded = queries.with_chain(Order.objects.filter(pk=order.pk)).get()
    invoice = queries.invoices_of([order.ref]).get(order.ref)
    standing = ChangeRequest.objects.filter(order=order, status="open").first()
    successor = Order.objects.filter(replaces=order).first()
    context = {
        "order": order,
        "shown": order.shown,
        "conditions": template_of(order.conditions_version, order.shown["language"]),
        "knots": thread.client_knots(queries.facts_of(loaded, invoice, at=at)),
        "may_ask": standing is None and replaceable(order, on=clock.day_of(at)),
        "standing": standing,
        "successor": successor,
        "form": form,
        "token": token,
    }
    return render(request, "orders/follow.html", context)


def _paper(request: HttpRequest, purpose: str, token: str, which: str) -> HttpResponse:
    try:
        link = links.open(purpose, token, at=clock.now())
    except LinkClosed as closed:
        return _closed(request, closed)
    paper_id = getattr(_order_of(link), f"{which}_id")
    return documents.response(get_object_or_404(Document, pk=paper_id))


def _order_of(link: Link) -> Order:
    return get_object_or_404(
        Order.objects.select_related("client", "affiliate__user", "document"),
        pk=link.subject.partition(":")[2],
    )


def _closed(request: HttpRequest, closed: LinkClosed) -> HttpResponse:
    """A link that does not open says why; a spent one says what became of its order."""
    link = closed.link
    order = None
    if link is not None and link.subject.startswith("order:"):
        order = _order_of(link)
    with translation.override(order.signer_language if order else translation.get_language()):
        if order and isinstance(closed, LinkUsed | LinkExpired):
            return _over(request, order)
        status = 404 if link is None else 410
        return render(request, "orders/closed.html", {"sentence": str(closed)}, status=status)
