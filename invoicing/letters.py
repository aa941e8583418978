"""E-mails of this room: what a client gets with his invoice or credit note, what he asks and is
answered.
"""

from datetime import datetime

from invoicing.models import Invoice, Question, QuestionKind, Series
from members.models import Role, User
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


def asked(question: Question, *, at: datetime) -> None:
    """To who answers: finance a dispute, else the advisor; the affiliate learns of a dispute."""
    disputed = question.kind == QuestionKind.DISPUTE
    for user in _answerers(question):
        _about(question, "question_asked", user, at=at)
    if disputed:
        _about(question, "disputed", question.affiliate.user, at=at)


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


def _answerers(question: Question) -> list[User]:
    advisor = question.affiliate.advisor
    if question.kind == QuestionKind.QUESTION and advisor is not None:
        return [advisor]
    role = Role.FINANCE if question.kind == QuestionKind.DISPUTE else Role.ADVISOR
    return list(User.objects.staff().filter(role=role).order_by("pk"))


def _about(question: Question, kind: str, user: User, *, at: datetime) -> None:
    mail.post(
        f"invoicing/{kind}",
        to=user.email,
        language=user.language,
        about=f"question:{question.pk}",
        once=f"invoicing.{kind}:{question.pk}:{user.pk}",
        at=at,
        context={"question": question, "invoice": question.invoice, "reader": user},
    )
