"""The evidence of a signature: a certificate that tells all, papers under seal."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from office import documents, journal, links, mail, seal
from office.models import Document, Event, Letter
from orders import actions, evidence
from orders.models import Order
from tests import world

pytestmark = pytest.mark.django_db

MONDAY = world.MONDAY
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:147.0) Gecko/20100101 Firefox/147.0"
DUMONT = replace(world.DUMONT_ACTOR, agent=AGENT)
SIGNER = actions.Signer(
    name="Marc Dumont", role="Administrateur délégué", purchase_reference="PO 7"
)


def sent(language: str = "fr", *, at: datetime = MONDAY) -> Order:
    draft = world.draft_job()
    Order.objects.filter(pk=draft.pk).update(signer_language=language)
    order = actions.send(draft.pk, by=world.by(world.ana()), at=at)
    mail.deliver(Letter.objects.get(kind="orders/sent").pk, at=at + timedelta(seconds=3))
    return order


def signed(order: Order, *, at: datetime = MONDAY + timedelta(hours=1, seconds=9)) -> Order:
    actions.opened(order.pk, by=DUMONT, at=at - timedelta(minutes=5))
    return actions.sign(order.pk, shown_sha256=order.shown_sha256, signer=SIGNER, by=DUMONT, at=at)


def made(document_id: int | None) -> Document:
    assert document_id
    documents.make(document_id, at=MONDAY + timedelta(hours=2))
    return Document.objects.get(pk=document_id)


def words(document: Document) -> str:
    sheets = PdfReader(BytesIO(documents.content(document))).pages
    return " ".join(
        " ".join(sheet.extract_text() for sheet in sheets).replace("\u00a0", " ").split()
    )


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    return client


# --- What it tells -------------------------------------------------------------------------------

TITLES = {
    "fr": ("Certificat de signature", "La chaîne des preuves est entière.", "J’ai lu la commande"),
    "nl": ("Certificaat van ondertekening", "De bewijsketen is gaaf.", "Ik heb de bestelling"),
    "en": ("Certificate of signature", "The chain of evidence is whole.", "I have read order"),
}


@pytest.mark.parametrize("language", TITLES)
def test_the_certificate_tells_all_in_the_language_of_who_signed(language: str) -> None:
    offered = sent(language)
    seen = made(offered.document_id)
    order = signed(offered)
    paper, certificate = made(order.document_id), made(order.certificate_id)
    told = words(certificate)
    for wanted in (
        *TITLES[language],
        "Marc Dumont", "Administrateur délégué", "PO 7", "marc.dumont@", "192.0.2.7", AGENT,
        "2026-11-23 09:00:09 UTC", "10:00:09", "2026-11-23 08:55:09 UTC", "2026-11-23 08:00:03 UTC",
        order.shown["conditions"]["sha256"][:32], order.shown_sha256, "/verify/", "eIDAS",
    ):  # fmt: skip
        assert wanted.lower() in told.lower(), wanted  # the paper writes its kind in capitals
    assert certificate.language == language
    tight = told.replace(" ", "")
    for digest in (paper.sha256, seen.sha256, *hashes(order)):
        assert digest and digest in tight
    assert paper.sha256 != seen.sha256


def hashes(order: Order) -> Iterator[str]:
    """Those of the chain until the signature."""
    yield from Event.objects.filter(chain=journal.key(order)).values_list("hash", flat=True)


def test_an_order_declined_then_changed_and_signed_tells_both() -> None:
    offered = sent()
    actions.decline(
        offered.pk,
        shown_sha256=offered.shown_sha256,
        reason="Plutôt jeudi.",
        by=DUMONT,
        at=MONDAY + timedelta(minutes=9),
    )
    by = world.by(world.ana())
    actions.withdraw(offered.pk, by=by, at=MONDAY + timedelta(minutes=20))
    order = signed(actions.send(offered.pk, by=by, at=MONDAY + timedelta(minutes=30)))
    made(order.document_id)
    told = words(made(order.certificate_id))
    facts = [
        "Commande envoyée au client", "Courriel remis", "Commande déclinée", "Plutôt jeudi.",
        "Commande reprise", "Commande ouverte", "Commande signée",
    ]  # fmt: skip
    places = [told.index(fact, told.index("Ce qui s’est passé")) for fact in facts]
    assert places == sorted(places)
    assert "Les 6 faits" in told
    assert "aucun PDF n’avait été préparé" in told, "nobody could read the second version as PDF"
    assert "Empreinte de ce qui était montré alors" in told


def test_a_chain_that_was_touched_is_printed_as_such_and_does_not_keep_him_from_signing() -> None:
    offered = sent()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE office_event DISABLE TRIGGER event_is_never_changed")
        cursor.execute("UPDATE office_event SET data = '{}' WHERE position = 1")
    order = signed(offered)
    made(order.document_id)
    told = words(made(order.certificate_id))
    assert "La chaîne des preuves ne se vérifie pas." in told and "Le fait 1 n’est plus" in told
    page = browser(world.elise()).get(reverse("admin:orders_order_change", args=[order.pk]))
    assert "rompue au fait no 1" in page.content.decode()


def test_who_signs_for_another_is_said() -> None:
    offered = sent()
    other = replace(SIGNER, name="Lise Dumont")
    order = actions.sign(
        offered.pk, shown_sha256=offered.shown_sha256, signer=other, by=DUMONT, at=MONDAY
    )
    made(order.document_id)
    told = words(made(order.certificate_id))
    assert "Lise Dumont" in told and "lien adressé à Marc Dumont" in told


# --- How it is made ------------------------------------------------------------------------------


def test_it_is_ordered_with_the_signature_and_waits_for_the_signed_paper() -> None:
    order = signed(sent())
    assert order.certificate and order.document
    assert order.certificate.after == order.document
    assert made(order.certificate_id).sha256 is None
    made(order.document_id)
    assert made(order.certificate_id).sha256


def test_signed_paper_and_certificate_bear_the_seal_and_the_proposal_does_not() -> None:
    offered = sent()
    proposal = made(offered.document_id)
    order = signed(offered)
    for paper in (made(order.document_id), made(order.certificate_id)):
        assert seal.check(documents.content(paper)).state == seal.State.WHOLE
    assert seal.check(documents.content(proposal)) == seal.NOTHING
    assert "sceau électronique" in words(made(order.document_id))
    assert "sceau électronique" not in words(proposal)


def test_fifty_clicks_order_one_certificate() -> None:
    order = sent()
    for _ in range(3):
        signed(order)
    assert Document.objects.filter(kind="certificate").count() == 1


def test_what_comes_after_the_signature_changes_neither_paper_nor_certificate() -> None:
    order = signed(sent())
    with pytest.raises(DatabaseError, match="keeps its certificate"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(certificate=None)
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(document=None)
    before = order.certificate.context if order.certificate else {}
    actions.cancel(order.pk, reason="Salon annulé", by=DUMONT, at=MONDAY + timedelta(hours=3))
    assert Document.objects.get(pk=order.certificate_id).context == before
    assert len(evidence.chain_of(order)) == before["events"]


# --- Who gets it ---------------------------------------------------------------------------------


def test_ana_dumont_and_the_desk_get_it_bruno_does_not() -> None:
    order = signed(sent())
    made(order.document_id)
    certificate = documents.content(made(order.certificate_id))
    url = reverse("job-certificate", args=[order.ref])
    ana = browser(world.ana().user)
    assert url in (page := ana.get(reverse("job", args=[order.ref])).content.decode())
    assert "Ce sceau n’est pas une signature qualifiée" in page and reverse("verify") in page
    assert ana.get(url).content == certificate
    assert browser(world.elise()).get(url).content == certificate
    assert browser(world.bruno().user).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    follow = links.newest(order, "follow")
    assert follow
    token = links.token(follow)
    page = Client().get(reverse("follow", args=[token])).content.decode()
    url = reverse("follow-certificate", args=[token])
    assert url in page and "Ce sceau n’est pas une signature qualifiée" in page
    assert Client().get(url).content == certificate
    assert Client().get(reverse("follow-certificate", args=["nonsense"])).status_code == 404


def test_the_desk_opens_it_and_sees_that_the_chain_holds() -> None:
    elise = browser(world.elise())
    order = signed(sent())
    page = elise.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    url = reverse("job-certificate", args=[order.ref])
    assert "entière (3)" in page and url in page
    assert elise.get(url).status_code == 202
    made(order.document_id), made(order.certificate_id)
    assert elise.get(url).content.startswith(b"%PDF-")


def test_what_is_not_signed_has_no_certificate() -> None:
    order = sent()
    ana = browser(world.ana().user)
    assert ana.get(reverse("job-certificate", args=[order.ref])).status_code == 404
    url = reverse("job-certificate", args=[order.ref])
    assert url not in ana.get(reverse("job", args=[order.ref])).content.decode()
    page = browser(world.elise()).get(reverse("admin:orders_order_change", args=[order.pk]))
    assert url not in page.content.decode() and "entière (1)" in page.content.decode()
