"""The story of the chain in a real browser: by touch on a phone, by keyboard alone on a desk."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

from invoicing.models import Advance, Invoice
from members.models import Affiliate, User
from office import clock
from office.models import Document
from orders.models import Order
from payroll.models import Contract, PayRun, Payslip
from smart import books
from smart.demo import acts, cast, specimens
from smart.demo.cast import Person
from smart.models import DemoMail
from tests import world
from tests.processes import RealWorld

WAIT = 30_000  # milliseconds


class Window:
    """One person's browser window; script errors and refused scripts are kept."""

    def __init__(self, browser: Browser, town: RealWorld, width: int, shots: Path) -> None:
        context = browser.new_context(
            base_url=town.url, viewport={"width": width, "height": 900}, locale="fr-BE"
        )
        self.page: Page = context.new_page()
        self.page.set_default_timeout(WAIT)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._note)
        self.shots, self.width, self.town = shots, width, town

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"{self.page.url}: {message.text}")

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
        found = self.page.get_by_role(role, name=words).first
        if not found.is_visible():
            text = self.page.locator("body").inner_text()
            raise AssertionError(f"no {role} « {words} » on {self.page.url}:\n{text[:2000]}")
        with self.page.expect_navigation():
            self.touch(found)

    def touch(self, what: Locator) -> None:
        """A link or a button."""
        what.click()

    def shot(self, name: str) -> None:
        """A picture of the whole page; the page must not be wider than the window."""
        self.page.screenshot(path=self.shots / f"{name}-{self.width}.png", full_page=True)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, name

    def follow_mail(self, to: str, words: str) -> None:
        """Open the newest letter of a person in the mailbox and follow its link."""
        self.town.wait_until(
            lambda: DemoMail.objects.filter(to=to, subject_line__contains=words).exists(), 30
        )
        self.see(f"/demo/mail/?to={to}")
        with self.page.expect_navigation():
            self.touch(self.page.locator(".mail-list a", has_text=words).first)
        with self.page.expect_navigation():
            self.touch(self.page.locator(".mail__text a").first)

    def pdf(self, url: str) -> bytes:
        """A paper, once the worker has made it."""

        def made() -> bytes:
            answer = self.page.request.get(url)
            body = answer.body()
            return body if answer.ok and body.startswith(b"%PDF") else b""

        return self.town.wait_until(made, 40)


class Keyboard(Window):
    """The same without a mouse: what is wanted is reached by Tab, and shows that it is reached."""

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
        self.reach(self.page.locator(f"#id_{name}"))
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")
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
        for _ in range(self.AT_MOST):
            self.page.keyboard.press("Tab")
            if what.evaluate("(one) => one === document.activeElement"):
                break
        else:
            raise AssertionError(f"Tab never reaches {what} on {self.page.url}")
        assert what.evaluate(SHOWS_FOCUS), f"no mark of the focus on {what}, {self.page.url}"


SHOWS_FOCUS = """(one) => [one, one.nextElementSibling, one.closest("label")].some((part) => {
    const style = part && getComputedStyle(part);
    return style && (style.outlineStyle !== "none" || style.boxShadow !== "none");
})"""


@pytest.fixture(scope="module")
def town(browser_world: RealWorld) -> RealWorld:
    clock.move_to(world.MONDAY)
    world.staff(), world.dumont()
    browser_world.start_worker()
    return browser_world


@pytest.fixture(
    params=[(1280, cast.ANA, Keyboard), (390, cast.GITA, Window)], ids=["1280-keyboard", "390"]
)
def story(
    request: pytest.FixtureRequest, browser: Browser, town: RealWorld, tmp_path: Path
) -> Iterator["Story"]:
    width, person, kind = request.param
    shots = Path(os.environ.get("COOP_SHOTS") or tmp_path)
    told = Story([kind(browser, town, width, shots) for _ in range(5)], town, person)
    yield told
    for window in told.windows:
        window.page.context.close()


