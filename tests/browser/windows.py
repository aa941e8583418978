"""One person's browser window: by touch on a phone, by mouse, by keyboard alone; in a language."""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.test import Client
from django.urls import resolve
from django.utils import translation
from django.utils.translation import trans_real
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

from members.models import User
from office.models import Letter
from smart.demo import cast
from smart.models import DemoMail
from tests.processes import RealWorld

WAIT = 30_000  # milliseconds
PHONE, DESK = 360, 1280  # css px: every page is seen at both

# French words that are none in Dutch, nor in the names of the cast
FRENCH = re.compile(r"\b(vous|votre|nous|une|est|sont|pour|avec|sur|et|aux|par|qui|dont)\b", re.I)


@lru_cache
def in_french_only() -> frozenset[str]:
    """What the house says in French and otherwise in Dutch."""
    said = trans_real.translation("nl")._catalog.items()  # type: ignore[attr-defined]
    whole = {words: dutch for words, dutch in said if isinstance(words, str) and words}
    also_dutch = {dutch.lower() for dutch in whole.values()}
    also_dutch |= {name.lower() for _code, name in settings.LANGUAGES}
    return frozenset(words for words in whole if words.lower() not in also_dutch)


class Window:
    """By mouse. Script errors, refused scripts and words of another language are kept as faults."""

    width, touches = DESK, False
    worker: Literal["allow", "block"] = "block"  # what a phone keeps for when it is offline

    def __init__(self, browser: Browser, town: RealWorld, language: str) -> None:
        context = browser.new_context(
            base_url=town.url,
            viewport={"width": self.width, "height": 900},
            locale=f"{language}-BE",
            has_touch=self.touches,
            is_mobile=self.touches,
            service_workers=self.worker,
        )
        self.page: Page = context.new_page()
        self.page.set_default_timeout(WAIT)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._note)
        self.town, self.language = town, language

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"{self.page.url}: {message.text}")

    def say(self, words: str) -> str:
        """The house's own words, as this person reads them."""
        with translation.override(self.language):
            return translation.gettext(words)

    def see(self, url: str) -> None:
        """Open an address."""
        self.page.goto(url)

    def log_in(self, email: str) -> None:
        """Through the one door."""
        self.see("/login/")
        self.fill(username=email, password=cast.PASSWORD)
        self.press("Se connecter")

    def sit_down(self, user: User) -> None:
        """Logged in already: the real web does not take the test's own password hashes."""
        session = Client()
        session.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        cookie = session.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.town.url}]
        )

    def fill(self, **values: str) -> None:
        """Type into fields by name."""
        for name, value in values.items():
            self.page.locator(f'[name="{name}"]').first.fill(value)

    def tick(self, where: str) -> None:
        """A box, by its selector."""
        self.page.locator(where).check()

    def choose(self, name: str, value: str) -> None:
        """One of a list, by name."""
        self.page.locator(f'[name="{name}"]').select_option(value)

    def press(self, words: str) -> None:
        """A button saying this."""
        self._go("button", words)

    def click(self, words: str) -> None:
        """A link saying this."""
        self._go("link", words)

    def _go(self, role: Literal["button", "link"], words: str) -> None:
        said = self.say(words)
        found = self.page.get_by_role(role, name=said).first
        if not found.is_visible():
            text = self.page.locator("body").inner_text()
            raise AssertionError(f"no {role} « {said} » on {self.page.url}:\n{text[:2000]}")
        with self.page.expect_navigation():
            self.touch(found)

    def touch(self, what: Locator) -> None:
        """A link or a button."""
        what.click()

    def shot(self, name: str) -> None:
        """The page is in the person's language and no wider than the window. A picture of the whole
        of it, when a folder for pictures is named.
        """
        if folder := os.environ.get("COOP_SHOTS"):
            path = Path(folder) / f"{name}-{self.language}-{self.width}.png"
            self.page.screenshot(path=path, full_page=True)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, name
        assert self.page.locator("html").get_attribute("lang") == self.language, name
        if self.language == "nl":
            text = self.page.locator("body").inner_text()
            lines = {line.strip() for line in text.splitlines()}
            left = [line for line in lines if line in in_french_only() or FRENCH.search(line)]
            self.faults += [f"left in French on {self.page.url}: {line}" for line in left]

    def walk(self, home: str, *, seen: set[str], within: str = "body", far: bool = True) -> None:
        """Every kind of page one comes to from home by its links, but those seen; at the other
        width.
        """
        self.width = PHONE if self.width == DESK else DESK
        self.page.set_viewport_size({"width": self.width, "height": 900})
        ahead = [home]
        seen.discard(resolve(home).view_name)
        for url in ahead:
            name = resolve(url.partition("?")[0]).view_name
            if name in seen or not self._is_page(url):
                continue
            seen.add(name)
            self.see(url)
            self.shot(f"walk-{name.replace(':', '-')}")
            if far or url == home:
                ahead += self.page.locator(within).evaluate(LINKS)

    def _is_page(self, url: str) -> bool:
        """Whether an address answers with a page, and not with a paper or data."""
        headers = self.page.request.get(url).headers
        is_file = headers.get("content-disposition", "").startswith("attachment")
        return headers["content-type"].startswith("text/html") and not is_file

    def follow_mail(self, to: str, kind: str) -> None:
        """Open a person's newest letter of a kind in the mailbox and follow its first link."""
        letter = Letter.objects.filter(to=to, kind=kind).latest("id")
        assert letter.language == self.language, kind
        mail = self.town.wait_until(
            lambda: DemoMail.objects.filter(to=to, message_id=letter.message_id).first(), 30
        )
        self.see(f"/demo/mail/?to={to}")
        with self.page.expect_navigation():
            self.touch(self.page.locator(f'.mail-list a[href="/demo/mail/{mail.ref}/"]'))
        with self.page.expect_navigation():
            self.touch(self.page.locator(".mail__text a").first)

    def pdf(self, url: str) -> bytes:
        """A paper, once the worker has made it."""

        def made() -> bytes:
            answer = self.page.request.get(url)
            body = answer.body()
            return body if answer.ok and body.startswith(b"%PDF") else b""

        return self.town.wait_until(made, 40)


