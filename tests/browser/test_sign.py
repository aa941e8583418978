"""Dumont signs on a phone: how many taps, what he types, how it looks; drawn, and by code."""

import os
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from invoicing.actions.clients import set_ceiling
from office import clock, links
from office.models import Letter
from orders import actions
from orders.models import Order
from orders.states import OrderStatus
from tests import world
from tests.processes import RealWorld

PHONE = {"width": 360, "height": 740}
WORDS = {
    "fr": ("Signer la commande", "Dessiner aussi ma signature"),
    "nl": ("De bestelling ondertekenen", "Mijn handtekening ook tekenen"),
}


@pytest.fixture(scope="module", autouse=True)
def _monday(peopled: None, real_world: RealWorld) -> None:
    """Dumont is trusted with all that is offered to him here."""
    clock.move_to(world.MONDAY)
    world.staff()
    world.ana()
    trusted = Decimal("50000.00")
    set_ceiling(world.dumont().pk, amount=trusted, by=world.by(world.denis()), at=world.MONDAY)


@pytest.fixture
def phone(browser: Browser, browser_world: RealWorld) -> Iterator[Page]:
    context = browser.new_context(
        base_url=browser_world.url,
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        locale="fr-BE",
        service_workers="block",
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert not faults, faults


def address(order: Order, purpose: str = "sign") -> str:
    link = links.newest(order, purpose)
    assert link is not None
    return f"/{purpose[0]}/{links.token(link)}/"


def offered(language: str, **more: Any) -> Order:
    order = world.draft_job(**more)
    Order.objects.filter(pk=order.pk).update(signer_language=language)
    return actions.send(order.pk, by=world.by(world.ana()), at=world.MONDAY)


def picture(page: Page, name: str) -> None:
    """A picture, when somebody wants it."""
    folder = os.environ.get("COOP_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}-360.png", full_page=True)


def shot(page: Page, name: str) -> None:
    """A picture; never wider than the phone, and without faults for who cannot see."""
    picture(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        assert not [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found], name
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("language", WORDS)
def test_he_signs_in_three_taps_and_one_word(phone: Page, language: str) -> None:
    order = offered(language)
    sign, _draw = WORDS[language]
    began = time.monotonic()
    phone.goto(address(order))
    shot(phone, f"sign-{language}")
    assert phone.locator("html").get_attribute("lang") == language
    assert phone.locator(".price .big").bounding_box()["y"] < PHONE["height"], "seen at once"
    phone.locator("[name=role]").tap()  # 1
    phone.keyboard.type("Administrateur délégué")
    phone.locator("[name=consent]").tap()  # 2
    with phone.expect_navigation():
        phone.get_by_role("button", name=sign).tap()  # 3
    took = time.monotonic() - began
    shot(phone, f"signed-{language}")
    order.refresh_from_db()
    assert order.status == OrderStatus.SIGNED and "/f/" in phone.url
    print(f"sign {language}: 3 taps, one word typed, {took:.1f} s of page and machine")
    assert took < 60


@pytest.mark.parametrize("language", WORDS)
def test_he_draws_with_his_finger(phone: Page, language: str) -> None:
    order = offered(language)
    sign, draw = WORDS[language]
    phone.goto(address(order))
    phone.locator("[name=role]").fill("Gérant")
    phone.get_by_role("button", name=draw).tap()
    canvas = phone.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 30, box["y"] + 60)
    phone.mouse.down()
    for step in range(24):
        phone.mouse.move(box["x"] + 30 + step * 10, box["y"] + 20 + (step * 13) % 60)
    phone.mouse.up()
    shot(phone, f"sign-drawn-{language}")
    phone.locator("[name=consent]").tap()
    with phone.expect_navigation():
        phone.get_by_role("button", name=sign).tap()
    order.refresh_from_db()
    assert order.drawing.count("L") >= 20


def test_by_code_and_without_any_script(browser: Browser, browser_world: RealWorld) -> None:
    order = offered("fr", price=Decimal("2400.00"))
    context = browser.new_context(
        base_url=browser_world.url, viewport=PHONE, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(address(order))
    assert not page.locator("canvas").is_visible()
    page.locator("[name=role]").fill("Gérant")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Signer la commande").click()
    assert page.locator("[name=role]").input_value() == "Gérant"
    assert Letter.objects.filter(kind="orders/code", about=f"order:{order.pk}").count() == 1
    mailed = links.newest(order, links.CODE)
    assert mailed is not None
    picture(page, "sign-code")
    page.locator("[name=code]").fill(links.code(mailed))
    page.get_by_role("button", name="Signer la commande").click()
    assert "/f/" in page.url and "C’est signé" in page.content()
    context.close()


def test_what_else_he_may_answer(phone: Page) -> None:
    order = offered("fr")
    phone.goto(address(order))
    phone.get_by_text("Demander un changement", exact=True).tap()
    phone.locator("[name=other-text]").fill("Plutôt la première semaine de décembre ?")
    with phone.expect_navigation():
        phone.get_by_role("button", name="Demander ce changement").tap()
    shot(phone, "sign-asked")
    phone.get_by_text("Transmettre à la personne qui peut signer").tap()
    phone.locator("[name=to-name]").fill("Léa Simon")
    phone.locator("[name=to-role]").fill("Directrice")
    phone.locator("[name=to-email]").fill("lea@dumont-editions.example")
    shot(phone, "sign-forward")
    with phone.expect_navigation():
        phone.get_by_role("button", name="Transmettre la commande").tap()
    shot(phone, "sign-forwarded")
    assert phone.get_by_role("button", name="Signer la commande").count() == 0


def test_later_the_same_place_shows_everything(phone: Page) -> None:
    order = world.invoiced_job()
    clock.move_to(world.last_evening(order))
    phone.goto(address(order, "follow"))
    shot(phone, "follow")
    phone.get_by_text("Écrire à la coopérative, ou contester la facture").tap()
    phone.locator("[name=ask-text]").fill("Une seule page a été livrée.")
    phone.get_by_text("d’une contestation de la facture").tap()
    with phone.expect_navigation():
        phone.get_by_role("button", name="Envoyer le message").tap()
    shot(phone, "follow-disputed")
    assert "Vous contestez cette facture" in phone.content()
    clock.move_to(world.MONDAY)
