"""In a tunnel: the page one asks for says there is no connection, and keeps nothing of hers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from members.models import User
from office import clock
from tests import world
from tests.browser.windows import PHONE, Phone
from tests.processes import RealWorld

KEPT = """
async () => {
    const all = await caches.open((await caches.keys())[0]);
    return (await all.keys()).map((request) => new URL(request.url).pathname);
}
"""


class Traveller(Phone):
    """A phone as people have it."""

    worker = "allow"

    def wait_for_worker(self) -> None:
        """Until what is shown without a connection is kept."""
        self.page.evaluate("async () => { await navigator.serviceWorker.ready; }")


@pytest.fixture(scope="module")
def town(peopled: None, browser_world: RealWorld) -> RealWorld:
    clock.move_to(world.MONDAY)
    return browser_world


@pytest.fixture(params=["fr", "nl"])
def traveller(request: pytest.FixtureRequest, browser: Browser, town: RealWorld) -> Iterator[Phone]:
    phone = Traveller(browser, town, request.param)
    yield phone
    assert not phone.faults
    phone.page.context.close()


def test_a_page_asked_for_without_a_connection(traveller: Traveller) -> None:
    page = traveller.page
    traveller.see("/simulator/")
    traveller.wait_for_worker()
    page.context.set_offline(True)
    traveller.see("/verify/")
    assert page.locator("h1").inner_text() == traveller.say("Vous êtes hors ligne")
    assert page.locator("html").get_attribute("lang") == traveller.language
    assert page.url.endswith("/verify/")
    again = page.get_by_role("link", name=traveller.say("Réessayer"))
    box = again.bounding_box()
    assert box is not None and box["height"] >= 44  # our style is there too
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    traveller.shot("offline")
    page.context.set_offline(False)
    traveller.faults.clear()  # what could not be fetched in the tunnel
    again.click()
    page.get_by_role("heading", level=1, name=traveller.say("Vérifier un document")).wait_for()


def test_nothing_of_hers_is_kept(traveller: Traveller) -> None:
    page = traveller.page
    person = world.ana() if traveller.language == "fr" else world.bruno()
    traveller.sit_down(User.objects.get(pk=person.user_id))
    traveller.see("/")
    traveller.wait_for_worker()
    traveller.see("/me/")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    traveller.see("/")
    assert page.locator("h1").inner_text() == traveller.say("Vous êtes hors ligne")
    assert person.first_name not in page.content()
    assert sorted(page.evaluate(KEPT)) == [f"/offline/{traveller.language}/", "/static/coop.css"]
    traveller.faults.clear()
