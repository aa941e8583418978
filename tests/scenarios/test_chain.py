"""The story of the cooperative, played through pages, mails, papers and the demo's clock."""

import re
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from pypdf import PdfReader

from invoicing.models import Advance, Invoice
from members.models import Affiliate
from office import calendar, clock, documents, tasks
from office.models import Document
from orders.models import Order
from payroll.models import Contract, PayRun, Payslip
from smart import books
from smart.demo import cast, specimens, travel
from tests import world
from tests.scenarios.visitor import Page, Visitor
from tests.wizard import write_job

EVENING = "2026-11-27"


class Story:
    """Everybody of the story, each at an own browser."""

    def __init__(self) -> None:
        world.cooperative(), world.staff(), world.dumont()
        self.ana = Visitor()
        self.dumont = Visitor()
        self.carla, self.denis, self.elise = (Visitor(user) for user in world.staff())

    def mail(self) -> None:
        """The worker’s turn: letters leave, papers are made, buttons are pressed for many."""
        tasks.sweep_batches()
        travel.deliver_letters()
        for key in Document.objects.filter(sha256=None).values_list("id", flat=True):
            documents.make(key, at=clock.now())

    def next_event(self, words: str) -> Page:
        """Press « prochain événement » until the bar says that this happened."""
        for _ in range(40):
            page = self.dumont.see("/demo/mail/")
            page = self.dumont.press(page, "Prochain événement")
            self.mail()
            if words in page.text:
                return page
        raise AssertionError(f"« {words} » never happened")


def text_of(page: Page) -> str:
    """The words of a PDF."""
    assert page.content.startswith(b"%PDF"), page.text
    return " ".join(
        " ".join(sheet.extract_text().split()) for sheet in PdfReader(BytesIO(page.content)).pages
    )


def french(amount: Decimal) -> str:
    """1.234,56 as papers write it."""
    whole, cents = f"{amount:.2f}".split(".")
    return f"{int(whole):,}".replace(",", ".") + "," + cents


@pytest.fixture
def story(demo: None) -> Story:
    return Story()


def photograph(kind: str) -> SimpleUploadedFile:
    """A paper of Ana’s, as her telephone takes it."""
    picture = specimens.photograph(kind, name="Ana Lopes", born=cast.ANA.born)
    return SimpleUploadedFile("IMG_0001.JPG", picture.content, "image/jpeg")


def join(story: Story) -> Affiliate:
    """Ana registers, confirms her address, completes and sends her application, is accepted."""
    person = cast.ANA
    story.ana.press(
        story.ana.see("/join/"),
        "Continuer",
        first_name=person.first_name,
        last_name=person.last_name,
        trade=person.trade,
        email=person.email,
        password=cast.PASSWORD,
    )
    story.mail()
    page = story.ana.follow_mail(person.email, "Confirmez")
    story.ana.press(page, "Confirmer")
    page = story.ana.press(
        story.ana.see("/login/"), "Se connecter", username=person.email, password=cast.PASSWORD
    )
    page = story.ana.click(page, "Continuer")  # led to her application
    for typed in (
        {"birth_date": "14/03/1990", "national_number": "90.03.14-124.09"},
        {"street": person.street, "postcode": person.postcode, "city": person.city},
        {},
        {"iban": person.iban},
    ):
        page = story.ana.press(page, "Garder et continuer", **typed)
    page = story.ana.click(page, "Donner vos pièces")
    for kind in ("id_front", "id_back", "bank_card"):
        story.ana.client.post(f"/me/papers/{kind}/", {"photo": photograph(kind)})
    page = story.ana.click(story.ana.see("/me/papers/"), "Revenir à votre dossier")
    page = story.ana.press(page, "Envoyer mon inscription")
    assert "Bonjour Ana" in page.text
    affiliate = Affiliate.objects.get(user__email=person.email)
    desk = story.elise.see("/admin/")
    assert "inscriptions à accepter" in desk.text
    page = story.elise.click(story.elise.click(desk, "inscriptions à accepter"), "Ana Lopes")
    page = story.elise.click(page, "Vérifier les pièces")
    refs = {paper.kind: paper.ref for paper in affiliate.papers.all()}
    right = {f"{ref}-answer": "yes" for ref in refs.values()}
    right[f"{refs['id_front']}-valid_until"] = "2031-03-14"
    page = story.elise.press(page, "Répondre", **right)
    story.elise.press(page, "Accepter")
    account = affiliate.bank_accounts.get()
    page = story.denis.see(f"/admin/members/bankaccount/{account.pk}/change/")
    assert "Approuvé par" in page.text  # accepting her approved the account she had confirmed
    story.mail()
    page = story.ana.press(story.ana.see("/"), "J’ai lu et j’accepte")
    assert "Bonjour Ana" in page.text
    affiliate.refresh_from_db()
    assert affiliate.status == "accepted"
    return affiliate


