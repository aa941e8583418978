"""Said once, in the portal and by letter; by letter at once, with the day's digest, or not."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from members import queries
from members.models import Role, User
from office import clock, digest, links, mail, notices
from office.actors import SYSTEM
from office.models import Letter, Notice
from office.notices import How, Kind, NotAChoice
from office.typography import french
from smart.embedded import ROOT
from tests import world

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # ten o'clock in Brussels
EARLY = AT - timedelta(hours=3)
SWITCHED = "orders/declined"
OBLIGED = "orders/signed"
VALUES = {"job": "7K2M9QWX", "what": "Rives", "client": "Dumont"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peopled")]


def tell(code: str = SWITCHED, once: str = "x", **changes: Any) -> bool:
    """Something about a job, to Ana."""
    values: dict[str, Any] = {
        "reader": world.ana().user.as_reader(),
        "about": "order:12",
        "at": AT,
        "values": VALUES,
        "context": {"order": world.draft_job(), "what": "Rives", "reason": "non"},
    }
    return notices.tell(code, once=once, **(values | changes))


def choose(**wanted: How) -> None:
    """Ana chooses, by the kind's last word."""
    choices = {f"orders/{name}": how for name, how in wanted.items()}
    notices.choose(world.ana().user_id, choices, by=SYSTEM, at=AT)


def send_digests(at: datetime = AT) -> int:
    return digest.send(queries.readers, at=at)


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """The cast is there, and nobody was told anything yet."""
    clock.move_to(AT)
    world.ana(), world.dumont()
    Notice.objects.all().delete()
    Letter.objects.all().delete()


# --- Every letter has its kind -------------------------------------------------------------------


def test_every_letter_file_is_declared_and_every_declared_letter_has_its_file() -> None:
    folder = ROOT / "templates" / "letters"
    files = {
        path.relative_to(folder).as_posix().partition(".")[0] for path in folder.rglob("*.txt")
    }
    assert files == notices.letters()


@pytest.mark.parametrize("kind", list(notices.kinds()), ids=lambda kind: kind.code)
def test_every_kind_says_itself_in_three_languages_and_leads_somewhere(kind: Kind) -> None:
    values = dict.fromkeys(("job", "what", "client", "who", "line", "iban", "run"), "X")
    values |= dict.fromkeys(("contract", "payslip", "invoice", "number", "year", "by"), "X")
    values |= dict.fromkeys(("activity", "role"), "X")
    values |= {"key": "7", "count": "3"} | dict.fromkeys(kind.days, "2026-12-07")
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            text = kind.say(values)
        assert "{" not in text and len(text) < 200
        assert "€" not in text and "net" not in text.lower().split()
        assert all("2026" in text for _ in kind.days)
    assert kind.address(values).startswith("/")
    staff = kind.address(values).startswith(("/admin/", "/me/second-factor/"))
    assert staff == ("affiliate" not in kind.to), "staff are led to their desk, affiliates never"
    assert set(kind.to) <= {"affiliate", *Role.values}


@pytest.mark.parametrize("kind", sorted(notices.letters() - {notices.PLAIN_LETTER, notices.DIGEST}))
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_letter_leads_to_its_page_before_the_way_out(kind: str, language: str) -> None:
    letter = (ROOT / "templates" / "letters" / f"{kind}.{language}.txt").read_text()
    linked = re.findall(r"{{ (page|link|url|profile) }}", letter)
    assert len(linked) == 1, "one letter, one thing to open"


def test_what_the_law_or_safety_wants_said_cannot_be_switched_off() -> None:
    for code in (
        *("payroll/contract_offered", "payroll/payslip_ready", "members/password"),
        *("orders/signed", "orders/not_ready", "orders/cancelled_affiliate"),
    ):
        assert notices.kind_of(code).must
    with pytest.raises(NotAChoice):
        choose(signed=How.PORTAL)
    with pytest.raises(NotAChoice):
        notices.choose(world.ana().user_id, {"orders/nothing": How.MAIL}, by=SYSTEM, at=AT)
    with pytest.raises(ValueError, match="at once"):
        notices.register(
            Kind(code="x", to=(), label="x", words="x", must=True, at_first=How.DIGEST)
        )


