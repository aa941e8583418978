"""A client asks and disputes by his link; the desk answers; nothing else moves."""

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse

from invoicing import conversation, queries
from invoicing.actions import questions
from invoicing.models import Question, QuestionKind
from members.models import Role
from office import journal, links
from office.models import Letter, Notice
from orders.models import Order
from tests import world

pytestmark = pytest.mark.django_db

QUESTION, DISPUTE = QuestionKind.QUESTION, QuestionKind.DISPUTE


@pytest.fixture
def order(clock: ModuleType) -> Order:
    """A job whose invoice is at the client's."""
    world.staff()
    made = world.invoiced_job()
    clock.move_to(world.last_evening(made) + timedelta(hours=1))
    return made


def url(order: Order) -> str:
    link = links.newest(order, "follow")
    assert link is not None
    return reverse("follow", args=[links.token(link)])


def invoice_url(order: Order) -> str:
    link = links.newest(f"invoice:{world.invoice_of(order).pk}", "invoice")
    assert link is not None
    return reverse("invoice_page", args=[links.token(link)])


def write(browser: Browser, where: str, text: str, kind: str = QUESTION) -> str:
    typed = {"answer": "question", "ask-kind": kind, "ask-text": text}
    return str(browser.post(where, typed, follow=True).content.decode())


def at_desk(person: Any) -> Browser:
    browser = Browser()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return browser


def told(kind: str) -> list[int]:
    found = Notice.objects.filter(kind=f"invoicing/{kind}", read_at=None).order_by("pk")
    return list(found.values_list("user_id", flat=True))


def letters(kind: str) -> list[str]:
    found = Letter.objects.filter(kind=f"invoicing/{kind}").order_by("pk")
    return list(found.values_list("to", flat=True))


def test_a_question_is_answered_by_mail_and_on_the_page(client: Browser, order: Order) -> None:
    page = write(client, url(order), "Puis-je avoir le détail des heures ?")
    assert "C’est envoyé" in page and "Puis-je avoir le détail" in page
    write(client, url(order), "Puis-je avoir le détail des heures ?")  # a second click
    question = Question.objects.get()
    assert told("question_asked") == [world.elise().pk]
    assert "détail" not in str(journal.timeline(f"job:{order.ref}")[0].data)
    elise = at_desk(world.elise())
    queue = elise.get(reverse("admin:invoicing_question_changelist")).content.decode()
    assert "Puis-je avoir" in queue
    assert "questions de clients" in elise.get(reverse("admin:index")).content.decode()
    reply = reverse("admin:invoicing_question_reply", args=[question.pk])
    assert elise.post(reply, {"text": " ", "outcome": ""}).status_code == 422
    elise.post(reply, {"text": "Deux jours de 7 h 36.", "outcome": ""})
    question.refresh_from_db()
    assert (question.status, question.outcome) == ("answered", "")
    assert told("question_asked") == [], "what it asked for is done"
    assert letters("question_answered") == [world.SIGNER_EMAIL]
    assert Letter.objects.get(kind="invoicing/question_answered").link == question.link
    assert "Deux jours de 7 h 36." in client.get(url(order)).content.decode()
    assert elise.post(reply, {"text": "Encore", "outcome": ""}).status_code == 422
    assert "Deux jours" not in client.get(invoice_url(order)).content.decode(), "another link"


