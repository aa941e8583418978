"""Letters: posted with the act, delivered once, left to staff when nobody knows."""

import smtplib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import DatabaseError, transaction
from django.template import TemplateDoesNotExist

from office import leases, links, mail, tasks
from office.actors import SYSTEM
from office.models import Event, Letter
from office.typography import french

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=4000)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_templates")]


def post(once: str = "x", **changes: Any) -> Letter | None:
    """A letter to Dumont."""
    values: dict[str, Any] = {
        "to": "marc@dumont.example",
        "language": "fr",
        "about": "order:12",
        "at": AT,
        "context": {
            "title": "Rives",
            "name": "Marc <b>",
            "amount": Decimal("1234.56"),
            "day": date(2026, 12, 1),
        },
    }
    return mail.post("tests/plain", once=once, **(values | changes))


def posted(once: str = "x", **changes: Any) -> Letter:
    letter = post(once, **changes)
    assert letter is not None
    return letter


def again(letter: Letter) -> Letter:
    return Letter.objects.get(pk=letter.pk)


def expire(letter: Letter) -> None:
    """The lease runs out."""
    Letter.objects.filter(pk=letter.pk).update(claimed_until=LONG_AGO)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """A mail server that answers as told: `server(send=fault, open=fault)`; gives what it saw."""

    def answers(*, send: Exception | None = None, open_: Exception | None = None) -> list[str]:
        seen: list[str] = []

        def on_send(_: EmailBackend, messages: list[EmailMessage]) -> int:
            state = Letter.objects.get(message_id=messages[0].extra_headers["Message-ID"])
            seen.append("handed over" if state.handed_over_at else "not handed over")
            if send:
                raise send
            return len(messages)

        def on_open(_: EmailBackend) -> bool:
            if open_:
                raise open_
            return True

        monkeypatch.setattr(EmailBackend, "send_messages", on_send)
        monkeypatch.setattr(EmailBackend, "open", on_open)
        return seen

    return answers


# --- Posting -------------------------------------------------------------------------------------


def test_a_letter_is_written_when_posted_and_holds_no_token() -> None:
    link = links.issue("sign", subject="order:12", address="marc@dumont.example", at=AT)
    letter = posted(link=link)
    assert letter.subject_line == french("Votre mission « Rives »")
    assert "Bonjour Marc <b>," in letter.body
    assert "1.234,56\u00a0€, mardi 1er décembre 2026." in letter.body
    assert mail.LINK_MARK in letter.body
    assert links.token(link) not in letter.body
    assert letter.message_id.endswith("@coop.example>")
    assert letter.about == "order:12"


