"""Every form and link, typed into wrongly: a clear sentence, nothing lost, nothing executed."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from pypdf import PdfReader

from invoicing.models import Payment, Question
from members.models import ActivityInvitation, Affiliate, BankAccount, Household
from office import clock, documents
from orders import actions as orders
from orders.models import ChangeRequest, Forwarding, Order, Receipt, WorkReport
from payroll.models import Contract
from tests import world
from tests.scenarios.town import Town
from tests.scenarios.visitor import Page, Visitor

pytestmark = [pytest.mark.usefixtures("each_test_alone"), pytest.mark.uncounted]

FORBIDDEN = re.compile(r"\b(erreur|invalide|oups|error|invalid)\b", re.IGNORECASE)
SCRIPT = "<script>alert(1)</script><img src=http://127.0.0.1:9/x>"
NASTY = (SCRIPT, "'; DROP TABLE x; --", "{{ 7|add:7 }}{% now 'Y' %}", "\x00", "é" * 5000, "-1")
COUNTED: tuple[type[Model], ...] = (
    ActivityInvitation,
    Affiliate,
    BankAccount,
    ChangeRequest,
    Contract,
    Forwarding,
    Household,
    Order,
    Payment,
    Question,
    Receipt,
    WorkReport,
)

# who, the page (from the town), its button, what is typed, and what it then says
FORMS: dict[str, tuple[str, str, str, dict[str, Any], str]] = {
    "join: nothing": ("nobody", "/join/", "Continuer", {}, "À revoir"),
    "join: password": ("nobody", "/join/", "Continuer", {"password": "court"}, "mot de passe"),
    "application: number": (
        "beginner",
        "/me/application/identity/",
        "Garder et continuer",
        {"birth_date": "14/03/1990", "national_number": "90.03.14-124.10"},
        "numéro",
    ),
    "application: address": (
        "beginner",
        "/me/application/home/",
        "Garder et continuer",
        {"postcode": "abcd"},
        "code postal",
    ),
    "application: household": (
        "beginner",
        "/me/application/household/",
        "Garder et continuer",
        {"children": "-2"},
        "enfant",
    ),
    "application: account": (
        "beginner",
        "/me/application/account/",
        "Garder et continuer",
        {"iban": "BE00 0000 0000 0000"},
        "compte",
    ),
    "paper: nothing": ("beginner", "/me/papers/", "Envoyer cette pièce", {}, "Choisissez"),
    "login: nothing": ("nobody", "/login/", "Se connecter", {}, "mot de passe"),
    "login: unknown": (
        "nobody",
        "/login/",
        "Se connecter",
        {"username": "x@y.example", "password": "rien de tel"},
        "mot de passe",
    ),
    "forgotten: no address": (
        "nobody",
        "/password/",
        "Recevoir le lien",
        {"email": "pas une adresse"},
        "adresse",
    ),
    "new password": ("nobody", "{password}", "Garder", {"password": "123"}, "mot de passe"),
    "household": ("ana", "/me/household/", "Enregistrer", {"children": "-2"}, "enfant"),
    "identity": (
        "bruno",
        "/me/identity/",
        "De verbetering vragen",
        {"national_number": "11.11.11-111.11", "last_name": "Mâes"},
        "nog in te vullen",
    ),
    "address": ("ana", "/me/address/", "Enregistrer", {"postcode": "abcd"}, "code postal"),
    "account": ("ana", "/me/bank-account/", "Recevoir le lien", {"iban": "BE12"}, "compte"),
    "password": ("ana", "/me/password/", "Garder", {}, "mot de passe"),
    "activity: nobody": ("ana", "/me/activities/{activity}/", "Inviter", {}, "reste à remplir"),
    "activity: invited": (
        "ana",
        "/me/activities/{activity}/",
        "Inviter",
        {"invited": "pas une adresse"},
        "adresse e-mail entière",
    ),
    "activity: past": (
        "ana",
        "/me/activities/{activity}/",
        "Inviter",
        {"invited": "quelqu-un@mail.example", "starts_on": "1990-01-01"},
        "date à venir",
    ),
    "activity: order": (
        "ana",
        "/me/activities/{activity}/",
        "Inviter",
        {"invited": "q@mail.example", "starts_on": "2099-02-01", "ends_on": "2099-01-01"},
        "avant le premier",
    ),
    "mandate: past": (
        "ana",
        "/me/activities/{activity}/mandates/{mandate}/",
        "Fixer le dernier jour",
        {"ends_on": "1990-01-01"},
        "plus tard",
    ),
    "job: amount": (
        "ana",
        "/jobs/{draft}/edit/price/",
        "Continuer",
        {"amount": "mille"},
        "Écrivez un nombre",
    ),
    "job: number": (
        "ana",
        "/jobs/{draft}/edit/client/",
        "Continuer",
        {"client": "", "client_number": "0123456789"},
        "numéro",
    ),
    "job: hours": (
        "ana",
        "/jobs/{draft}/edit/days/",
        "Continuer",
        {"fill_hours": "beaucoup"},
        "Écrivez un nombre",
    ),
    "job: how often": (
        "ana",
        "/jobs/{sent}/repeat/",
        "Voir les brouillons",
        {"times": "900"},
        "53 au plus",
    ),
    "job: words": (
        "ana",
        "/jobs/{draft}/edit/work/",
        "Continuer",
        {"description": "x" * 2001},
        "2000 caractères",
    ),
    "cancel": ("ana", "/jobs/{sent}/cancel/", "Annuler la mission", {}, "reste à remplir"),
    "receipt: nothing": ("ana", "/jobs/{working}/expenses/1/", "Déposer", {}, "reste à remplir"),
    "contract: no consent": ("ana", "/contracts/{contract}/", "Signer le contrat", {}, "cochez"),
    "contract: no paper": (
        "ana",
        "/contracts/{contract}/",
        "Envoyer le contrat signé",
        {},
        "reste à remplir",
    ),
    "sign: nothing": ("nobody", "{sign}", "Signer la commande", {"name": ""}, "reste à remplir"),
    "decline: no reason": ("nobody", "{sign}", "Décliner la commande", {}, "reste à remplir"),
    "other: nothing": ("nobody", "{sign}", "Demander ce changement", {}, "reste à remplir"),
    "forward: nothing": ("nobody", "{sign}", "Transmettre la commande", {}, "reste à remplir"),
    "forward: address": (
        "nobody",
        "{sign}",
        "Transmettre la commande",
        {"to-name": "Léa", "to-role": "Gérante", "to-email": "pas une adresse"},
        "adresse",
    ),
    "question: nothing": ("nobody", "{follow}", "Envoyer le message", {}, "reste à remplir"),
    "question: invoice": ("nobody", "{invoice}", "Envoyer le message", {}, "reste à remplir"),
    "keep: nothing": ("ana", "/jobs/{sent}/keep/", "Répondre au client", {}, "reste à remplir"),
    "follow: nothing": ("nobody", "{follow}", "Demander", {}, "reste à remplir"),
    "ask: nothing": ("ana", "/jobs/{working}/ask/", "Demander", {}, "reste à remplir"),
    "work: hours": (
        "ana",
        "/jobs/work/{contract}/",
        "Envoyer à mon conseiller",
        {"answer": "fewer", "note": "x" * 601},
        "600 caractères",
    ),
    "work by link": (
        "nobody",
        "{work}",
        "Envoyer à mon conseiller",
        {"answer": "fewer", "note": "x" * 601},
        "600 caractères",
    ),
    "token: nothing": ("ana", "/me/tokens/", "Créer le jeton", {}, "reste à remplir"),
    "webhook: address": (
        "ana",
        "/me/webhooks/",
        "Demander cet envoi",
        {"url": "ftp://ailleurs.example"},
        "https",
    ),
}


def counts() -> dict[str, int]:
    """How many rows there are of what a form could make."""
    return {model.__name__: model._default_manager.count() for model in COUNTED}


def place(town: Town, page: str) -> str:
    """The address of a page of the town."""
    prefixes = {"password": "p", "sign": "s", "follow": "f", "invoice": "i", "work": "w"}
    for purpose, prefix in prefixes.items():
        if page == f"{{{purpose}}}":
            return f"/{prefix}/{town.token(purpose)}/"
    return page.format(
        draft=town.draft.ref,
        sent=town.sent.ref,
        working=town.working.ref,
        activity=town.mandate.activity.ref,
        mandate=town.mandate.ref,
        contract=world.contract_of(town.offered).ref,
    )


def visitor(town: Town, person: str) -> Visitor:
    """Somebody of the town at a browser."""
    at_browser = Visitor()
    at_browser.client = town.people[person]
    return at_browser


def try_it(town: Town, who: str, page: str, button: str, typed: dict[str, Any]) -> Page:
    """Open the page and press the button; the answer is a page whatever was typed."""
    at_browser = visitor(town, who)
    opened = at_browser.see(place(town, page))
    form, pressed = opened.form(button)
    values = dict(form.form_values()) | typed
    if pressed.get("name"):
        values[pressed.get("name")] = pressed.get("value", "")
    url = form.get("action") or opened.url
    target = opened.url if url.startswith("#") else url
    answer = at_browser.client.post(target, values)
    assert answer.status_code in (200, 302, 422), answer.status_code
    return Page(answer, target)


@pytest.mark.parametrize("name", FORMS)
def test_a_wrong_form_says_so(town: Town, name: str) -> None:
    who, page, button, typed, said = FORMS[name]
    before = counts()
    answer = try_it(town, who, page, button, typed)
    assert answer.root is not None, answer.status
    assert said.lower() in answer.text.lower(), answer.text[:2500]
    assert not FORBIDDEN.search(answer.text), FORBIDDEN.search(answer.text)
    assert answer.root.xpath("//*[contains(@class, 'mend') or @role='alert']"), answer.text[:1500]
    assert counts() == before
    for value in typed.values():
        if "court" not in typed.values() and value not in ("123", "rien de tel"):
            assert value in answer.content.decode(), f"« {value} » is lost"


@pytest.mark.parametrize("nasty", NASTY, ids=["script", "sql", "template", "null", "long", "minus"])
@pytest.mark.parametrize("name", FORMS)
def test_nothing_typed_is_executed(town: Town, name: str, nasty: str) -> None:
    who, page, button, _typed, _said = FORMS[name]
    form, _button = visitor(town, who).see(place(town, page)).form(button)
    fields = form.xpath(".//input[@type='text' or @type='email' or not(@type)] | .//textarea")
    typed = {field.get("name"): nasty for field in fields if field.get("name")}
    answer = try_it(town, who, page, button, typed)
    assert SCRIPT not in answer.content.decode()
    assert "{{ 7" not in answer.content.decode() or "14" not in answer.text.split("{{ 7")[0][-3:]


def test_a_paper_prints_what_was_typed_and_fetches_nothing(town: Town) -> None:
    order = world.draft_job(description=f"Un travail {SCRIPT}", place=SCRIPT)
    sent = orders.send(order.pk, by=world.by(town.ana), at=clock.now())
    assert sent.document is not None
    documents.make(sent.document.pk, at=clock.now())
    sent.document.refresh_from_db()
    content = documents.content(sent.document)
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert "alert(1)" in "".join(words.split())
    assert b"/JavaScript" not in content and b"127.0.0.1" not in content.split(b"stream")[0]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00 not a paper", "contrat.pdf"),
        (b"", "vide.pdf"),
        (b"<svg onload='alert(1)'/>", "image.svg"),
        (b"%PDF-1.4\n" + b"0" * (11 * 1024 * 1024), "lourd.pdf"),
    ],
    ids=["program", "empty", "svg", "heavy"],
)
def test_an_upload_is_what_it_says(town: Town, content: bytes, name: str) -> None:
    before = counts()
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    answer = try_it(
        town, "ana", "/jobs/{working}/expenses/1/", "Déposer", {"file": file, "amount": "5,00"}
    )
    assert answer.root is not None and not FORBIDDEN.search(answer.text)
    assert counts() == before


def test_money_at_the_desk_is_typed_right(town: Town) -> None:
    invoice = world.invoice_of(town.paid)
    denis = visitor(town, "finance")
    page = denis.see(f"/admin/invoicing/invoice/{invoice.pk}/record_payment/")
    for amount in ("", "mille", "-5", "0", "1.000,001"):
        answer = denis.press(page, "Inscrire un paiement", status=422, amount=amount)
        assert not FORBIDDEN.search(answer.text), FORBIDDEN.search(answer.text)
    assert not Payment.objects.exists()
    first = denis.press(page, "Inscrire un paiement", amount="10,00")
    denis.press(page, "Inscrire un paiement", amount="10,00")  # the same form twice
    assert Payment.objects.count() == 1 and first.status == 200