class Phone(Window):
    """By finger."""

    width, touches = PHONE, True

    def tick(self, where: str) -> None:
        """A box, touched."""
        box = self.page.locator(where)
        box.tap()
        assert box.is_checked(), f"{where} is not ticked by touch"

    def touch(self, what: Locator) -> None:
        """A link or a button, touched."""
        what.tap()


class Keyboard(Window):
    """Without a mouse: what is wanted is reached by Tab, and shows that it is reached."""

    AT_MOST = 400  # times Tab on one page, the desk's menus included

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.page.context.expose_binding(
            "pointed", lambda _, what: self.faults.append(f"pointed at: {what}")
        )
        self.page.add_init_script(
            "addEventListener('pointerdown', (e) => pointed(e.target.outerHTML.slice(0, 90)), true)"
        )

    def fill(self, **values: str) -> None:
        """Type into fields by name; what stood there is replaced."""
        for name, value in values.items():
            field = self.page.locator(f'[name="{name}"]').first
            self.reach(field)
            if field.get_attribute("type") == "date":
                year, month, day = value.split("-")
                self.page.keyboard.type(f"{month}{day}{year}")  # as Chromium's own language asks
            else:
                self.page.keyboard.press("Control+A")
                self.page.keyboard.type(value)
            assert field.input_value() == value, f"{name} is not filled in by keyboard"

    def choose(self, name: str, value: str) -> None:
        """One of a list: typed where it is searched for, and taken with Enter."""
        listed = self.page.locator(f'[name="{name}"]')
        words = listed.locator(f"option[value='{value}']").inner_text()
        field = self.page.locator(f"#id_{name}")
        self.reach(field)
        if field.get_attribute("role") == "combobox":
            self.page.keyboard.type(words)
            self.page.keyboard.press("Enter")
        else:  # has it as soon as it begins so; an accent, which is no key here, would leave it
            self.page.keyboard.type(words.encode("ascii", "replace").decode().partition("?")[0])
        assert listed.input_value() == value, f"{words} is not chosen by keyboard"

    def tick(self, where: str) -> None:
        """A box, with Space."""
        box = self.page.locator(where)
        self.reach(box)
        self.page.keyboard.press("Space")
        assert box.is_checked(), f"{where} is not ticked by keyboard"

    def touch(self, what: Locator) -> None:
        """A link or a button, with Enter."""
        self.reach(what)
        self.page.keyboard.press("Enter")

    def reach(self, what: Locator) -> None:
        """Tab until it has the focus, and see that it shows."""
        wanted = what.element_handle()
        for _ in range(self.AT_MOST):
            self.page.keyboard.press("Tab")
            where = wanted.evaluate(WHERE)
            if where == "replaced":
                wanted = what.element_handle()
            elif where == "here":
                break
        else:
            raise AssertionError(f"Tab never reaches {what} on {self.page.url}")
        assert what.evaluate(SHOWS_FOCUS), f"no mark of the focus on {what}, {self.page.url}"


SHOWS_FOCUS = """(one) => [one, one.nextElementSibling, one.closest("label")].some((part) => {
    const style = part && getComputedStyle(part);
    return style && (style.outlineStyle !== "none" || style.boxShadow !== "none");
})"""

WHERE = """(one) => !one.isConnected ? "replaced"
    : one === document.activeElement ? "here" : "elsewhere" """
LINKS = """(one) => [...one.querySelectorAll("a[href^='/']")]
    .map((link) => link.getAttribute("href").split("#")[0])"""
