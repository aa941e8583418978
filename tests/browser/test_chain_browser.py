"""The story of the chain in a real browser, from everybody's first visit to the last document.

Told once, with the words of the catalogue: in French by keyboard alone on a desk, in Dutch by touch
on a phone. Then each walks through every page of the own home, at the other width.
"""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.db.models import Max
from playwright.sync_api import Browser

from invoicing.models import Advance, Invoice
from members.actions import users
from members.models import Affiliate, User
from office import clock
from office.actors import SYSTEM
from office.models import Document
from orders.models import Order
from payroll.models import Contract, PayRun, Payslip
from smart import books
from smart.demo import acts, cast, specimens
from smart.demo.cast import Person
from tests import world
from tests.browser.windows import Keyboard, Phone, Window
from tests.processes import RealWorld

# what people type, in their own language
TYPED = {
    "fr": {
        "work": "Refonte de la page d’accueil et de la boutique",
        "place": "rue des Imprimeurs 3, 1000 Bruxelles",
        "role": "Administrateur délégué",
    },
    "nl": {
        "work": "Vernieuwing van de startpagina en de winkel",
        "place": "Drukkersstraat 3, 1000 Brussel",
        "role": "Gedelegeerd bestuurder",
    },
}


@pytest.fixture(scope="module")
def town(browser_world: RealWorld) -> RealWorld:
    clock.move_to(world.MONDAY)
    world.staff(), world.dumont()
    browser_world.start_worker()
    return browser_world


@pytest.fixture(
    params=[(Phone, "nl", cast.GITA), (Keyboard, "fr", cast.ANA)],  # nobody wrote French before
    ids=["360-touch-nl", "1280-keyboard-fr"],
)
def story(request: pytest.FixtureRequest, browser: Browser, town: RealWorld) -> Iterator["Story"]:
    kind, language, person = request.param
    told = Story([kind(browser, town, language) for _ in range(5)], town, person)
    yield told
    for window in told.windows:
        window.page.context.close()


class Story:
    """Everybody at an own window, all in one language."""

    def __init__(self, windows: list[Window], town: RealWorld, person: Person) -> None:
        self.town, self.person, self.windows = town, person, windows
        self.ana, self.dumont, self.carla, self.denis, self.elise = self.windows
        self.language = self.ana.language
        self.before = Document.objects.aggregate(newest=Max("pk", default=0))["newest"]
        for window, user in zip(self.windows[2:], world.staff(), strict=True):
            users.speak(user.pk, language=self.language, by=SYSTEM, at=clock.now())
            window.sit_down(user)

    def until(self, words: str) -> None:
        """The clock bar, pressed until this happens."""
        for _ in range(40):
            self.dumont.see("/demo/mail/")
            self.dumont.press("Prochain événement")
            if self.dumont.say(words) in self.dumont.page.content():
                return
        raise AssertionError(f"« {words} » never happened")

    def days_until(self, day: date) -> None:
        """The clock bar, a day at a time."""
        self.dumont.see("/demo/mail/")
        while clock.today() < day:
            self.dumont.press("Jour suivant")


def join(story: Story) -> Affiliate:
    person, window = story.person, story.ana
    window.see("/simulator/")
    window.shot("simulator")
    window.click("Rejoindre la coopérative")
    window.fill(
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        password=cast.PASSWORD,
    )
    window.choose("trade", person.trade)
    window.shot("join")
    window.press("Continuer")
    window.follow_mail(person.email, "members/confirm_email")
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
    assert affiliate.user.language == story.language
    review(story, affiliate)
    window.see("/")
    window.shot("terms")
    window.press("J’ai lu et j’accepte")
    window.shot("home-empty")
    return affiliate


def review(story: Story, affiliate: Affiliate) -> None:
    story.elise.see(f"/admin/members/affiliate/{affiliate.pk}/review/")
    card = affiliate.papers.get(kind="id_front").ref
    for right in story.elise.page.locator("input[type=radio][value=yes]").all():
        story.elise.tick(f"#{right.get_attribute('id')}")
    valid_until = story.person.born.replace(year=2040)
    story.elise.fill(**{f"{card}-valid_until": f"{valid_until:%Y-%m-%d}"})
    story.elise.shot("review")
    story.elise.press("Répondre")
    story.elise.press("Accepter")


