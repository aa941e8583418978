"""The affiliate's pages of her jobs. A view translates: load, one domain call, answer."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members import visitors
from members.forms_base import add_refusal
from office import clock, documents, uploads
from office.models import Document
from office.refusals import Refusal
from orders import actions, forms, jobpage, queries
from orders.client_forms import ReplyForm
from orders.models import ChangeRequest, ExpenseLine, Order, Receipt
from orders.states import OrderStatus
from orders.wizard import check
from payroll.models import Contract


@login_required
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """All jobs of the person, newest first."""
    user = visitors.user_of(request)
    last = Order.objects.visible_to(user).filter(ref=request.GET.get("after", "")).first()
    cards, after = queries.jobs_of(user, at=clock.now(), before=last.pk if last else None)
    return render(request, "orders/jobs.html", {"section": "jobs", "cards": cards, "after": after})


@login_required
@require_GET
def job(request: HttpRequest, ref: str) -> HttpResponse:
    """One job: where it stands, what can be done, what it pays, everything that happened.

    Her own draft is the last step of the wizard.
    """
    user, at = visitors.user_of(request), clock.now()
    order = get_object_or_404(queries.with_chain(Order.objects.visible_to(user)), ref=ref)
    if order.status == OrderStatus.DRAFT and order.affiliate.user_id == user.pk:
        return render(request, "orders/wizard/check.html", check.context(order, at=at))
    return render(request, "orders/job.html", jobpage.context(order, at=at))


@login_required
@require_GET
def job_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """The order as PDF."""
    return documents.response(get_object_or_404(Document, pk=_seen(request, ref).document_id))


@login_required
@require_GET
def job_certificate(request: HttpRequest, ref: str) -> HttpResponse:
    """The evidence of the signature as PDF."""
    return documents.response(get_object_or_404(Document, pk=_seen(request, ref).certificate_id))


@login_required
@require_POST
def job_send(request: HttpRequest, ref: str) -> HttpResponse:
    """Send to the client; what keeps it back is said on the draft itself."""
    order = _own(request, ref)
    try:
        actions.send(order.pk, by=visitors.actor(request), at=clock.now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("job", ref=ref)
    messages.success(request, _("La commande est envoyée au client."))
    return redirect("job", ref=ref)


@login_required
@require_POST
def job_review(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask that an advisor looks at a draft before it leaves."""
    return _act(request, ref, actions.ask_review, _("Votre conseiller est prévenu : il regarde."))


