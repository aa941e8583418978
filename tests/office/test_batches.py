"""Denis presses one button for many letters; a worker presses it, row by row."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import Role, User
from office import clock, mail, tasks
from office.batches import actions, acts
from office.batches.models import Batch, BatchState
from office.models import Event, Letter
from tests import world
from tests.conftest import Published

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LETTERS = "/admin/office/letter/?queue=stuck"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_templates")]


def stuck(number: int) -> list[Letter]:
    """Letters no mail server took."""
    for one in range(number):
        mail.post(
            "tests/plain",
            to=f"marc{one}@dumont.example",
            language="fr",
            about=f"order:{one}",
            once=f"x{one}",
            at=AT,
            context={"title": "Rives"},
        )
    Letter.objects.update(handed_over_at=AT, stuck_at=AT, fault="?")
    return list(Letter.objects.order_by("id"))


def desk_of(user: User) -> Client:
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def denis() -> Client:
    clock.move_to(AT)
    return desk_of(world.denis())


def tick(browser: Client, rows: list[Any], *, where: str = LETTERS, **typed: Any) -> HttpResponse:
    """Tick rows of a list and choose a button."""
    chosen = {"action": "send_again_many", "_selected_action": [row.pk for row in rows], **typed}
    return browser.post(where, chosen)  # type: ignore[return-value]


def confirm(browser: Client, rows: list[Any], **typed: Any) -> HttpResponse:
    """The form of the page that asks, pressed."""
    return tick(browser, rows, **sealed(tick(browser, rows, **typed)), **typed)


def sealed(page: HttpResponse) -> dict[str, str]:
    """What the page that asks sends along."""
    return dict(re.findall(r'name="(once|keys)" value="([^"]+)"', page.content.decode()))


def sent_again(rows: list[Letter]) -> Batch:
    return actions.start(
        "office.letter.send_again",
        [row.pk for row in rows],
        typed={},
        once="page",
        language="fr",
        by=world.by(world.denis()),
        at=AT,
    )


def page_of(browser: Client, batch: Batch) -> str:
    answer = browser.get(reverse("admin:office_batch_change", args=[batch.pk]))
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_denis_sends_three_letters_again(denis: Client, published: list[Published]) -> None:
    rows = stuck(3)
    asked = tick(denis, rows).content.decode()
    assert "marc" in asked or "Rives" in asked
    assert "le recevra en double" in asked.replace("\n", " ")
    answer = confirm(denis, rows)
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("admin:office_batch_change", args=[batch.pk])
    assert Letter.objects.filter(stuck_at=None).count() == 0, "a worker does it, not the request"
    waiting = page_of(denis, batch)
    assert "0 sur 3." in waiting and "le travail continue sans elle" in waiting
    tasks.work_batch(batch.pk)
    assert Letter.objects.filter(stuck_at=None).count() == 3
    assert Event.objects.filter(kind="letter.retried", by_name="Denis Claes").count() == 3
    page = page_of(denis, batch)
    assert "C’est fini" in page and "3 sur 3." in page and "pas pu" not in page
    assert "Action groupée demandée" in page and "Action groupée finie" in page
    address = reverse("admin:office_batch_change", args=[batch.pk])
    assert denis.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    listed = denis.get(reverse("admin:office_batch_changelist")).content.decode()
    assert "Renvoyer (lettres)" in listed
    tasks.work_batch(batch.pk)
    tasks.sweep_batches()
    assert Event.objects.filter(kind="batch.ended").count() == 1


def test_two_clicks_make_one_batch(denis: Client) -> None:
    rows = stuck(2)
    hidden = sealed(tick(denis, rows))
    first, second = (tick(denis, rows, **hidden) for _click in range(2))
    assert first["Location"] == second["Location"] and Batch.objects.count() == 1


def test_all_of_a_list_that_is_longer_than_its_page(denis: Client) -> None:
    rows = stuck(60)
    confirm(denis, rows[:50], select_across="1")
    assert Batch.objects.get().rows.count() == 60


def test_what_came_in_after_the_page_was_shown_is_left_alone(denis: Client) -> None:
    """The page said three: three it is, though the list has five by now, and one went by itself."""
    rows = stuck(3)
    asked = tick(denis, rows, select_across="1")
    assert "ces 3 lignes" in asked.content.decode()
    stuck(5)
    mail.settle(rows[0], by=world.by(world.denis()), at=AT)
    tick(denis, rows, select_across="1", **sealed(asked))
    batch = Batch.objects.get()
    assert {row.key for row in batch.rows.all()} == {row.pk for row in rows}
    tasks.work_batch(batch.pk)
    assert batch.rows.filter(state=BatchState.DONE).count() == 2
    assert batch.rows.get(key=rows[0].pk).sentence == str(acts.NothingToDo())
    assert Letter.objects.filter(stuck_at__isnull=False, sent_at=None).count() == 2


@pytest.mark.parametrize("keys", ["", "1,2,3", "é", "x" * 5000])
def test_a_page_that_was_not_shown_does_nothing(denis: Client, keys: str) -> None:
    """Nor does the seal of another button's page."""
    rows = stuck(1)
    other = sealed(tick(denis, rows))["keys"]
    again = tick(denis, rows, keys=keys)
    assert again.status_code == 200 and "Pour cette ligne" in again.content.decode()
    tick(denis, rows, action="it_arrived_many", keys=other)
    assert not Batch.objects.exists()


