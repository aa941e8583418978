"""Everything reached by a sealed link, without an account: sign, follow, confirm the work. GET
shows, POST acts.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from invoicing.views import paper
from members import visitors
from office import clock, documents, links
from office.links import LinkClosed, LinkExpired, LinkUsed
from office.models import Document, Link
from office.refusals import Refusal
from orders import actions, jobpage
from orders.actions.answers import is_late
from orders.followpage import FollowPage, invoices_of
from orders.models import Order
from orders.rules import first_line
from orders.signpage import SignPage, count, may_ask_again
from orders.states import OrderStatus
from payroll.models import Contract


@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """The client reads the order, then signs it, asks for another, passes it on or declines."""
    at = clock.now()
    try:
        link = links.open("sign", token, at=at)
    except LinkClosed as closed:
        return _closed(request, closed)
    order = _order_of(link)
    with translation.override(order.signer_language):
        if order.status != OrderStatus.SENT:
            return _over(request, order, link)
        page = SignPage(request, order, link, at=at)
        if request.method == "POST":
            given = page.answer()
            if given:
                order.refresh_from_db()
                return _answered(request, order, token, given)
        elif page.acts:
            actions.opened(order.pk, by=page.by, at=at)
        if order.status != OrderStatus.SENT:  # answered by somebody else meanwhile
            return _over(request, order, link)
        return render(
            request, "orders/sign.html", page.context, status=429 if page.too_often else 200
        )


@never_cache
@require_GET
def sign_paper(request: HttpRequest, token: str) -> HttpResponse:
    """The order to sign, as PDF."""
    return _paper(request, "sign", token, "document")


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """The client follows his signed order, pays, finds every document, asks."""
    at = clock.now()
    try:
        link = links.open("follow", token, at=at)
    except LinkClosed as closed:
        return _closed(request, closed)
    order = _order_of(link)
    with translation.override(order.signer_language):
        page = FollowPage(request, order, link, at=at)
        if request.method == "POST" and page.act():
            if request.POST.get("answer") == "question":
                messages.success(request, _("C’est envoyé. La réponse vient par courriel et ici."))
            return redirect("follow", token=token)
        return render(request, "orders/follow.html", page.context)


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
@require_GET
def follow_invoice(request: HttpRequest, token: str, ref: str) -> HttpResponse:
    """An invoice or credit note of this very job, as PDF."""
    try:
        link = links.open("follow", token, at=clock.now())
    except LinkClosed as closed:
        return _closed(request, closed)
    order = _order_of(link)
    found = next((row for row in invoices_of(order) if row.ref == ref), None)
    if found is None:
        raise Http404
    return paper(request, found)


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


def _answered(request: HttpRequest, order: Order, token: str, given: str) -> HttpResponse:
    """What was done is said on the page where it goes on."""
    if given == "sign":
        address = links.masked(order.signer_email)
        messages.success(
            request,
            _("C’est signé, merci. Votre copie part à {address}.").format(address=address),
        )
        follow = links.newest(order, "follow")
        assert follow is not None
        return redirect("follow", token=links.token(follow))
    said = {
        "other": _("Votre demande est partie chez {worker}, qui vous répond par courriel."),
        "forward": _("C’est transmis. {worker} est au courant."),
    }
    if given in said:
        messages.success(request, said[given].format(worker=order.affiliate.name))
    return redirect("sign", token=token)


def _over(request: HttpRequest, order: Order, link: Link) -> HttpResponse:
    """There is nothing to sign now: signed, declined, lapsed, taken back."""
    return _explained(request, order, link, sentence="", status=200)


def _closed(request: HttpRequest, closed: LinkClosed) -> HttpResponse:
    """A link that does not open says why; a spent one says what became of its order."""
    link = closed.link
    if link is None or not link.subject.startswith("order:"):
        status = 404 if link is None else 410
        return render(request, "orders/closed.html", {"sentence": str(closed)}, status=status)
    order = _order_of(link)
    with translation.override(order.signer_language):
        if isinstance(closed, LinkUsed | LinkExpired):
            return _over(request, order, link)
        return _explained(request, order, link, sentence=str(closed), status=410)


def _explained(
    request: HttpRequest, order: Order, link: Link, *, sentence: str, status: int
) -> HttpResponse:
    """Why there is nothing to do here, and the link once more to the address it was sent to."""
    at = clock.now()
    context: dict[str, Any] = {
        "order": order,
        "what": first_line(order.shown["description"]) if order.shown else "",
        "late": is_late(order, at=at),
        "sentence": sentence,
        "again": may_ask_again(order, link, at=at),
        "address": links.masked(link.address),
    }
    if request.method == "POST" and request.POST.get("answer") == "again":
        try:
            count(request, link, at=at)
            by = visitors.client(request, order.signer_name, link)
            actions.send_again(order.pk, by=by, at=at)
        except Refusal as refusal:
            context["refusal"] = str(refusal)
        else:
            context["sent"] = True
    return render(request, "orders/over.html", context, status=status)


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
