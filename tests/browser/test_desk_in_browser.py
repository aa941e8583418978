"""Every list and page of the staff desk in a real browser, at a desk and on a phone."""

import pytest
from django.apps import apps
from django.urls import reverse
from playwright.sync_api import Browser

from office import clock
from tests import world
from tests.browser.test_every_page import DESK, TOO_WIDE, Eye, Looked, Street, sound
from tests.processes import RealWorld
from tests.scenarios.test_strangers import LISTS
from tests.scenarios.town import Town

HEAVY = 1_100 * 1024  # bytes with an empty cache: unfold brings its letters, icons and scripts
PAGES = {
    "home": "/admin/",
    "found": "/admin/find/?q=Lopes",
    "nothing found": "/admin/find/?q=introuvable",
    "books": "/admin/books/",
    "roles": "/admin/roles/",
}
QUESTIONS = (
    "members_affiliate_hand_over",
    "members_bankaccount_refuse",
    "invoicing_invoice_credit",
)
# unfold names every box that scrolls alike, and nothing from outside can name them otherwise
NOT_OURS = ("landmark-unique", "simplebar-content-wrapper")


@pytest.fixture(scope="module")
def town(peopled: None, browser_world: RealWorld) -> Town:
    clock.move_to(world.MONDAY)
    return Town()


@pytest.fixture(scope="module")
def eye(town: Town, browser: Browser, browser_world: RealWorld) -> Eye:
    """The administrator's browser: the one who sees every button."""
    return Street(browser, browser_world.url, town).eye("administrator")


def faults(eye: Eye) -> list[str]:
    """What axe finds, without what is not ours."""
    found = []
    for fault in eye.axe():
        rule, *places = fault.split(" | ")
        ours = [one for one in places if rule != NOT_OURS[0] or NOT_OURS[1] not in one]
        found += [f"{rule}: {ours}"] if ours else []
    return found


def seen(eye: Eye, name: str, url: str, *, dark: bool = True) -> None:
    """A page at a desk, light and dark, and whether it fits a phone."""
    eye.forget()
    eye.turn(width=DESK)
    answer = eye.page.goto(url, wait_until="load")
    assert answer and answer.status == 200, (name, url, answer)
    looked = Looked(name, weight=eye.weight)
    looked.note("has no title", not eye.page.title().strip(" |"))
    looked.note("says on the console", list(eye.said))
    looked.note("axe, light", faults(eye))
    if dark:
        eye.page.evaluate("document.documentElement.classList.add('dark')")
        looked.note("axe, dark", faults(eye))
    eye.turn()
    looked.note("is wider than a phone", eye.page.evaluate(TOO_WIDE))
    if looked.weight > HEAVY:
        looked.note("weighs bytes", looked.weight)
    sound(looked)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_desk(eye: Eye, name: str) -> None:
    seen(eye, name, PAGES[name])


@pytest.mark.parametrize("row", sorted(LISTS))
def test_a_list_and_one_of_its_rows(eye: Eye, row: str) -> None:
    seen(eye, row, reverse(f"admin:{row}_changelist") + "?queue=all", dark=row == "office_event")
    first = apps.get_model(*row.split("_"))._default_manager.order_by("pk").first()
    if first is not None:
        seen(eye, f"one {row}", reverse(f"admin:{row}_change", args=[first.pk]))


@pytest.mark.parametrize("button", QUESTIONS)
def test_the_page_of_a_button(eye: Eye, button: str) -> None:
    app, model, _verb = button.split("_", 2)
    first = apps.get_model(app, model)._default_manager.order_by("pk").first()
    seen(eye, button, reverse(f"admin:{button}", args=[first.pk]))
