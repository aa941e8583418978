"""Dumont does not simply sign: he draws, types a code, asks for another version, passes it on."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from pypdf import PdfReader

from office import clock, documents, journal, links, mail, policy
from office.actors import Actor
from office.lifecycle import NotAllowed
from office.limits import TooOften
from office.models import Document, Letter, Link
from orders import actions, drawing, rules
from orders.actions import answers, changes, codes, examining, forwarding, signing
from orders.models import ChangeRequest, Forwarding, Order
from orders.plans import fields_of
from orders.policy import OrdersPolicy
from orders.states import OrderStatus
from smart.demo import acts
from smart.models import DemoMail
from tests import world

pytestmark = pytest.mark.django_db

MONDAY = world.MONDAY
LATER = MONDAY + timedelta(minutes=5)
MARC = world.DUMONT_ACTOR
LEA_EMAIL = "lea@dumont-editions.example"
LEA = replace(MARC, name="Léa Simon", mailbox=LEA_EMAIL)
COLLEAGUE = actions.Colleague(name="Léa Simon", role="Directrice", email=LEA_EMAIL)
SIGNER = actions.Signer(name="Marc Dumont", role="Administrateur délégué")
STROKES = "M10 20" + "".join(f"L{10 + step * 9} {20 + step * 7 % 90}" for step in range(1, 30))


def sign(order: Order, *, by: Actor = MARC, at: datetime = LATER, **changes: Any) -> Order:
    order.refresh_from_db()
    wanted: dict[str, Any] = {"shown_sha256": order.shown_sha256, "signer": SIGNER} | changes
    return actions.sign(order.pk, by=by, at=at, **wanted)


def letters(kind: str) -> int:
    return Letter.objects.filter(kind=f"orders/{kind}").count()


def words(document_id: int | None) -> str:
    assert document_id
    documents.make(document_id, at=LATER)
    content = documents.content(Document.objects.get(pk=document_id))
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def kinds(order: Order) -> list[str]:
    return [event.kind for event in reversed(journal.timeline(order)) if event.chain]


# --- Drawn ---------------------------------------------------------------------------------------


def test_a_drawn_signature_stands_in_both_papers_and_never_changes() -> None:
    order = sign(world.sent_job(), signer=replace(SIGNER, drawing=STROKES))
    assert order.drawing == drawing.cleaned(STROKES)
    assert order.document and order.certificate
    for context in (order.document.context["signature"], order.certificate.context["signer"]):
        assert context["drawing"] == order.drawing
    signed = journal.timeline(order)[0]
    assert len(signed.data["drawing"]) == 64
    words(order.document_id)
    assert "Signature dessinée" in words(order.certificate_id)
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(drawing="")


@pytest.mark.parametrize(
    "path",
    [
        "M1 2",
        "M10 20L30 40",  # a slip
        STROKES + "L601 20",
        STROKES + "L20 201",
        STROKES + '"/><script>',
        STROKES + "L1.5 2",
        STROKES + "L١ ٢",
        "M10 20" + "L11 21" * 4000,
    ],
)
def test_what_is_no_drawing_is_refused_and_nothing_is_signed(path: str) -> None:
    order = world.sent_job()
    with pytest.raises(drawing.DrawingUnreadable):
        sign(order, signer=replace(SIGNER, drawing=path))
    order.refresh_from_db()
    assert order.status == OrderStatus.SENT


# --- By code -------------------------------------------------------------------------------------


def dear() -> Order:
    order = world.sent_job(price=Decimal("2400.00"))
    assert order.code_wanted
    return order


def mailed(order: Order) -> Link:
    link = links.newest(order, links.CODE)
    assert link is not None
    return link


def test_above_the_amount_nothing_is_signed_without_the_code(settings: Any) -> None:
    settings.EMAIL_BACKEND = "smart.demo.mailbox.EmailBackend"
    order = dear()
    with pytest.raises(signing.CodeWanted, match=r"m•••@d•••\.example"):
        sign(order)
    actions.send_code(order.pk, by=MARC, at=MONDAY)
    letter = Letter.objects.get(kind="orders/code")
    digits = links.code(mailed(order))
    assert len(digits) == 6 and digits not in letter.body, "staff who read the letter cannot sign"
    mail.deliver(letter.pk, at=MONDAY)
    assert digits in DemoMail.objects.get(to=order.signer_email).text
    with pytest.raises(codes.CodeWrong):
        actions.confirm_code(order.pk, typed=digits[::-1] + "1", by=MARC, at=LATER)
    actions.confirm_code(order.pk, typed=f"{digits[:3]} {digits[3:]}", by=MARC, at=LATER)
    actions.confirm_code(order.pk, typed=digits, by=MARC, at=LATER)  # a second click
    signed = sign(order)
    assert kinds(order)[1:] == ["order.code_sent", "order.code_confirmed", "order.signed"]
    words(signed.document_id)
    told = words(signed.certificate_id)
    assert "code à six chiffres" in told and "Code recopié" in told
    assert digits not in told


def test_a_code_lapses_wears_out_and_a_new_one_replaces_it() -> None:
    order = dear()
    actions.send_code(order.pk, by=MARC, at=MONDAY)
    first = links.code(mailed(order))
    with pytest.raises(codes.CodeOver):
        actions.confirm_code(order.pk, typed=first, by=MARC, at=MONDAY + codes.LIFE)
    wrong = "111111" if first != "111111" else "222222"
    for _ in range(codes.TRIES):
        with pytest.raises(codes.CodeWrong):
            actions.confirm_code(order.pk, typed=wrong, by=MARC, at=MONDAY)
    with pytest.raises(codes.CodeOver):
        actions.confirm_code(order.pk, typed=first, by=MARC, at=MONDAY)
    for _ in range(codes.CODES_AN_HOUR - 1):
        actions.send_code(order.pk, by=MARC, at=MONDAY)
    with pytest.raises(TooOften):
        actions.send_code(order.pk, by=MARC, at=MONDAY)
    actions.confirm_code(order.pk, typed=links.code(mailed(order)), by=MARC, at=MONDAY)
    with pytest.raises(signing.CodeWanted):
        sign(order, at=MONDAY + signing.PROVED_FOR)
    assert sign(order).status == OrderStatus.SIGNED


def test_the_amount_is_the_policy_of_the_day_it_was_sent() -> None:
    by = world.by(world.denis())
    policy.decide(
        OrdersPolicy(code_from=Decimal("500.00"), remind_days=(2,)),
        starts_on=clock.day_of(MONDAY) + timedelta(days=1),
        by=by,
        at=MONDAY,
    )
    assert not world.sent_job().code_wanted
    assert world.sent_job(at=MONDAY + timedelta(days=1)).code_wanted


# --- Another version -----------------------------------------------------------------------------


def ask(order: Order, text: str = "Plutôt en décembre ?") -> ChangeRequest:
    return actions.ask_other(
        order.pk, shown_sha256=order.shown_sha256, text=text, by=MARC, at=MONDAY
    )


def test_dumont_asks_ana_changes_and_his_first_link_shows_the_new_version() -> None:
    order = world.sent_job()
    first, old = links.newest(order, "sign"), order.shown_sha256
    assert first is not None
    assert ask(order) == ask(order)
    assert letters("other_asked") == 1 and letters("change_asked_staff") == 0
    with pytest.raises(changes.AskedBefore):
        ask(order, "Et moins cher")
    with pytest.raises(signing.ReasonMissing):
        ask(world.sent_job(), " ")
    ana = world.by(world.ana())
    draft = actions.withdraw(order.pk, by=ana, at=MONDAY)
    fields = replace(fields_of(draft), description="Refonte de la page d’accueil seulement")
    actions.amend(order.pk, fields=fields, by=ana, at=MONDAY)
    again = actions.send(order.pk, by=ana, at=MONDAY)
    assert ChangeRequest.objects.get(order=order).status == "done"
    assert links.newest(order, "sign") == links.open("sign", links.token(first), at=LATER)
    for answer in (
        lambda: sign(order, shown_sha256=old),
        lambda: actions.decline(order.pk, shown_sha256=old, reason="Non", by=MARC, at=LATER),
        lambda: actions.ask_other(order.pk, shown_sha256=old, text="x", by=MARC, at=LATER),
        lambda: actions.forward(order.pk, shown_sha256=old, to=COLLEAGUE, by=MARC, at=LATER),
    ):
        with pytest.raises(signing.OlderVersion):
            answer()
    letter = Letter.objects.filter(kind="orders/sent").latest("pk")
    assert "version 2" in letter.body and letter.link == first
    assert sign(again).status == OrderStatus.SIGNED
    assert "order.other_asked" in kinds(order)
    words(again.document_id)
    order.refresh_from_db()
    words(order.document_id)
    assert "Plutôt en décembre ?" in words(order.certificate_id)


def test_ana_keeps_her_version_and_dumont_signs_it() -> None:
    order = world.sent_job()
    ana = world.ana().user
    assert actions.keep(order.pk, reply="Rien n’est demandé", user=ana, at=MONDAY) is None
    ask(order)
    with pytest.raises(signing.ReasonMissing):
        actions.keep(order.pk, reply=" ", user=ana, at=MONDAY)
    request = actions.keep(order.pk, reply="Décembre est complet", user=ana, at=MONDAY)
    assert request is not None and request.decision == "Décembre est complet"
    assert letters("kept") == 1
    sign(order)
    with pytest.raises(NotAllowed):
        actions.keep(order.pk, reply="Trop tard", user=ana, at=LATER)


def test_what_was_asked_is_settled_by_what_happens() -> None:
    declined, lapsed, signed = (world.sent_job() for _ in range(3))
    for order in (declined, lapsed, signed):
        ask(order)
    acts.decline_order(declined, reason="Finalement non", at=LATER)
    sign(signed)
    assert lapsed.link_expires_at
    actions.lapse_due(at=lapsed.link_expires_at)
    assert not ChangeRequest.objects.filter(status="open").exists()


# --- Another language ----------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "agreed"), [("nl", "Ik heb de"), ("en", "I have read")])
def test_he_reads_and_signs_in_another_language(language: str, agreed: str) -> None:
    order = world.sent_job()
    french = order.shown_sha256
    chosen = actions.choose_language(order.pk, language=language, by=MARC, at=MONDAY)
    assert chosen.shown["language"] == chosen.signer_language == language
    assert chosen.shown_sha256 != french and chosen.shown["total"] == order.shown["total"]
    same = actions.choose_language(order.pk, language=language, by=MARC, at=LATER)
    assert same.document_id == chosen.document_id
    with pytest.raises(signing.OlderVersion):
        sign(order, shown_sha256=french)
    signed = sign(order)
    event = journal.timeline(signed)[0]
    assert event.data["language"] == language and event.data["consent"].startswith(agreed)
    assert Letter.objects.get(kind="orders/copy").language == language
    assert signed.invoices.get().language == language
    assert kinds(order) == ["order.sent", "order.language_chosen", "order.signed"]
    words(signed.document_id)
    words(signed.certificate_id)


# --- Passed on -----------------------------------------------------------------------------------


def forward(order: Order, *, by: Actor = MARC, at: datetime = MONDAY, **changes: Any) -> Order:
    order.refresh_from_db()
    to = replace(COLLEAGUE, **changes)
    return actions.forward(order.pk, shown_sha256=order.shown_sha256, to=to, by=by, at=at)


def test_the_colleague_signs_by_a_link_of_her_own_and_the_chain_is_kept() -> None:
    order = world.sent_job()
    first = links.newest(order, "sign")
    assert first is not None
    passed = forward(order, words="C’est toi qui signes")
    assert forward(order).forwardings.count() == 1  # a second click
    assert (passed.signer_name, passed.signer_email) == ("Léa Simon", LEA_EMAIL)
    assert (letters("forwarded"), letters("forwarded_affiliate")) == (1, 1)
    letter = Letter.objects.get(kind="orders/forwarded")
    assert letter.to == LEA_EMAIL and "C’est toi qui signes" in letter.body
    assert letter.link != first and links.open("sign", links.token(first), at=LATER)
    for answer in (
        lambda: sign(order),
        lambda: actions.decline(
            order.pk, shown_sha256=order.shown_sha256, reason="Non", by=MARC, at=LATER
        ),
        lambda: ask(order),
    ):
        with pytest.raises(signing.NotTheSigner, match=r"l•••@d•••\.example"):
            answer()
    actions.opened(order.pk, by=MARC, at=LATER)
    order.refresh_from_db()
    assert order.opened_at is None, "the first reader is not the one who signs"
    actions.opened(order.pk, by=LEA, at=LATER)
    signed = sign(order, by=LEA, signer=replace(SIGNER, name="Léa Simon", role="Directrice"))
    assert Letter.objects.get(kind="orders/copy").to == LEA_EMAIL
    assert kinds(order) == ["order.sent", "order.forwarded", "order.opened", "order.signed"]
    words(signed.document_id)
    told = words(signed.certificate_id)
    assert "transmise à un collègue" in told and "Léa Simon, Directrice" in told
    with pytest.raises(DatabaseError), transaction.atomic():
        Forwarding.objects.update(to_name="Quelqu’un d’autre")


def test_a_wrong_address_is_corrected_by_who_typed_it_and_the_wrong_link_closes() -> None:
    order = world.sent_job()
    forward(order, email="lea@dumont-edition.example")
    wrong = links.newest(order, "sign")
    assert wrong is not None
    forward(order)
    with pytest.raises(links.LinkRevoked):
        links.open("sign", links.token(wrong), at=LATER)
    with pytest.raises(signing.NotTheSigner):
        forward(order, by=replace(MARC, mailbox="lea@dumont-edition.example"))
    tom = "tom@dumont-editions.example"
    forward(order, by=LEA, email=tom, name="Tom Petit")
    with pytest.raises(forwarding.ForwardedEnough, match="3 fois"):
        forward(order)
    assert str(Forwarding.objects.latest("pk")) == f"{order.ref} → Tom Petit"
    assert rules.readers(tom, [("a@x.be", "b@x.be")]) == {tom}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"words": "Gagnez sur www.loterie.example"}, forwarding.LinkInWords),
        ({"words": "http://127.0.0.1/"}, forwarding.LinkInWords),
        ({"words": "écris à moi@ici.example"}, forwarding.LinkInWords),
        ({"name": "loterie.com"}, forwarding.LinkInWords),
        ({"role": "voir t.ly/x ou loterie.com"}, forwarding.LinkInWords),
        ({"email": world.SIGNER_EMAIL.upper()}, forwarding.ForwardedToHimself),
    ],
)
def test_it_is_no_relay_for_other_mail(changes: dict[str, str], refusal: type[Exception]) -> None:
    order = world.sent_job()
    with pytest.raises(refusal):
        forward(order, **changes)
    assert letters("forwarded") == 0


def test_it_is_not_passed_on_to_a_member() -> None:
    with pytest.raises(examining.SignerIsOurs):
        forward(world.sent_job(), email=world.bruno().user.email)


def test_a_new_version_goes_to_the_colleague_and_the_first_reader_still_reads() -> None:
    order = world.sent_job()
    first = links.newest(order, "sign")
    assert first is not None
    forward(order)
    hers, ana = links.newest(order, "sign"), world.by(world.ana())
    actions.withdraw(order.pk, by=ana, at=MONDAY)
    actions.send(order.pk, by=ana, at=MONDAY)
    assert Letter.objects.filter(kind="orders/sent").latest("pk").to == LEA_EMAIL
    assert links.newest(order, "sign") == hers
    assert links.open("sign", links.token(first), at=MONDAY) == first


# --- Reminded, sent again ------------------------------------------------------------------------


def test_who_has_not_answered_is_reminded_once_a_day_of_the_policy() -> None:
    order = world.sent_job(days={clock.day_of(MONDAY) + timedelta(days=9): acts.FULL_DAY})
    last = order.last_day_to_sign
    assert last is not None
    for days, said in ((4, 0), (3, 1), (2, 1), (1, 2), (0, 2)):
        night = clock.start_of(last - timedelta(days=days))
        assert actions.remind_to_sign(at=night + timedelta(hours=7)) == 0
        actions.remind_to_sign(at=night + timedelta(hours=9))
        actions.remind_to_sign(at=night + timedelta(hours=10))
        assert letters("reminder") == said, days
    carried = Letter.objects.filter(kind="orders/reminder").values_list("link", flat=True)
    link = links.newest(order, "sign")
    assert link is not None and set(carried) == {link.pk}


def test_nobody_is_reminded_after_an_answer() -> None:
    days = {clock.day_of(MONDAY) + timedelta(days=9): acts.FULL_DAY}
    asked, declined, signed = (world.sent_job(days=days) for _ in range(3))
    ask(asked)
    acts.decline_order(declined, reason="Non", at=MONDAY)
    sign(signed)
    assert asked.last_day_to_sign
    morning = clock.start_of(asked.last_day_to_sign) + timedelta(hours=9)
    assert actions.remind_to_sign(at=morning) == 0


def test_an_order_sent_on_its_last_days_is_not_reminded_at_once() -> None:
    order = world.sent_job()  # the work begins on Thursday
    assert actions.remind_to_sign(at=MONDAY + timedelta(hours=1)) == 0
    assert actions.remind_to_sign(at=MONDAY + timedelta(days=1)) == 1
    order.refresh_from_db()
    assert order.reminded_on == clock.day_of(MONDAY) + timedelta(days=1)


def test_a_link_is_sent_again_to_its_own_address_only() -> None:
    order = world.sent_job()
    for minutes in range(answers.LINKS_AN_HOUR):
        actions.send_again(order.pk, by=MARC, at=MONDAY + timedelta(minutes=minutes))
    assert letters("sent") == 1 + answers.LINKS_AN_HOUR
    with pytest.raises(TooOften):
        actions.send_again(order.pk, by=MARC, at=LATER)
    evening = MONDAY + timedelta(hours=9)
    with pytest.raises(answers.NothingToSend):
        actions.send_again(order.pk, by=LEA, at=evening)
    sign(order, at=evening)
    actions.send_again(order.pk, by=MARC, at=evening + timedelta(hours=1))
    assert letters("copy") == 2
    declined = world.sent_job()
    acts.decline_order(declined, reason="Non", at=MONDAY)
    with pytest.raises(answers.NothingToSend):
        actions.send_again(declined.pk, by=MARC, at=evening)


def test_of_a_lapsed_order_the_affiliate_is_asked_for_another() -> None:
    order = world.sent_job()
    assert order.link_expires_at
    actions.lapse_due(at=order.link_expires_at)
    actions.send_again(order.pk, by=MARC, at=order.link_expires_at)
    assert letters("wanted_again") == 1
