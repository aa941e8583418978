"""Pages of a client, by the link in his letter: the document, its payment data, its paper."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from invoicing import queries
from invoicing.actions.questions import Asker
from invoicing.conversation import Conversation
from invoicing.models import Invoice, Series
from invoicing.views import paper
from office import clock, links
from office.models import Link


@require_http_methods(["GET", "HEAD", "POST"])
def invoice_page(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, until when, and how to pay it; or what a credit note cancels. A question."""
    try:
        link, invoice = _invoice(token)
    except links.LinkClosed as refusal:
        return _closed(request, refusal)
    with translation.override(invoice.language):
        conversation = Conversation(request, _asker(invoice), link, at=clock.now())
        if request.method == "POST" and conversation.ask():
            messages.success(request, _("C’est envoyé. La réponse vient par courriel et ici."))
            return redirect("invoice_page", token=token)
        context = {
            "page": queries.client_page(invoice, on=clock.today()),
            "disputed": queries.is_disputed(invoice),
            "conversation": conversation,
            "token": token,
        }
        return render(request, "invoicing/client_page.html", context)


@require_safe
def invoice_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The paper itself."""
    try:
        _link, invoice = _invoice(token)
    except links.LinkClosed as refusal:
        return _closed(request, refusal)
    return paper(request, invoice)


def _invoice(token: str) -> tuple[Link, Invoice]:
    link = links.open("invoice", token, at=clock.now())
    rows = Invoice.objects.select_related("document", "receivable")
    return link, get_object_or_404(rows, pk=link.subject.removeprefix("invoice:"))


def _asker(invoice: Invoice) -> Asker:
    return Asker(
        job=invoice.job,
        client_id=invoice.client_id,
        affiliate_id=invoice.affiliate_id,
        language=invoice.language,
        name=invoice.contact_name,
        invoice=invoice if invoice.series == Series.INVOICE else None,
    )


def _closed(request: HttpRequest, refusal: links.LinkClosed) -> HttpResponse:
    return render(request, "invoicing/link_closed.html", {"sentence": str(refusal)}, status=404)
