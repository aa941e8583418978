"""Somebody at a browser, without the browser: reads pages, follows links, fills in forms."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from lxml import html

from members.models import User
from smart.models import DemoMail

HOUSE = ("127.0.0.1", "testserver", "localhost")


class Page:
    """What came back."""

    def __init__(self, answer: Any, url: str) -> None:
        self.answer, self.url, self.status = answer, url, answer.status_code
        self.content: bytes = (
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        )
        is_html = answer.headers.get("Content-Type", "").startswith("text/html")
        self.root = html.fromstring(self.content.decode()) if is_html and self.content else None

    @property
    def text(self) -> str:
        """The words on the page, in one line."""
        if self.root is None:
            return ""
        words = self.root.xpath("//body//text()[not(ancestor::script) and not(ancestor::style)]")
        return " ".join(" ".join(words).split())

    def address(self, words: str) -> str:
        """Where the first link with these words goes."""
        assert self.root is not None
        for link in self.root.iter("a"):
            if words.lower() in " ".join(link.text_content().split()).lower() and link.get("href"):
                return urljoin(self.url, link.get("href"))
        raise AssertionError(f"no link « {words} » on {self.url}:\n{self.text[:1500]}")

    def form(self, words: str) -> tuple[Any, Any]:
        """The form with a button saying this, and that button."""
        assert self.root is not None, f"{self.url} is no page"
        for form in self.root.forms:
            for button in form.xpath(".//button | .//input[@type='submit']"):
                if (
                    words.lower()
                    in " ".join((button.text_content() or button.get("value", "")).split()).lower()
                ):
                    return form, button
        raise AssertionError(f"no button « {words} » on {self.url}:\n{self.text[:1500]}")


class Visitor:
    """A person with a session of her own; nobody when no user is given."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client(SERVER_NAME="127.0.0.1")
        if user:
            self.client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])

    def see(self, url: str, status: int = 200) -> Page:
        """Open an address, redirects followed; it must answer with this status."""
        answer: HttpResponse = self.client.get(inside(url), follow=True)
        return self._page(answer, inside(url), status)

    def click(self, page: Page, words: str) -> Page:
        """Follow a link of a page."""
        return self.see(page.address(words))

    def press(self, page: Page, words: str, status: int = 200, **typed: Any) -> Page:
        """Fill in the form that has this button, as it stands, and press it."""
        form, button = page.form(words)
        values: dict[str, Any] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        if button.get("name"):
            values[button.get("name")] = button.get("value", "")
        for name, value in typed.items():
            known = {field.get("name") for field in form.xpath(".//*[@name]")}
            assert name in known, f"no field {name} in {sorted(filter(None, known))}"
            values[name] = value
        url = urljoin(page.url, button.get("formaction") or form.get("action") or page.url)
        send = self.client.post if (form.method or "GET").upper() == "POST" else self.client.get
        answer = send(inside(url), {key: one(value) for key, value in values.items()}, follow=True)
        return self._page(answer, inside(url), status)

    def mail(self, to: str, subject: str) -> Page:
        """The newest letter to somebody whose subject says this, opened in the mailbox."""
        letter = DemoMail.objects.filter(to=to, subject_line__contains=subject).first()
        arrived = list(DemoMail.objects.filter(to=to).values_list("subject_line", flat=True))
        assert letter is not None, f"no letter « {subject} » to {to}: {arrived}"
        box = self.see(f"/demo/mail/?to={to}")
        assert " ".join(letter.subject_line.split()) in box.text  # as `text` folds its spaces
        return self.see(f"/demo/mail/{letter.ref}/")

    def follow_mail(self, to: str, subject: str) -> Page:
        """The page behind the link of that letter."""
        page = self.mail(to, subject)
        assert page.root is not None
        links = [
            link.get("href")
            for link in page.root.xpath("//*[contains(@class, 'mail__text')]//a")
            if not link.get("href").startswith("mailto:")
        ]
        assert links, page.text
        return self.see(links[0])

    def _page(self, answer: Any, url: str, status: int) -> Page:
        for address, _code in getattr(answer, "redirect_chain", []):
            url = inside(urljoin(url, address))
        page = Page(answer, url)
        assert page.status == status, f"{url} answers {page.status}: {page.text[:1500]}"
        return page


def one(values: Any) -> Any:
    """A field typed once is sent once."""
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def inside(url: str) -> str:
    """The path of an address of the house."""
    parts = urlsplit(url)
    assert not parts.hostname or parts.hostname in HOUSE, f"{url} leaves the house"
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
