"""The page behind the link, as Dumont meets it on his phone."""

from datetime import timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from office import links
from office.models import Letter, Link
from orders import actions, signpage
from orders.models import ChangeRequest, Order
from orders.states import OrderStatus
from tests import world
from tests.orders.test_client_answers import LEA_EMAIL, STROKES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(clock: ModuleType) -> None:
    clock.move_to(world.MONDAY)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def token_of(link: Link | None) -> str:
    assert link is not None
    return links.token(link)


def url(order: Order) -> str:
    return reverse("sign", args=[token_of(links.newest(order, "sign"))])


def opened(kind: str) -> str:
    """Where the last letter of a kind leads him."""
    letter = Letter.objects.filter(kind=f"orders/{kind}").latest("pk")
    assert letter.link is not None
    return links.url(letter.link).removeprefix(settings.COOP_PUBLIC_URL)


def signing(order: Order, **more: str) -> dict[str, str]:
    order.refresh_from_db()
    return {
        "answer": "sign", "shown_sha256": order.shown_sha256, "name": "Marc Dumont",
        "role": "Administrateur délégué", "consent": "on",
    } | more  # fmt: skip


def answering(order: Order, answer: str, **more: str) -> dict[str, str]:
    order.refresh_from_db()
    return {"answer": answer, "shown_sha256": order.shown_sha256} | more


COLLEAGUE = {"to-name": "Léa Simon", "to-role": "Directrice", "to-email": LEA_EMAIL}


def test_in_ten_seconds_he_knows_who_what_how_much_and_what_then(client: Client) -> None:
    page = text(client.get(url(world.sent_job())))
    for wanted in (
        "Commande à signer pour Ana Lopes", "1.210,00 €", "1.000,00 € hors TVA",
        "jeudi 26 novembre 2026", "Qui nous sommes", "payable dans les 10 jours",
        "Demander un changement", "Transmettre à la personne qui peut signer", "Je ne signe pas",
    ):  # fmt: skip
        assert wanted in page, wanted
    assert page.index("1.210,00 €") < page.index("Signer</h2>") < page.index("Je ne signe pas")
    assert "Code reçu" not in page


def test_he_draws_and_signs(client: Client) -> None:
    order = world.sent_job()
    page = text(client.post(url(order), signing(order, drawing="M1 1<script>")))
    assert "n’est pas arrivé en entier" in page and "<script>" not in page.split("<body")[1]
    answer = client.post(url(order), signing(order, drawing=STROKES))
    follow = reverse("follow", args=[token_of(links.newest(order, "follow"))])
    assert answer.status_code == 302 and answer["Location"] == follow
    assert "C’est signé, merci" in str(next(iter(get_messages(answer.wsgi_request))))
    order.refresh_from_db()
    assert order.drawing.startswith("M10 20L19")


def test_above_the_amount_the_code_is_asked_for_in_the_same_form(client: Client) -> None:
    order = world.sent_job(price=Decimal("2400.00"))
    page = text(client.post(url(order), signing(order, purchase_reference="PO 12")))
    assert "six chiffres viennent de partir à m•••@d•••.example" in page
    assert "PO 12" in page and "one-time-code" in page
    page = text(client.post(url(order), signing(order)))
    assert "écrivez ses six chiffres ici" in page, "asked again, not mailed again"
    assert Letter.objects.filter(kind="orders/code").count() == 1
    assert "Ce n’est pas le code" in text(client.post(url(order), signing(order, code="12")))
    page = text(client.post(url(order), signing(order, answer="code", purchase_reference="PO 12")))
    assert Letter.objects.filter(kind="orders/code").count() == 2 and "PO 12" in page
    code = links.newest(order, links.CODE)
    assert code is not None
    done = client.post(url(order), signing(order, code=links.code(code)), follow=True)
    assert "C’est signé, merci" in text(done)


def test_codes_are_mailed_so_often_and_no_more(client: Client) -> None:
    order = world.sent_job(price=Decimal("2400.00"))
    for _ in range(6):
        page = text(client.post(url(order), signing(order, answer="code")))
    assert "Trop d’essais" in page
    assert Letter.objects.filter(kind="orders/code").count() == 5
    links.revoke(order, links.CODE, at=world.MONDAY)
    assert "Trop d’essais" in text(client.post(url(order), signing(order)))


