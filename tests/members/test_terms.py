"""The terms of membership: new ones come first, what is due never waits."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import terms
from members.actions import terms as decisions
from members.actions import tokens
from members.models import Affiliate, TermsAcceptance
from members.scopes import Scope
from office.models import Event, Notice
from office.rules import sha256
from smart.demo import cast
from tests import world
from tests.members.test_pages import logged_in

pytestmark = pytest.mark.django_db
OCTOBER = datetime(2026, 10, 5, 8, tzinfo=UTC)
NOVEMBER = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday(clock: Any) -> None:
    clock.move_to(world.MONDAY)


@pytest.fixture
def emma() -> Affiliate:
    """She joined in October and has seen nothing since."""
    return cast.accept(
        cast.register(cast.EMMA, at=OCTOBER),
        entity=world.cooperative(OCTOBER),
        advisor=world.elise(),
        finance=world.denis(),
        at=OCTOBER,
        version="2026-01",
    )


def accept(who: Affiliate, **changes: str) -> TermsAcceptance:
    text = terms.versions()[-1]
    values = {"version": text.code, "language": "fr", "sha256": text.sha256("fr")} | changes
    return decisions.accept(who.user_id, **values, by=world.by(who), at=world.MONDAY)


def test_every_version_is_whole_in_three_languages() -> None:
    for version in terms.versions():
        assert len({version.sha256(language) for language in ("fr", "nl", "en")}) == 3
        assert len({len(version.changes[language]) for language in ("fr", "nl", "en")}) == 1


def test_before_the_first_version_nothing_is_asked(emma: Affiliate) -> None:
    assert terms.outstanding(emma.user, date(2025, 12, 31)) is None
    assert terms.outstanding(emma.user, date(2026, 10, 31)) is None
    assert terms.outstanding(emma.user, date(2026, 11, 1)) == terms.versions()[-1]
    assert terms.outstanding(world.elise(), NOVEMBER) is None
    assert terms.outstanding(world.newcomer().user, NOVEMBER) is None  # no member yet


def test_new_terms_come_before_anything_new(emma: Affiliate) -> None:
    browser = logged_in(emma.user)
    for name in ("home", "jobs", "job-new", "tokens"):
        answer = browser.get(reverse(name))
        assert answer.status_code == 302 and answer["Location"].startswith("/me/terms/?next=")
    answer = browser.get("/jobs/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/me/terms/")
    assert browser.post("/jobs/new/").status_code == 302
    for name in ("pay", "profile", "bank-account", "household", "simulator", "terms"):
        assert browser.get(reverse(name)).status_code == 200


def test_she_reads_what_changed_accepts_and_goes_on(emma: Affiliate) -> None:
    browser = logged_in(emma.user)
    page = browser.get("/me/terms/?next=/jobs/").content.decode()
    assert "Wat verandert" in page and "Het aandeel van het jaar" in page  # she reads Dutch
    text = terms.versions()[-1]
    typed = {"version": text.code, "language": "fr", "sha256": "0" * 64, "next": "/jobs/"}
    wrong = browser.post("/me/terms/", typed)
    assert wrong.status_code == 422 and "herlees hem" in wrong.content.decode()
    done = browser.post("/me/terms/", typed | {"sha256": text.sha256("fr")})
    assert done.status_code == 302 and done["Location"] == "/jobs/"
    kept = emma.user.terms.get(version=text.code)
    assert (kept.sha256, kept.address) == (text.sha256("fr"), "127.0.0.1")
    assert Event.objects.get(kind="terms.accepted", data__version=text.code).data["text"]
    assert browser.get("/jobs/").status_code == 200
    assert browser.get("/me/terms/").status_code == 302


def test_only_ours_is_gone_back_to(emma: Affiliate) -> None:
    text = terms.versions()[-1]
    typed = {"version": text.code, "language": "fr", "sha256": text.sha256("fr")}
    done = logged_in(emma.user).post("/me/terms/", typed | {"next": "https://evil.example/"})
    assert done["Location"] == "/"


def test_a_session_that_is_known_is_not_asked_again(emma: Affiliate) -> None:
    accept(emma)
    browser = logged_in(emma.user)
    browser.get("/jobs/")
    with CaptureQueriesContext(connection) as asked:
        browser.get("/jobs/")
    assert not [query for query in asked if "termsacceptance" in query["sql"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "0" * 64},
        {"version": "2031-01"},
        {"language": "nl"},  # another text than the one whose hash comes along
        {"version": "2026-01", "sha256": terms.versions()[0].sha256("fr")},  # no longer applies
    ],
)
def test_only_the_text_that_applies_is_accepted(changes: dict[str, str]) -> None:
    newcomer = world.newcomer()
    with pytest.raises(decisions.TermsChanged):
        accept(newcomer, **changes)
    assert not newcomer.user.terms.exists()


def test_accepted_twice_is_accepted_once_and_never_changed(emma: Affiliate) -> None:
    assert accept(emma) == accept(emma)
    with pytest.raises(IntegrityError), transaction.atomic():
        emma.user.terms.update(sha256="0" * 64)


def test_who_wants_to_leave_is_called_once_and_paid(emma: Affiliate) -> None:
    browser = logged_in(emma.user)
    for _click in range(2):
        assert browser.post("/me/terms/leave/")["Location"] == reverse("pay")
    assert Notice.objects.filter(kind="members/wants_to_leave").count() == 1
    assert not emma.user.terms.filter(version="2026-11").exists()
    ana = logged_in(world.ana().user)
    ana.post("/me/terms/leave/")  # she has nothing to decline
    assert Event.objects.filter(kind="terms.declined").count() == 1


def test_anybody_reads_and_keeps_the_very_text(client: Client) -> None:
    assert "Déclaration de confidentialité" in client.get("/terms/").content.decode()
    text = terms.versions()[-1]
    answer = client.get(f"/terms/{text.code}/nl/")
    assert sha256(answer.content) == text.sha256("nl")
    assert "attachment" in answer["Content-Disposition"]
    for address in ("/terms/2031-01/fr/", "/terms/2026-11/xx/", "/terms/..%2F/fr/"):
        assert client.get(address).status_code == 404


def test_a_program_is_told_why_it_must_wait(emma: Affiliate) -> None:

    made = tokens.create(
        emma.user_id, name="x", scopes=Scope.values, days=30, by=world.by(emma), at=world.MONDAY
    )
    headers = {"Authorization": f"Bearer {made.secret}", "Idempotency-Key": "k"}
    browser = Client(SERVER_NAME="127.0.0.1")
    said = browser.post("/api/v1/orders", {}, "application/json", headers=headers)
    assert said.status_code == 403 and said.json()["code"] == "terms_to_accept"
    assert browser.get("/api/v1/payslips", headers=headers).status_code == 200
    accept(emma)
    said = browser.post("/api/v1/orders", {}, "application/json", headers=headers)
    assert said.status_code == 201
