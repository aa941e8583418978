"""One share a year: three jobs are free, then new work waits for it and money due never does."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from ledger import incoming
from ledger.queries import balance_of_code
from members import shares
from members.actions import shares as acts
from members.models import Share, SharePayment
from office import documents
from office.models import Event, Letter
from office.policy import NoPolicy
from office.typography import french
from orders import actions as orders
from orders import share as order_share
from orders.share import ShareDue
from smart import books
from smart.demo import cast
from tests import world
from tests.members.test_pages import logged_in

pytestmark = pytest.mark.django_db
MONDAY = world.MONDAY
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _house(clock: Any) -> None:
    """A cooperative where three jobs are free."""
    clock.move_to(MONDAY)
    cast.found_cooperative(at=MONDAY, free_jobs=3)


def ask(year: int = 2026) -> Share:
    return acts.ask(world.ana().pk, year=year, by=world.by(world.ana()), at=MONDAY)


def pay(share: Share, amount: str, line: str, on: date = TODAY) -> SharePayment:
    return acts.record_payment(
        share.pk, amount=Decimal(amount), received_on=on, reference=line,
        by=world.by(world.denis()), at=MONDAY,
    )  # fmt: skip


def test_three_jobs_are_free_and_the_fourth_waits_for_the_share() -> None:
    for _job in range(3):
        assert not Share.objects.exists()
        world.sent_job()
    share = Share.objects.get()  # asked for as soon as the next one needs it
    assert (share.year, share.amount) == (2026, Decimal("30.00"))
    assert Letter.objects.filter(kind="members/share_due").count() == 1
    assert "Payez votre part 2026" in logged_in(world.ana().user).get("/").content.decode()
    with pytest.raises(ShareDue) as said:
        world.sent_job()
    assert "2026" in str(said.value) and "30,00" in str(said.value)
    draft = world.draft_job()
    page = logged_in(world.ana().user).get(f"/jobs/{draft.ref}/").content.decode()
    assert 'href="/me/share/"' in page
    pay(share, "30.00", "line 1")
    assert world.sent_job().status == "sent"


def test_money_due_never_waits() -> None:
    signed = world.contracted_job()
    for _job in range(2):
        world.sent_job()
    with pytest.raises(ShareDue):
        world.sent_job()
    again = orders.propose_change(signed.pk, by=world.by(world.ana()), at=MONDAY)
    assert not list(order_share.hindrances(again, on=TODAY))  # a new version is the same job
    world.acts.confirm_work(signed, at=world.last_evening(signed))
    signed.refresh_from_db()
    assert signed.status == "released"


def test_who_is_no_member_yet_is_asked_nothing() -> None:
    newcomer = world.newcomer()
    with pytest.raises(acts.NoShareYet):
        acts.ask(newcomer.pk, year=2026, by=world.by(newcomer), at=MONDAY)
    assert not list(order_share.hindrances(world.draft_job(newcomer), on=TODAY))


def test_without_a_policy_the_program_says_what_is_missing() -> None:
    with pytest.raises(NoPolicy) as said:
        shares.is_due(1, jobs=5, on=date(2026, 1, 1))
    assert french("« parts »") in str(said.value)


def test_a_share_is_asked_once_for_this_year_or_the_next() -> None:
    assert ask() == ask()
    assert ask(2027).communication != ask().communication
    for year in (2025, 2028, 0):
        with pytest.raises(acts.YearOutOfReach):
            ask(year)


def test_parts_make_a_whole_and_the_books_prove_it() -> None:
    share, entity = ask(), world.cooperative()
    pay(share, "10.00", "line 1")
    share.refresh_from_db()
    assert share.paid_on is None and balance_of_code(entity.pk, "4890") == Decimal("-10.00")
    assert all(proof.holds for proof in books.proofs())
    pay(share, "20.00", "line 2")
    share.refresh_from_db()
    assert share.paid_on == TODAY and share.certificate is not None
    assert balance_of_code(entity.pk, "111") == Decimal("-30.00")
    assert balance_of_code(entity.pk, "4890") == 0
    assert all(proof.holds for proof in books.proofs())


def test_the_same_line_of_the_bank_does_nothing_twice() -> None:
    share = ask()
    first = pay(share, "30.00", "line 1")
    assert pay(share, "30.00", " line 1 ") == first
    assert share.received == Decimal("30.00")
    with pytest.raises(acts.LineUsed):
        pay(share, "12.00", "line 1")
    with pytest.raises(acts.LineUsed):
        pay(ask(2027), "30.00", "line 1")
    assert Event.objects.filter(kind="share.paid").count() == 1


def test_too_much_is_given_back() -> None:
    share, entity = ask(), world.cooperative()
    pay(share, "50.00", "line 1")
    by = world.by(world.denis())
    acts.give_back(share.pk, on=TODAY, by=by, at=MONDAY)
    assert share.received == Decimal("30.00")
    with pytest.raises(acts.NothingTooMuch):
        acts.give_back(share.pk, on=TODAY, by=by, at=MONDAY)
    pay(share, "5.00", "line 2")  # once more, after it was whole
    acts.give_back(share.pk, on=TODAY, by=by, at=MONDAY)
    assert balance_of_code(entity.pk, "111") == Decimal("-30.00")
    assert all(proof.holds for proof in books.proofs())
    with pytest.raises(incoming.NotYetReceived):
        acts.give_back(share.pk, on=TODAY + timedelta(days=1), by=by, at=MONDAY)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (lambda share: pay(share, "0.00", "x"), incoming.AmountWrong),
        (lambda share: pay(share, "-30.00", "x"), incoming.AmountWrong),
        (lambda share: pay(share, "1.001", "x"), incoming.AmountWrong),
        (lambda share: pay(share, "30.00", " "), acts.LineMissing),
        (lambda share: pay(share, "30.00", "x", date(2026, 11, 24)), incoming.NotYetReceived),
    ],
)
def test_what_no_bank_says_is_refused(
    wrong: Callable[[Share], Any], refusal: type[Exception]
) -> None:
    share = ask()
    with pytest.raises(refusal):
        wrong(share)
    assert share.received == 0


def test_a_payment_is_never_changed() -> None:
    payment = pay(ask(), "30.00", "line 1")
    with pytest.raises(IntegrityError), transaction.atomic():
        SharePayment.objects.filter(pk=payment.pk).update(amount=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        payment.delete()


def test_the_certificate_is_a_paper_in_her_language() -> None:
    bruno = world.bruno()
    share = acts.ask(bruno.pk, year=2026, by=world.by(bruno), at=MONDAY)
    pay(share, "30.00", "line 1")
    share.refresh_from_db()
    assert share.certificate is not None and share.certificate.language == "nl"
    assert documents.rendered(share.certificate).startswith(b"%PDF")


def test_her_page_says_how_to_pay_then_holds_the_certificate() -> None:
    ana = logged_in(world.ana().user)
    assert "Prendre ma part 2026" in ana.get("/me/share/").content.decode()
    for year in ("2026", "2026", "x", "٢٠٢٦"):
        assert ana.post("/me/share/", {"year": year}).status_code == 302
    share = Share.objects.get()
    page = ana.get("/me/share/").content.decode()
    assert "BE33" in page and "<svg" in page and "30,00" in page
    pay(share, "12.00", "line 1")
    assert "18,00" in ana.get("/me/share/").content.decode()
    pay(share, "20.00", "line 2")
    page = ana.get("/me/share/").content.decode()
    assert "Certificat de part" in page and "2,00" in page
    share.refresh_from_db()
    address = reverse("share-certificate", args=[share.ref])
    assert address in page and ana.get(address).status_code in (200, 202)


def test_the_page_of_a_newcomer_explains() -> None:
    page = logged_in(world.newcomer().user).get("/me/share/").content.decode()
    assert "une fois votre inscription acceptée" in page


def test_finance_keeps_the_register_and_exports_it() -> None:
    share = ask()
    desk = logged_in(world.denis())
    url = reverse("admin:members_share_record_payment", args=[share.pk])
    typed = {"amount": "35,00", "received_on": "2026-11-23", "reference": "CODA 12/3"}
    assert desk.post(url, typed | {"amount": "0"}).status_code == 422
    assert desk.post(url, typed).status_code == 302
    change = reverse("admin:members_share_changelist")
    assert "Ana Lopes" in desk.get(change, {"queue": "surplus"}).content.decode()
    assert "Ana Lopes" in desk.get(change, {"queue": "register"}).content.decode()
    back = reverse("admin:members_share_give_back", args=[share.pk])
    assert desk.post(back, {"on": "2026-11-23"}).status_code == 302
    page = desk.get(reverse("admin:members_share_change", args=[share.pk])).content.decode()
    assert "CODA 12/3" in page and "PDF" in page
    answer = desk.post(reverse("admin:members_share_export"))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and ";Ana Lopes;" in lines[1] and "attachment" in str(answer.headers)
