"""Fifty clicks at once on a real web server: a job, the terms, a share each happen once."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ledger.models import Entry
from members import terms
from members.actions import shares
from members.models import Affiliate, Share, SharePayment, TermsAcceptance
from office import clock, journal
from office.models import Event, Letter, Notice
from orders.models import Order
from smart import books
from smart.demo import cast
from tests import world
from tests.crowd import CLICKS, Answer, Window, at_once
from tests.processes import RealWorld

pytestmark = pytest.mark.usefixtures("peopled")

OCTOBER = datetime(2026, 10, 5, 8, tzinfo=UTC)
SHARE = Decimal("30.00")


@pytest.fixture(scope="module", autouse=True)
def url(real_world: RealWorld) -> str:
    clock.move_to(world.MONDAY)
    world.ana(), world.bruno(), world.staff(), world.dumont()
    cast.decide_policies(starts_on=OCTOBER.date(), free_jobs=10_000, at=OCTOBER)
    return real_world.start_web()


@pytest.fixture
def ana(url: str) -> Window:
    return Window(url, world.ana().user)


def fifty(click: Any) -> list[Answer]:
    return at_once(*[click] * CLICKS)


def drafts() -> Any:
    return Order.objects.filter(affiliate=world.ana(), status="draft")


def kinds(order: Order) -> Counter[str]:
    return Counter(event.kind for event in journal.timeline(order))


def about(row: Any, kind: str) -> int:
    return Event.objects.filter(kind=kind, subjects__contains=[journal.key(row)]).count()


# --- A job ---------------------------------------------------------------------------------------


def test_a_job_begun_by_fifty_clicks_is_one_draft(ana: Window) -> None:
    before = drafts().count()
    answers = fifty(ana.press("/jobs/new/", "Commencer"))
    assert {answer.status for answer in answers} == {302}
    assert len({answer.to for answer in answers}) == 1
    assert drafts().count() == before + 1
    assert kinds(drafts().latest("id"))["order.drafted"] == 1


def test_a_step_kept_by_fifty_clicks_is_kept_once(ana: Window) -> None:
    order = world.draft_job()
    page = f"/jobs/{order.ref}/edit/work/"
    typed = "Relecture du catalogue de printemps"
    answers = fifty(ana.press(page, "Continuer", description=typed))
    assert {answer.status for answer in answers} == {302}
    order.refresh_from_db()
    assert order.description == typed and kinds(order)["order.amended"] == 1


def test_of_two_windows_one_is_kept_and_the_other_is_told(ana: Window) -> None:
    order = world.draft_job()
    page = f"/jobs/{order.ref}/edit/work/"
    texts = ["Relecture du catalogue de printemps", "Traduction du catalogue d’automne"]
    windows = [ana.press(page, "Continuer", description=text, place=text) for text in texts]
    answers = at_once(*windows * (CLICKS // 2))
    assert {answer.status for answer in answers} == {200, 302}
    told = [answer for answer in answers if answer.status == 200]
    assert all("a changé dans une autre fenêtre" in answer.page for answer in told)
    order.refresh_from_db()
    assert order.description == order.place and order.description in texts
    assert kinds(order)["order.amended"] == 1


def test_days_and_price_typed_at_once_are_both_kept(ana: Window) -> None:
    order = world.draft_job()
    days = ana.press(
        f"/jobs/{order.ref}/edit/days/", "Ajouter ces jours", fill_from="2026-12-03", fill_hours="5"
    )
    price = ana.press(f"/jobs/{order.ref}/edit/price/", "Continuer", amount="1.200,00")
    answers = at_once(*[days, price] * (CLICKS // 2))
    assert {answer.status for answer in answers} <= {200, 302}
    order.refresh_from_db()
    assert order.amount == Decimal("1200.00")
    assert order.days.filter(day=date(2026, 12, 3), hours=5).count() == 1
    assert order.days.count() == 3 and kinds(order)["order.amended"] == 2


def test_a_job_repeated_by_fifty_clicks_is_drafted_once_a_month(ana: Window) -> None:
    sent = world.sent_job()
    before = drafts().count()
    answers = fifty(ana.press(f"/jobs/{sent.ref}/repeat/", "Voir les brouillons", times="10"))
    assert {answer.status for answer in answers} == {302}
    made = drafts().order_by("-id")[: drafts().count() - before]
    assert len({order.days.all()[0].day.replace(day=1) for order in made}) == len(made) == 3


def test_sent_and_filled_at_once_is_sent_as_it_was_read(ana: Window) -> None:
    order = world.draft_job()
    send = ana.press(f"/jobs/{order.ref}/", "Envoyer au client")
    price = ana.press(f"/jobs/{order.ref}/edit/price/", "Continuer", amount="1.300,00")
    answers = at_once(*[send, price] * (CLICKS // 2))
    assert {answer.status for answer in answers} <= {200, 302, 404, 422}
    order.refresh_from_db()
    assert order.status == "sent" and order.price == order.amount
    assert kinds(order)["order.sent"] == 1
    assert Letter.objects.filter(about=f"order:{order.pk}", kind="orders/sent").count() == 1


# --- The terms -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def emma(url: str) -> Affiliate:
    """She joined in October and has seen nothing since."""
    return cast.accept(
        cast.register(cast.EMMA, at=OCTOBER),
        entity=world.cooperative(),
        advisor=world.elise(),
        finance=world.denis(),
        at=OCTOBER,
        version="2026-01",
    )


def test_who_leaves_with_fifty_clicks_is_called_once(url: str, emma: Affiliate) -> None:
    window = Window(url, emma.user)
    answers = fifty(window.press("/me/terms/", "Ik aanvaard niet"))
    assert {answer.to for answer in answers} == {"/pay/"}
    assert about(emma, "terms.declined") == 1
    assert Notice.objects.filter(kind="members/wants_to_leave").count() == 1


def test_terms_accepted_by_fifty_clicks_are_accepted_once(url: str, emma: Affiliate) -> None:
    window = Window(url, emma.user)
    accept = window.press("/me/terms/", "gelezen en aanvaard")
    answers = fifty(accept)
    assert {(answer.status, answer.to) for answer in answers} == {(302, "/")}
    kept = TermsAcceptance.objects.get(user=emma.user, version=terms.versions()[-1].code)
    assert kept.sha256 == terms.versions()[-1].sha256("nl")
    assert about(emma.user, "terms.accepted") == 2  # January's, and these


# --- A share -------------------------------------------------------------------------------------


def test_a_share_taken_by_fifty_clicks_is_one_share(ana: Window) -> None:
    answers = fifty(ana.press("/me/share/", "Prendre ma part 2026"))
    assert {answer.to for answer in answers} == {"/me/share/"}
    share = Share.objects.get(affiliate=world.ana())
    assert about(share, "share.asked") == 1
    assert Letter.objects.filter(kind="members/share_due", to=world.ana().user.email).count() == 1


def test_shares_of_two_years_taken_at_once_are_two(url: str) -> None:
    bruno = Window(url, world.bruno().user)
    years = [bruno.press("/me/share/", f"{year}") for year in ("2026 nemen", "2027 nemen")]
    at_once(*years * (CLICKS // 2))
    taken = Share.objects.filter(affiliate=world.bruno()).order_by("year")
    assert [share.year for share in taken] == [2026, 2027]
    assert len({share.communication for share in taken}) == 2


def payment(share: Share) -> str:
    return f"/admin/members/share/{share.pk}/record_payment/"


def test_a_line_of_the_bank_written_by_fifty_clicks_pays_once(url: str) -> None:
    share = Share.objects.get(affiliate=world.ana())
    denis = Window(url, world.denis())
    line: dict[str, Any] = {"amount": "40,00", "received_on": "2026-11-23", "reference": "CODA 1"}
    answers = fifty(denis.press(payment(share), "Inscrire", **line))
    assert {answer.status for answer in answers} == {302}
    share.refresh_from_db()
    assert share.paid_on == date(2026, 11, 23) and share.received == Decimal("40.00")
    assert about(share, "share.paid") == about(share, "share.payment") == 1
    assert Entry.objects.filter(kind="share", source=f"share:{share.pk}").count() == 1


def test_what_is_too_much_goes_back_once(url: str) -> None:
    share = Share.objects.get(affiliate=world.ana())
    denis = Window(url, world.denis())
    back = f"/admin/members/share/{share.pk}/give_back/"
    answers = fifty(denis.press(back, "rendu", on="2026-11-23"))
    assert Counter(answer.status for answer in answers) == {302: 1, 422: CLICKS - 1}
    assert share.received == SHARE and about(share, "share.given_back") == 1


def test_parts_that_arrive_at_once_make_one_whole(url: str) -> None:
    share = Share.objects.get(affiliate=world.bruno(), year=2026)
    pay = [
        lambda number=number: shares.record_payment(
            share.pk, amount=Decimal("10.00"), received_on=date(2026, 11, 23),
            reference=f"CODA 2/{number % 3}", by=world.by(world.denis()), at=world.MONDAY,
        )
        for number in range(CLICKS)
    ]  # fmt: skip
    at_once(*pay)
    share.refresh_from_db()
    assert share.received == SHARE and share.certificate is not None
    assert share.payments.count() == 3 and about(share, "share.paid") == 1


def test_one_line_of_the_bank_pays_one_of_two_shares(url: str) -> None:
    """The same line on the shares of two people at once: one has it, the other is told."""
    of_both = [
        Share.objects.get(affiliate=world.bruno(), year=2027),
        shares.ask(world.ana().pk, year=2027, by=world.by(world.ana()), at=world.MONDAY),
    ]
    denis = Window(url, world.denis())
    line: dict[str, Any] = {"amount": "30,00", "received_on": "2026-11-23", "reference": "CODA 3"}
    clicks = [denis.press(payment(share), "Inscrire", **line) for share in of_both]
    answers = at_once(*clicks * (CLICKS // 2))
    assert Counter(answer.status for answer in answers) == {302: CLICKS // 2, 422: CLICKS // 2}
    assert SharePayment.objects.filter(request_key="line:CODA 3").count() == 1


def test_the_books_still_prove_themselves(url: str) -> None:
    assert not books.problems()
    assert all(proof.holds for proof in books.proofs())
