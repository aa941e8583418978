"""Pages of a client, by the link in his letter: the document, its payment data, its paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_safe

from invoicing import queries
from invoicing.models import Invoice
from invoicing.views import paper
from office import clock, links


@require_safe
def invoice_page(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, until when, and how to pay it; or what a credit note cancels."""
    try:
        invoice = _invoice(token)
    except links.LinkClosed as refusal:
        return _closed(request, refusal)
    with translation.override(invoice.language):
        page = queries.client_page(invoice, on=clock.today())
        return render(request, "invoicing/client_page.html", {"page": page, "token": token})


@require_safe
def invoice_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The paper itself."""
    try:
        invoice = _invoice(token)
    except links.LinkClosed as refusal:
        return _closed(request, refusal)
    return paper(request, invoice)


def _invoice(token: str) -> Invoice:
    link = links.open("invoice", token, at=clock.now())
    rows = Invoice.objects.select_related("document", "receivable")
    return get_object_or_404(rows, pk=link.subject.removeprefix("invoice:"))


def _closed(request: HttpRequest, refusal: links.LinkClosed) -> HttpResponse:
    return render(request, "invoicing/link_closed.html", {"sentence": str(refusal)}, status=404)
