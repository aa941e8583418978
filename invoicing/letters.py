"""E-mails of this room: what a client gets with his invoice or credit note."""

from datetime import datetime

from invoicing.models import Invoice, Series
from office import links, mail
from office.models import Letter


def issued(invoice: Invoice, *, at: datetime) -> Letter | None:
    """The document just issued, to the contact of the order, with the link to its page."""
    link = links.issue(
        "invoice", subject=f"invoice:{invoice.pk}", address=invoice.contact_email, at=at
    )
    kind = "issued" if invoice.series == Series.INVOICE else "credited"
    return mail.post(
        f"invoicing/{kind}",
        to=invoice.contact_email,
        language=invoice.language,
        about=f"invoice:{invoice.pk}",
        once=f"invoice.issued:{invoice.pk}",
        at=at,
        context=invoice.printed,
        link=link,
    )
