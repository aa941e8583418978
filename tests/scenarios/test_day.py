"""The desk's first page: the most urgent first, one's own members first, charts with a message."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoicing.actions import payments
from members.actions import affiliates, users
from members.models import Affiliate, User
from office import clock
from office.models import Batch, Event
from office.tasks import work_batch
from orders.models import Order
from smart import charts, queues
from smart.models import DailyFigures
from tests import world
from tests.scenarios.test_desk import EVENING, a_day_at_work, desk_of, seen

pytestmark = pytest.mark.usefixtures("peopled")

MONDAY = date(2026, 11, 23)


@pytest.fixture
def monday(demo: None) -> None:
    clock.move_to(world.MONDAY)
    world.staff()
    world.ana()


def another_advisor() -> User:
    return users.hire(
        email="fred@coop.example", name="Fred Maes", role="advisor", password=None,
        by=world.by(world.admin()), at=world.MONDAY,
    )  # fmt: skip


def waiting(user: User, words: str) -> queues.Waiting:
    home = desk_of(user).get("/admin/")
    return next(q for g in home.context["desk"] for q in g.queues if str(q.label) == words)


def test_the_most_urgent_stands_first_and_says_since_when(monday: None) -> None:
    world.signed_job()
    a_day_at_work(0)
    clock.move_to(EVENING + timedelta(days=1))
    home = desk_of(world.carla()).get("/admin/")
    mine = home.context["desk"][0]
    assert mine.code == "payroll"
    full = [queue for queue in mine.queues if queue.count]
    pressing = [queue.presses for queue in full]
    assert pressing == sorted(pressing, reverse=True) and pressing[0]
    for some in (True, False):
        days = [queue.first for queue in full if queue.presses is some]
        assert days == sorted(days)
    assert not any(queue.count for queue in mine.queues[len(full) :])
    sign = next(queue for queue in full if "signer" in str(queue.label))
    assert (sign.first, sign.late, sign.is_due) == (date(2026, 11, 26), True, True)
    text = home.content.decode()
    assert "pour le 26/11/2026" in text and "desk__queue--late" in text
    assert "depuis le 27/11/2026" in desk_of(world.elise()).get("/admin/").content.decode()


def test_an_advisor_sees_first_what_waits_on_her_people(monday: None) -> None:
    a_day_at_work(0)
    clock.move_to(EVENING)
    fred, elise = another_advisor(), world.elise()
    assert world.ana().advisor == elise
    reports = waiting(elise, "travaux à décider")
    assert (reports.count, reports.mine) == (1, 1)
    assert waiting(fred, "travaux à décider").mine == 0
    page = desk_of(elise).get(reports.mine_url)
    assert page.context["cl"].result_count == 1
    affiliates.hand_over(
        world.ana().pk, advisor_id=fred.pk, reason="Congé", by=world.by(elise), at=EVENING
    )
    assert waiting(elise, "travaux à décider").mine == 0
    assert waiting(fred, "travaux à décider").mine == 1
    assert desk_of(elise).get(reports.mine_url).context["cl"].result_count == 0
    assert desk_of(elise).get(reports.url).context["cl"].result_count == 1
    for url in ("orders/order", "orders/receipt", "orders/changerequest", "members/affiliate"):
        rows = desk_of(fred).get(f"/admin/{url}/?queue=all&portfolio=mine").context["cl"]
        assert rows.result_count >= 1, url
        assert "Mes membres" in seen(desk_of(fred), f"/admin/{url}/")


def test_handing_over_keeps_its_history(monday: None) -> None:
    fred, elise, ana = another_advisor(), world.elise(), world.ana()
    desk = desk_of(elise)
    address = f"/admin/members/affiliate/{ana.pk}/hand_over/"
    assert desk.post(address, {"advisor": "", "reason": ""}).status_code == 422
    answer = desk.post(address, {"advisor": fred.pk, "reason": "Fred suit les graphistes"},
                       follow=True)  # fmt: skip
    assert "Confiée à Fred Maes." in answer.content.decode()
    told = Event.objects.get(kind="affiliate.handed_over")
    assert told.data == {
        "before": elise.pk, "advisor": fred.pk, "reason": "Fred suit les graphistes",
    }  # fmt: skip
    desk.post(address, {"advisor": fred.pk, "reason": "Encore"})
    assert Event.objects.filter(kind="affiliate.handed_over").count() == 1


def test_a_whole_portfolio_changes_hands(monday: None) -> None:
    fred, elise = another_advisor(), world.elise()
    world.bruno()
    many = Affiliate.objects.filter(advisor=elise).count()
    assert many >= 2
    admin = desk_of(world.admin())
    address = f"/admin/members/user/{elise.pk}/hand_over_all/"
    [once] = re.findall(r'name="once" value="([^"]+)"', admin.get(address).content.decode())
    typed = {"advisor": fred.pk, "reason": "Elise part", "once": once}
    first, second = (admin.post(address, typed)["Location"] for _click in range(2))
    assert first == second and f"0 sur {many}." in seen(admin, first)
    assert Affiliate.objects.filter(advisor=fred).count() == 0, "a worker does it, one by one"
    work_batch(Batch.objects.get().pk)
    assert f"{many} sur {many}." in seen(admin, first)
    assert Affiliate.objects.filter(advisor=fred).count() == many
    assert Event.objects.filter(kind="affiliate.handed_over").count() == many


def test_home_asks_the_same_with_more_to_do(monday: None) -> None:
    clock.move_to(EVENING)
    browser = desk_of(world.elise())
    browser.get("/admin/")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get("/admin/")
        return len(queries)

    before = asked()
    for number in range(3):
        a_day_at_work(number)
    clock.move_to(EVENING)
    assert asked() == before <= 40


def chart(code: str, on: date = MONDAY) -> charts.Chart:
    DailyFigures.objects.all().delete()
    return next(one for one in charts.of_day(on, at=clock.now()) if one.code == code)


def paid(order: Order, *, late: int) -> None:
    invoice = world.invoice_of(order)
    due = invoice.due_on
    assert due is not None
    payments.record(
        invoice.pk, amount=invoice.total, received_on=due + timedelta(days=late),
        reference="", request_key=f"k{invoice.pk}", by=world.by(world.denis()),
        at=clock.start_of(due + timedelta(days=max(late, 0) + 1)),
    )  # fmt: skip


def test_how_late_clients_pay(monday: None) -> None:
    assert "Aucune facture" in chart("delays").message
    orders = [world.invoiced_job() for _ in range(3)]
    for order, late in zip(orders, (12, 6, 9), strict=True):
        paid(order, late=late)
    on = date(2027, 1, 31)
    told = chart("delays", on)
    assert told.message == "Les clients paient en moyenne 9 jours après l’échéance"
    assert sum(bar.value for bar in told.bars) > 0
    early = world.invoiced_job()
    paid(early, late=-5)
    assert "4 jours" not in chart("delays", on).message
    assert "en moyenne 6 jours après" in chart("delays", on).message


@pytest.mark.parametrize(
    ("days", "words"),
    [(-3.2, "3 jours avant l’échéance"), (0.2, "à l’échéance"), (1.0, "1 jour après l’échéance")],
)
def test_the_message_follows_the_figure(days: float, words: str) -> None:
    told = charts._told_delays([["2026-11-01", days, 4]])
    assert told.message == f"Les clients paient en moyenne {words}"
    place = told.drawn[0]
    assert place.height > 0 and 0 <= place.y <= charts.HEIGHT
    assert (place.y >= told.ground) is (days < 0)


def test_what_the_fund_waits_for_by_age(monday: None) -> None:
    assert "n’attend rien" in chart("advanced").message and not chart("advanced").bars
    order = world.paid_job()
    due = world.invoice_of(order).due_on
    assert due is not None
    for days, bar in ((0, 0), (45, 1), (75, 2), (200, 3)):
        told = chart("advanced", MONDAY + timedelta(days=days + 7))
        assert "avancés sur 1 salaire" in told.message
        assert [one.value > 0 for one in told.bars] == [n == bar for n in range(4)], days
        assert Decimal(str(told.bars[bar].value)) > 0


def test_orders_signed_and_contracts_ready_in_time(monday: None) -> None:
    assert "Aucune commande" in chart("signed").message
    assert "Aucun contrat" in chart("ready").message
    world.sent_job()
    world.contracted_job()
    told = chart("signed")
    assert "ont signé 50 % des commandes reçues" in told.message.replace("\u00a0", " ")
    assert [bar.shown for bar in told.bars] == ["1/2"] and told.bars[0].value == 50
    assert told.bars[0].label == "23/11"


def test_charts_are_drawn_once_a_day_and_read_as_a_table(monday: None) -> None:
    order = world.invoiced_job()
    paid(order, late=9)
    clock.move_to(clock.start_of(date(2027, 1, 20)))
    page = desk_of(world.denis()).get("/admin/").content.decode()
    assert "Les clients paient en moyenne 9 jours après l’échéance" in page
    assert '<rect class="desk-chart__bar"' in page and "style=" not in page.split("desk-charts")[1]
    assert "Lire en tableau" in page and 'scope="col">Mois du paiement' in page
    kept = DailyFigures.objects.get()
    assert kept.day == date(2027, 1, 20) and str(kept) == "2027-01-20"
    at = clock.now()
    with CaptureQueriesContext(connection) as asked:
        charts.of_day(kept.day, at=at)
    assert len(asked) == 1


def test_a_bar_of_each_kind_stays_inside_the_drawing() -> None:
    bars = [charts.Bar(label=str(n), value=value, shown="") for n, value in enumerate((-5, 0, 7))]
    told = charts.Chart(code="x", role="finance", message="", of="", measure="", bars=bars)
    for place in told.drawn:
        assert 0 <= place.x <= charts.WIDTH and place.y + place.height <= charts.HEIGHT
    assert told.box == "0 0 360 150"
