"""The register of trades: found by any word, paused or refused from a day on, told to everybody."""

from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from lxml import html

from members import trades
from members.actions import trades as decisions
from members.joining_forms import JoinForm
from members.models import Trade, TradePaper, TradeState, TradeStatus
from members.trade_choice import TradeField
from members.trades import RISKS
from office.models import Event
from office.typography import french
from payroll.models import Contract
from tests import world
from tests.members.test_joining import register
from tests.members.test_pages import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peopled")]
TODAY = date(2026, 11, 23)
WHY = {"fr": "Assurance revue.", "nl": "Verzekering herbekeken.", "en": "Insurance reviewed."}


@pytest.fixture(autouse=True)
def _monday(clock: Any) -> None:
    clock.move_to(world.MONDAY)


def decide(code: str, status: str, *, starts_on: date = TODAY, **more: Any) -> TradeState:
    admin = world.admin()
    values: dict[str, Any] = {"reasons": WHY, "user": admin, "by": world.by(admin), "on": TODAY}
    return decisions.decide(
        code, status=status, starts_on=starts_on, at=world.MONDAY, **(values | more)
    )


# --- The file ------------------------------------------------------------------------------------


def test_the_register_is_whole() -> None:
    file = yaml.safe_load(trades.REGISTER.read_text("utf-8"))
    rows = [
        row for sector in file["sectors"] for fam in sector["families"] for row in fam["trades"]
    ]
    assert Trade.objects.registered().count() == len(rows) > 120
    for trade in Trade.objects.registered():
        assert trade.risk_class in RISKS
        assert trade.family and trade.family.parent and trade.family.parent.parent is None
        assert trade.label_fr and trade.label_nl and trade.label_en and trade.words
        assert trade.pay_class in "ABCD" and set(trade.papers) <= set(TradePaper.values)
        assert len(trade.papers_asked) == len(trade.papers)


def test_the_register_says_how_a_trade_begins_and_staff_how_it_goes_on() -> None:
    roofer = Trade.objects.get(pk="roofer")
    assert trades.standing(roofer, TODAY).status == TradeStatus.PAUSED
    assert trades.standing(roofer, date(2025, 9, 30)).accepted
    decide("roofer", "accepted")
    trades.sync()
    assert trades.standing(roofer, TODAY).accepted
    assert trades.standing(roofer, TODAY - timedelta(days=1)).status == TradeStatus.PAUSED


def test_a_state_is_never_changed() -> None:
    state = TradeState.objects.filter(trade="lawyer").get()
    with pytest.raises(IntegrityError), transaction.atomic():
        TradeState.objects.filter(pk=state.pk).update(status="accepted")
    with pytest.raises(IntegrityError), transaction.atomic():
        state.delete()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("vertal", "translator"),
        ("TRADUCTRICE", "translator"),
        ("velo reparation", "bicycle_mechanic"),
        ("bike mechanic", "bicycle_mechanic"),
        ("ébéniste", "cabinet_maker"),
        ("muziek", "musician"),
        ("podiumkunsten zang", "singer"),
    ],
)
def test_a_trade_is_found_by_any_word_in_any_language(words: str, code: str) -> None:
    assert code in Trade.objects.registered().found(words).values_list("code", flat=True)


def test_words_nobody_uses_find_nothing() -> None:
    assert not Trade.objects.registered().found("astronaute").exists()
    assert not Trade.objects.registered().found("lation").exists()  # a word begins, never ends


# --- Decisions -----------------------------------------------------------------------------------


def test_a_pause_counts_from_its_day_and_is_written_down_once() -> None:
    coming = TODAY + timedelta(days=7)
    state = decide("translator", "paused", starts_on=coming)
    assert decide("translator", "paused", starts_on=coming) == state  # two clicks
    assert Event.objects.filter(kind="trade.decided").count() == 1
    translator = Trade.objects.get(pk="translator")
    assert trades.standing(translator, TODAY).accepted
    with translation.override("nl"):
        assert trades.standing(translator, coming).reason == WHY["nl"]


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"starts_on": TODAY - timedelta(days=1)}, decisions.TradeStateInThePast, "starts_on"),
        ({"reasons": WHY | {"nl": " "}}, decisions.TradeReasonMissing, "reason_nl"),
        ({"reasons": {}}, decisions.TradeReasonMissing, "reason_fr"),
    ],
)
def test_a_pause_without_day_or_reason_is_refused(
    changes: dict[str, Any], refusal: type[Exception], field: str
) -> None:
    with pytest.raises(refusal) as said:
        decide("translator", "paused", **changes)
    assert said.value.field == field  # type: ignore[attr-defined]
    assert not TradeState.objects.filter(trade="translator").exists()


