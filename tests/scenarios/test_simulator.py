"""The simulator: what anybody is told of a price before giving a name."""

import re
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import Household, Trade
from members.rules import HouseholdFacts
from office.models import Event
from orders import pricing
from orders.models import Order
from orders.plans import JobFields
from payroll import terms
from smart.simulator.answer import fewer_hours
from tests import world
from tests.scenarios.visitor import Page, Visitor

ON = date(2026, 11, 23)
TWO_DAYS = ((date(2026, 12, 1), Decimal("7.60")), (date(2026, 12, 2), Decimal("7.60")))
ASKED = "amount_kind=price&amount=700&days=2&hours=7,6&month=2026-12&trade=translator"


@pytest.fixture
def house(demo: None) -> None:
    world.cooperative()


def asked(query: str = "", visitor: Visitor | None = None) -> Page:
    return (visitor or Visitor()).see(f"/simulator/?{query}")


def french(amount: Decimal) -> str:
    whole, cents = f"{amount:.2f}".split(".")
    return f"{int(whole):,}".replace(",", ".") + "," + cents + " €"


def quoted(**more: Any) -> pricing.Quote:
    values: dict[str, Any] = {
        "trade_code": "translator",
        "amount": Decimal("700.00"),
        "days": TWO_DAYS,
    } | more
    quote = pricing.quote(JobFields(**values), affiliate=None, on=ON)
    assert quote is not None
    return quote


def sentence_beside(page: Page, name: str) -> str:
    assert page.root is not None
    return str(page.root.get_element_by_id(f"id_{name}_error").text_content())


def value_of(page: Page, name: str) -> str:
    assert page.root is not None
    return str(page.root.xpath(f"//*[@name='{name}']")[0].get("value"))


# --- Somebody nobody knows -----------------------------------------------------------------------


def test_it_opens_on_an_example_already_answered(house: None) -> None:
    page = asked()
    assert "Net sur votre compte" in page.text and "À payer" not in page.text
    assert value_of(page, "amount") == "350"
    assert "Accompagnement et coaching" in page.text  # the first white-collar trade


def test_its_figures_are_those_of_the_quote_of_the_same_job(house: None) -> None:
    page, split = asked(ASKED).text, quoted().split
    assert split.estimated == () or "estimée" in page
    for part in [*split.parts.values(), split.gross, split.net_salary + split.net_holiday_pay]:
        assert french(part) in page or not part
    for pay in split.months:
        for line in pay.lines:
            assert french(abs(line.amount)) in page, line


def test_every_line_has_its_sentence_its_source_and_its_day(house: None) -> None:
    page = asked(ASKED)
    assert page.root is not None
    lines = page.root.xpath("//ul[@class='bar-detail']/li")
    assert len(lines) > 15
    for line in lines:
        notes = [note.text_content() for note in line.iter("small")]
        assert len(notes) >= 2, line.text_content()
    assert "Votre part dans la sécurité sociale" in page.text
    assert "Fichier des taux de l’ONSS, depuis le 01/01/2018" in page.text
    assert "700,00 € × 6,5 %" in page.text


def test_a_gross_pay_is_answered_with_its_price(house: None) -> None:
    page = asked(ASKED.replace("=price", "=gross").replace("=700", "=400")).text
    split = quoted(amount=Decimal("400.00"), amount_kind="gross").split
    assert split.gross == Decimal("400.00")
    assert french(split.price) in page and french(split.net_salary) in page


def test_the_household_and_the_expenses_count(house: None) -> None:
    told = HouseholdFacts(partner_income="none_partner", children=2, single_parent=True)
    household = terms.household(Household(scale="1", **vars(told)))
    fields = JobFields(
        trade_code="translator",
        amount=Decimal("2500.00"),
        days=TWO_DAYS,
        expenses=(("Frais", Decimal("40.00")),),
    )
    quote = pricing.quote(fields, affiliate=None, on=ON, household=household)
    assert quote is not None
    more = "&expenses=40&partner_income=none_partner&children=2&single_parent=on"
    page = asked(ASKED.replace("=700", "=2500") + more).text
    assert french(quote.split.net_salary) in page and "dont 40,00 € de frais" in page
    alone = pricing.quote(fields, affiliate=None, on=ON)
    assert alone is not None and alone.split.net_salary < quote.split.net_salary