def test_the_house_may_write_under_its_name(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Coopérative <bonjour@maison.example>"
    assert posted().message_id.endswith("@maison.example>")


def test_the_language_is_the_readers_and_french_when_the_letter_has_no_other() -> None:
    assert posted("a", language="en").subject_line == 'Your job "Rives"'
    assert posted("b", language="nl").subject_line.startswith("Votre mission")
    with pytest.raises(TemplateDoesNotExist):
        mail.post("tests/absent", to="a@b.example", language="nl", about="x:1", once="c", at=AT)


def test_a_subject_line_stays_one_line() -> None:
    letter = posted(context={"title": "a\nBcc: x@y.example\r\nb" + "c" * 300, "name": "Marc"})
    assert "\n" not in letter.subject_line and "\r" not in letter.subject_line
    assert len(letter.subject_line) == 200


def test_what_was_said_is_not_said_again(
    published: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        letter = posted()
        assert post() is None
    assert Letter.objects.count() == 1
    assert [(task.task, task.args) for task in published] == [(mail.TASK, (letter.pk,))]


# --- Delivering ----------------------------------------------------------------------------------


def test_a_letter_is_delivered_once_with_its_link(mailoutbox: list[Any]) -> None:
    link = links.issue("sign", subject="order:12", address="marc@dumont.example", at=AT)
    letter = posted(link=link)
    for _ in range(3):
        mail.deliver(letter.pk, at=AT)
    [message] = mailoutbox
    url = links.url(link)
    assert url in message.body and mail.LINK_MARK not in message.body
    assert message.to == ["marc@dumont.example"]
    assert message.extra_headers["Message-ID"] == letter.message_id
    [(page, kind)] = message.alternatives
    assert kind == "text/html"
    assert f'<a href="{url}"' in page and "Marc &lt;b&gt;" in page and "Marc <b>" not in page
    assert again(letter).sent_at == AT and again(letter).claimed_until is None


def test_handing_over_is_written_before_the_server_hears_of_it(server: Any) -> None:
    seen = server()
    mail.deliver(posted().pk, at=AT)
    assert seen == ["handed over"]


def test_a_server_that_is_away_is_tried_again_later(server: Any, mailoutbox: list[Any]) -> None:
    seen = server(open_=ConnectionRefusedError())
    letter = posted()
    mail.deliver(letter.pk, at=AT)
    mail.deliver(letter.pk, at=AT)  # too early: the wait is not over
    now = again(letter)
    assert (now.attempts, now.handed_over_at, now.stuck_at) == (1, None, None)
    assert now.fault == "ConnectionRefusedError"
    assert seen == []


def test_after_its_last_attempt_a_letter_is_left_to_staff(server: Any) -> None:
    server(open_=ConnectionRefusedError())
    letter = posted()
    for _ in range(leases.MAX_ATTEMPTS + 2):
        expire(letter)
        mail.deliver(letter.pk, at=AT)
    now = again(letter)
    assert (now.attempts, now.stuck_at) == (leases.MAX_ATTEMPTS, AT)


@pytest.mark.parametrize(
    ("answer", "is_stuck", "fault"),
    [
        (smtplib.SMTPDataError(451, b"marc@dumont.example busy"), False, "(451)"),
        (smtplib.SMTPDataError(554, b"marc@dumont.example no"), True, "(554)"),
        (
            smtplib.SMTPRecipientsRefused({"marc@dumont.example": (450, b"later")}),
            False,
            "(450)",
        ),
        (smtplib.SMTPRecipientsRefused({"marc@dumont.example": (550, b"no")}), True, "(550)"),
    ],
)
def test_a_server_that_says_no_does_not_have_the_letter(
    server: Any, answer: Exception, is_stuck: bool, fault: str
) -> None:
    server(send=answer)
    letter = posted()
    mail.deliver(letter.pk, at=AT)
    now = again(letter)
    assert now.handed_over_at is None and now.sent_at is None
    assert (now.stuck_at is not None) == is_stuck
    assert fault in now.fault and "dumont" not in now.fault


@pytest.mark.parametrize("answer", [smtplib.SMTPServerDisconnected(), TimeoutError(), OSError()])
def test_when_nobody_knows_whether_it_arrived_staff_decide(server: Any, answer: Exception) -> None:
    seen = server(send=answer)
    letter = posted()
    mail.deliver(letter.pk, at=AT)
    for _ in range(2):
        expire(letter)
        tasks.sweep()
        mail.deliver(letter.pk, at=AT)
    now = again(letter)
    assert now.stuck_at == AT and now.handed_over_at == AT and now.sent_at is None
    assert now.fault.startswith(mail.UNSURE)
    assert seen == ["handed over"]


def test_a_worker_that_died_before_handing_over_is_replaced(mailoutbox: list[Any]) -> None:
    letter = posted()
    assert leases.claim(mail.to_deliver(), letter.pk, seconds=60)
    tasks.sweep()
    assert mailoutbox == []
    expire(letter)
    tasks.sweep()
    assert len(mailoutbox) == 1 and again(letter).attempts == 2


def test_a_worker_that_died_after_handing_over_is_not(mailoutbox: list[Any], clock: Any) -> None:
    letter = posted()
    Letter.objects.filter(pk=letter.pk).update(handed_over_at=AT, claimed_until=LONG_AGO)
    tasks.sweep()
    now = again(letter)
    assert mailoutbox == [] and now.stuck_at is not None and now.fault == mail.UNSURE


def test_a_sweep_goes_on_until_nothing_waits_and_no_longer_than_it_may(
    mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        post(f"x{number}")
    monkeypatch.setattr(tasks, "SWEEP_SECONDS", -1.0)
    tasks.sweep()
    assert mailoutbox == []
    monkeypatch.setattr(tasks, "SWEEP_SECONDS", 4.0)
    monkeypatch.setattr(tasks, "BATCH", 2)
    tasks.sweep()
    assert len(mailoutbox) == 5


def test_a_letter_that_kills_its_workers_is_left_to_staff(mailoutbox: list[Any]) -> None:
    letter = posted()
    Letter.objects.filter(pk=letter.pk).update(attempts=leases.MAX_ATTEMPTS, claimed_until=LONG_AGO)
    tasks.sweep()
    assert mailoutbox == [] and again(letter).fault == mail.WORN_OUT


def test_who_lost_the_claim_does_not_send(
    monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    letter = posted()

    def slow_message(*_: Any) -> EmailMessage:
        Letter.objects.filter(pk=letter.pk).update(claimed_until=LONG_AGO + timedelta(1))
        return EmailMessage("s", "b", to=["a@b.example"])

    monkeypatch.setattr(mail, "_message", slow_message)
    mail.deliver(letter.pk, at=AT)
    assert mailoutbox == [] and again(letter).handed_over_at is None


def test_a_letter_that_cannot_be_written_never_reaches_the_server(server: Any) -> None:
    seen = server()
    letter = posted(to="marc@dumont.example\nBcc: x@y.example")
    mail.deliver(letter.pk, at=AT)
    assert seen == [] and again(letter).fault == "BadHeaderError"


# --- Staff ---------------------------------------------------------------------------------------


def stuck() -> Letter:
    letter = posted()
    Letter.objects.filter(pk=letter.pk).update(handed_over_at=AT, stuck_at=AT, attempts=3)
    return again(letter)


def test_staff_send_a_stuck_letter_again(mailoutbox: list[Any]) -> None:
    letter = stuck()
    assert mail.retry(letter, by=SYSTEM, at=AT)
    assert not mail.retry(letter, by=SYSTEM, at=AT)
    mail.deliver(letter.pk, at=AT)
    assert len(mailoutbox) == 1
    assert Event.objects.get().subjects == [f"letter:{letter.pk}", "order:12"]


def test_staff_know_that_a_stuck_letter_arrived(mailoutbox: list[Any]) -> None:
    letter = stuck()
    assert mail.settle(letter, by=SYSTEM, at=AT)
    assert not mail.settle(letter, by=SYSTEM, at=AT)
    mail.deliver(letter.pk, at=AT)
    assert mailoutbox == [] and again(letter).sent_at == AT
    fresh = posted("y")
    assert not mail.settle(fresh, by=SYSTEM, at=AT)
    assert not mail.retry(fresh, by=SYSTEM, at=AT)


@pytest.mark.parametrize("change", [{"body": "x"}, {"to": "x@y.example"}, {"once": "z"}])
def test_the_database_keeps_a_letters_words(change: dict[str, str]) -> None:
    letter = posted()
    with pytest.raises(DatabaseError, match="keeps its words"), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(**change)


def test_the_database_keeps_a_letter_that_left() -> None:
    mail.deliver((letter := posted()).pk, at=AT)
    for refused in ({"sent_at": LONG_AGO}, {"sent_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(**refused)
    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
        letter.delete()
    posted("y").delete()
