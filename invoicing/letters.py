"""What this room says: to a client his invoice or credit note, to its affiliate that it left."""

from datetime import datetime

from invoicing.models import Invoice, Payment, Series
from members.models import User
from office import links, mail, notices


def issued(invoice: Invoice, *, at: datetime) -> None:
    """The document just issued, to the contact of the order, with the link to its page."""
    link = links.issue(
        "invoice", subject=f"invoice:{invoice.pk}", address=invoice.contact_email, at=at
    )
    kind = "issued" if invoice.series == Series.INVOICE else "credited"
    mail.post(
        f"invoicing/{kind}",
        to=invoice.contact_email,
        language=invoice.language,
        about=f"invoice:{invoice.pk}",
        once=f"invoice.issued:{invoice.pk}",
        at=at,
        context=invoice.printed,
        link=link,
    )
    if invoice.credits is None:
        _hers("left", invoice, number=invoice.printed_number, at=at, due_on=invoice.due_on)
    else:
        _hers("annulled", invoice, number=invoice.credits.printed_number, at=at)


def paid(invoice: Invoice, payment: Payment, *, at: datetime) -> None:
    """To the affiliate: nothing of the invoice is open any more."""
    number = invoice.printed_number
    _hers("paid", invoice, number=number, at=at, which=f":{payment.pk}")


def _hers(
    kind: str, invoice: Invoice, *, number: str, at: datetime, which: str = "", **values: object
) -> None:
    hers = User.objects.get(affiliate__activities=invoice.activity_id)
    notices.tell(
        f"invoicing/{kind}",
        reader=hers.as_reader(),
        about=f"invoice:{invoice.pk}",
        once=f"invoicing.{kind}:{invoice.pk}{which}",
        at=at,
        values={
            "invoice": invoice.ref,
            "number": number,
            "client": invoice.printed["client"]["name"],
            **values,
        },
    )