def test_below_the_minimum_it_shows_two_ways_out_that_both_work(house: None) -> None:
    visitor = Visitor()
    for query in (
        ASKED.replace("=700", "=200"),
        ASKED.replace("=price&amount=700", "=gross&amount=90"),
    ):
        page = asked(query, visitor)
        assert "Sous le minimum légal" in page.text
        for way in ("Demander au moins", "Travailler moins"):
            assert "Sous le minimum légal" not in visitor.click(page, way).text
    lost = asked(ASKED.replace("=700", "=40"), visitor)  # not even three hours
    assert "Demander au moins" in lost.text and "Travailler moins" not in lost.text


def test_a_way_out_may_be_fewer_days(house: None) -> None:
    quote = quoted(amount=Decimal("130.00"))
    assert fewer_hours(quote, most_days=2, least_hours=Decimal(3)) is not None
    days, hours = fewer_hours(quote, most_days=2, least_hours=Decimal(3)) or (0, 0)
    assert days == 1 and hours >= 3


def test_estimated_and_unconfirmed_figures_are_named(house: None, settings: Any) -> None:
    assert "Chiffres à confirmer" in asked(ASKED).text
    settings.COOP_DEMO = False  # the law alone: nothing is known yet of these dates
    page = asked(ASKED)
    assert "Une partie est estimée" in page.text
    assert "Le net est une estimation, à cause des chiffres" in page.text


# --- What is typed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ("amount=", "amount", "Écrivez un montant"),
        ("amount=0", "amount", "au-dessus de zéro"),
        ("amount=-5", "amount", "au-dessus de zéro"),
        ("amount=10000000", "amount", "jusqu’à 999.999"),
        ("amount=beaucoup", "amount", "Écrivez un nombre"),
        ("amount=1e9", "amount", "Écrivez un nombre"),
        ("amount=100&expenses=99", "amount", "ne laissent rien"),
        ("amount=100&expenses=100000", "amount", "ne laissent rien"),
        ("amount=0,01", "amount", ""),
        ("days=400", "days", "En décembre 2026, il y a 22 jours"),
        ("days=0", "days", "1 ou plus"),
        ("days=un", "days", "nombre entier"),
        ("days=", "days", "remplir"),
        ("days=" + "9" * 6000, "days", "nombre entier"),
        ("hours=25", "hours", "8 heures au plus"),
        ("hours=1", "hours", "au moins 3 heures"),
        ("hours=", "hours", "remplir"),
        ("month=2026-10", "month", "Choisissez un mois"),
        ("month=2026-13", "month", "Choisissez un mois"),
        ("month=x", "month", "Choisissez un mois"),
        ("trade=musician", "trade", "se calculent autrement"),
        ("expenses=x", "expenses", "Écrivez un nombre"),
        ("partner_income=rich", "partner_income", "Choisissez une réponse"),
        ("children=30", "children", "20 au plus"),
        ("single_parent=on", "single_parent", "au moins un enfant"),
    ],
)
def test_what_cannot_be_answered_is_said_beside_its_field(
    house: None, typed: str, name: str, sentence: str
) -> None:
    changed = dict(pair.split("=", 1) for pair in typed.split("&"))
    kept = [pair for pair in ASKED.split("&") if pair.split("=")[0] not in changed]
    page = asked("&".join([*kept, typed]))
    said = sentence_beside(page, name)
    assert sentence in said and bool(said) == bool(sentence)
    for key, value in changed.items():
        assert page.root is not None
        fields = page.root.xpath(f"//input[@name='{key}'][not(@type='checkbox')]")
        assert not fields or (fields[0].get("value") or "") == value


def test_an_old_link_still_shows_what_it_asked(house: None) -> None:
    page = asked(ASKED.replace("2026-12", "2025-03").replace("translator", "musician"))
    assert page.root is not None
    chosen = page.root.xpath("//select/option[@selected]")
    assert [option.text for option in chosen][:2] == ["mars 2025", "Musique"]
    assert "pas (plus)" in sentence_beside(page, "month")


def test_a_nul_or_a_thousand_answers_harm_nothing(house: None) -> None:
    for query in (
        "amount=%00",
        "trade=%00",
        "month=0000-00",
        "x=1&" * 900,
        "amount=1&amount=2",
        "%ff=%ff",
    ):
        asked(query)