class Story:
    """Everybody at an own window."""

    def __init__(self, windows: list[Window], town: RealWorld, person: Person) -> None:
        self.town, self.person, self.windows = town, person, windows
        self.ana, self.dumont, self.carla, self.denis, self.elise = self.windows
        for window, user in zip(self.windows[2:], world.staff(), strict=True):
            window.sit_down(user)

    def until(self, words: str) -> None:
        """The clock bar, pressed until this happens."""
        for _ in range(40):
            self.dumont.see("/demo/mail/")
            self.dumont.press("Prochain événement")
            if words in self.dumont.page.content():
                return
        raise AssertionError(f"« {words} » never happened")

    def days_until(self, day: date) -> None:
        """The clock bar, a day at a time."""
        self.dumont.see("/demo/mail/")
        while clock.today() < day:
            self.dumont.press("Jour suivant")


def join(story: Story) -> Affiliate:
    person, window = story.person, story.ana
    window.see("/join/")
    window.fill(
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        password=cast.PASSWORD,
    )
    window.choose("trade", person.trade)
    window.shot("join")
    window.press("Continuer")
    window.follow_mail(person.email, "Confirmez")
    window.press("Oui, confirmer")
    window.log_in(person.email)
    window.shot("application")
    window.see("/me/application/identity/")
    window.fill(birth_date=f"{person.born:%d/%m/%Y}", national_number=person.national_number)
    window.press("Garder et continuer")
    window.fill(street=person.street, postcode=person.postcode, city=person.city)
    window.press("Garder et continuer")
    window.press("Garder et continuer")  # the household: alone
    window.fill(iban=person.iban)
    window.press("Garder et continuer")
    for kind in ("id_front", "id_back", "bank_card"):
        window.see("/me/papers/")
        picture = specimens.photograph(kind, name="Ana Lopes", born=person.born).content
        file = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": picture}
        with window.page.expect_navigation():  # it leaves by itself
            window.page.set_input_files(f"#{kind}_file", file)  # type: ignore[arg-type]
    window.shot("papers")
    window.see("/me/application/")
    window.press("Envoyer mon inscription")
    affiliate = Affiliate.objects.get(user__email=person.email)
    story.elise.see(f"/admin/members/affiliate/{affiliate.pk}/review/")
    card = affiliate.papers.get(kind="id_front").ref
    for right in story.elise.page.locator("input[type=radio][value=yes]").all():
        story.elise.tick(f"#{right.get_attribute('id')}")
    story.elise.fill(**{f"{card}-valid_until": f"{person.born.replace(year=2040):%Y-%m-%d}"})
    story.elise.shot("review")
    story.elise.press("Répondre")
    story.elise.press("Accepter")
    window.see("/")
    window.shot("terms")
    window.press("J’ai lu et j’accepte")
    window.shot("home-empty")
    return affiliate


def declare(story: Story, affiliate: Affiliate) -> Order:
    window = story.ana
    first, last = acts.office_days_after(clock.today(), 4)[2:]
    window.see("/jobs/new/")
    window.press("Commencer")
    window.fill(
        client_number="0999.000.129",
        signer_name=world.SIGNER,
        signer_email=world.SIGNER_EMAIL,
    )
    window.shot("job-client")
    window.press("Continuer")
    window.fill(
        description="Refonte de la page d’accueil et de la boutique",
        place="rue des Imprimeurs 3, 1000 Bruxelles",
    )
    window.press("Continuer")
    for day in (first, last):
        if not window.page.locator(f"#day-{day}").count():
            window.touch(window.page.get_by_role("button", name="Mois suivant"))
        window.tick(f"#day-{day}")
        window.page.locator(f"[name=hours-{day}]").wait_for()
    window.shot("job-days")
    window.press("Continuer")
    window.fill(amount="1.000,00")
    window.page.locator("#split", has_text="1.000,00").wait_for()  # the split follows what is typed
    window.shot("job-price")
    window.press("Continuer")
    window.shot("job-check")
    window.press("Envoyer au client")
    return Order.objects.get(affiliate=affiliate)


