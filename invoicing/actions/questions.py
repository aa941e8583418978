"""A client asks something or disputes an invoice, by his link; the cooperative answers once.

A dispute is a fact that people see: on the client's page, on the receivable, on the job. It stops
nothing by itself: see docs/adr/0005-client-page.md.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from invoicing import letters
from invoicing.models import Invoice, Question, QuestionKind
from invoicing.states import QUESTION_TRANSITIONS, QuestionStatus
from members.models import User
from office import journal, lifecycle, notices
from office.actors import Actor
from office.models import Link
from office.refusals import Refusal

ASKED = ("invoicing/disputed_staff", "invoicing/question_asked")  # told to who answers


@dataclass(frozen=True, kw_only=True)
class Asker:
    """On whose behalf a question comes, about which job; ``invoice`` when one can be disputed."""

    job: str
    client_id: int
    affiliate_id: int
    language: str
    name: str
    invoice: Invoice | None


class WordsMissing(Refusal):
    code = "words_missing"
    sentence = _("Écrivez quelques mots.")
    field = "text"


class NothingToDispute(Refusal):
    code = "nothing_to_dispute"
    sentence = _("Il n’y a pas encore de facture à contester. Posez votre question.")
    field = "text"


class DisputedBefore(Refusal):
    code = "disputed_before"
    sentence = _(
        "Cette facture est déjà contestée : « {text} ». La coopérative répond par courriel et ici."
    )
    field = "text"


class OutcomeMissing(Refusal):
    code = "outcome_missing"
    sentence = _("Dites ce que devient la facture : le client l’attend.")
    field = "outcome"


class AnsweredBefore(Refusal):
    code = "answered_before"
    sentence = _("{who} a déjà répondu : « {answer} ».")


@transaction.atomic
def ask(asker: Asker, *, link: Link, kind: str, text: str, by: Actor, at: datetime) -> Question:
    """Keep what a client wrote and tell who answers. The same words twice are one question.

    Raises ``WordsMissing``, ``NothingToDispute`` or ``DisputedBefore``.
    """
    Link.objects.select_for_update(no_key=True).get(pk=link.pk)
    if asker.invoice is not None:  # whoever disputes it comes by this row
        Invoice.objects.select_for_update(no_key=True).get(pk=asker.invoice.pk)
    words = text.strip()
    if not words:
        raise WordsMissing()
    disputes = kind == QuestionKind.DISPUTE
    if disputes and asker.invoice is None:
        raise NothingToDispute()
    waiting = Question.objects.filter(status=QuestionStatus.OPEN)
    same = waiting.filter(link=link, kind=kind, text=words).first()
    if same is not None:
        return same
    if disputes and (standing := waiting.filter(kind=kind, invoice=asker.invoice).first()):
        raise DisputedBefore(text=standing.text)
    question = Question.objects.create(
        kind=kind,
        job=asker.job,
        client_id=asker.client_id,
        affiliate_id=asker.affiliate_id,
        invoice=asker.invoice,
        link=link,
        language=asker.language,
        name=asker.name,
        text=words,
        asked_at=at,
    )
    _record("dispute.opened" if disputes else "question.asked", question, by=by, at=at)
    letters.asked(question, at=at)
    return question


@transaction.atomic
def answer(question_id: int, *, text: str, outcome: str, user: User, at: datetime) -> Question:
    """Staff answer, once: on the client's page and by mail. Of a dispute they say what follows.

    Raises ``AnsweredBefore``, ``WordsMissing`` or ``OutcomeMissing``.
    """
    held = Question.objects.select_for_update(no_key=True, of=("self",))
    question = held.select_related("answered_by", "link", "invoice").get(pk=question_id)
    if question.status != QuestionStatus.OPEN:
        raise AnsweredBefore(who=question.answered_by, answer=question.answer)
    if not text.strip():
        raise WordsMissing()
    disputes = question.kind == QuestionKind.DISPUTE
    if disputes and not outcome:
        raise OutcomeMissing()
    lifecycle.move(question, QuestionStatus.ANSWERED, QUESTION_TRANSITIONS)
    question.answer, question.outcome = text.strip(), outcome if disputes else ""
    question.answered_at, question.answered_by = at, user
    question.save()
    kind = "dispute.answered" if disputes else "question.answered"
    _record(kind, question, by=user.as_actor(), at=at)
    notices.settle(*ASKED, about=question, at=at)
    letters.answered(question, at=at)
    return question


def _record(kind: str, question: Question, *, by: Actor, at: datetime) -> None:
    """Its words stay between client and cooperative: the job only tells that there are some."""
    invoices = [question.invoice] if question.invoice else []
    journal.record(kind, question, f"job:{question.job}", *invoices, by=by, at=at)
