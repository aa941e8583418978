"""A class each Tuesday: one draft a month; and the papers a trade asks for before a job leaves."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from members.actions import papers
from members.models import Affiliate, Trade
from office.uploads import Upload
from orders import actions
from orders.actions import examining
from orders.actions.repeating import NothingToRepeat, proposed
from orders.models import Order
from orders.plans import fields_of
from tests import files, world
from tests.scenarios.visitor import Visitor

pytestmark = pytest.mark.django_db
PICTURE = Upload(content=files.picture(), media_type="image/jpeg", extension=".jpg")
FOUR = Decimal("4.00")
TUESDAY = {date(2026, 12, 1): FOUR}


@pytest.fixture(autouse=True)
def _monday(clock: Any) -> None:
    clock.move_to(world.MONDAY)


@pytest.fixture
def ana() -> Visitor:
    return Visitor(world.ana().user)


def days_of(order: Order) -> list[str]:
    return [f"{row.day:%d/%m}" for row in order.days.all()]


def test_a_class_each_tuesday_is_one_draft_a_month(ana: Visitor) -> None:
    order = world.sent_job(days=TUESDAY, price=Decimal("400.00"), expenses=(("Train", FOUR),))
    page = ana.click(ana.see(f"/jobs/{order.ref}/"), "Répéter")
    assert "Ce qui sera préparé" in page.text
    page = ana.press(page, "Voir les brouillons", times="", until="2027-01-15")
    assert "décembre 2026" in page.text and "janvier 2027" in page.text
    page = ana.press(page, "Préparer 2 brouillons")
    assert "2 brouillons sont prêts, un par mois" in page.text
    december, january = Order.objects.filter(status="draft").order_by("id")
    assert days_of(december) == ["08/12", "15/12", "22/12", "29/12"]
    assert days_of(january) == ["05/01", "12/01"]
    assert (december.amount, january.amount) == (Decimal("1600.00"), Decimal("800.00"))
    assert december.expense_lines.get().amount == Decimal("16.00")
    assert not examining.hindrances(december, on=date(2026, 11, 23))
    ana.press(page=ana.see(f"/jobs/{order.ref}/repeat/?every=weekly&times=6"), words="Préparer")
    assert Order.objects.filter(status="draft").count() == 2  # a second click finds them


def test_holidays_are_left_out_and_said(ana: Visitor) -> None:
    order = world.sent_job(days={date(2026, 12, 18): FOUR})  # a Friday
    page = ana.see(f"/jobs/{order.ref}/repeat/?every=weekly&times=3")
    assert "Sans les jours fériés" in page.text and "25 décembre" in page.text
    assert "vendredi 8 janvier 2027" in page.text
    monthly = proposed(order, every="monthly", times=2, on=date(2026, 11, 23))
    assert [job.days[0][0] for job in monthly.jobs] == [date(2027, 1, 15), date(2027, 2, 19)]


def test_a_fifth_weekday_is_the_last_one_where_there_are_four(ana: Visitor) -> None:
    order = world.draft_job(days={date(2026, 12, 29): FOUR})  # the fifth Tuesday
    found = proposed(order, every="monthly", times=1, on=date(2026, 11, 23))
    assert [job.days[0][0] for job in found.jobs] == [date(2027, 1, 26)]


def test_what_cannot_be_repeated_says_so(ana: Visitor) -> None:
    order = world.sent_job(days=TUESDAY)
    url = f"/jobs/{order.ref}/repeat/"
    page = ana.press(ana.see(url), "Voir les brouillons", times="")
    assert "Dites combien de fois" in page.text and "Préparer" not in page.text
    page = ana.press(ana.see(url), "Voir les brouillons", until="2026-11-01")
    assert "Aucun jour à venir" in page.text
    answer = ana.client.post(url, {"every": "weekly", "until": "2026-11-01"})
    assert "Choisissez plus de fois" in answer.content.decode()
    empty = world.draft_job(days={})
    assert "Aucun jour à venir" in ana.see(f"/jobs/{empty.ref}/repeat/").text
    ana.client.post(f"/jobs/{empty.ref}/repeat/", {"every": "weekly", "until": "2026-12-31"})
    with pytest.raises(NothingToRepeat):
        actions.repeat(empty.pk, every="weekly", times=3, by=world.by(world.ana()), at=world.MONDAY)


def test_a_job_without_a_price_is_repeated_without_one() -> None:
    order = world.draft_job(days=TUESDAY)
    Order.objects.filter(pk=order.pk).update(amount=None)
    made = actions.repeat(
        order.pk, every="weekly", times=1, by=world.by(world.ana()), at=world.MONDAY
    )
    assert [fields_of(one).amount for one in made] == [None]


def test_the_papers_of_a_trade_are_there_before_a_job_leaves(ana: Visitor) -> None:
    trade = Trade.objects.filter(contract_kind="white_collar", active=True).exclude(papers=[])[0]
    order, who = world.draft_job(), world.ana()
    Order.objects.filter(pk=order.pk).update(trade=trade)
    order.refresh_from_db()

    def said() -> list[str]:
        codes = [one.code for one in examining.hindrances(order, on=date(2026, 11, 23))]
        return [code for code in codes if code.startswith("paper")]

    assert said() == ["paper_of_other_trade"]
    Affiliate.objects.filter(pk=who.pk).update(trade=trade)
    order.refresh_from_db()
    assert said() == ["paper_missing"]
    page = ana.see(f"/jobs/{order.ref}/")
    assert "demande encore" in page.text and "Envoyer au client" not in page.text
    given = [
        papers.give(who.pk, kind, upload=PICTURE, by=world.by(who), at=world.MONDAY)
        for kind in trade.papers
    ]
    assert said() == ["paper_in_check"]
    elise = world.elise()
    for until, waits in ((date(2026, 11, 26), ["paper_missing"]), (None, [])):
        if until is None:
            given = [
                papers.give(who.pk, kind, upload=PICTURE, by=world.by(who), at=world.MONDAY)
                for kind in trade.papers
            ]
        papers.review(
            who.pk,
            [
                papers.Decision(
                    paper_id=paper.pk,
                    accepted=True,
                    reason="",
                    valid_until=until or date(2026, 11, 26) + timedelta(days=900),
                )
                for paper in given
            ],
            user=elise, by=elise.as_actor(), on=date(2026, 11, 23), at=world.MONDAY,
        )  # fmt: skip
        assert said() == waits  # it must still hold on the last day of work
