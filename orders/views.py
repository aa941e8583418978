"""The affiliate's pages of her jobs. A view translates: load, one domain call, answer."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from invoicing.actions import clients
from invoicing.models import Client, ClientKind
from invoicing.policies import InvoicingPolicy
from members import visitors
from members.forms_base import add_refusal
from members.models import Affiliate
from office import clock, documents, policy, uploads
from office.models import Document
from office.refusals import Refusal
from orders import actions, forms, jobpage, pricing, proposals, queries
from orders.actions.sending import hindrances
from orders.bars import bar_of
from orders.client_forms import ReplyForm
from orders.models import ChangeRequest, ExpenseLine, Order, Receipt
from orders.plans import JobFields
from orders.policy import on_day
from orders.split import split_values
from orders.states import OrderStatus
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
@require_http_methods(["GET", "POST"])
def job_new(request: HttpRequest) -> HttpResponse:
    """A new job, on one page; an address may propose its first values (``orders.proposals``)."""
    affiliate = visitors.affiliate_of(request)
    return _edit(request, affiliate, None, proposed=proposals.read(request.GET, affiliate))


@login_required
@require_http_methods(["GET", "POST"])
def job_edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Go on with a draft."""
    order = _own(request, ref)
    if order.status != OrderStatus.DRAFT:
        return redirect("job", ref=ref)
    return _edit(request, visitors.affiliate_of(request), order)


@login_required
@require_POST
def job_split(request: HttpRequest) -> HttpResponse:
    """The split of what is typed so far: the part of the page that follows each change."""
    affiliate = visitors.affiliate_of(request)
    page = forms.JobPage(affiliate, data=request.POST)
    page.is_valid()
    context = _split_of(page.typed(_known_id(page)), affiliate)
    return render(request, "orders/_split.html", context | {"known_client": page.form.known_client})