# --- Telling -------------------------------------------------------------------------------------


def test_a_notice_and_its_letter_are_said_once() -> None:
    assert tell() and not tell()
    notice, letter = Notice.objects.get(), Letter.objects.get()
    assert (notice.once, notice.about) == (letter.once, letter.about) == ("x", "order:12")
    assert (letter.kind, letter.to) == (SWITCHED, world.ana().user.email)
    assert not notice.waits


def test_undone_with_what_it_tells() -> None:
    with transaction.atomic():
        tell()
        transaction.set_rollback(True)
    assert not Notice.objects.exists() and not Letter.objects.exists()
    assert tell()


def test_words_follow_the_language_she_reads_in() -> None:
    context = of_contract()
    Notice.objects.all().delete()
    with translation.override("nl"):
        tell("orders/not_ready", values=VALUES | {"starts_on": "2026-12-07"}, context=context)
    for language, day in (("fr", "lundi 7 décembre"), ("en", "Monday 7 December")):
        with translation.override(language):
            [shown], _older = notices.page(world.ana().user_id)
        assert day in shown.text


def of_contract() -> dict[str, Any]:
    order = world.signed_job()
    return {"order": order, "what": "Rives", "contract": world.contract_of(order), "unsigned": True}


def test_a_kind_without_a_letter_of_its_own_uses_the_plain_one(settings: Any) -> None:
    choose(opened=How.MAIL)
    tell("orders/opened")
    letter, notice = Letter.objects.get(), Notice.objects.get()
    assert french("Dumont a ouvert la commande « Rives ».") in letter.body
    assert f"{settings.COOP_PUBLIC_URL}/me/notices/{notice.ref}/" in letter.body


# --- Choosing ------------------------------------------------------------------------------------


def test_only_in_the_portal() -> None:
    choose(declined=How.PORTAL)
    assert tell() and not Letter.objects.exists()
    assert notices.unread(world.ana().user_id) == 1
    assert send_digests() == 0
    choose(declined=How.MAIL)
    assert tell(once="y") and Letter.objects.count() == 1


def test_what_waits_for_the_digest_is_dropped_when_she_wants_it_no_more() -> None:
    choose(declined=How.DIGEST)
    tell()
    choose(declined=How.PORTAL)
    assert send_digests() == 0 and notices.unread(world.ana().user_id) == 1


# --- The digest ----------------------------------------------------------------------------------


def test_one_digest_a_day_with_all_that_waits(settings: Any) -> None:
    choose(declined=How.DIGEST, lapsed=How.DIGEST)
    tell(once="a"), tell("orders/lapsed", once="b")
    assert send_digests(EARLY) == 0, "not before eight"
    assert send_digests() == 1 and send_digests() == 0
    letter = Letter.objects.get()
    assert letter.subject_line == "Votre résumé du jour (2)"
    first, second = (notice.ref for notice in Notice.objects.order_by("id"))
    assert letter.body.index(f"/me/notices/{first}/") < letter.body.index(f"/{second}/")
    tell(once="c")
    assert send_digests() == 0, "today's has left"
    assert send_digests(AT + timedelta(days=1)) == 1
    assert Letter.objects.latest("id").subject_line.endswith("(1)")


def test_an_empty_digest_stays_at_home_and_nothing_read_comes_twice() -> None:
    assert send_digests() == 0
    choose(declined=How.DIGEST)
    tell(once="a"), tell(once="b", about="order:13")
    notices.read(Notice.objects.get(once="a"), at=AT)
    assert notices.settle(SWITCHED, about="order:13", at=AT) == 1
    assert send_digests() == 0 and not Letter.objects.exists()
    assert notices.unread(world.ana().user_id) == 0