def test_a_dispute_stands_on_the_receivable_and_stops_nothing(
    client: Browser, order: Order
) -> None:
    invoice = world.invoice_of(order)
    before = invoice.receivable.open_amount
    page = write(client, invoice_url(order), "Une seule page a été livrée.", DISPUTE)
    assert "Vous contestez cette facture" in page
    assert "+++" in page, "what is not disputed can still be paid"
    assert queries.is_disputed(invoice)
    assert told("disputed_staff") == [world.denis().pk]
    assert letters("disputed_staff") == [world.denis().email]
    assert letters("disputed") == [world.ana().user.email]
    again = write(client, url(order), "Et en retard.", DISPUTE)
    assert "déjà contestée" in again and "Et en retard." in again
    denis = at_desk(world.denis())
    listed = reverse("admin:invoicing_receivable_changelist") + "?queue=disputed"
    assert invoice.printed_number in denis.get(listed).content.decode()
    invoice.receivable.refresh_from_db()
    assert invoice.receivable.open_amount == before
    assert order.contracts.get().gross_due
    question = Question.objects.get()
    reply = reverse("admin:invoicing_question_reply", args=[question.pk])
    assert denis.post(reply, {"text": "Nous vérifions", "outcome": ""}).status_code == 422
    denis.post(reply, {"text": "Trois pages sont en ligne.", "outcome": "stands"})
    assert not queries.is_disputed(invoice)
    assert invoice.printed_number not in denis.get(listed).content.decode()
    assert "la facture reste due" in client.get(invoice_url(order)).content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        Question.objects.update(answer="Autre chose")
    write(client, invoice_url(order), "Toujours pas d’accord.", DISPUTE)
    assert queries.is_disputed(invoice)
    assert str(question).endswith(question.ref)


def test_payroll_reads_and_does_not_answer(client: Browser, order: Order) -> None:
    write(client, url(order), "Une question")
    reply = reverse("admin:invoicing_question_reply", args=[Question.objects.get().pk])
    assert at_desk(world.carla()).get(reply).status_code == 403
    assert world.carla().role == Role.PAYROLL


def test_without_an_advisor_all_of_them_are_told(client: Browser, order: Order) -> None:
    affiliate = world.ana()
    affiliate.advisor = None
    affiliate.save(update_fields=["advisor"])
    write(client, url(order), "Une question")
    assert told("question_asked") == [world.elise().pk]


def test_before_there_is_an_invoice_there_is_nothing_to_dispute(client: Browser) -> None:
    world.staff()
    job = world.signed_job()
    page = client.get(url(job)).content.decode()
    assert "La facture se placera ici" in page and "contester" not in page
    assert "pas encore de facture" in write(client, url(job), "Trop cher", DISPUTE)
    assert not Question.objects.exists()


def test_one_link_writes_so_often_and_nobody_elses_words_are_shown(
    client: Browser, order: Order
) -> None:
    for number in range(conversation.MANY):
        write(client, url(order), f"Question {number}")
    assert "Trop d’essais" in write(client, url(order), "Encore une")
    assert Question.objects.count() == conversation.MANY
    other = world.invoiced_job()
    assert "Question 3" not in client.get(url(other)).content.decode()


def test_every_document_of_the_job_is_on_the_page_and_only_of_this_job(
    client: Browser, order: Order
) -> None:
    page = client.get(url(order)).content.decode()
    invoice = world.invoice_of(order)
    for wanted in (invoice.printed_number, "+++", "BE", "<svg", "certificat de signature"):
        assert wanted in page
    token = url(order).split("/")[2]
    assert client.get(reverse("follow-invoice", args=[token, invoice.ref])).status_code == 202
    other = world.invoice_of(world.invoiced_job())
    assert client.get(reverse("follow-invoice", args=[token, other.ref])).status_code == 404
    assert client.get(reverse("follow-invoice", args=["x" * 39, invoice.ref])).status_code == 404


def test_the_page_makes_a_fixed_number_of_queries(
    client: Browser, order: Order, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        write(client, url(order), f"Question {number}")
    with django_assert_max_num_queries(32):
        client.get(url(order))


def test_empty_words_are_neither_question_nor_answer(order: Order) -> None:
    link = links.newest(order, "follow")
    assert link is not None
    asker = questions.Asker(
        job=order.ref, client_id=order.client_id or 0, affiliate_id=order.affiliate_id,
        language="fr", name="Marc Dumont", invoice=None,
    )  # fmt: skip
    with pytest.raises(questions.WordsMissing):
        questions.ask(
            asker, link=link, kind=QUESTION, text=" ", by=world.DUMONT_ACTOR, at=world.MONDAY
        )
    asked = questions.ask(
        asker, link=link, kind=QUESTION, text="Quand ?", by=world.DUMONT_ACTOR, at=world.MONDAY
    )
    with pytest.raises(questions.WordsMissing):
        questions.answer(asked.pk, text=" ", outcome="", user=world.elise(), at=world.MONDAY)
