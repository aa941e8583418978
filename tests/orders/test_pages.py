"""The pages: Ana's form and job, Dumont's sign and follow pages, one tap from the mail."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from office import documents, journal, links
from office.models import Event
from orders import actions
from orders.models import Order, Receipt
from orders.states import OrderStatus
from smart.demo import acts
from tests import files, world

pytestmark = pytest.mark.django_db

PDF = files.pdf()


@pytest.fixture(autouse=True)
def _monday(clock: Any) -> None:
    clock.move_to(world.MONDAY)


@pytest.fixture
def ana(client: Client) -> Client:
    client.force_login(world.ana().user)
    return client


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " "))


def sign_url(order: Order) -> str:
    return reverse("sign", args=[links.token(links.newest(order, "sign"))])


def follow_url(order: Order) -> str:
    return reverse("follow", args=[links.token(links.newest(order, "follow"))])


def test_bruno_meets_nothing_of_ana(client: Client) -> None:
    order = world.signed_job()
    client.force_login(world.bruno().user)
    for name in ("job", "job-edit", "job-paper", "job-cancel", "job-ask"):
        assert client.get(reverse(name, args=[order.ref])).status_code == 404
    for name in ("job-send", "job-withdraw", "job-discard", "job-copy", "job-change"):
        assert client.post(reverse(name, args=[order.ref])).status_code == 404
    contract = order.contracts.get()
    assert client.get(reverse("work", args=[contract.ref])).status_code == 404
    client.logout()
    assert client.get(reverse("job", args=[order.ref])).status_code == 302


def test_staff_read_a_job_and_act_at_the_desk_only(client: Client) -> None:
    order = world.signed_job(expenses=(("Train", Decimal("40.00")),))
    client.force_login(world.denis())
    assert client.get(reverse("job", args=[order.ref])).status_code == 200
    for name in ("job-edit", "job-cancel", "job-ask"):
        assert client.get(reverse(name, args=[order.ref])).status_code == 404
    for name in ("job-send", "job-withdraw", "job-discard", "job-copy", "job-change"):
        assert client.post(reverse(name, args=[order.ref])).status_code == 404
    work = reverse("work", args=[order.contracts.get().ref])
    assert client.post(work, {"answer": "agreed"}).status_code == 404
    assert client.get(reverse("receipt", args=[order.ref, 1])).status_code == 404


def test_dumont_reads_signs_and_follows_without_an_account(client: Client) -> None:
    order = world.sent_job()
    page = text(client.get(sign_url(order), REMOTE_ADDR="192.0.2.9"))
    assert "Commande à signer pour Ana Lopes" in page and "1.210,00 €" in page
    assert "est l’employeur de Ana Lopes" in page and "J’ai lu la commande" in page
    order.refresh_from_db()
    assert order.opened_at is not None and order.opened_at >= world.MONDAY
    values = {"answer": "sign", "shown_sha256": order.shown_sha256, "name": "Marc Dumont"}
    page = text(client.post(sign_url(order), values))
    assert "Ce champ reste à remplir" in page and "cochez cette phrase" in page
    values |= {"role": "Administrateur délégué", "purchase_reference": "PO 7", "consent": "on"}
    old = text(client.post(sign_url(order), values | {"shown_sha256": "0" * 64}))
    assert (
        "modifiée depuis" in old and "Administrateur délégué" in old and order.shown_sha256 in old
    )
    page = text(client.post(sign_url(order), values, follow=True))
    assert "C’est signé, merci" in page and "Signée par Marc Dumont" in page
    assert "Signée par Marc Dumont" in text(client.post(sign_url(order), values))
    page = text(client.get(follow_url(order)))
    assert "PO 7" in page and "Facture" in page and "brut" not in page
    paper = client.get(reverse("follow-paper", args=[links.token(links.newest(order, "follow"))]))
    assert paper.status_code == 202
    order.refresh_from_db()
    documents.make(order.document_id, at=world.MONDAY)
    answer = client.get(reverse("follow-paper", args=[links.token(links.newest(order, "follow"))]))
    assert answer["Content-Type"] == "application/pdf" and len(answer.content) > 5000
    signed = Event.objects.get(kind="order.signed")
    assert signed.address == "127.0.0.1" and journal.verify(f"order:{order.pk}") is None


def test_a_second_link_to_a_signed_order_only_says_so(client: Client) -> None:
    order = world.signed_job()
    link = links.issue("sign", subject=order, address=order.signer_email, at=world.MONDAY)
    page = text(client.get(reverse("sign", args=[links.token(link)])))
    assert "Signée par Marc Dumont" in page and "Votre fonction" not in page


def test_an_order_declined_meanwhile_is_not_signed(client: Client, monkeypatch: Any) -> None:
    order = world.sent_job()
    url, sign = sign_url(order), actions.sign

    def declined_first(order_id: int, **values: Any) -> Order:
        shown = values["shown_sha256"]
        actions.decline(
            order_id, shown_sha256=shown, reason="Non", by=world.DUMONT_ACTOR, at=world.MONDAY
        )
        return sign(order_id, **values)

    monkeypatch.setattr(actions, "sign", declined_first)
    values = {"shown_sha256": order.shown_sha256, "name": "M", "role": "R", "consent": "on"}
    assert "Cette commande est déclinée" in text(client.post(url, values))


def test_an_offered_contract_is_the_next_step(ana: Client) -> None:
    order = world.signed_job()
    acts.sign_for_cooperative(world.denis(), only=order, at=world.MONDAY)
    assert "Lire et signer le contrat" in text(ana.get(reverse("job", args=[order.ref])))


def test_dumont_declines(client: Client) -> None:
    order = world.sent_job()
    assert "Ce champ reste à remplir" in text(client.post(sign_url(order), {"answer": "decline"}))
    values = {"answer": "decline", "no-reason": "Trop tôt"}
    assert "modifiée depuis" in text(client.post(sign_url(order), values))
    values |= {"shown_sha256": order.shown_sha256}
    page = text(client.post(sign_url(order), values, follow=True))
    assert "Cette commande est déclinée" in page
    order.refresh_from_db()
    assert (order.status, order.ended_reason) == (OrderStatus.DECLINED, "Trop tôt")


@pytest.mark.parametrize(("language", "words"), [("nl", "bestelling"), ("en", "order")])
def test_dumont_reads_in_his_language(client: Client, language: str, words: str) -> None:
    order = world.draft_job()
    Order.objects.filter(pk=order.pk).update(signer_language=language)
    order = actions.send(order.pk, by=world.by(world.ana()), at=world.MONDAY)
    assert order.shown["language"] == language
    assert words in text(client.get(sign_url(order))).lower()
    documents.make(order.document_id, at=world.MONDAY)


def test_a_link_that_does_not_open_says_why(client: Client, clock: Any) -> None:
    order = world.sent_job()
    url = sign_url(order)
    assert client.get(reverse("sign", args=["n’importe-quoi"])).status_code == 404
    paper = reverse("sign-paper", args=[links.token(links.newest(order, "sign"))])
    assert client.get(paper).status_code == 202
    clock.move_to(order.link_expires_at)
    assert "ne peut plus être signée" in text(client.get(url))
    assert "ne peut plus être signée" in text(client.post(url, {"answer": "sign"}))
    clock.move_to(world.MONDAY)
    actions.withdraw(order.pk, by=world.by(world.ana()), at=world.MONDAY)
    assert "a repris cette commande" in text(client.get(url))
    assert client.get(paper).status_code == 404
    links.revoke(order, "sign", at=world.MONDAY)
    assert client.get(url).status_code == 410
    assert client.get(paper).status_code == 410
    assert client.get(reverse("follow", args=["x"])).status_code == 404
    assert client.get(reverse("work-public", args=["x"])).status_code == 404


def test_dumont_cancels_before_the_contract_is_signed_and_asks_after(client: Client) -> None:
    order = world.signed_job()
    answer = client.post(follow_url(order), {"kind": "cancel", "reason": "Gel"}, follow=True)
    assert "Annulée" in text(answer)
    order = world.contracted_job()
    url = follow_url(order)
    assert "reste à remplir" in text(client.post(url, {"kind": "change", "reason": ""}))
    answer = client.post(url, {"kind": "cancel", "reason": "Gel"}, follow=True)
    assert "Une demande est en cours" in text(answer)
    assert "déjà en cours" in text(client.post(url, {"kind": "change", "reason": "Autre"}))


def test_ana_cancels_asks_changes_and_copies_from_the_job(ana: Client) -> None:
    order = world.signed_job()
    job = reverse("job", args=[order.ref])
    assert "Annuler la mission" in text(ana.get(job))
    answer = ana.post(reverse("job-change", args=[order.ref]), follow=True)
    assert "Nouvelle version de la mission" in text(answer)
    assert "Une nouvelle version" in text(ana.get(job))
    answer = ana.post(reverse("job-change", args=[order.ref]), follow=True)
    assert "déjà en préparation" in text(answer)
    draft = order.replaced_by
    ana.post(reverse("job-discard", args=[draft.ref]))
    cancel = reverse("job-cancel", args=[order.ref])
    assert "votre raison" in text(ana.get(cancel)).lower()
    assert "reste à remplir" in text(ana.post(cancel, {"reason": ""}))
    answer = ana.post(cancel, {"reason": "Report"}, follow=True)
    assert "La mission est annulée" in text(answer)
    answer = ana.post(reverse("job-discard", args=[order.ref]), follow=True)
    assert "reprenez-la d’abord comme brouillon" in text(answer)
    answer = ana.post(reverse("job-copy", args=[order.ref]), follow=True)
    assert "Quels jours" in text(answer)


def test_ana_asks_once_the_contract_is_signed(ana: Client) -> None:
    order = world.contracted_job()
    assert "Demander l’annulation" in text(ana.get(reverse("job", args=[order.ref])))
    cancel = ana.post(reverse("job-cancel", args=[order.ref]), {"reason": "x"})
    assert "Demandez l’annulation" in text(cancel)
    ask = reverse("job-ask", args=[order.ref])
    assert ana.get(ask).status_code == 200
    answer = ana.post(ask, {"kind": "cancel", "reason": "Maladie"}, follow=True)
    assert "Votre demande est chez votre conseiller" in text(answer)
    assert "Maladie" in text(answer)
    assert "déjà en cours" in text(ana.post(ask, {"kind": "change", "reason": "Autre"}))
    answer = ana.post(reverse("job-ask-withdraw", args=[order.ref]), follow=True)
    assert "La demande est retirée" in text(answer)


def test_a_lapsed_job_is_taken_back_with_one_button(ana: Client, clock: Any) -> None:
    order = world.sent_job()
    clock.move_to(order.link_expires_at)
    actions.lapse_due(at=order.link_expires_at)
    page = text(ana.get(reverse("job", args=[order.ref])))
    assert "Reprendre comme brouillon" in page and "ne commencez pas" in page
    answer = ana.post(reverse("job-withdraw", args=[order.ref]), follow=True)
    assert "de nouveau un brouillon" in text(answer)
    assert "ne convient plus" in text(answer)


def test_one_tap_on_the_portal(ana: Client, clock: Any) -> None:
    order = world.contracted_job()
    contract = order.contracts.get()
    url = reverse("work", args=[contract.ref])
    assert "se confirme à partir du dernier jour" in text(ana.get(url))
    assert "pourrez confirmer" in text(ana.post(url, {"answer": "agreed"}))
    clock.move_to(world.last_evening(order) - timedelta(days=1))
    assert "ne se passe pas comme prévu" in text(ana.get(reverse("job", args=[order.ref])))
    clock.move_to(world.last_evening(order))
    assert "Le travail est-il fait" in text(ana.get(reverse("job", args=[order.ref])))
    answer = ana.post(url, {"answer": "agreed"}, follow=True)
    assert "Merci" in text(answer) and "travail confirmé" in text(answer)
    assert "C’est noté" in text(ana.get(url))


def test_one_tap_from_the_mail(client: Client, clock: Any) -> None:
    order = world.contracted_job()
    evening = world.last_evening(order)
    clock.move_to(evening)
    actions.ask_work(at=evening)
    contract = order.contracts.get()
    url = reverse("work-public", args=[links.token(links.newest(contract, "work"))])
    assert "Oui, fait comme convenu" in text(client.get(url))
    assert not order.reports.exists()
    values = {"answer": "fewer", "done-2026-11-26": "7,6", "done-2026-11-27": "9"}
    assert "au plus" in text(client.post(url, values))
    values["done-2026-11-27"] = "7,6"
    assert "celles qui étaient convenues" in text(client.post(url, values))
    values["done-2026-11-27"] = ""
    assert "Votre conseiller décide" in text(client.post(url, values, follow=True))
    assert order.reports.get().hours == {"2026-11-26": "7.60", "2026-11-27": "0.00"}
    assert "Vous avez déjà répondu" in text(client.post(url, {"answer": "agreed"}))


def test_ana_hands_in_a_receipt(ana: Client) -> None:
    order = world.signed_job(expenses=(("Train", Decimal("40.00")),))
    url = reverse("receipt", args=[order.ref, 1])
    assert "Train" in text(ana.get(url))
    values: dict[str, Any] = {"amount": "12,50", "file": SimpleUploadedFile("a.pdf", b"GIF89a")}
    assert ana.post(url, values).status_code == 200 and not Receipt.objects.exists()
    values["file"] = SimpleUploadedFile("a.pdf", PDF)
    answer = ana.post(url, values, follow=True)
    assert "à approuver" in text(answer)
    receipt = Receipt.objects.get()
    paper = ana.get(reverse("receipt-paper", args=[order.ref, receipt.pk]))
    assert paper.content == PDF
    values = {"amount": "99", "file": SimpleUploadedFile("a.pdf", PDF)}
    assert "restent à justifier" in text(ana.post(url, values))


def test_every_stage_of_a_job_has_its_page(ana: Client, clock: Any) -> None:
    stages = [world.draft_job, world.sent_job, world.signed_job, world.contracted_job]
    for stage in [*stages, world.released_job, world.invoiced_job]:
        order = stage(expenses=(("Train", Decimal("40.00")),))
        for day in (0, 3, 4, 9):
            clock.move_to(world.MONDAY + timedelta(days=day))
            assert ana.get(reverse("job", args=[order.ref])).status_code == 200
    assert text(ana.get(reverse("jobs"))).count('class="card"') == 6
    paid = world.paid_job(days={date(2026, 11, 30): Decimal("7.60")})
    assert "Fiche de paie" in text(ana.get(reverse("job", args=[paid.ref])))


def test_the_list_goes_on_page_by_page_with_a_fixed_number_of_queries(
    ana: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(22):
        world.draft_job()
    with django_assert_max_num_queries(18):
        page = text(ana.get(reverse("jobs")))
    assert page.count('class="card"') == 20
    after = re.search(r"\?after=(\w+)", page)
    assert after is not None
    assert text(ana.get(reverse("jobs") + after[0])).count('class="card"') == 2


def test_the_page_of_a_job_makes_a_fixed_number_of_queries(
    ana: Client, django_assert_max_num_queries: Any
) -> None:
    order = world.invoiced_job(expenses=(("Train", Decimal("40.00")),))
    with django_assert_max_num_queries(24):
        ana.get(reverse("job", args=[order.ref]))


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", ("De bestelling ondertekenen", "Ik onderteken niet", "Werkgever")),
     ("en", ("Sign the order", "I do not sign", "Employer"))],
)  # fmt: skip
def test_every_word_of_the_sign_page_is_in_his_language(
    client: Client, language: str, words: tuple[str, ...]
) -> None:
    order = world.draft_job()
    Order.objects.filter(pk=order.pk).update(signer_language=language)
    order = actions.send(order.pk, by=world.by(world.ana()), at=world.MONDAY)
    page = text(client.get(sign_url(order)))
    for word in words:
        assert word in page
    for french in ("Fait par", "Signer la commande", "Votre fonction", "facultatif"):
        assert french not in page


def test_a_closed_link_answers_in_his_language(client: Client) -> None:
    order = world.draft_job()
    Order.objects.filter(pk=order.pk).update(signer_language="nl")
    order = actions.send(order.pk, by=world.by(world.ana()), at=world.MONDAY)
    url = sign_url(order)
    links.revoke(order, "sign", at=world.MONDAY)
    assert "Deze link is vervangen" in text(client.get(url))


def test_many_drafts_hide_no_contract_to_sign_and_make_nobody_a_newcomer(ana: Client) -> None:
    order = world.signed_job()
    acts.sign_for_cooperative(world.denis(), only=order, at=world.MONDAY)
    for number in range(8):
        world.draft_job(description=f"Une affiche de plus, numéro {number}")
    page = text(ana.get("/"))
    assert "Signez votre contrat pour Dumont" in page
    acts.sign_contracts(order, at=world.MONDAY)
    page = text(ana.get("/"))
    assert "Terminez « Une affiche de plus" in page and "Pour bien commencer" not in page
    assert reverse("job-copy", args=[order.ref]) in page