def test_the_desk_shows_where_each_trade_stands_and_decides() -> None:
    desk = logged_in(world.admin())
    refused = desk.get("/admin/members/trade/?queue=refused").content.decode()
    assert "Avocat" in refused and ">Traduction<" not in refused
    assert "Maçonnerie" in desk.get("/admin/members/trade/?queue=paused").content.decode()
    assert desk.get("/admin/members/trade/?queue=left").status_code == 200
    page = desk.get("/admin/members/trade/roofer/change/").content.decode()
    assert "règles de sécurité" in page and "attestation de sécurité" in page
    url = reverse("admin:members_trade_decide", args=["translator"])
    typed = {"status": "paused", "starts_on": "2026-11-23", "reason_fr": "Trop.", "typed": "1"}
    answer = desk.post(url, typed)
    assert answer.status_code == 422 and "chaque langue" in answer.content.decode()
    typed |= {"reason_nl": "Te veel.", "reason_en": "Too many."}
    assert desk.post(url, typed).status_code == 302
    assert "Traduction" in desk.get("/admin/members/trade/?queue=paused").content.decode()


# --- What people see -----------------------------------------------------------------------------


def test_the_choice_holds_every_trade_in_groups_with_what_it_is_called() -> None:
    field = TradeField()
    groups = dict(list(field.choices)[1:])
    assert "Écrire et traduire · Traduction et interprétation" in groups
    drawn: Any = html.fromstring(str(JoinForm()["trade"]))
    option = drawn.xpath("//option[@value='lawyer']")[0]
    assert "(non accepté)" in option.text and "avocate" in option.get("data-words")
    assert "(en pause)" in drawn.xpath("//option[@value='mason']")[0].text


def test_the_choice_asks_one_thing_about_trades() -> None:
    with CaptureQueriesContext(connection) as asked:
        str(JoinForm()["trade"])
    assert len([query for query in asked if "members_trade" in query["sql"]]) == 1


def test_anybody_reads_the_register(client: Client) -> None:
    page = client.get("/trades/").content.decode()
    assert "Arts de la scène" in page and "profession réglementée" in page
    found = client.get("/trades/", {"q": "avocat"}).content.decode()
    assert "1 métier trouvé" in found and "non accepté" in found
    assert "Aucun métier" in client.get("/trades/", {"q": "astronaute"}).content.decode()
    for nasty in ("\x00", "é" * 5000, "<script>", "' OR 1=1 --", "%"):
        answer = client.get("/trades/", {"q": nasty})
        assert answer.status_code == 200 and "<script>alert" not in answer.content.decode()


def test_the_page_of_the_register_asks_little(client: Client) -> None:
    client.get("/trades/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/trades/", {"q": "a"})
    assert len([query for query in asked if "members_trade" in query["sql"]]) == 1


def test_nobody_registers_in_a_refused_trade_and_is_told_why() -> None:
    with pytest.raises(trades.TradeRefused) as said:
        register(trade_code="lawyer")
    assert "profession réglementée" in str(said.value)
    assert register(trade_code="mason")  # paused: an advisor will look at her jobs


def test_the_simulator_says_why_a_trade_is_refused(client: Client) -> None:
    world.cooperative()
    page = client.get("/simulator/?trade=accountant").content.decode()
    assert "profession réglementée" in page


def test_a_class_of_risk_without_rate_is_named_never_guessed(client: Client) -> None:
    world.cooperative()
    decide("architect", "accepted")
    Trade.objects.filter(pk="architect").update(risk_class="heights")
    page = client.get("/simulator/?trade=architect").content.decode()
    assert french("assurance accidents manque pour la classe « heights »") in page
    assert not Contract.objects.exists()
