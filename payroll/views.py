"""The affiliate's pay: contracts to read and sign, payslips to read and keep."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from members import visitors
from members.forms_base import add_refusal
from office import clock, documents, languages, uploads
from office.refusals import Refusal
from payroll import pages, queries
from payroll.actions import signatures
from payroll.documents import payslip_terms
from payroll.forms import CONSENT, PaperForm, SignForm
from payroll.models import Contract, Payslip

PAGE = 24


@login_required
@require_GET
def pay(request: HttpRequest) -> HttpResponse:
    """Her contracts and her payslips, newest first."""
    affiliate = visitors.affiliate_of(request)
    before = request.GET.get("before", "")
    slips = list(
        queries.pay_of(
            affiliate.pk, before=int(before) if before.isdecimal() else None, limit=PAGE + 1
        )
    )
    context = {
        "section": "pay",
        "slips": [pages.slip_card(slip) for slip in slips[:PAGE]],
        "older": slips[PAGE - 1].pk if len(slips) > PAGE else None,
        "contracts": [] if before else pages.contract_cards(queries.contracts_of(affiliate.pk)),
    }
    return render(request, "payroll/pay.html", context)


@login_required
@require_GET
def contract(request: HttpRequest, ref: str) -> HttpResponse:
    """One contract: what it says, where it stands, and how to sign it."""
    return _contract_page(request, _contract(request, ref))


@login_required
@require_POST
def sign(request: HttpRequest, ref: str) -> HttpResponse:
    """She signs by a click."""
    row, form = _contract(request, ref), SignForm(request.POST)
    if form.is_valid():
        try:
            signatures.sign_simple(
                row.pk,
                consent=str(CONSENT),
                by=visitors.actor(request),
                user=visitors.user_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Contrat signé. Une copie vous attend ici."))
            return redirect("contract", ref=row.ref)
    return _contract_page(request, row, sign_form=form, status=422)


@login_required
@require_POST
def upload(request: HttpRequest, ref: str) -> HttpResponse:
    """She hands in the paper she signed."""
    row, form = _contract(request, ref), PaperForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            paper = uploads.accept(form.cleaned_data["file"])
            signatures.upload_paper(
                row.pk,
                upload=paper,
                by=visitors.actor(request),
                user=visitors.user_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Merci. La coopérative vérifie votre papier."))
            return redirect("contract", ref=row.ref)
    return _contract_page(request, row, paper_form=form, status=422)


@login_required
@require_GET
def contract_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """The contract to print, or the signed one once there is one."""
    row = _contract(request, ref)
    paper = row.signed_paper or row.document
    if paper is None:
        raise Http404
    return documents.response(paper)


@login_required
@require_GET
def payslip(request: HttpRequest, ref: str) -> HttpResponse:
    """One payslip, line by line."""
    row = _payslip(request, ref)
    transfers = [line for line in row.transfers.all() if line.dropped_at is None]
    account = transfers[-1].iban if transfers else ""
    context = {
        "section": "pay",
        "payslip": row,
        "slip": payslip_terms(row, account=account, language=languages.current()),
        "arrival": pages.arrival(row, transfers),
    }
    return render(request, "payroll/payslip.html", context)


@login_required
@require_GET
def payslip_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """The payslip to keep."""
    row = _payslip(request, ref)
    if row.document is None:
        raise Http404
    return documents.response(row.document)


def _contract(request: HttpRequest, ref: str) -> Contract:
    rows = Contract.objects.visible_to(visitors.user_of(request)).select_related(
        "affiliate__user", "document", "signed_paper", "cooperative_signed_by", "entity"
    )
    return get_object_or_404(rows, ref=ref)


def _payslip(request: HttpRequest, ref: str) -> Payslip:
    rows = Payslip.objects.visible_to(visitors.user_of(request)).select_related(
        "contract__affiliate", "household", "document", "run"
    )
    return get_object_or_404(rows.prefetch_related("lines", "transfers"), ref=ref)


def _contract_page(
    request: HttpRequest,
    row: Contract,
    *,
    sign_form: SignForm | None = None,
    paper_form: PaperForm | None = None,
    status: int = 200,
) -> HttpResponse:
    hers = row.affiliate.user_id == visitors.user_of(request).pk
    today = clock.today()
    state = pages.contract_state(row, on=today)
    click = settings.COOP_CONTRACT_SIGNATURE == "simple"
    context = {
        "section": "pay",
        "contract": row,
        "terms": row.printed,
        "state": state,
        "late": today >= row.starts_on,
        "sign_form": (sign_form or SignForm()) if hers and state.to_sign and click else None,
        "paper_form": (paper_form or PaperForm()) if hers and state.to_sign else None,
        "payslip": row.payslips.filter(final_at__isnull=False).first(),
    }
    return render(request, "payroll/contract.html", context, status=status)