def declare(story: Story, affiliate: Affiliate) -> Order:
    """Ana writes the job down, sees the split, sends it."""
    page = story.ana.click(story.ana.see("/"), "Nouvelle mission")
    assert "Pour quel client" in page.text
    page = write_job(story.ana, last=EVENING)
    order = Order.objects.get(affiliate=affiliate)
    assert "1.000,00" in page.text and "65,00" in page.text  # the price, and 6.5 % of it
    page = story.ana.press(page, "Envoyer au client")
    story.mail()
    order.refresh_from_db()
    assert order.status == "sent"
    return order


def sign(story: Story, order: Order) -> None:
    """Dumont opens his link, reads, signs; a second, read-only link comes with the copy."""
    page = story.dumont.follow_mail(world.SIGNER_EMAIL, "à signer")
    assert "1.000,00" in page.text and "Ana Lopes" in page.text
    paper = text_of(story.dumont.click(page, "PDF"))
    assert "1.000,00" in paper
    story.dumont.press(
        page,
        "Signer la commande",
        name=world.SIGNER,
        role="Administrateur délégué",
        purchase_reference="BC-2026-77",
        consent="on",
    )
    story.mail()
    order.refresh_from_db()
    assert order.status == "signed"
    page = story.dumont.follow_mail(world.SIGNER_EMAIL, "votre copie")
    assert "Signer la commande" not in page.text


def contract(story: Story, order: Order) -> Contract:
    """Denis signs for the cooperative, Carla declares, Ana signs."""
    row = order.contracts.get()
    listed, ticked = "/admin/payroll/contract/?queue=to_sign", {"_selected_action": [row.pk]}
    ticked["action"] = "sign_many"
    asked = story.denis.client.post(listed, ticked)
    hidden = dict(re.findall(r'name="(once|keys)" value="([^"]+)"', asked.content.decode()))
    answer = story.denis.client.post(listed, ticked | hidden, follow=True)
    assert "0 sur 1." in " ".join(answer.content.decode().split())
    story.mail()
    declaration = row.declarations.get()
    page = story.carla.click(story.carla.see("/admin/"), "à déclarer avant demain")
    page = story.carla.see(f"/admin/payroll/declaration/{declaration.pk}/change/")
    page = story.carla.click(page, "Noter le numéro")
    story.carla.press(page, "Noter le numéro", period_number="302456789012")
    story.mail()
    page = story.ana.see("/")
    assert "Signez votre contrat pour Dumont" in page.text
    page = story.ana.click(page, "Lire et signer")
    paper = text_of(story.ana.see(page.address("Le contrat")))
    assert "Ana Lopes" in paper and "Coopérative Exemple" in paper and french(row.gross) in paper
    assert "SPECIMEN" in paper.upper()
    story.ana.press(page, "Signer le contrat", consent="on")
    row.refresh_from_db()
    assert row.status == "signed"
    return row


def work(story: Story, row: Contract) -> None:
    """On the last evening Ana answers in one tap."""
    story.next_event("confirmations de travail demandées")
    assert clock.today() == row.ends_on
    page = story.ana.follow_mail(cast.ANA.email, "le travail est-il fait")
    story.ana.press(page, "Oui, fait comme convenu")
    row.refresh_from_db()
    assert row.release_kind == "confirmed"
    assert row.pay_deadline == calendar.legal_working_day_after(row.ends_on, 7)


def invoice(story: Story, order: Order) -> Invoice:
    """It goes out by itself; Dumont reads, downloads, could pay by scanning."""
    story.next_event("factures émises")
    issued = Invoice.objects.get(job=order.ref)
    assert (issued.net, issued.vat, issued.total) == (
        Decimal("1000.00"),
        Decimal("210.00"),
        Decimal("1210.00"),
    )
    page = story.dumont.follow_mail(world.SIGNER_EMAIL, issued.printed_number)
    assert "1.210,00" in page.text and "BC-2026-77" in page.text
    digits = issued.communication
    communication = f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"
    assert communication in page.text
    paper = text_of(story.dumont.click(page, "Ouvrir le PDF"))
    for words in (issued.printed_number, "1.210,00", "210,00", "BC-2026-77", communication):
        assert words in paper, words
    return issued