@login_required
@require_POST
def job_withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Take back as a draft."""
    return _act(request, ref, actions.withdraw, _("La mission est de nouveau un brouillon."))


@login_required
@require_http_methods(["GET", "POST"])
def job_keep(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep a sent order as it is, and tell the client who asked for another why."""
    order = _own(request, ref)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep(
                order.pk,
                reply=form.cleaned_data["reply"],
                user=visitors.user_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Votre réponse est partie chez le client."))
            return redirect("job", ref=ref)
    asked = ChangeRequest.objects.filter(order=order, status="open").first()
    context = {"section": "jobs", "order": order, "form": form, "asked": asked}
    return render(request, "orders/keep.html", context)


@login_required
@require_POST
def job_discard(request: HttpRequest, ref: str) -> HttpResponse:
    """Throw a draft away."""
    order = _own(request, ref)
    return _go(
        request,
        lambda: actions.discard(order.pk, by=visitors.actor(request), at=clock.now()),
        _("Le brouillon est jeté."),
        redirect("jobs"),
        redirect("job", ref=ref),
    )


@login_required
@require_POST
def job_copy(request: HttpRequest, ref: str) -> HttpResponse:
    """A new draft like this one, at its days: they are what changes."""
    order = _own(request, ref)
    again = actions.copy(order.pk, by=visitors.actor(request), at=clock.now())
    return redirect("job-step", ref=again.ref, name="days")


@login_required
@require_POST
def job_change(request: HttpRequest, ref: str) -> HttpResponse:
    """Propose a new version to the client."""
    order = _own(request, ref)
    try:
        draft = actions.propose_change(order.pk, by=visitors.actor(request), at=clock.now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("job", ref=ref)
    return redirect("job-step", ref=draft.ref, name="days")


@login_required
@require_http_methods(["GET", "POST"])
def job_cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Cancel before the contract is signed, with a reason."""
    order = _own(request, ref)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel(
                order.pk,
                reason=form.cleaned_data["reason"],
                by=visitors.actor(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("La mission est annulée."))
            return redirect("job", ref=ref)
    return render(request, "orders/cancel.html", {"section": "jobs", "order": order, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def job_ask(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask to change or cancel once the contract is signed."""
    order = _own(request, ref)
    form = forms.AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_change(
                order.pk,
                kind=form.cleaned_data["kind"],
                text=form.cleaned_data["reason"],
                by=visitors.actor(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Votre demande est chez votre conseiller."))
            return redirect("job", ref=ref)
    return render(request, "orders/ask.html", {"section": "jobs", "order": order, "form": form})


@login_required
@require_POST
def request_withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a request back."""
    standing = get_object_or_404(ChangeRequest, order=_own(request, ref), status="open")
    return _go(
        request,
        lambda: actions.withdraw_request(standing.pk, by=visitors.actor(request), at=clock.now()),
        _("La demande est retirée."),
        redirect("job", ref=ref),
        redirect("job", ref=ref),
    )


@login_required
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, ref: str) -> HttpResponse:
    """Was the work of this contract done?"""
    contracts = Contract.objects.filter(affiliate__user=visitors.user_of(request))
    contract = get_object_or_404(contracts.prefetch_related("days"), ref=ref)
    order = get_object_or_404(Order.objects.select_related("client"), contracts=contract)
    answer = jobpage.WorkAnswer(
        request, order, contract, by=visitors.actor(request), at=clock.now()
    )
    if answer.given:
        messages.success(request, _("Merci, c’est noté."))
        return redirect("job", ref=order.ref)
    return render(request, "orders/work.html", {"section": "jobs", **answer.context})


@login_required
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest, ref: str, position: int) -> HttpResponse:
    """Hand in the proof of an expense."""
    order = _own(request, ref)
    line = get_object_or_404(ExpenseLine, order=order, position=position)
    form = forms.ReceiptForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            upload = uploads.accept(form.cleaned_data["file"])
            actions.hand_in(
                line.pk,
                amount=form.cleaned_data["amount"],
                content=upload.content,
                media_type=upload.media_type,
                file_name=f"{_('justificatif')}-{order.ref}-{position}{upload.extension}",
                by=visitors.actor(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Le justificatif est déposé."))
            return redirect("job", ref=ref)
    context = {"section": "jobs", "order": order, "line": line, "form": form}
    return render(request, "orders/receipt.html", context)


@login_required
@require_GET
def receipt_paper(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """The proof itself, for its owner and staff."""
    order = _seen(request, ref)
    found = get_object_or_404(Receipt.objects.select_related("paper"), line__order=order, pk=number)
    return documents.response(found.paper)


def _seen(request: HttpRequest, ref: str) -> Order:
    """A job the visitor may read."""
    return get_object_or_404(Order.objects.visible_to(visitors.user_of(request)), ref=ref)


def _own(request: HttpRequest, ref: str) -> Order:
    """A job the visitor may act on: her own. Staff act at the desk, as themselves."""
    orders = Order.objects.filter(affiliate__user=visitors.user_of(request)).select_related(
        "client", "trade", "affiliate__user", "replaces", "document", "activity__entity"
    )
    return get_object_or_404(orders, ref=ref)


def _act(request: HttpRequest, ref: str, action: Any, said: str) -> HttpResponse:
    order = _own(request, ref)
    return _go(
        request,
        lambda: action(order.pk, by=visitors.actor(request), at=clock.now()),
        said,
        redirect("job", ref=ref),
        redirect("job", ref=ref),
    )


def _go(
    request: HttpRequest, act: Any, said: str, done: HttpResponse, refused: HttpResponse
) -> HttpResponse:
    """One act of a button: its sentence, or the refusal's."""
    try:
        act()
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return refused
    messages.success(request, said)
    return done
