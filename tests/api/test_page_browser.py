"""The description, read in a browser: no other host, no script of its own."""

from playwright.sync_api import Page, expect


def test_the_description_is_readable_and_all_from_here(browser_page: Page) -> None:
    hosts: set[str] = set()
    browser_page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    answer = browser_page.goto("/api/")
    assert answer is not None and answer.status == 200
    browser_page.get_by_text("Draft an order").click()
    draft = browser_page.locator("details", has=browser_page.locator("#create_order"))
    expect(draft.get_by_text("Idempotency-Key")).to_be_visible()
    draft.get_by_role("link", name="OrderIn").click()
    expect(browser_page.locator("#OrderIn")).to_be_in_viewport()  # opens where it leads
    expect(browser_page.get_by_text("signer_language").first).to_be_visible()
    assert len(hosts) == 1