def test_one_types_and_only_the_answer_comes_back(house: None) -> None:
    answer = Client(SERVER_NAME="127.0.0.1").get(
        f"/simulator/?{ASKED}", headers={"HX-Request": "true"}
    )
    page = Page(answer, "/simulator/")
    assert page.root is not None and "Net sur votre compte" in page.root.text_content()
    assert b"<html" not in page.content and not page.root.xpath("//input[@name='amount']")
    assert answer["HX-Replace-Url"] == f"/simulator/?{ASKED}&partner_income=none_partner"
    assert "HX-Request" in answer["Vary"]
    mended = page.root.xpath("//p[@hx-swap-oob]/@id")
    assert "id_amount_error" in mended and "id_children_error" in mended


def test_the_link_shared_shows_the_same_and_nothing_is_kept(house: None) -> None:
    first = asked(ASKED + "&children=1")
    assert first.root is not None
    link = first.root.xpath("//button[@data-copy]/@data-copy")[0]
    events, orders = Event.objects.count(), Order.objects.count()
    visitor = Visitor()
    again = visitor.see(link)
    assert again.text == first.text
    assert (Event.objects.count(), Order.objects.count()) == (events, orders)
    assert "sessionid" not in visitor.client.cookies


def test_a_link_shared_in_english_reads_the_same_in_french(house: None) -> None:
    marc = Visitor()
    marc.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    assert value_of(marc.see("/simulator/"), "hours") == "7.6"
    first = asked(ASKED.replace("=700", "=1,250.50").replace("7,6", "7.6"), marc)
    assert first.root is not None and "€1,250.50" in first.text
    again = Visitor().see(first.root.xpath("//button[@data-copy]/@data-copy")[0])
    assert "1.250,50 €" in again.text.replace("\xa0", " ")
    poor = marc.see(f"/simulator/?{ASKED.replace('=700', '=200')}")
    assert "Ask at least €" in poor.text
    assert re.search(r"at most \d day\(s\) of \d\.\d+ hours", poor.text)


def test_search_engines_find_the_page_and_not_its_thousand_answers(house: None) -> None:
    bare, answer = Visitor().see("/simulator/"), asked(ASKED)
    assert bare.root is not None and answer.root is not None
    robots, canonical = "//meta[@name='robots']/@content", "//link[@rel='canonical']/@href"
    assert bare.root.xpath(robots) == ["index, nofollow"]
    assert answer.root.xpath(robots) == ["noindex, nofollow"]
    assert bare.root.xpath(canonical) == answer.root.xpath(canonical)
    assert urlsplit(bare.root.xpath(canonical)[0]).path == "/simulator/"


def test_it_only_shows(house: None) -> None:
    assert Client().post("/simulator/").status_code == 405
    assert Client().head("/simulator/").status_code == 200


def test_before_the_cooperative_opens_it_says_so(demo: None) -> None:
    assert "Le simulateur ouvrira" in asked().text
    Trade.objects.update(active=False)
    assert asked().status == 200


# --- Somebody the cooperative knows --------------------------------------------------------------


def test_a_guest_is_led_to_join_and_comes_back_after_logging_in(house: None) -> None:
    page = asked(ASKED)
    assert page.address("Rejoindre la coopérative").endswith("/join/")
    back = parse_qs(urlsplit(page.address("J’ai déjà un compte")).query)["next"][0]
    assert back.startswith("/simulator/?") and "amount=700" in back and "trade=translator" in back
    assert Visitor().see("/login/").address("Simuler un salaire net").endswith("/simulator/")


def test_ana_finds_her_trade_and_her_household(house: None) -> None:
    ana = world.ana()
    page = asked(visitor=Visitor(ana.user))
    assert "Comme dans mon profil" in page.text
    assert page.root is not None
    assert page.root.xpath("//select[@name='trade']//option[@selected]/@value") == [ana.trade_id]
    page = asked(ASKED, Visitor(ana.user))
    quote = pricing.quote(
        JobFields(trade_code="translator", amount=Decimal("700.00"), days=TWO_DAYS),
        affiliate=ana,
        on=ON,
    )
    assert quote is not None and quote.net_exact
    assert french(quote.split.net_salary) in page.text
    assert "première mission payée ce mois-là" in page.text
    what_if = asked(ASKED + "&partner_income=none", Visitor(ana.user))
    assert "le ménage que vous essayez ici" in what_if.text
    half = asked(ASKED + "&children=2", Visitor(ana.user))
    assert "Répondez aussi" in sentence_beside(half, "partner_income")


