"""The description, read in a browser: no other host, no refused script or style."""

from playwright.sync_api import Page, expect


def test_the_description_is_readable_and_all_from_here(browser_page: Page) -> None:
    hosts: set[str] = set()
    browser_page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    answer = browser_page.goto("/api/")
    assert answer is not None and answer.status == 200
    expect(browser_page.get_by_text("Draft an order")).to_be_visible()
    browser_page.get_by_text("Draft an order").click()
    expect(browser_page.get_by_text("Idempotency-Key").first).to_be_visible()
    assert len(hosts) == 1