def test_what_cannot_be_is_told_and_holds_up_nobody(denis: Client) -> None:
    arrived, gone, waits = stuck(3)
    batch = sent_again([arrived, gone, waits])
    mail.settle(arrived, by=world.by(world.denis()), at=AT)
    Letter.objects.filter(pk=gone.pk).update(handed_over_at=None)
    Letter.objects.filter(pk=gone.pk).delete()
    tasks.work_batch(batch.pk)
    waits.refresh_from_db()
    assert waits.stuck_at is None
    page = page_of(denis, batch)
    assert "3 sur 3. 2 n’ont pas pu se faire." in page
    assert "Il n’y a rien à faire ici" in page and "Cette ligne n’est plus là." in page
    link = reverse("admin:office_letter_change", args=[arrived.pk])
    assert link in denis.get(reverse("admin:office_batch_change", args=[batch.pk])).content.decode()


def test_what_was_refused_is_tried_again_by_its_author(denis: Client) -> None:
    [letter] = stuck(1)
    batch = sent_again([letter])
    Letter.objects.update(stuck_at=None)
    tasks.work_batch(batch.pk)
    Letter.objects.update(stuck_at=AT)
    again = reverse("admin:office_batch_try_again", args=[batch.pk])
    other = desk_of(world.carla()).post(again)
    assert other.status_code == 422 and "Seule la personne" in other.content.decode()
    denis.post(again)
    assert "En cours" in page_of(denis, batch)
    assert actions.try_again(batch.pk, by=world.by(world.denis()), at=AT) == 0
    assert "rien n’a changé" in denis.post(again, follow=True).content.decode()
    tasks.sweep_batches()
    letter.refresh_from_db()
    assert letter.stuck_at is None and "pas pu" not in page_of(denis, batch)


def test_a_worker_asks_again_whether_its_author_may() -> None:
    """A role taken away, or an account closed, between the click and the worker."""
    ana, elise = world.ana(), world.elise()
    batch = actions.start(
        "members.affiliate.hand_over",
        [ana.pk],
        typed={"advisor": [str(elise.pk)], "reason": ["Congé"]},
        once="page",
        language="nl",
        by=world.by(elise),
        at=AT,
    )
    User.objects.filter(pk=elise.pk).update(role=Role.PAYROLL)
    tasks.work_batch(batch.pk)
    row = batch.rows.get()
    assert row.state == BatchState.REFUSED and row.sentence.startswith("Uw rol")
    User.objects.filter(pk=elise.pk).update(role=Role.ADVISOR, is_active=False)
    actions.try_again(batch.pk, by=world.by(elise), at=AT)
    tasks.work_batch(batch.pk)
    assert batch.rows.get().state == BatchState.REFUSED
    User.objects.filter(pk=elise.pk).update(is_active=True)
    actions.try_again(batch.pk, by=world.by(elise), at=AT)
    tasks.work_batch(batch.pk)
    assert batch.rows.get().state == BatchState.DONE
    ana.refresh_from_db()
    assert ana.advisor == elise


def test_who_may_not_see_the_list_presses_nothing_in_it() -> None:
    [letter] = stuck(1)
    batch = actions.start(
        "office.letter.send_again",
        [letter.pk],
        typed={},
        once="page",
        language="fr",
        by=world.by(world.ana()),
        at=AT,
    )
    tasks.work_batch(batch.pk)
    assert batch.rows.get().sentence == str(acts.MayNot())


def test_a_portfolio_is_handed_over_with_its_reason(denis: Client) -> None:
    people, carla = [world.ana(), world.bruno()], world.carla()
    boss, where = desk_of(world.admin()), "/admin/members/affiliate/?queue=all"
    typed = {"action": "hand_over_many", "advisor": carla.pk, "reason": ""}
    refused = confirm(boss, people, where=where, **typed)
    assert refused.status_code == 422 and not Batch.objects.exists()
    assert f'value="{carla.pk}" selected' in refused.content.decode(), "what was chosen is kept"
    confirm(boss, people, where=where, **typed | {"reason": "Congé de Paul"})
    batch = Batch.objects.get()
    tasks.work_batch(batch.pk)
    for person in people:
        person.refresh_from_db()
        assert person.advisor == carla
    told = Event.objects.filter(kind="affiliate.handed_over")
    assert {event.data["reason"] for event in told} == {"Congé de Paul"}