@login_required
@require_GET
def job(request: HttpRequest, ref: str) -> HttpResponse:
    """One job: where it stands, what can be done, what it pays, everything that happened."""
    orders = queries.with_chain(Order.objects.visible_to(visitors.user_of(request)))
    order = get_object_or_404(orders, ref=ref)
    return render(request, "orders/job.html", jobpage.context(order, at=clock.now()))


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
    """Send to the client; what keeps it back is shown beside its field."""
    order = _own(request, ref)
    try:
        actions.send(order.pk, by=visitors.actor(request), at=clock.now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect(f"{order_url(ref, 'edit/')}?check=1")
    messages.success(request, _("La commande est envoyée au client."))
    return redirect("job", ref=ref)


@login_required
@require_POST
def job_review(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask that an advisor looks at a draft in a paused trade."""
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
    """A new draft like this one."""
    order = _own(request, ref)
    again = actions.copy(order.pk, by=visitors.actor(request), at=clock.now())
    return redirect("job-edit", ref=again.ref)


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
    return redirect("job-edit", ref=draft.ref)


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
                file_name=f"justificatif-{order.ref}-{position}{upload.extension}",
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


def order_url(ref: str, rest: str = "") -> str:
    """The address of a job's page."""
    return reverse("job", args=[ref]) + rest


def _seen(request: HttpRequest, ref: str) -> Order:
    """A job the visitor may read."""
    return get_object_or_404(Order.objects.visible_to(visitors.user_of(request)), ref=ref)


def _own(request: HttpRequest, ref: str) -> Order:
    """A job the visitor may act on: her own. Staff act at the desk, as themselves."""
    orders = Order.objects.filter(affiliate__user=visitors.user_of(request)).select_related(
        "client", "trade", "affiliate__user", "replaces", "document", "activity__entity"
    )
    return get_object_or_404(orders, ref=ref)


def _edit(
    request: HttpRequest,
    affiliate: Affiliate,
    order: Order | None,
    *,
    proposed: JobFields | None = None,
) -> HttpResponse:
    """Show or keep the one page of a job."""
    data = request.POST if request.method == "POST" else None
    intent = data.get("intent", "save") if data is not None else ""
    page = forms.JobPage(affiliate, data=data, order=order, proposed=proposed)
    if data is not None and intent != "save":
        data = _with_rows(data, intent, page)
        page = forms.JobPage(affiliate, data=data, order=order)
    elif data is not None and page.is_valid():
        kept = _keep(request, affiliate, order, page)
        if kept is not None:
            return redirect("job", ref=kept.ref)
    elif order is not None and "check" in request.GET:
        page.say(hindrances(order, on=clock.today()))
    if data is not None:
        page.is_valid()
        fields = page.typed(_known_id(page))
    else:
        fields = proposed or jobpage.fields_or_nothing(order)
    context = {
        "section": "jobs",
        "order": order,
        "page": page,
        "form": page.form,
        "proposed_validity": forms.default_validity(
            clock.today(), on_day(clock.today()).validity_days
        ),
        "known_client": page.form.known_client or (order.client if order else None),
        **_split_of(fields, affiliate),
    }
    return render(request, "orders/edit.html", context)


def _with_rows(data: Any, intent: str, page: forms.JobPage) -> Any:
    if intent == "fill":
        return forms.filled_days(data, page)
    if intent in ("days", "expenses"):
        return forms.more_rows(data, intent, 3 if intent == "days" else 1)
    return data


def _keep(
    request: HttpRequest, affiliate: Affiliate, order: Order | None, page: forms.JobPage
) -> Order | None:
    """The draft kept, or None when something typed was refused (the sentence stands in the
    form).
    """
    by, at = visitors.actor(request), clock.now()
    try:
        fields = page.typed(_client_id(request, page, order))
        if order is None:
            return actions.create(affiliate.pk, fields=fields, by=by, at=at)
        return actions.amend(order.pk, fields=fields, by=by, at=at)
    except Refusal as refusal:
        names = {"name": "client_name", "street": "client_street", "city": "client_city"}
        field = names.get(refusal.field, refusal.field)
        page.form.add_error(field if field in page.form.fields else None, str(refusal))
        return None


def _client_id(request: HttpRequest, page: forms.JobPage, order: Order | None) -> int | None:
    """The client found by number, or created from what was typed."""
    values, by, at = page.form.cleaned_data, visitors.actor(request), clock.now()
    identity = {
        "name": values.get("client_name") or "",
        "street": values.get("client_street") or "",
        "postcode": values.get("client_postcode") or "",
        "city": values.get("client_city") or "",
    }
    known = page.form.known_client or _own_numberless(order, page)
    if known is not None:
        if _may_mend(known, by.user_id) and identity["name"] and identity != _identity(known):
            clients.amend(known.pk, **identity, language=known.language, by=by, at=at)
        return known.pk
    if not page.form.names_new_client:
        return None
    kind = ClientKind(values.get("client_kind") or ClientKind.BELGIAN_BUSINESS)
    number = values.get("client_number") or ""
    language = values.get("signer_language") or "fr"
    return clients.create(
        kind=kind, enterprise_number=number, language=language, by=by, at=at, **identity
    ).pk


def _own_numberless(order: Order | None, page: forms.JobPage) -> Client | None:
    """The client without a number that this draft already has, as long as none is typed."""
    client = order.client if order else None
    values = page.form.cleaned_data
    if client is None or client.enterprise_number or values.get("client_number"):
        return None
    same = client.kind == values.get("client_kind") and values.get("client_name")
    return client if same else None


def _may_mend(client: Client, user_id: int | None) -> bool:
    return client.verified_at is None and client.created_by_id == user_id


def _identity(client: Client) -> dict[str, str]:
    return {
        "name": client.name,
        "street": client.street,
        "postcode": client.postcode,
        "city": client.city,
    }


def _known_id(page: forms.JobPage) -> int | None:
    return page.form.known_client.pk if page.form.known_client else None


def _split_of(fields: JobFields, affiliate: Affiliate) -> dict[str, Any]:
    """What the split's part of the page is given."""
    term = policy.current(InvoicingPolicy, clock.today()).default_term_days
    context: dict[str, Any] = {"quote": None, "bar": None, "default_term": term}
    try:
        quote = pricing.quote(fields, affiliate=affiliate, on=clock.today())
    except Refusal as refusal:
        return context | {"refusal": str(refusal)}
    if quote is None:
        return context
    return context | {"quote": quote, "bar": bar_of(split_values(quote.split))}


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
