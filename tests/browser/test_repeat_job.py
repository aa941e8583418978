"""A job done again in five clicks from the home page, and what a calendar and a slow line do."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser

from members.models import User
from office import clock
from orders.models import Order
from tests import world
from tests.browser.windows import Phone, Window
from tests.processes import RealWorld

COUNT = """
addEventListener("click", (event) => {
    if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true);
"""


@pytest.fixture(scope="module")
def town(peopled: None, browser_world: RealWorld) -> RealWorld:
    clock.move_to(world.MONDAY)
    world.sent_job(description="Cours de composition", days={date(2026, 11, 26): Decimal("4.00")})
    return browser_world


@pytest.fixture(params=[Window, Phone], ids=["1280", "360"])
def ana(request: pytest.FixtureRequest, browser: Browser, town: RealWorld) -> Iterator[Window]:
    window = request.param(browser, town, "fr")
    window.sit_down(User.objects.get(pk=world.ana().user_id))
    window.page.add_init_script(COUNT)
    yield window
    assert not window.faults
    window.page.context.close()


def test_again_in_five_clicks(ana: Window) -> None:
    page = ana.page
    before = Order.objects.filter(status="sent").count()
    ana.see("/")
    page.locator("main a.card", has_text="Cours de composition").last.click()
    page.get_by_role("button", name="Refaire").click()
    page.locator("#day-2026-12-04").click()  # besides the day that moved by a week
    page.locator("[name='hours-2026-12-04']").wait_for()
    ana.press("Continuer")
    ana.press("Envoyer au client")
    assert page.evaluate("Number(sessionStorage.clicks)") == 5
    assert Order.objects.filter(status="sent").count() == before + 1
    again = Order.objects.latest("id")
    assert [row.day.day for row in again.days.all()] == [3, 4]


def test_a_month_by_keyboard_on_a_slow_line(ana: Window) -> None:
    page = ana.page
    order = world.draft_job(days={date(2026, 12, 1): Decimal("4.00")})
    ana.see(f"/jobs/{order.ref}/edit/days/")
    page.route("**/edit/days/", lambda route: (page.wait_for_timeout(400), route.continue_()))
    page.locator("#day-2026-12-01").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")  # the 8th
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")  # the 9th, while the first answer is on its way
    page.locator("[name='hours-2026-12-09']").wait_for()
    assert page.evaluate("document.activeElement.id") == "day-2026-12-09"
    page.keyboard.press("PageDown")
    page.get_by_text("janvier 2027").wait_for()
    page.unroute("**/edit/days/")
    ana.shot("calendar")
    days = [f"{row.day:%d/%m}" for row in order.days.all()]
    assert days == ["01/12", "08/12", "09/12"]
    Order.objects.filter(pk=order.pk).delete()
