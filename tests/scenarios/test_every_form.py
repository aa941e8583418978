"""Every address that takes something: a row in the table of bad input, or the reason why it has
none. A new one breaks this until it is filled in.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import resolve, reverse

from members.models import Affiliate, Share, SharePayment, TermsAcceptance
from office import clock
from office.models import Event
from smart.demo import cast
from tests import world
from tests.scenarios.test_bad_input import FORBIDDEN, FORMS, NASTY, SCRIPT, place, visitor
from tests.scenarios.test_hostile_uploads import FORMS as UPLOADS
from tests.scenarios.test_strangers import LISTS, PORTAL
from tests.scenarios.town import ROLES, Town
from tests.scenarios.visitor import Visitor

pytestmark = [pytest.mark.usefixtures("each_test_alone"), pytest.mark.uncounted]

SEEN_BY = ("nobody", "ana", "bruno", *ROLES)
A_BUTTON = "a button: nothing is typed"
CHOSEN = "a choice among what the page shows"

# An address without a row: why. All of them are asked with nonsense below.
NO_ROW = {
    "acting-end": A_BUTTON,
    "activity-invitation": CHOSEN,
    "application": A_BUTTON,
    "demo-become": CHOSEN,
    "demo-next-day": A_BUTTON,
    "demo-next-event": A_BUTTON,
    "demo-tour-go": A_BUTTON,
    "demo-tour-start": A_BUTTON,
    "documents-zip": CHOSEN,
    "email-link": A_BUTTON,
    "iban-link": A_BUTTON,
    "job-change": A_BUTTON,
    "job-copy": A_BUTTON,
    "job-discard": A_BUTTON,
    "job-new": CHOSEN,
    "job-review": A_BUTTON,
    "job-send": A_BUTTON,
    "job-withdraw": A_BUTTON,
    "job-ask-withdraw": A_BUTTON,
    "language": CHOSEN,
    "logout": A_BUTTON,
    "money-paper": CHOSEN,
    "notice-preferences": CHOSEN,
    "notices-link": CHOSEN,
    "notices-read": A_BUTTON,
    "resend-confirmation": A_BUTTON,
    "second-factor": "codes of an app: tests/members/test_second_factor.py",
    "second-factor-begin": A_BUTTON,
    "second-factor-codes": "codes of an app: tests/members/test_second_factor.py",
    "second-factor-enter": "codes of an app: tests/members/test_second_factor.py",
    "share": "a year its buttons carry: below",
    "terms-accept": "a text its button carries: below",
    "terms-leave": A_BUTTON,
    "token-revoke": A_BUTTON,
    "verify": "a file: test_hostile_uploads",
    "webhook-again": A_BUTTON,
    "webhook-end": A_BUTTON,
}
OCTOBER = datetime(2026, 10, 5, 8, tzinfo=UTC)
CARRIED = ("year", "version", "language", "sha256", "next", "client", "upto", "kind", "ref", "q")


def with_a_row(town: Town) -> Iterator[str]:
    """Where each form of the table of bad input, and each with a file, is sent."""
    for who, page, button, _typed, _said in FORMS.values():
        opened = visitor(town, who).see(place(town, page))
        form, _button = opened.form(button)
        url = form.get("action") or opened.url
        yield resolve((opened.url if url.startswith("#") else url).partition("?")[0]).url_name or ""


def takes_something(town: Town, name: str) -> bool:
    """Whether an address says that it takes a POST; one that says nothing takes it too."""
    url = reverse(name, args=town.parts(PORTAL[name].about))
    answers = [town.people[person].options(url) for person in SEEN_BY]
    told = [answer.headers["Allow"] for answer in answers if "Allow" in answer.headers]
    return not told or any("POST" in allowed for allowed in told)


def test_every_address_that_takes_something_has_a_row_or_a_reason(town: Town) -> None:
    pages = [name for name in PORTAL if not name.startswith("api")]
    taking = {name for name in pages if takes_something(town, name)}
    rows = set(with_a_row(town))
    assert taking - rows - NO_ROW.keys() == set(), "typed into wrongly by nobody"
    assert NO_ROW.keys() - taking == set(), "takes nothing: needs no reason"
    assert NO_ROW.keys() & rows == set(), "has a row: needs no reason"
    with_a_file = {resolve(place(town, one.address)).url_name for one in UPLOADS.values()}
    assert {name for name, why in NO_ROW.items() if why.startswith("a file")} <= with_a_file


@pytest.mark.parametrize("nasty", NASTY, ids=["script", "sql", "template", "null", "long", "minus"])
@pytest.mark.parametrize("name", sorted(NO_ROW))
def test_a_button_carries_nonsense_and_nothing_breaks(town: Town, name: str, nasty: str) -> None:
    row = PORTAL[name]
    url = reverse(name, args=town.parts(row.about))
    for person in ("nobody", "ana"):
        answer = town.people[person].post(url, dict.fromkeys(CARRIED, nasty))
        assert answer.status_code in (200, 302, 404, 410, 422), (person, answer.status_code)
        assert SCRIPT not in answer.content.decode()


ASKED = (
    *("q", "year", "client", "kind", "after", "page", "activity", "job", "to", "amount", "day"),
    *("queue", "portfolio", "status__exact", "p", "o", "next"),
)


@pytest.mark.parametrize("nasty", [*NASTY, "0000", "9999", "2026-13-45"])
def test_an_address_asks_nonsense_and_nothing_breaks(town: Town, nasty: str) -> None:
    """What stands behind the question mark, of every page without a name in its address."""
    pages = [reverse(name) for name, row in PORTAL.items() if not row.about and row.method == "get"]
    lists = [reverse(f"admin:{row}_changelist") for row in LISTS]
    asked = dict.fromkeys(ASKED, nasty[:500])
    for person, urls in (("ana", pages), ("administrator", [*lists, "/admin/find/"])):
        for url in urls:
            if "logout" in url:
                continue
            answer = town.people[person].get(url, asked)
            assert answer.status_code < 500, url
            if not answer.streaming:
                assert SCRIPT not in answer.content.decode(errors="replace"), url


# --- The terms and the share: their buttons carry what was shown ---------------------------------


@pytest.fixture
def emma(town: Town) -> Affiliate:
    """January’s terms are hers since October; the newest wait for her."""
    entity = world.cooperative()
    cast.decide_policies(starts_on=OCTOBER.date(), free_jobs=10_000, at=OCTOBER)
    return cast.accept(
        cast.register(cast.EMMA, at=OCTOBER),
        entity=entity,
        advisor=world.elise(),
        finance=world.denis(),
        at=OCTOBER,
        version="2026-01",
    )


@pytest.mark.parametrize(
    "carried",
    [
        {"sha256": "0" * 64},
        {"version": "2025-12"},
        {"version": "2099-01"},
        {"language": "xx", "sha256": ""},
        {"version": "\x00"},
        {"sha256": SCRIPT},
    ],
    ids=["another text", "past", "to come", "language", "null", "script"],
)
def test_only_the_terms_that_were_shown_are_accepted(
    emma: Affiliate, carried: dict[str, str]
) -> None:
    reader = Visitor(emma.user)
    page = reader.see("/me/terms/")
    answer = reader.press(page, "gelezen en aanvaard", status=422, **carried)
    assert answer.root is not None and answer.root.xpath("//*[@role='alert']")
    assert not FORBIDDEN.search(answer.text) and SCRIPT not in answer.content.decode()
    assert list(TermsAcceptance.objects.filter(user=emma.user).values_list("version")) == [
        ("2026-01",)
    ]
    again = reader.press(page, "gelezen en aanvaard", next="https://elsewhere.example/")
    assert again.url == "/"  # accepted, and no address of others is followed
    assert Event.objects.filter(kind="terms.accepted", subjects=[f"user:{emma.user_id}"]).exists()


@pytest.mark.parametrize("year", ["", "1999", "2028", "-1", "20267", "²⁰²⁷", "\x00", SCRIPT])
def test_a_share_is_of_this_year_or_the_next(town: Town, year: str) -> None:
    ana = visitor(town, "ana")
    before = Share.objects.count()
    answer = ana.press(ana.see("/me/share/"), "Prendre ma part 2027", year=year)
    assert "Une part se prend pour 2026 ou pour 2027." in answer.text
    assert not FORBIDDEN.search(answer.text) and SCRIPT not in answer.content.decode()
    assert Share.objects.count() == before


MENDED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({"amount": "", "reference": ""}, "obligatoire"),
    "words": ({"amount": "trente"}, "Écrivez un nombre"),
    "below zero": ({"amount": "-30"}, "ou plus"),
    "no line": ({"reference": "  "}, "obligatoire"),
    "to come": ({"received_on": "2026-11-24"}, "pas encore passée"),
    "used": ({"reference": "DEMO"}, "déjà inscrite"),
}


@pytest.mark.parametrize("name", MENDED)
def test_money_for_a_share_is_typed_right(town: Town, name: str) -> None:
    share = Share.objects.create(
        affiliate=world.bruno(),
        entity=world.cooperative(),
        year=2026,
        amount=town.share.amount,
        asked_at=clock.now(),
        communication="909000000097",
    )
    typed, said = MENDED[name]
    line = town.share.payments.get().reference
    right = {"amount": "30,00", "received_on": "2026-11-23", "reference": "CODA 9"}
    sent = right | typed | ({"reference": line} if name == "used" else {})
    denis = visitor(town, "finance")
    page = denis.see(f"/admin/members/share/{share.pk}/record_payment/")
    answer = denis.press(page, "Inscrire", status=422, **sent)
    assert said in answer.text, answer.text[:1500]
    assert not FORBIDDEN.search(answer.text)
    assert not SharePayment.objects.filter(share=share).exists()
