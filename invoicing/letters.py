"""What this room says: to a client his invoice or credit note and the answer to what he asked, to
its affiliate and staff what concerns them.
"""

from datetime import datetime

from invoicing.models import Invoice, Payment, Question, QuestionKind, Series
from members.letters import advisors_of
from members.models import Role, User
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
    hers = User.objects.get(affiliate=invoice.affiliate_id)
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


def asked(question: Question, *, at: datetime) -> None:
    """To who answers: finance a dispute, else the advisors; the affiliate learns of a dispute."""
    if question.kind == QuestionKind.DISPUTE:
        for user in User.objects.staff().filter(role=Role.FINANCE).order_by("pk"):
            _about("disputed_staff", question, user, at=at)
        _about("disputed", question, question.affiliate.user, at=at)
    else:
        for user in advisors_of(question.affiliate):
            _about("question_asked", question, user, at=at)


def answered(question: Question, *, at: datetime) -> None:
    """To the client: the answer, with the link of the page he wrote on."""
    mail.post(
        "invoicing/question_answered",
        to=question.link.address,
        language=question.language,
        about=f"question:{question.pk}",
        once=f"invoicing.question_answered:{question.pk}",
        at=at,
        context={"question": question, "invoice": question.invoice},
        link=question.link,
    )


def _about(kind: str, question: Question, user: User, *, at: datetime) -> None:
    invoice = question.invoice
    notices.tell(
        f"invoicing/{kind}",
        reader=user.as_reader(),
        about=question,
        once=f"invoicing.{kind}:{question.pk}:{user.pk}",
        at=at,
        values={
            "key": question.pk,
            "job": question.job,
            "client": question.client.name,
            "who": question.affiliate.name,
            "number": invoice.printed_number if invoice else "",
        },
        context={"question": question, "invoice": invoice},
    )