def test_an_answer_that_fits_no_more_is_told() -> None:
    ana, elise = world.ana(), world.elise()
    batch = actions.start(
        "members.affiliate.hand_over",
        [ana.pk],
        typed={"advisor": ["0"], "reason": ["Congé"]},
        once="page",
        language="fr",
        by=world.by(elise),
        at=AT,
    )
    tasks.work_batch(batch.pk)
    assert batch.rows.get().sentence.startswith("Ce qui a été écrit ne convient plus")


def breaking(code: str) -> None:
    """From here on the database refuses to touch letters, with this error."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION test_break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION 'broken' USING ERRCODE = '{code}'; END $$;"
            "CREATE OR REPLACE TRIGGER test_break BEFORE UPDATE ON office_letter "
            "FOR EACH ROW EXECUTE FUNCTION test_break();"
        )


def mended() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER test_break ON office_letter")


def test_a_row_that_breaks_is_noted_and_changes_nothing() -> None:
    [letter] = stuck(1)
    batch = sent_again([letter])
    breaking("23514")  # a check of the database
    tasks.work_batch(batch.pk)
    mended()
    row = batch.rows.get()
    assert row.state == BatchState.REFUSED and "l’incident est noté" in row.sentence
    letter.refresh_from_db()
    assert letter.stuck_at == AT
    assert not Event.objects.filter(kind="letter.retried").exists()


def test_a_database_that_goes_away_is_waited_for() -> None:
    [letter] = stuck(1)
    batch = sent_again([letter])
    breaking("40P01")  # a deadlock
    with pytest.raises(OperationalError):
        tasks.work_batch(batch.pk)
    mended()
    tasks.sweep_batches()
    assert batch.rows.get().state == BatchState.DONE and batch.rows.get().attempts == 2


def test_a_row_that_ends_every_worker_is_left_to_its_author() -> None:
    [letter] = stuck(1)
    batch = sent_again([letter])
    for _worker in range(actions.MAX_ATTEMPTS):
        assert actions.choose(batch.pk)  # and dies
    tasks.sweep_batches()
    batch.refresh_from_db()
    assert batch.ended_at and "Chaque essai s’est arrêté" in batch.rows.get().sentence
    letter.refresh_from_db()
    assert letter.stuck_at == AT


def test_a_row_another_worker_did_is_left_alone() -> None:
    [letter] = stuck(1)
    batch = sent_again([letter])
    row_id = actions.choose(batch.pk)
    assert row_id
    actions.do(batch.pk, row_id)
    actions.do(batch.pk, row_id)
    assert Event.objects.filter(kind="letter.retried").count() == 1


def test_a_long_batch_lets_other_work_have_its_turn(
    settings: Any, monkeypatch: pytest.MonkeyPatch, published: list[Published]
) -> None:
    batch = sent_again(stuck(3))
    published.clear()
    monkeypatch.setattr(tasks, "SWEEP_SECONDS", 0)
    turns = 0
    while not Batch.objects.get().ended_at:
        tasks.work_batch(batch.pk)
        turns += 1
    assert turns == 4  # three rows, and the end


def test_a_batch_with_many_rows_asks_no_more_of_the_database(denis: Client) -> None:
    """Neither while it runs nor when half of it was refused."""
    asked = []
    for number in (2, 30):
        Letter.objects.all().update(handed_over_at=None)
        Letter.objects.all().delete()
        rows = stuck(number)
        batch = actions.start(
            "office.letter.send_again",
            [row.pk for row in rows],
            typed={},
            once=f"page {number}",
            language="fr",
            by=world.by(world.denis()),
            at=AT,
        )
        Letter.objects.filter(pk__in=[row.pk for row in rows[::2]]).update(stuck_at=None)
        tasks.work_batch(batch.pk)
        page_of(denis, batch)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page_of(denis, batch)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_refused_contracts_are_named_after_their_people_in_one_query(denis: Client) -> None:
    asked = []
    for number in (1, 3):
        drafts = [world.contract_of(world.signed_job()) for _ in range(number)]
        batch = actions.start(
            "payroll.contract.sign",
            [draft.pk for draft in drafts],
            typed={},
            once=f"contracts {number}",
            language="fr",
            by=world.by(world.carla()),
            at=AT,
        )
        tasks.work_batch(batch.pk)
        page_of(denis, batch)
        with CaptureQueriesContext(connection) as queries:
            page = page_of(denis, batch)
        assert page.count("Ana Lopes") == number
        asked.append(len(queries))
    assert asked[0] == asked[1]