def test_work_of_the_month_before_that_is_paid_in_the_same_month_counts(house: None) -> None:
    """The tax follows the day of the pay: what ends on 25 November is paid in December."""
    full = Decimal("7.60")
    december = JobFields(
        trade_code="translator",
        amount=Decimal("700.00"),
        days=((date(2026, 12, 1), full), (date(2026, 12, 2), full)),
    )

    def exact() -> bool:
        quote = pricing.quote(december, affiliate=world.ana(), on=ON)
        assert quote is not None
        return quote.net_exact

    assert exact()
    world.signed_job(days={date(2026, 11, 25): full})
    assert not exact()


def test_her_other_jobs_of_the_month_count(house: None) -> None:
    december = ASKED.replace("2026-12", "2026-11").replace("days=2", "days=1")
    ana, visitor = world.ana(), Visitor(world.ana().user)
    before = asked(december, visitor).text
    assert "première mission" in before
    world.contracted_job(price=Decimal("1000.00"))
    assert "vous avez une autre mission ce mois-là" in asked(december, visitor).text
    order = world.paid_job(price=Decimal("2000.00"))
    page = asked(december, visitor).text
    fields = JobFields(
        trade_code="translator",
        amount=Decimal("700.00"),
        days=((date(2026, 11, 24), Decimal("7.60")),),
    )
    quote = pricing.quote(fields, affiliate=ana, on=ON)
    assert quote is not None and quote.earlier_gross >= order.gross
    assert french(quote.split.net_salary) in page
    assert f"{french(quote.earlier_gross)} brut) sont comptées" in page
    assert french(quote.earlier_gross) not in asked(december, Visitor(world.bruno().user)).text
    assert french(quote.earlier_gross) not in asked(december).text


def test_a_simulation_becomes_a_job_with_all_its_values(house: None) -> None:
    ana = Visitor(world.ana().user)
    simulated = asked(ASKED + "&expenses=40,50", ana)
    page = ana.click(simulated, "En faire une mission")
    assert page.url.startswith("/jobs/new/?")
    assert Order.objects.count() == 0
    quote = quoted(expenses=(("Frais", Decimal("40.50")),))
    assert french(quote.split.gross) in page.text
    ana.press(page, "Commencer")
    order = Order.objects.get()
    page = ana.see(f"/jobs/{order.ref}/edit/price/")
    assert value_of(page, "amount") == "700,00"
    assert (order.trade_id, order.amount_kind, order.amount) == (
        "translator",
        "price",
        Decimal("700.00"),
    )
    assert tuple(order.days.order_by("day").values_list("day", "hours")) == TWO_DAYS
    assert order.expense_lines.get().amount == Decimal("40.50")
    assert french(quote.split.net_salary) in page.text


def test_an_address_proposes_only_what_is_understood(house: None) -> None:
    ana = Visitor(world.ana().user)
    page = ana.see("/jobs/new/?amount=12x&day=2026-12-01")
    assert "12x" not in page.text and "simulation" not in page.text
    page = ana.see("/jobs/new/?amount=500&day=x&day=2026-12-01&hours=99&trade=%00")
    assert "Votre simulation est reprise" in page.text
    ana.press(page, "Commencer")
    order = Order.objects.get()
    assert (order.amount, order.days.count()) == (Decimal("500.00"), 0)


def test_staff_see_it_without_being_led_anywhere(house: None) -> None:
    page = asked(ASKED, Visitor(world.denis()))
    assert "Rejoindre" not in page.text and "En faire une mission" not in page.text


# --- Weight and pace -----------------------------------------------------------------------------


@pytest.mark.parametrize(("known", "most"), [(False, 10), (True, 20)])
def test_the_number_of_queries_never_grows(house: None, known: bool, most: int) -> None:
    visitor = Visitor(world.ana().user) if known else Visitor()
    asked(ASKED, visitor)
    counts = []
    for query in (ASKED, ASKED.replace("days=2", "days=22"), ASKED.replace("=700", "=200")):
        with CaptureQueriesContext(connection) as queries:
            asked(query, visitor)
        counts.append(len(queries))
    assert len(set(counts)) == 1 and counts[0] <= most, [q["sql"][:90] for q in queries]


def test_the_page_is_light(house: None) -> None:
    page = asked(ASKED)
    assert len(page.content) < 60_000
    assert not re.search(rb"\sstyle=|<style|\son[a-z]+=", page.content)
