"""The simulator under real fingers: a phone, a desk, the keyboard, no script, the dark, paper."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Response

from members.models import User
from office import clock
from tests import world
from tests.processes import RealWorld

WIDTHS = (360, 1280)
ASKED = "amount_kind=price&amount=700&days=2&hours=7,6&month=2026-12&trade=translator"
NET = "#answer .amount.big"
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def town(peopled: None, browser_world: RealWorld) -> RealWorld:
    clock.move_to(world.MONDAY)
    world.ana()
    return browser_world


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser, town: RealWorld) -> Iterator[Page]:
    """A window of the simulator; script faults fail, and it must never be wider than it is."""
    faults: list[str] = []
    context = browser.new_context(
        base_url=town.url,
        viewport={"width": request.param, "height": 800},
        locale="fr-BE",
        service_workers="block",
    )
    window = context.new_page()
    window.on("pageerror", lambda error: faults.append(str(error)))
    window.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    window.add_init_script(SHIFTS)
    yield window
    assert window.evaluate("document.documentElement.scrollWidth") <= request.param
    assert not faults
    context.close()


def shot(page: Page, name: str) -> None:
    """A picture to look at, when a folder for them is named."""
    if folder := os.environ.get("COOP_SHOTS"):
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=Path(folder) / f"simulator-{name}-{width}.png", full_page=True)


def faults_of(page: Page) -> list[Any]:
    """What axe-core finds, shortly."""
    found = Axe().run(page).response["violations"]
    return [(fault["id"], [node["html"][:160] for node in fault["nodes"]]) for fault in found]


def sit_down(page: Page, town: RealWorld, user: User) -> None:
    session = Client()
    session.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": session.cookies[name].value, "url": town.url}]
    )


def test_it_answers_as_one_types_and_nothing_jumps(page: Page) -> None:
    page.goto("/simulator/")
    before = page.locator(NET).inner_text()
    shot(page, "example")
    amount = page.get_by_label("Montant pour tout le travail")
    amount.click()
    amount.press("Control+a")
    amount.press_sequentially("1.200", delay=40)
    page.wait_for_function(
        "before => document.querySelector('#answer .amount.big')?.innerText !== before", arg=before
    )
    assert amount.input_value() == "1.200"
    assert amount.evaluate("field => field === document.activeElement")
    assert "amount=1200" in page.url  # the same address in every language
    assert page.locator("#glance").inner_text().split("\n")[0].startswith("Net sur votre compte")
    again = page.locator(NET).inner_text()
    page.reload()
    assert page.locator(NET).inner_text() == again
    assert page.evaluate("window.shifted") < 0.02


def test_a_part_stays_open_while_the_amount_changes(page: Page) -> None:
    page.goto(f"/simulator/?{ASKED}")
    part = page.locator("details[data-part=employee_contributions]")
    part.locator("summary").click()
    assert "sécurité sociale" in part.inner_text()
    before = page.locator(NET).inner_text()
    page.get_by_label("Jours de travail").fill("3")
    page.wait_for_function(
        "before => document.querySelector('#answer .amount.big')?.innerText !== before", arg=before
    )
    page.wait_for_selector("details[data-part=employee_contributions][open]")
    shot(page, "open")


def test_a_strange_answer_is_said_beside_its_field_as_one_types(page: Page) -> None:
    page.goto(f"/simulator/?{ASKED}")
    page.get_by_label("Jours de travail").fill("400")
    said = page.locator("#id_days_error")
    said.get_by_text("22 jours à travailler").wait_for()
    assert page.get_by_label("Jours de travail").input_value() == "400"
    assert "Une réponse est à revoir" in page.locator("#glance").inner_text()
    assert faults_of(page) == []
    shot(page, "days")
    page.get_by_label("Jours de travail").fill("4")
    page.wait_for_function("() => document.querySelector('#id_days_error').innerText === ''")
    page.wait_for_selector(NET)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("asked", ASKED),
        ("below", ASKED.replace("=700", "=200")),
        ("refused", "amount=0&days=&hours=30&month=2020-01&children=99"),
    ],
)
def test_axe_finds_nothing(page: Page, scheme: Any, name: str, query: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"/simulator/?{query}")
    for part in page.locator("details").all():
        part.evaluate("part => { part.open = true; }")
    assert faults_of(page) == []
    shot(page, f"{name}-{scheme}")


def test_the_keyboard_is_enough(page: Page) -> None:
    page.goto("/simulator/")
    page.get_by_label("Montant pour tout le travail").focus()
    for key in ("Control+a", "9", "0", "0", "Tab", "Control+a", "3", "Tab", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
    for key in ("Tab", "Tab", "2", "Tab", "Space", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.innerText") == "Calculer"
    page.keyboard.press("Enter")
    page.wait_for_url("**children=2&single_parent=on")
    page.get_by_text("3 jours de").wait_for()
    assert "amount=900" in page.url


def test_without_any_script_a_button_answers(browser: Browser, town: RealWorld) -> None:
    context = browser.new_context(base_url=town.url, java_script_enabled=False, locale="fr-BE")
    page = context.new_page()
    page.goto("/simulator/")
    before = page.locator(NET).inner_text()
    page.get_by_label("Montant pour tout le travail").fill("900")
    page.get_by_label("le salaire brut").check()
    page.get_by_role("button", name="Calculer").click()
    assert page.locator(NET).inner_text() != before and "amount=900" in page.url
    context.close()


def test_it_weighs_less_than_sixty_kilobytes(page: Page) -> None:
    """The page, its styles and scripts as they are sent: compressed."""
    weights: dict[str, int] = {}

    def weigh(answer: Response) -> None:
        weights[answer.url] = len(gzip.compress(answer.body()))

    page.on("response", weigh)
    page.goto(f"/simulator/?{ASKED}", wait_until="networkidle")
    assert sum(weights.values()) < 60_000, weights


def test_on_paper_every_line_is_read(page: Page) -> None:
    page.goto(f"/simulator/?{ASKED}")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text(
        "La retenue de la sécurité sociale sur le pécule double"
    ).first.is_visible()
    assert not page.get_by_label("Montant pour tout le travail").is_visible()
    assert page.locator(".printed").is_visible()
    shot(page, "paper")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[data-part][open]").count() == 0


def test_ana_makes_a_job_of_it(page: Page, town: RealWorld) -> None:
    sit_down(page, town, world.ana().user)
    page.goto(f"/simulator/?{ASKED}")
    shot(page, "ana")
    assert faults_of(page) == []
    page.get_by_role("link", name="En faire une mission").click()
    page.wait_for_url("**/jobs/new/**")
    shot(page, "job")
    page.get_by_role("button", name="Commencer").click()
    page.wait_for_url("**/edit/client/")
    page.goto(page.url.replace("/client/", "/price/"))
    assert page.locator("[name=amount]").input_value() == "700,00"