def test_the_digest_speaks_her_language_of_that_day() -> None:
    choose(declined=How.DIGEST)
    tell()
    User.objects.filter(pk=world.ana().user_id).update(language="en")
    send_digests()
    assert Letter.objects.get().subject_line == "Your digest of the day (1)"


def test_who_left_gets_none() -> None:
    choose(declined=How.DIGEST)
    tell()
    User.objects.filter(pk=world.ana().user_id).update(is_active=False)
    assert send_digests() == 0
    assert not Notice.objects.filter(waits=True).exists()


def test_a_long_digest_says_how_many_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "LONGEST", 2)
    choose(declined=How.DIGEST)
    for number in range(5):
        tell(once=f"{number}")
    send_digests()
    letter = Letter.objects.get()
    assert letter.body.count("ne signe pas") == 2 and "Et 3 autres" in letter.body


# --- Reading -------------------------------------------------------------------------------------


def test_pages_go_on_where_they_ended_and_all_seen_is_read() -> None:
    user_id = world.ana().user_id
    choose(declined=How.PORTAL)
    for number in range(notices.PAGE + 3):
        tell(once=f"{number}")
    first, older = notices.page(user_id)
    rest, end = notices.page(user_id, before=older)
    assert (len(first), len(rest), end) == (notices.PAGE, 3, "")
    assert len({row.ref for row in [*first, *rest]}) == notices.PAGE + 3
    tell(once="meanwhile")
    notices.read_all(user_id, upto=Notice.objects.get(ref=first[0].ref), at=AT)
    assert notices.unread(user_id) == 1, "what came meanwhile was not seen"


def test_the_bell_counts_no_further_than_it_shows(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(notices, "MANY", 3)
    choose(declined=How.PORTAL)
    for number in range(5):
        tell(once=f"{number}")
    user_id = world.ana().user_id
    with django_assert_num_queries(1):
        assert notices.unread(user_id) == 3


@pytest.mark.parametrize("change", [{"kind": "x"}, {"values": {}}, {"once": "z"}, {"user_id": 1}])
def test_the_database_keeps_what_was_told(change: dict[str, Any]) -> None:
    tell()
    with pytest.raises(DatabaseError, match="stays told"), transaction.atomic():
        Notice.objects.update(**change)


def test_the_database_keeps_when_it_was_read() -> None:
    tell()
    Notice.objects.update(read_at=AT)
    for refused in ({"read_at": None}, {"waits": True}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Notice.objects.update(**refused)


# --- The way out ---------------------------------------------------------------------------------


def test_a_letter_one_may_do_without_says_how(mailoutbox: list[Any]) -> None:
    tell(once="a"), tell(once="b"), tell(OBLIGED, once="c")
    for letter in Letter.objects.order_by("id"):
        mail.deliver(letter.pk, at=AT)
    first, second, obliged = mailoutbox
    header = first.extra_headers["List-Unsubscribe"]
    assert header == second.extra_headers["List-Unsubscribe"], "one link for all of hers"
    assert header.startswith("<") and header.endswith("?kind=orders%2Fdeclined>")
    assert first.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert header[1:-1] in first.body and header[1:-1] in first.alternatives[0][0]
    assert "List-Unsubscribe" not in obliged.extra_headers
    assert "/u/" not in obliged.body
    way_out = Letter.objects.get(once="a").way_out
    assert way_out and links.token(way_out) not in Letter.objects.get(once="a").body
    with pytest.raises(DatabaseError, match="keeps its words"), transaction.atomic():
        Letter.objects.filter(once="a").update(way_out=None)


def test_the_digest_leads_to_each_notice_and_says_how_to_stop(mailoutbox: list[Any]) -> None:
    choose(declined=How.DIGEST)
    tell()
    send_digests()
    mail.deliver(Letter.objects.get().pk, at=AT)
    [message] = mailoutbox
    assert message.extra_headers["List-Unsubscribe"].endswith("?kind=office%2Fdigest>")
    assert reverse("notice", args=[Notice.objects.get().ref]) in message.body