def pay(story: Story, row: Contract, order: Order) -> Payslip:
    """The run builds itself; Carla submits, Denis approves; the guarantee advances all of it."""
    story.next_event("paies préparées")
    run = PayRun.objects.get()
    page = story.carla.click(story.carla.see("/admin/"), "paies à vérifier")
    page = story.carla.click(page, run.ref)
    story.carla.press(story.carla.click(page, "Soumettre"), "Soumettre")
    page = story.denis.click(story.denis.see("/admin/"), "paies à approuver")
    page = story.denis.click(page, run.ref)
    story.denis.press(story.denis.click(page, "Approuver"), "Approuver")
    story.mail()
    run.refresh_from_db()
    assert run.status == "approved" and run.pay_on <= row.pay_deadline
    assert calendar.is_bank_day(run.pay_on)
    slip = Payslip.objects.get(contract=row)
    assert slip.gross == order.gross == row.gross
    said = story.ana.mail(cast.ANA.email, "fiche de paie").text
    assert "€" not in said  # amounts of pay never in a mail
    page = story.ana.click(story.ana.see("/pay/"), "Dumont")
    page = story.ana.see(f"/payslips/{slip.ref}/")
    assert french(slip.net_payable) in page.text and "non confirmé" in page.text
    paper = text_of(story.ana.click(page, "La fiche à garder"))
    for amount in (slip.gross, slip.net_salary, slip.withholding, slip.net_payable):
        assert french(amount) in paper, amount
    bank = story.denis.see(f"/admin/payroll/payrun/{run.pk}/file/").content.decode()
    assert f">{slip.net_payable}<" in bank and run.pay_on.isoformat() in bank
    assert cast.ANA.iban in bank
    kinds = [entry.kind for entry in books.statement_of(order.ref)]
    assert kinds.count("advance") == 1 and "payment" not in kinds
    return slip


def money_moves(story: Story, run: PayRun) -> None:
    """The pay day comes; Denis confirms that the bank has executed the file."""
    page = story.denis.see("/admin/")
    while clock.today() < run.pay_on:
        page = story.denis.press(page, "Jour suivant")
    page = story.denis.click(page, "la banque a dû les exécuter")
    page = story.denis.click(page, run.ref)
    story.denis.press(story.denis.click(page, "Tout exécuté"), "Tout exécuté")
    run.refresh_from_db()
    assert run.status == "executed"
    assert "net, cette année" in story.ana.see("/").text


def dumont_pays(story: Story, issued: Invoice) -> None:
    """Late: his page says so; Denis records the money; the advance is repaid."""
    page = story.denis.see("/admin/")
    while clock.today() <= issued.due_on:
        page = story.denis.press(page, "Jour suivant")
    assert (
        "devait être payée"
        in story.dumont.follow_mail(world.SIGNER_EMAIL, issued.printed_number).text
    )
    assert "1 factures échues" in page.text
    page = story.denis.see(f"/admin/invoicing/invoice/{issued.pk}/change/")
    page = story.denis.click(page, "Inscrire un paiement")
    assert "travail confirmé" in story.ana.see("/").text
    story.denis.press(page, "Inscrire un paiement", amount="1.210,00")
    assert "tout est payé" in story.ana.see("/").text
    assert (
        "tout est payé" in story.dumont.follow_mail(world.SIGNER_EMAIL, issued.printed_number).text
    )


def test_from_a_handshake_to_a_salary(story: Story) -> None:
    affiliate = join(story)
    order = declare(story, affiliate)
    sign(story, order)
    row = contract(story, order)
    work(story, row)
    issued = invoice(story, order)
    slip = pay(story, row, order)
    money_moves(story, slip.run)
    dumont_pays(story, issued)

    kinds = [entry.kind for entry in books.statement_of(order.ref)]
    assert [kind for kind in kinds if kind in ("advance", "payment", "repayment")] == [
        "advance",
        "payment",
        "repayment",
    ]
    advance = Advance.objects.get(job=order.ref)
    assert advance.amount == advance.repaid == slip.employment_cost
    page = story.denis.click(story.denis.see("/admin/books/"), order.ref)
    assert french(slip.employment_cost) in page.text
    page = story.denis.see("/admin/books/")
    assert "ne tient pas" not in page.text
    out = StringIO()
    call_command("check_books", stdout=out)
    assert "the books prove themselves" in out.getvalue()