def test_he_asks_for_a_change_and_ana_answers(client: Client) -> None:
    order = world.sent_job()
    answer = client.post(
        url(order), answering(order, "other", **{"other-text": "Sans le blog"}), follow=True
    )
    page = text(answer)
    assert "Votre demande est partie chez Ana Lopes" in page
    assert "Vous avez demandé un changement : « Sans le blog »" in page
    again = text(client.post(url(order), answering(order, "other", **{"other-text": "Ou moins"})))
    assert "déjà en cours" in again and "Ou moins" in again
    ana = Client()
    ana.force_login(world.ana().user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    job = reverse("job", args=[order.ref])
    page = text(ana.get(job))
    assert "Marc Dumont demande un changement avant de signer" in page and "Sans le blog" in page
    keep = reverse("job-keep", args=[order.ref])
    assert keep in page and "Sans le blog" in text(ana.get(keep))
    assert "reste à remplir" in text(ana.post(keep, {"reply": ""}))
    assert "Votre réponse est partie" in text(
        ana.post(keep, {"reply": "Le blog compte"}, follow=True)
    )
    assert "maintient la commande et vous répond : « Le blog compte »" in text(
        client.get(url(order))
    )
    client.post(url(order), answering(order, "other", **{"other-text": "Alors en janvier"}))
    ana.post(reverse("job-withdraw", args=[order.ref]))
    assert "Alors en janvier" in text(ana.get(job)), "still there while she changes the draft"
    assert "a repris cette commande" in text(client.get(url(order)))
    assert "n’est plus possible" in text(ana.post(keep, {"reply": "Trop tard"}))
    ana.post(reverse("job-send", args=[order.ref]))
    page = text(client.get(url(order)))
    assert "C’est la version 2" in page and not ChangeRequest.objects.filter(status="open")


def test_two_tabs_and_the_old_one_signs_nothing(client: Client) -> None:
    order = world.sent_job()
    old, ana = signing(order), world.by(world.ana())
    declined = answering(order, "decline", **{"no-reason": "Non"})
    actions.withdraw(order.pk, by=ana, at=world.MONDAY)
    actions.send(order.pk, by=ana, at=world.MONDAY)
    page = text(client.post(url(order), old))
    assert "modifiée depuis" in page and "version 2" in page
    assert 'name="consent" checked' not in page
    assert "modifiée depuis" in text(client.post(url(order), declined))
    order.refresh_from_db()
    assert order.status == OrderStatus.SENT


def test_he_chooses_his_language_and_it_is_kept(client: Client) -> None:
    order = world.sent_job()
    page = text(client.post(url(order), {"answer": "language", "language": "nl"}, follow=True))
    assert "Te ondertekenen" in page or "Ondertekenen" in page
    assert "Ik heb de bestelling" in page and '<html lang="nl"' in page
    assert '<html lang="nl"' in text(client.get(url(order)))
    client.post(url(order), {"answer": "language", "language": "xx"})
    order.refresh_from_db()
    assert order.shown["language"] == "nl"
    assert client.post(url(order), signing(order)).status_code == 302
    assert Letter.objects.get(kind="orders/copy").language == "nl"


def test_the_first_reader_still_reads_and_may_correct(client: Client) -> None:
    order = world.sent_job()
    first = url(order)
    page = text(client.post(first, answering(order, "forward", **COLLEAGUE), follow=True))
    assert "C’est transmis. Ana Lopes est au courant." in page
    assert "l•••@d•••.example" in page and LEA_EMAIL not in page
    assert "1.210,00 €" in page and "Signer la commande" not in page
    assert "a été transmise à l•••@" in text(client.post(first, signing(order)))
    hers = url(order)
    page = text(client.get(hers))
    assert "Signer la commande" in page and 'value="Directrice"' in page
    assert "sans adresse ni lien" in text(
        client.post(first, answering(order, "forward", **COLLEAGUE | {
            "to-email": "leo@d.example", "to-words": "www.x.example"}))
    )  # fmt: skip
    client.post(first, answering(order, "forward", **COLLEAGUE | {"to-email": "leo@d.example"}))
    closed = client.get(hers)
    assert closed.status_code == 410 and "Léa" not in text(closed)
    for number in range(signpage.FORWARDS_AN_HOUR):
        values = COLLEAGUE | {"to-email": f"p{number}@d.example"}
        page = text(client.post(first, answering(order, "forward", **values)))
    assert "Trop d’essais" in page or "déjà été transmise" in page


def test_who_signed_before_finds_his_function_again(client: Client) -> None:
    world.signed_job()
    assert 'value="Administrateur délégué"' in text(client.get(url(world.sent_job())))


def test_too_many_clicks_are_asked_to_wait(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(signpage, "MANY", 2)
    order = world.sent_job()
    for _ in range(2):
        client.post(url(order), {"answer": "language", "language": "fr"})
    answer = client.post(url(order), signing(order))
    assert answer.status_code == 429 and "Trop d’essais" in text(answer)
    assert "Administrateur délégué" in text(answer)
    answer = client.post(url(order), {"answer": "language", "language": "nl"})
    assert answer.status_code == 429 and "Trop d’essais" in text(answer)
    assert client.post(url(order), {"answer": "dance"}).status_code == 200


def test_a_closed_link_is_sent_again_without_telling_where(client: Client, clock: Any) -> None:
    order = world.sent_job()
    mine = url(order)
    assert order.link_expires_at is not None
    clock.move_to(order.link_expires_at)
    page = text(client.get(mine))
    assert "ne peut plus être signée" in page and "Demander une nouvelle version à Ana" in page
    actions.lapse_due(at=order.link_expires_at)
    page = text(client.post(mine, {"answer": "again"}))
    assert "sait que vous voulez encore signer" in page
    assert Letter.objects.filter(kind="orders/wanted_again").count() == 1
    signed = world.sent_job(at=order.link_expires_at, days={
        (order.link_expires_at + timedelta(days=7)).date(): Decimal("7.60")})  # fmt: skip
    link = url(signed)
    client.post(link, signing(signed))
    page = text(client.get(link))
    assert "Renvoyer le lien à m•••@d•••.example" in page and world.SIGNER_EMAIL not in page
    for _ in range(3):
        page = text(client.post(link, {"answer": "again"}))
        assert "Le lien est parti à m•••@d•••.example" in page
    assert "Trop d’essais" in text(client.post(link, {"answer": "again"}))
    assert Letter.objects.filter(kind="orders/copy").count() == 4
    forged = client.get(reverse("sign", args=["a" * 39]))
    assert forged.status_code == 404 and "Renvoyer" not in text(forged)
    assert "dernier courriel de la coopérative" in text(forged)


def test_a_cancelled_order_says_so_on_its_link(client: Client) -> None:
    order = world.sent_job()
    actions.cancel(order.pk, reason="Reporté", by=world.by(world.ana()), at=world.MONDAY)
    assert "est annulée" in text(client.get(url(order)))


def test_what_he_is_told_leads_to_how_the_order_stands(client: Client) -> None:
    ana = world.by(world.ana())
    taken_back = world.sent_job()
    actions.withdraw(taken_back.pk, by=ana, at=world.MONDAY)
    page = text(client.get(opened("withdrawn")))
    assert "a repris cette commande" in page and "Renvoyer" not in page
    never_signed = world.sent_job()
    actions.cancel(never_signed.pk, reason="Reporté", by=ana, at=world.MONDAY)
    page = text(client.get(opened("cancelled")))
    assert "il n’y a rien à signer" in page and "« Reporté »" in page and "par Ana Lopes" in page
    signed = world.signed_job()
    actions.cancel(signed.pk, reason="Budget gelé", by=ana, at=world.MONDAY)
    page = text(client.get(opened("cancelled")))
    assert "annulée depuis le 23/11/2026" in page and "« Budget gelé »" in page
    assert "vous ne devez rien" in page and "La facture se placera" not in page
    assert "La commande signée en PDF" in page and "Changer ou annuler" not in page


def test_what_staff_decided_leads_to_the_order_too(client: Client) -> None:
    order = world.contracted_job()
    asked = actions.ask_change(
        order.pk, kind="change", text="Lundi", by=world.DUMONT_ACTOR, at=world.MONDAY
    )
    actions.decide_change(
        asked.pk, outcome="keep", note="Le lieu est pris", user=world.elise(), at=world.MONDAY
    )
    page = text(client.get(opened("change_answer")))
    assert "par Ana Lopes. Signée par Marc Dumont" in page and "prévu à partir du" in page


def test_what_he_declined_asks_nothing_more_of_him(client: Client) -> None:
    order = world.sent_job()
    client.post(url(order), answering(order, "decline", **{"no-reason": "Trop cher"}))
    page = text(client.get(url(order)))
    assert "est déclinée" in page and "« Trop cher »" in page and "Renvoyer" not in page


def test_the_page_makes_a_fixed_number_of_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    order = world.sent_job()
    client.get(url(order))
    with django_assert_max_num_queries(16):
        client.get(url(order))
