"""Papers of this room for who is logged in: the affiliate her own, staff all."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.views.decorators.http import require_safe

from invoicing.models import Invoice
from members import visitors
from office import documents


@login_required
@require_safe
def invoice_document(request: HttpRequest, ref: str) -> HttpResponse:
    """The PDF of an issued invoice or credit note."""
    rows = Invoice.objects.visible_to(visitors.user_of(request)).select_related("document")
    invoice = get_object_or_404(rows, ref=ref)
    return paper(request, invoice)


def paper(request: HttpRequest, invoice: Invoice) -> HttpResponse:
    """A document's PDF, for a visitor who was checked; a draft has none."""
    if invoice.document is None:
        raise Http404
    with translation.override(invoice.language):
        return documents.response(invoice.document, inline="download" not in request.GET)
