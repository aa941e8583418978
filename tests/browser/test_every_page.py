"""Every page of the house in a real browser: who cannot see, has no mouse, little patience or data.

The pages are those of the strangers' table (a new address is looked at by itself), the forms of the
table of bad input as they come back, and the pages that say no. Each is loaded once, on a phone,
and then turned: dark, wide, enlarged, without motion, in forced colours, on paper.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page

from office import clock, links
from office.models import Link
from tests import world
from tests.processes import RealWorld
from tests.scenarios.test_bad_input import FORMS, place
from tests.scenarios.test_strangers import PORTAL
from tests.scenarios.town import Town

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, DESK, REFLOW = 360, 1280, 320  # css px; a desk of 1280 enlarged four times is 320 wide
LIGHT = 60 * 1024  # bytes a page may weigh
BLOCKED = "Service Worker registration blocked by Playwright"  # by this test, and no fault

# what a browser receives for a page with an empty cache, as it comes over the wire: the page, its
# style sheets and scripts, headers and compression counted, pictures and papers not
WEIGHED = {"Document", "Stylesheet", "Script", "XHR", "Fetch", "Font", "Other"}

WATCH = """
window.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.shifts.push({
    value: entry.value,
    what: entry.sources.map((s) => s.node && (s.node.outerHTML || s.node.data || "").slice(0, 120)),
}))).observe({type: "layout-shift", buffered: true});
"""
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > width + 1)
        .slice(-3).map((one) => one.outerHTML.slice(0, 160));
}"""
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((one) => {
    const style = getComputedStyle(one);
    if (one.clientWidth < 2 || style.clipPath !== "none") return false;
    if (one.matches("input, select, textarea")) return false;  // their words are scrolled to
    const cut = (how) => ["hidden", "clip"].includes(how);
    return (cut(style.overflowX) && one.scrollWidth > one.clientWidth + 1)
        || (cut(style.overflowY) && one.scrollHeight > one.clientHeight + 1);
}).map((one) => one.outerHTML.slice(0, 160))"""
IN_MOTION = """() => [...document.querySelectorAll("*")].filter((one) => {
    const style = getComputedStyle(one);
    return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none";
}).map((one) => one.outerHTML.slice(0, 120))"""
ON_PAPER = """() => {
    const seen = (one) => one.getClientRects().length;
    const left = [...document.querySelectorAll("nav, button, .button, .skip")].filter(seen);
    const paper = getComputedStyle(document.body).backgroundColor;
    return [...left.map((one) => one.outerHTML.slice(0, 120)),
        ...(paper === "rgb(255, 255, 255)" ? [] : [`printed on ${paper}`])];
}"""
# in forced colours a thing told apart by its fill alone is lost: what one presses needs an edge
EDGELESS = """() => [...document.querySelectorAll("button, .button, input, select, textarea")]
    .filter((one) => one.getClientRects().length && getComputedStyle(one).opacity !== "0")
    .filter((one) => !one.matches(".quiet, [type=checkbox], [type=radio], .visually-hidden"))
    .filter((one) => parseFloat(getComputedStyle(one).borderTopWidth) === 0
        && getComputedStyle(one).textDecorationLine === "none")
    .map((one) => one.outerHTML.slice(0, 120))"""

FAULTS = """(tags) => axe.run(document, {runOnly: tags, resultTypes: ["violations"]})
    .then((all) => all.violations.map((rule) => [rule.id, ...rule.nodes.slice(0, 3).map((node) => [
        node.html.slice(0, 160), ...node.any.map((one) => one.message)
    ].join(" "))].join(" | ")))"""


@dataclass
class Looked:
    """One page, and all that is wrong with it."""

    name: str
    weight: int = 0
    faults: list[str] = field(default_factory=list)

    def note(self, what: str, found: Any) -> None:
        """Something is wrong when something is found."""
        if found:
            self.faults.append(f"{self.name}: {what}: {found}")


def sound(looked: Looked) -> None:
    """Nothing is wrong with it."""
    assert not looked.faults, "\n".join(looked.faults)


class Eye:
    """One person's browser with an empty cache, which looks at pages."""

    def __init__(
        self, browser: Browser, base_url: str, cookie: str = "", *, scripts: bool = True
    ) -> None:
        self.context: BrowserContext = browser.new_context(
            base_url=base_url,
            viewport={"width": PHONE, "height": 780},
            locale="fr-BE",
            java_script_enabled=scripts,
            reduced_motion="reduce",
            service_workers="block",  # one would fetch pages unweighed
        )
        if cookie:
            self.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base_url}]
            )
        self.page: Page = self.context.new_page()
        self.page.add_init_script(WATCH)
        self.said: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda fault: self.said.append(str(fault)))
        self.wire: CDPSession = self.context.new_cdp_session(self.page)
        self.wire.send("Network.enable")
        self.wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.kinds: dict[str, str] = {}
        self.weight = 0
        self.width, self.media = PHONE, dict[str, Any]()
        self.wire.on("Network.responseReceived", self._heard)
        self.wire.on("Network.loadingFinished", self._weighed)

    def _note(self, message: ConsoleMessage) -> None:
        if message.text != BLOCKED:
            self.said.append(message.text)

    def _heard(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _weighed(self, event: dict[str, Any]) -> None:
        if self.kinds.get(event["requestId"]) in WEIGHED:
            self.weight += event["encodedDataLength"]

    def forget(self) -> None:
        """A new page is looked at."""
        self.said.clear()
        self.weight = 0

    def is_page(self, url: str) -> bool:
        """Whether an address answers with a page, and not with a paper or data."""
        headers = self.context.request.get(url).headers
        is_file = headers.get("content-disposition", "").startswith("attachment")
        return headers["content-type"].startswith("text/html") and not is_file

    def open(self, name: str, url: str, *, status: int = 200) -> Looked:
        """Load it on a phone and look."""
        self.forget()
        answer = self.page.goto(url, wait_until="load")
        assert answer and answer.status == status, f"{name}: {url} answers {answer}"
        said = (
            self.said
            if status == 200
            else [text for text in self.said if f"status of {status}" not in text]
        )  # Chromium itself notes that a page says no
        looked = Looked(name, weight=self.weight)
        looked.note("says on the console", list(said))
        looked.note("moves while it loads", self.page.evaluate("window.shifts"))
        if self.weight > LIGHT:
            looked.note("weighs bytes", self.weight)
        return self.look(looked)

    def look(self, looked: Looked) -> Looked:
        """All that can be seen of a page that is there."""
        page = self.page
        looked.note("is wider than a phone", page.evaluate(TOO_WIDE))
        looked.note("axe, light, phone", self.axe())
        looked.note("moves for who asked for calm", page.evaluate(IN_MOTION))
        self.turn(forced_colors="active")
        looked.note("has no edge in forced colours", page.evaluate(EDGELESS))
        self.turn(media="print")
        looked.note("prints what is not for paper", page.evaluate(ON_PAPER))
        self.turn(width=REFLOW)
        looked.note("is wider than 320", page.evaluate(TOO_WIDE))
        self.turn(width=DESK)
        with self.enlarged():
            looked.note("is too wide with letters twice the size", page.evaluate(TOO_WIDE))
            looked.note("cuts letters twice the size", page.evaluate(CUT_OFF))
        self.turn(width=DESK, color_scheme="dark")
        looked.note("axe, dark, desk", self.axe())
        self.turn()
        return looked

    def turn(self, *, width: int = PHONE, **media: Any) -> None:
        """The same page so wide and on such media; nothing is set that is so already."""
        if width != self.width:
            self.page.set_viewport_size({"width": width, "height": 780})
        if media != self.media:
            self.page.emulate_media(**(dict.fromkeys(self.media, "null") | media))
        self.width, self.media = width, media

    @contextmanager
    def enlarged(self) -> Iterator[None]:
        """Letters twice as big, as a reader may set them."""
        root = "document.documentElement.style.fontSize"
        self.page.evaluate(f"() => {{ {root} = '212.5%'; }}")
        yield
        self.page.evaluate(f"() => {{ {root} = ''; }}")

    def axe(self) -> list[str]:
        """What axe-core finds: rule, and the first thing that breaks it."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE)
        return list(self.page.evaluate(FAULTS, STANDARDS))


# --- Which pages ---------------------------------------------------------------------------------

PAGES = [
    name for name, row in PORTAL.items() if row.method == "get" and 200 in (row.nobody, row.ana)
]

# a state of a page that the table does not show by itself: who, address, status
STATES: dict[str, tuple[str, str, int]] = {
    "home with nothing yet": ("bruno", "/", 200),
    "jobs with none yet": ("bruno", "/jobs/", 200),
    "pay with none yet": ("bruno", "/pay/", 200),
    "notices with none yet": ("bruno", "/me/notices/", 200),
    "application just begun": ("beginner", "/me/application/", 200),
    **{
        f"application: {part}": ("beginner", f"/me/application/{part}/", 200)
        for part in ("identity", "home", "household", "account")
    },
    "papers to give": ("beginner", "/me/papers/", 200),
    "home of a newcomer": ("gita", "/", 200),
    "profile of a newcomer": ("gita", "/me/", 200),
    "identity with nothing asked": ("bruno", "/me/identity/", 200),
    "money with nothing yet": ("bruno", "/me/money/", 200),
    "money before there is an activity": ("gita", "/me/money/", 200),
    "documents with none yet": ("bruno", "/me/documents/", 200),
    "documents, nothing found": ("ana", "/me/documents/?q=introuvable", 200),
    "the thread in every state": ("nobody", "/pieces/thread/", 200),
    "forms in every state": ("nobody", "/pieces/forms/", 200),
    "tables, figures, charts": ("nobody", "/pieces/tables/", 200),
    "the papers": ("nobody", "/pieces/papers/", 200),
    "a button's own address": ("ana", "/jobs/{draft}/send/", 405),
    "job drafted": ("ana", "/jobs/{draft}/", 200),
    "job offered": ("ana", "/jobs/{offered}/", 200),
    "job being done": ("ana", "/jobs/{working}/", 200),
    "job paid": ("ana", "/jobs/{paid}/", 200),
    "notices of staff": ("advisor", "/me/notices/", 200),
    "choices of staff": ("advisor", "/me/notices/preferences/", 200),
    "nothing there": ("nobody", "/nowhere/", 404),
    "nothing there, logged in": ("ana", "/nowhere/", 404),
    "not hers": ("ana", "/admin/login/", 403),
    "a link that opens nothing": ("nobody", f"/s/{'x' * 39}/", 404),
    "a link that has closed": ("nobody", "/s/{closed}/", 410),
    "fewer letters": ("nobody", "/u/{notices}/?kind=orders%2Fdeclined", 200),
    "no more digest": ("nobody", "/u/{notices}/?kind=office%2Fdigest", 200),
}
PRESS = """([words, typed]) => {
    const said = (one) => one.textContent.replace(/\\s+/g, " ").toLowerCase();
    const button = [...document.querySelectorAll("main form button")]
        .find((one) => said(one).includes(words.toLowerCase()));
    const form = button.form;
    for (const [name, value] of Object.entries(typed)) {
        const field = form.elements[name];
        if (field.tagName === "SELECT") field.add(new Option(value, value, true, true));
        else if (field instanceof RadioNodeList)
            field.forEach((one) => { one.checked = one.value === value; });
        else field.value = value;
    }
    const pressed = document.createElement("input");
    Object.assign(pressed, {type: "hidden", name: button.name, value: button.value});
    if (button.name) form.append(pressed);
    if (button.hasAttribute("formaction")) form.action = button.formAction;
    HTMLFormElement.prototype.submit.call(form);  // past the browser's own checks and any script
}"""
WITHOUT_SCRIPT = """() => [...document.querySelectorAll("main form")].filter((form) =>
    !form.closest("details:not([open])")
    && ![...form.elements].some((one) => ["submit", "image"].includes(one.type)
        && one.getClientRects().length)
).map((form) => `no button to send ${form.outerHTML.slice(0, 160)}`)"""


class Street:
    """Ana's town behind a real web server, and two windows per person: with and without scripts."""

    def __init__(self, browser: Browser, url: str, town: Town) -> None:
        self.town, self.browser, self.url = town, browser, url
        self.town.people["gita"] = Client(SERVER_NAME="127.0.0.1")
        gita = world.newcomer().user
        self.town.people["gita"].force_login(gita, backend=settings.AUTHENTICATION_BACKENDS[-1])
        self.eyes: dict[tuple[str, bool], Eye] = {}
        closed = links.issue("sign", subject=town.sent, address="a@b.example", at=clock.now())
        Link.objects.filter(pk=closed.pk).update(revoked_at=clock.now())
        self.links = {"closed": links.token(closed), "notices": town.token("notices")}

    def eye(self, person: str, *, scripts: bool = True) -> Eye:
        """Whose browser it is."""
        if (person, scripts) not in self.eyes:
            session = self.town.people[person].cookies.get(settings.SESSION_COOKIE_NAME)
            cookie = session.value if session else ""
            self.eyes[person, scripts] = Eye(self.browser, self.url, cookie, scripts=scripts)
        return self.eyes[person, scripts]

    def address(self, name: str) -> tuple[str, str]:
        """Who may see a page of the table, and where it is."""
        row = PORTAL[name]
        person = "nobody" if row.nobody == 200 else "ana"
        return person, reverse(name, args=self.town.parts(row.about))

    def place(self, url: str) -> str:
        """An address with the refs and links of the town in it."""
        town = self.town
        jobs = {"draft": town.draft, "offered": town.offered, "paid": town.paid}
        values = {name: job.ref for name, job in jobs.items()} | self.links
        for name, value in values.items():
            url = url.replace(f"{{{name}}}", value)
        return place(town, url)


@pytest.fixture(scope="module")
def town(peopled: None, browser_world: RealWorld) -> Town:
    clock.move_to(world.MONDAY)
    return Town()


@pytest.fixture(scope="module")
def street(town: Town, browser: Browser, browser_world: RealWorld) -> Street:
    """The town comes first: papers are sealed before a browser's loop runs in this thread."""
    return Street(browser, browser_world.url, town)


@pytest.mark.parametrize("name", PAGES)
def test_a_page(street: Street, name: str) -> None:
    person, url = street.address(name)
    eye = street.eye(person)
    if eye.is_page(url):  # papers and data are none
        sound(eye.open(name, url))
        without = street.eye(person, scripts=False)
        without.page.goto(url)
        assert not without.page.evaluate(WITHOUT_SCRIPT)


@pytest.mark.parametrize("name", STATES)
def test_a_page_in_another_state(street: Street, name: str) -> None:
    person, url, status = STATES[name]
    sound(street.eye(person).open(name, street.place(url), status=status))


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_comes_back(street: Street, name: str) -> None:
    person, page, button, typed, said = FORMS[name]
    eye = street.eye(person)
    eye.page.goto(street.place(page))
    with eye.page.expect_navigation():
        eye.page.evaluate(PRESS, [button, typed])
    assert said.lower() in eye.page.locator("main").inner_text().lower()
    sound(eye.look(Looked(name)))


def test_the_page_when_we_broke_something(street: Street) -> None:
    eye = street.eye("nobody")
    broken = render_to_string("500.html")
    eye.page.route(
        "**/broken/",
        lambda route: route.fulfill(
            status=500, content_type="text/html; charset=utf-8", body=broken
        ),
    )
    sound(eye.open("broken", "/broken/", status=500))


def test_the_page_when_the_forms_token_is_gone(street: Street) -> None:
    eye = Eye(street.browser, street.url)
    eye.page.goto("/login/")
    eye.context.clear_cookies()
    with eye.page.expect_navigation():
        eye.page.evaluate(PRESS, ["Se connecter", {}])
    sound(eye.look(Looked("token gone")))


def test_the_page_after_too_many_passwords(street: Street) -> None:
    eye = Eye(street.browser, street.url)
    typed = {"username": "personne@mail.example", "password": "un essai de trop"}
    for _ in range(settings.AXES_FAILURE_LIMIT):
        eye.page.goto("/login/")
        with eye.page.expect_navigation():
            eye.page.evaluate(PRESS, ["Se connecter", typed])
    sound(eye.look(Looked("locked")))
    assert "quart d’heure" in eye.page.locator("main").inner_text()
