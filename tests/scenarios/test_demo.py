"""What only the demo has, and what the house does by itself."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from invoicing.models import Invoice
from ledger.models import LegalEntity
from members.models import Affiliate
from office import clock
from orders.models import Order
from orders.states import OrderStatus
from payroll.models import PayRun
from smart import books
from smart import round as rounds
from smart.demo import travel
from smart.demo.pieces import PAGES
from smart.management.commands import bench
from smart.models import DemoMail
from smart.tasks import daily_round
from tests import world
from tests.scenarios.visitor import Visitor


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_the_world_has_a_job_at_every_stage(demo: None) -> None:
    printed = said("load_world")
    assert "23 jobs" in printed
    assert Affiliate.objects.filter(status="accepted").count() == 8
    assert set(Order.objects.values_list("status", flat=True)) == {
        status.value for status in OrderStatus if status not in ("released", "replaced")
    } | {"released"}
    executed = PayRun.objects.get(status="executed")
    assert executed.payslips.count() == 5
    assert abs(clock.now() - world.MONDAY) < timedelta(minutes=5)
    assert not books.problems() and all(proof.holds for proof in books.proofs())
    assert said("load_world") == ""  # there is one already
    assert "ana.lopes@mail.example" in said("demo_logins")
    assert "the books prove themselves" in said("check_books")


def test_a_world_only_in_the_demo(db: None, settings: Any) -> None:
    settings.COOP_DEMO = False
    with pytest.raises(CommandError):
        call_command("load_world")


def test_every_piece_is_shown_in_every_state(demo: None) -> None:
    visitor = Visitor()
    for page in PAGES:
        shown = visitor.see(f"/pieces/{page}/")
        assert shown.status == 200, page
    assert visitor.see("/pieces/").status == 200
    assert visitor.client.get("/pieces/else/").status_code == 404
    assert visitor.client.get("/pieces/papers/payslip/nl/").status_code == 404  # none made yet
    thread = visitor.see("/pieces/thread/").text
    for status in ("Déclinée", "Lien expiré", "Annulée", "Remplacée"):
        assert status in thread


def test_the_clock_bar(demo: None) -> None:
    order = world.contracted_job()
    visitor = Visitor()
    page = visitor.press(visitor.see("/demo/mail/"), "Jour suivant")
    assert "Un jour a passé" in page.text and clock.today() > clock.day_of(world.MONDAY)
    page = visitor.press(page, "Prochain événement")
    assert "confirmations de travail demandées (1)" in page.text
    assert clock.today() == max(order.days.values_list("day", flat=True))
    page = visitor.press(page, "Prochain événement")
    assert "rappels de confirmation" in page.text
    page = visitor.press(page, "Prochain événement")
    assert "travaux libérés sans réponse" in page.text
    assert Invoice.objects.get(job=order.ref).not_confirmed


@pytest.mark.uncounted
def test_nothing_left_to_do_for_a_month(demo: None) -> None:
    world.cooperative()
    visitor = Visitor()
    page = visitor.press(visitor.see("/demo/mail/"), "Prochain événement")
    assert "Un mois a passé" in page.text


def test_the_bar_leads_back_into_the_house_only(demo: None) -> None:
    visitor = Visitor()
    page = visitor.see("/demo/mail/")
    page = visitor.press(page, "Jour suivant", next="https://elsewhere.example/")
    assert page.url.startswith("/login/")


def test_the_mailbox_has_pages(demo: None) -> None:
    for number in range(45):
        DemoMail.objects.create(
            to=f"p{number % 2}@mail.example",
            subject_line=f"Lettre {number}",
            text="Bonjour <b>vous</b>",
            message_id=str(number),
            arrived_at=clock.now(),
        )
    visitor = Visitor()
    page = visitor.see("/demo/mail/")
    assert "Lettre 44" in page.text and "Lettre 4 " not in page.text
    assert "Lettre 0" in visitor.click(page, "Plus anciens").text
    assert "Lettre 44" not in visitor.see("/demo/mail/?to=p1@mail.example").text
    assert "<b>vous</b>" in visitor.click(page, "Lettre 44").text  # as text
    assert "Aucun e-mail" in visitor.see("/demo/mail/?to=nobody@mail.example").text


def test_a_failing_step_stops_no_other(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    world.cooperative()

    def fails(at: Any) -> int:
        raise ZeroDivisionError

    done: list[str] = []

    def works(at: Any) -> int:
        done.append("works")
        return 1

    monkeypatch.setattr(rounds, "STEPS", {"fails": fails, "works": works})
    with pytest.raises(ExceptionGroup):
        rounds.daily_round(clock.now())
    assert done == ["works"]


def test_every_step_has_its_words() -> None:
    assert set(rounds.STEPS) == set(rounds.LABELS)


def test_beat_runs_the_round(demo: None) -> None:
    order = world.contracted_job()
    clock.move_to(world.last_evening(order))
    daily_round()
    daily_round()
    travel.deliver_letters()
    asked = DemoMail.objects.filter(subject_line__contains="le travail est-il fait")
    assert asked.count() == 1


def test_check_books_says_what_is_wrong(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    world.paid_job()
    assert "the books prove themselves" in said("check_books")
    monkeypatch.setattr(books, "balances_by_code", lambda: {})
    with pytest.raises(CommandError):
        call_command("check_books", stdout=StringIO())
    monkeypatch.undo()
    monkeypatch.setattr(books, "problems", lambda: ["L’écriture 12 ne s’équilibre pas."])
    with pytest.raises(CommandError):
        call_command("check_books", stdout=StringIO())


def test_the_drawn_states_are_those_of_the_code() -> None:
    call_command("draw_states", "--check")


def test_bench_refuses_a_world_of_its_own(db: None) -> None:
    world.cooperative()
    with pytest.raises(CommandError):
        call_command("bench", "chain")
    assert LegalEntity.objects.count() == 1


def test_bench_measures_every_step(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JOBS", "ENTRIES", "BULK", "PAPERS", "PAGES"):
        monkeypatch.setattr(bench, name, 2)
    printed = said("bench", "chain")
    for words in ("signature to contract and books", "one entry in bulk", "as PDF", "page: desk"):
        assert words in printed