def sign(story: Story, order: Order) -> Contract:
    window = story.dumont
    window.follow_mail(world.SIGNER_EMAIL, f"{order.ref} à signer")
    window.fill(role="Administrateur délégué", purchase_reference="BC-2026-77")
    window.tick("[name=consent]")
    window.shot("sign")
    window.press("Signer la commande")
    window.shot("signed")
    contract = order.contracts.get()
    story.denis.see("/admin/payroll/contract/?queue=to_sign")
    story.denis.see(f"/admin/payroll/contract/{contract.pk}/sign/")
    story.denis.press("Signer")
    declaration = contract.declarations.get()
    story.carla.see(f"/admin/payroll/declaration/{declaration.pk}/record/")
    story.carla.fill(period_number=f"{300_000_000_000 + declaration.pk}")
    story.carla.press("Noter le numéro")
    story.ana.see("/")
    story.ana.shot("home-to-sign")
    story.ana.click("Lire et signer")
    story.ana.tick("[name=consent]")
    story.ana.shot("contract")
    story.ana.press("Signer le contrat")
    contract.refresh_from_db()
    assert contract.status == "signed"
    return contract


def work_and_invoice(story: Story, contract: Contract) -> Invoice:
    story.until("confirmations de travail demandées")
    story.ana.follow_mail(story.person.email, "le travail est-il fait")
    story.ana.shot("work")
    story.ana.press("Oui, fait comme convenu")
    story.until("factures émises")
    invoice = Invoice.objects.get(job=contract.job)
    story.dumont.follow_mail(world.SIGNER_EMAIL, invoice.printed_number)
    story.dumont.shot("invoice")
    assert "1.210,00" in story.dumont.page.content()
    story.dumont.pdf(f"{story.dumont.page.url}pdf/")
    return invoice


def pay(story: Story, contract: Contract) -> PayRun:
    story.until("paies préparées")
    run = PayRun.objects.latest("id")
    story.carla.see(f"/admin/payroll/payrun/{run.pk}/submit/")
    story.carla.press("Soumettre")
    story.denis.see(f"/admin/payroll/payrun/{run.pk}/approve/")
    story.denis.press("Approuver")
    slip = Payslip.objects.get(contract=contract)
    story.ana.see(f"/payslips/{slip.ref}/")
    story.ana.shot("payslip")
    assert story.ana.pdf(f"/payslips/{slip.ref}/paper/")
    story.days_until(run.pay_on)
    story.denis.see(f"/admin/payroll/payrun/{run.pk}/confirm_all/")
    story.denis.press("Tout exécuté")
    run.refresh_from_db()
    assert run.status == "executed"
    return run


def dumont_pays(story: Story, invoice: Invoice) -> None:
    story.days_until(invoice.due_on)
    story.denis.see(f"/admin/invoicing/invoice/{invoice.pk}/record_payment/")
    story.denis.fill(amount="1.210,00")
    story.denis.press("Inscrire un paiement")
    advance = Advance.objects.get(job=invoice.job)
    assert advance.amount == advance.repaid > 0
    story.denis.see("/admin/")
    story.denis.shot("desk")
    story.denis.see("/admin/books/")
    story.denis.shot("books")
    assert "ne tient pas" not in story.denis.page.content()
    story.ana.see("/")
    story.ana.shot("home")


def test_from_a_handshake_to_a_salary(story: Story) -> None:
    affiliate = join(story)
    order = declare(story, affiliate)
    contract = sign(story, order)
    invoice = work_and_invoice(story, contract)
    pay(story, contract)
    dumont_pays(story, invoice)
    assert not books.problems()
    story.town.wait_until(lambda: not Document.objects.filter(sha256=None).exists(), 60)
    for window in story.windows:
        assert not window.faults, window.faults
    assert User.objects.filter(email=story.person.email).exists()