def declare(story: Story, affiliate: Affiliate) -> Order:
    window = story.ana
    first, last = acts.office_days_after(clock.today(), 4)[2:]
    window.see("/jobs/new/")
    window.press("Commencer")
    window.fill(client_number="0999.000.129", signer_name=world.SIGNER)
    window.page.locator("#fields", has_text=cast.DUMONT.name).wait_for()  # the number is known
    window.fill(signer_email=world.SIGNER_EMAIL)
    window.choose("signer_language", story.language)
    window.shot("job-client")
    window.press("Continuer")
    typed = TYPED[story.language]
    window.fill(description=typed["work"], place=typed["place"])
    window.press("Continuer")
    for day in (first, last):
        if not window.page.locator(f"#day-{day}").count():
            window.touch(window.page.get_by_role("button", name=window.say("Mois suivant")))
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
    window.shot("job")
    return Order.objects.get(affiliate=affiliate)


def sign(story: Story, order: Order) -> Contract:
    window = story.dumont
    window.follow_mail(world.SIGNER_EMAIL, "orders/sent")
    window.fill(role=TYPED[story.language]["role"], purchase_reference="BC-2026-77")
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
    assert contract.language == order.shown["language"] == story.language
    return contract


def work_and_invoice(story: Story, contract: Contract) -> Invoice:
    story.until("confirmations de travail demandées")
    story.ana.follow_mail(story.person.email, "orders/work")
    story.ana.shot("work")
    story.ana.press("Oui, fait comme convenu")
    story.until("factures émises")
    invoice = Invoice.objects.get(job=contract.job)
    story.dumont.follow_mail(world.SIGNER_EMAIL, "invoicing/issued")
    story.dumont.shot("invoice")
    assert "1.210,00" in story.dumont.page.content()
    story.dumont.pdf(f"{story.dumont.page.url}pdf/")
    return invoice


def pay(story: Story, contract: Contract) -> PayRun:
    story.until("paies préparées")
    run = PayRun.objects.latest("id")
    story.carla.see("/admin/")
    story.carla.shot("desk-payroll")
    story.carla.see(f"/admin/payroll/payrun/{run.pk}/submit/")
    story.carla.press("Soumettre")
    story.denis.see(f"/admin/payroll/payrun/{run.pk}/approve/")
    story.denis.press("Approuver")
    slip = Payslip.objects.get(contract=contract)
    story.ana.follow_mail(story.person.email, "payroll/payslip_ready")
    story.ana.shot("payslip")
    assert story.ana.pdf(f"/payslips/{slip.ref}/paper/")
    story.days_until(run.pay_on)
    story.denis.see(f"/admin/payroll/payrun/{run.pk}/confirm_all/")
    story.denis.press("Tout exécuté")
    story.carla.see(f"/admin/payroll/payrun/{run.pk}/change/")
    story.carla.shot("run")
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
    story.denis.shot("desk-finance")
    story.denis.see("/admin/books/")
    story.denis.shot("books")
    assert story.denis.say("ne tient pas") not in story.denis.page.content()


def keep_the_papers(story: Story, order: Order) -> None:
    """The last visit: what each of the two keeps of it, in the own language."""
    story.town.wait_until(lambda: not Document.objects.filter(sha256=None).exists(), 60)
    story.ana.see("/")
    story.ana.shot("home")
    story.ana.see(f"/jobs/{order.ref}/")
    story.ana.shot("job-done")
    story.ana.see("/me/money/")
    story.ana.shot("money")
    story.ana.see("/me/documents/")
    story.ana.shot("documents")
    story.dumont.follow_mail(world.SIGNER_EMAIL, "orders/copy")
    story.dumont.shot("follow")
    for window, least in ((story.ana, 4), (story.dumont, 3)):
        papers = window.page.locator("a.paper-link").all()
        assert len(papers) >= least
        for paper in papers:
            assert window.pdf(paper.get_attribute("href") or "")
    made = Document.objects.filter(pk__gt=story.before).exclude(template="")
    assert set(made.values_list("language", flat=True)) == {story.language}


def walk(story: Story) -> None:
    """The finished world at the other width: all the pages of each of them."""
    follow = urlsplit(story.dumont.page.url).path
    seen = {"logout", "api"}  # the words of programs are English
    story.ana.walk("/", seen=seen)
    assert {"job", "payslip", "contract", "money", "documents", "profile", "share"} <= seen
    story.dumont.walk(follow, seen=seen)
    for window in (story.carla, story.denis, story.elise):
        window.walk("/admin/", seen=seen, within=".desk", far=False)
    assert {"admin:payroll_payrun_changelist", "admin:orders_workreport_changelist"} <= seen


def test_from_a_handshake_to_a_salary(story: Story) -> None:
    affiliate = join(story)
    order = declare(story, affiliate)
    contract = sign(story, order)
    invoice = work_and_invoice(story, contract)
    pay(story, contract)
    dumont_pays(story, invoice)
    keep_the_papers(story, order)
    walk(story)
    assert not books.problems()
    for window in story.windows:
        assert not window.faults, "\n".join(window.faults)
    assert User.objects.filter(email=story.person.email).exists()
