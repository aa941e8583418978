"""Papers Ana and Gita show: given, checked, lapsed, forgotten; each look of staff written down."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from members import queries
from members.actions import affiliates, papers
from members.models import Affiliate, PersonalPaper
from members.states import PAPER_TRANSITIONS, PaperStatus
from office import journal, policy, storage, vault
from office.lifecycle import NotAllowed
from office.models import Letter, SealedFile
from office.typography import french
from office.uploads import Upload
from smart.demo import cast, specimens
from tests import files, world
from tests.members.test_pages import logged_in

pytestmark = pytest.mark.django_db

AT, ON = world.MONDAY, date(2026, 11, 23)
UNTIL = date(2030, 6, 30)
PICTURE = Upload(content=files.picture(), media_type="image/jpeg", extension=".jpg")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def monday(clock: Any) -> None:
    clock.move_to(AT)


@pytest.fixture
def gita() -> Affiliate:
    """Registered; her papers are to be checked."""
    return world.newcomer()


def give(person: Affiliate, kind: str = "id_front", at: datetime = AT) -> PersonalPaper:
    return papers.give(person.pk, kind, upload=PICTURE, by=world.by(person), at=at)


def answer(
    person: Affiliate, *, on: date = ON, at: datetime = AT, **by_kind: Any
) -> list[PersonalPaper]:
    """Elise answers: a date or True accepts, words ask again."""
    given = {paper.kind: paper.pk for paper in person.papers.filter(status=PaperStatus.GIVEN)}
    decisions = [
        papers.Decision(
            paper_id=given[kind],
            accepted=not isinstance(said, str),
            reason=said if isinstance(said, str) else "",
            valid_until=said if isinstance(said, date) else None,
        )
        for kind, said in by_kind.items()
    ]
    elise = world.elise()
    by = elise.as_actor()
    return papers.review(person.pk, decisions, user=elise, by=by, on=on, at=at)


def status(person: Affiliate, kind: str) -> str | None:
    asked = queries.papers_of(person, person.trade)
    return next(paper.status for paper in asked if paper.kind == kind)


# --- Given and checked ---------------------------------------------------------------------------


def test_what_is_missing_is_told_until_all_is_accepted_and_valid(gita: Affiliate) -> None:
    missing = queries.papers_missing(gita, gita.trade, ON)
    assert [paper.kind for paper in missing] == ["id_front", "id_back", "bank_card"]
    assert not any(paper.to_give for paper in missing)  # given: it is the cooperative's turn
    answer(gita, id_front=UNTIL, id_back=UNTIL, bank_card=True)
    assert queries.papers_missing(gita, gita.trade, ON) == ()
    later = queries.papers_missing(gita, gita.trade, UNTIL + DAY)
    assert [paper.kind for paper in later] == ["id_front", "id_back"]


def test_who_gave_nothing_has_everything_to_give(
    gita: Affiliate, django_assert_num_queries: Any
) -> None:
    PersonalPaper.objects.all().delete()
    with django_assert_num_queries(1):
        missing = queries.papers_missing(gita, gita.trade, ON)
    assert [paper.label for paper in missing][-1] == "carte bancaire"
    assert all(paper.to_give and paper.status is None for paper in missing)
    assert {paper.tone for paper in missing} == {"todo"}


def test_a_picture_is_kept_sealed_and_read_back(gita: Affiliate) -> None:
    paper = give(gita)
    assert vault.content(paper.file) == PICTURE.content
    assert paper.file.sha256 and PICTURE.content not in storage.get(paper.file.sha256)
    assert str(paper) == "carte d’identité, recto, Gita Singh"


def test_a_better_picture_replaces_and_the_older_is_forgotten(gita: Affiliate) -> None:
    first, second = give(gita), give(gita)
    first.refresh_from_db()
    assert first.status == PaperStatus.REPLACED and first.file.sha256 is None
    with pytest.raises(vault.Forgotten, match="effacé"):
        vault.content(first.file)
    assert vault.content(second.file)
    assert PersonalPaper.objects.current().filter(affiliate=gita, kind="id_front").count() == 1


def test_one_letter_says_all_that_is_to_be_given_again(gita: Affiliate) -> None:
    answer(gita, id_front="Le bord est coupé.", id_back=UNTIL, bank_card="Trop flou.")
    assert status(gita, "id_front") == PaperStatus.REFUSED and status(gita, "id_back") == "accepted"
    letter = Letter.objects.get(kind="members/papers_to_redo")
    for words in ("recto : Le bord est coupé.", "bancaire : Trop flou.", "/me/papers/"):
        assert french(words) in letter.body
    assert "verso" not in letter.body
    give(gita)
    assert status(gita, "id_front") == PaperStatus.GIVEN
    kinds = [event.kind for event in journal.timeline(gita)]
    assert kinds.count("paper.refused") == 2 and kinds.count("paper.accepted") == 1


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"bank_card": "  "}, affiliates.ReasonMissing),
        ({"id_front": True}, papers.ValidityMissing),
        ({"id_front": ON - DAY}, papers.PaperLapsed),
    ],
)
def test_an_answer_that_lacks_something_is_refused_whole(
    gita: Affiliate, said: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        answer(gita, id_back=UNTIL, **said)
    assert status(gita, "id_back") == PaperStatus.GIVEN
    assert not Letter.objects.filter(kind="members/papers_to_redo").exists()


def test_nobody_answers_before_the_house_decided_how_long_pictures_are_kept(
    gita: Affiliate,
) -> None:
    with pytest.raises(policy.NoPolicy, match="pièces des membres"):
        answer(gita, bank_card=True, on=ON - DAY)  # the house began on this Monday


def test_staff_do_not_answer_on_a_picture_she_just_replaced(gita: Affiliate) -> None:
    seen = gita.papers.get(kind="bank_card")
    give(gita, "bank_card")
    elise = world.elise()
    decision = papers.Decision(paper_id=seen.pk, accepted=True)
    with pytest.raises(NotAllowed, match="remplacée"):
        papers.review(gita.pk, [decision], user=elise, by=elise.as_actor(), on=ON, at=AT)


def test_only_what_is_asked_is_taken(gita: Affiliate) -> None:
    with pytest.raises(papers.PaperNotAsked):
        give(gita, "horoscope")
    elise = world.elise()
    affiliates.refuse(gita.pk, reason="Non.", user=elise, by=elise.as_actor(), at=AT)
    with pytest.raises(papers.ApplicationClosed):
        give(gita)


def test_a_new_card_waits_beside_the_one_that_counts() -> None:
    ana = world.ana()
    give(ana)
    assert status(ana, "id_front") == PaperStatus.GIVEN
    assert queries.papers_missing(ana, ana.trade, ON) == ()  # the old one still counts
    answer(ana, id_front=UNTIL + 365 * DAY)
    counting = ana.papers.get(kind="id_front", status=PaperStatus.ACCEPTED)
    assert counting.valid_until == UNTIL + 365 * DAY
    assert ana.papers.filter(kind="id_front", status=PaperStatus.REPLACED).count() == 1


REACHED: dict[PaperStatus, Any] = {
    PaperStatus.GIVEN: lambda person: None,
    PaperStatus.ACCEPTED: lambda person: answer(person, id_front=UNTIL),
    PaperStatus.REFUSED: lambda person: answer(person, id_front="Flou."),
    PaperStatus.EXPIRED: lambda person: (
        answer(person, id_front=ON),
        papers.expire_due(at=AT + DAY),
    ),
    PaperStatus.REPLACED: lambda person: give(person),
}


@pytest.mark.parametrize("reached", REACHED)
def test_every_status_is_reached_and_answered_on_once(
    gita: Affiliate, reached: PaperStatus
) -> None:
    paper = gita.papers.get(kind="id_front")
    REACHED[reached](gita)
    paper.refresh_from_db()
    assert paper.status == reached and set(REACHED) == set(PAPER_TRANSITIONS)
    elise = world.elise()
    decision = papers.Decision(paper_id=paper.pk, accepted=True, valid_until=UNTIL)
    again = {"user": elise, "by": elise.as_actor(), "on": ON, "at": AT}
    if reached == PaperStatus.GIVEN:
        assert papers.review(gita.pk, [decision], **again)
    else:
        with pytest.raises(NotAllowed):
            papers.review(gita.pk, [decision], **again)


# --- What the days do ----------------------------------------------------------------------------


def test_a_card_is_reminded_once_then_lapses() -> None:
    ana = world.ana()
    until = specimens.valid_until(ON)
    early = AT + (until - ON - timedelta(days=100)) * 1
    assert papers.remind_due(at=early) == 0
    soon = AT + (until - ON - timedelta(days=10)) * 1
    assert papers.remind_due(at=soon) == 1 and papers.remind_due(at=soon) == 0
    letter = Letter.objects.get(kind="members/papers_lapse_soon")
    assert "30 juin 2030" in letter.body and letter.to == ana.user.email
    assert papers.expire_due(at=soon) == 0
    past = AT + (until - ON) + DAY
    assert papers.expire_due(at=past) == 1 and papers.expire_due(at=past) == 0
    assert status(ana, "id_front") == PaperStatus.EXPIRED
    assert Letter.objects.filter(kind="members/papers_lapsed", to=ana.user.email).count() == 1


def test_a_round_that_read_its_list_before_another_acted_finds_the_work_done() -> None:
    ana = world.ana()
    past = AT + (specimens.valid_until(ON) - ON) + DAY
    assert papers.expire_due(at=past) == 1
    assert not papers._expire(ana.pk, past.date(), at=past)
    due = list(PersonalPaper.objects.values_list("pk", "affiliate"))
    assert papers._forget(due, at=past) == 3 and papers._forget(due, at=past) == 0
    told = [event.kind for event in journal.timeline(ana)]
    assert told.count("paper.forgotten") == 3
    assert Letter.objects.filter(kind="members/papers_lapsed").count() == 1


def test_who_gave_the_next_card_is_not_reminded() -> None:
    ana = world.ana()
    soon = AT + (specimens.valid_until(ON) - ON - timedelta(days=10)) * 1
    give(ana, "id_front", at=soon), give(ana, "id_back", at=soon)
    papers.remind_due(at=soon)
    assert not Letter.objects.filter(kind="members/papers_lapse_soon").exists()


def test_pictures_are_forgotten_once_they_have_served_and_the_answer_stays() -> None:
    ana = world.ana()
    assert papers.forget_due(at=AT + 89 * DAY) == 0
    assert papers.forget_due(at=AT + 91 * DAY) == 3 and papers.forget_due(at=AT + 91 * DAY) == 0
    assert not SealedFile.objects.filter(forgotten_at=None).exists()
    assert queries.papers_missing(ana, ana.trade, ON) == ()
    assert "paper.forgotten" in [event.kind for event in journal.timeline(ana)]


def test_pictures_of_who_is_refused_are_forgotten_and_nobody_can_check_them(
    gita: Affiliate,
) -> None:
    elise = world.elise()
    assert papers.forget_due(at=AT + 91 * DAY) == 0  # still to be checked
    affiliates.refuse(gita.pk, reason="Non.", user=elise, by=elise.as_actor(), at=AT)
    assert papers.forget_due(at=AT + 91 * DAY) == 3
    assert {paper.status for paper in gita.papers.all()} == {PaperStatus.REPLACED}


def test_without_any_picture_the_days_ask_for_no_policy() -> None:
    assert papers.remind_due(at=AT) == papers.forget_due(at=AT) == papers.expire_due(at=AT) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"status": "accepted"},
        {"status": "refused", "reason": ""},
        {"decided_at": AT},
        {"status": "expired"},
    ],
)
def test_the_database_refuses_a_status_without_its_proof(
    gita: Affiliate, change: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        gita.papers.filter(kind="id_front").update(**change)


def test_the_database_refuses_a_file_half_forgotten(gita: Affiliate) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SealedFile.objects.update(key=None)


def test_an_orphan_is_swept_and_what_is_named_stays(gita: Affiliate, settings: Any) -> None:
    paper = give(gita)
    digest = paper.file.sha256 or ""
    assert storage._is_named(digest)
    vault.forget(paper.file, at=AT), vault.forget(paper.file, at=AT)
    assert not storage._is_named(digest)


# --- Pages ---------------------------------------------------------------------------------------


def test_she_sees_what_is_asked_and_gives_it_by_telephone_or_file(gita: Affiliate) -> None:
    browser = logged_in(gita.user)
    page = browser.get("/me/papers/").content.decode()
    assert page.count("<img") == 3 and 'capture="environment"' in page
    assert 'accept="image/jpeg,image/png"' in page
    for name in ("photo", "file"):
        before = give(gita)
        typed = {name: SimpleUploadedFile("carte.bin", files.with_position())}
        done = browser.post("/me/papers/id_front/", typed)
        assert done.status_code == 302 and done["Location"] == "/me/papers/#id_front"
        paper = gita.papers.get(kind="id_front", status=PaperStatus.GIVEN)
        assert paper != before
        shown = browser.get(f"/me/papers/file/{paper.ref}/")
        assert Image.open(BytesIO(shown.content)).size == (200, 320)
        assert b"rue du Page" not in shown.content
    assert browser.post("/me/papers/horoscope/", {}).status_code == 404
    nothing = browser.post("/me/papers/bank_card/", {})
    assert nothing.status_code == 422 and "Choisissez le fichier" in nothing.content.decode()


def test_the_page_of_papers_asks_the_database_a_fixed_number_of_times(
    gita: Affiliate, django_assert_max_num_queries: Any
) -> None:
    browser = logged_in(gita.user)
    with django_assert_max_num_queries(6):
        browser.get("/me/papers/")


def test_each_look_of_staff_is_written_down_and_few_may_look(gita: Affiliate) -> None:
    paper = gita.papers.get(kind="id_front")
    address = f"/me/papers/file/{paper.ref}/"
    assert logged_in(gita.user).get(address).status_code == 200
    assert "paper.seen" not in [event.kind for event in journal.timeline(paper)]
    for person, status_code in (
        (world.elise(), 200),
        (world.admin(), 200),
        (world.carla(), 403),
        (world.denis(), 403),
        (world.bruno().user, 404),
    ):
        assert logged_in(person).get(address).status_code == status_code
    seen = [event for event in journal.timeline(paper) if event.kind == "paper.seen"]
    assert {event.by_name for event in seen} == {cast.ELISE.name, cast.ADMIN.name}
    answer_ = logged_in(world.elise()).get(address)
    assert "sandbox" in answer_["Content-Security-Policy"] and answer_["X-Frame-Options"] == "DENY"
    assert answer_["Cache-Control"] == "private, no-store"


def test_a_forgotten_picture_is_nowhere(gita: Affiliate) -> None:
    paper = gita.papers.get(kind="bank_card")
    vault.forget(paper.file, at=AT)
    assert logged_in(gita.user).get(f"/me/papers/file/{paper.ref}/").status_code == 404
    assert "effacée" in logged_in(gita.user).get("/me/papers/").content.decode()


def test_a_job_in_another_trade_may_ask_for_another_paper() -> None:
    ana = world.ana()
    browser = logged_in(ana.user)
    assert "Permis de conduire" in browser.get("/me/papers/").content.decode()  # to choose
    page = browser.get("/me/papers/?kind=driving_licence").content.decode()
    assert 'id="driving_licence"' in page
    picture = SimpleUploadedFile("x.jpg", files.picture())
    browser.post("/me/papers/driving_licence/", {"file": picture})
    assert 'id="driving_licence"' in browser.get("/me/papers/").content.decode()
    waits = queries.papers_missing(ana, ana.trade, ON)
    assert waits == ()  # her own trade asks for none
    answer(ana, driving_licence=UNTIL)
    assert status_of(ana, "driving_licence") == PaperStatus.ACCEPTED
    assert browser.get("/me/papers/?kind=horoscope").status_code == 200


def status_of(person: Affiliate, kind: str) -> str | None:
    """Where a paper stands that her own trade does not ask for."""
    shown = queries.papers_shown(person)
    return next(paper.status for paper in shown if paper.kind == kind)
