"""The office at the staff desk: windows with buttons that show before they act."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from members.models import Role, User
from office import clock, documents, mail, policy
from office.actors import SYSTEM
from office.desk import button
from office.models import Document, Letter, Policy
from office.refusals import Refusal
from tests.office.test_policy_and_crypto import BicyclePolicy

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_templates")]


def staff(role: str = Role.FINANCE, **values: Any) -> User:
    return User.objects.create_user(
        f"{role}@coop.example", name="Denis Claes", is_staff=True, role=role, joined_at=AT, **values
    )


@pytest.fixture
def denis(client: Client) -> Client:
    client.force_login(staff(is_superuser=True))
    return client


@pytest.fixture
def letter() -> Letter:
    posted = mail.post(
        "tests/plain",
        to="marc@dumont.example",
        language="fr",
        about="order:12",
        once="x",
        at=AT,
        context={"title": "Rives"},
    )
    assert posted
    Letter.objects.filter(pk=posted.pk).update(handed_over_at=AT, stuck_at=AT, fault="?")
    return posted


@pytest.fixture
def paper() -> Document:
    ordered = documents.order(
        "sample",
        template="print/sample.v1.fr.html",
        language="fr",
        subject="order:12",
        title="Essai",
        file_name="e.pdf",
        context={},
        at=AT,
    )
    Document.objects.filter(pk=ordered.pk).update(stuck_at=AT)
    return ordered


def at(row: Any, action: str) -> str:
    options = row._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_{action}", args=[row.pk])


@pytest.mark.parametrize("model", ["letter", "document", "event", "policy"])
def test_lists_open_and_filter(denis: Client, model: str, letter: Letter, paper: Document) -> None:
    policy.decide(
        BicyclePolicy(rate=Decimal("0.1")), starts_on=clock.today(), by=SYSTEM, at=clock.now()
    )
    url = reverse(f"admin:office_{model}_changelist")
    for query in ("", "?queue=waiting", "?queue=done", "?queue=all", "?q=order:12", "?q=policy"):
        if "queue" in query and model in ("event", "policy"):
            continue
        assert denis.get(url + query).status_code == 200


def test_an_event_is_found_by_what_it_concerns(denis: Client, letter: Letter) -> None:
    mail.retry(letter, by=SYSTEM, at=AT)
    url = reverse("admin:office_event_changelist")
    for query, found in (("order:12", 1), ("order:13", 0), ("letter.", 1), ("invoice.", 0)):
        page = denis.get(url, {"q": query})
        assert len(page.context["cl"].result_list) == found


def test_staff_never_see_the_link_of_a_letter(denis: Client, letter: Letter) -> None:
    page = denis.get(at(letter, "change")).content.decode()
    assert "[lien personnel]" in page and mail.LINK_MARK not in page
    assert "Renvoyer" in page and "à reprendre" in page


def test_a_button_shows_on_get_and_acts_on_post(denis: Client, letter: Letter) -> None:
    url = at(letter, "send_again")
    page = denis.get(url)
    assert page.status_code == 200 and "en double" in page.content.decode()
    letter.refresh_from_db()
    assert letter.stuck_at
    answer = denis.post(url, follow=True)
    assert "repart" in answer.content.decode()
    assert answer.redirect_chain == [(at(letter, "change"), 302)]
    letter.refresh_from_db()
    assert letter.stuck_at is None
    assert "rien n’a changé" in denis.post(url, follow=True).content.decode()


def test_a_letter_that_arrived_is_noted(denis: Client, letter: Letter) -> None:
    assert "Noté" in denis.post(at(letter, "it_arrived"), follow=True).content.decode()
    again = denis.post(at(letter, "it_arrived"), follow=True)
    assert "renvoyez-le" in again.content.decode()
    page = denis.get(at(letter, "change")).content.decode()
    assert "parti" in page


def test_a_stuck_paper_is_made_again(denis: Client, paper: Document) -> None:
    url = at(paper, "make_again")
    assert "en préparation" in denis.post(url, follow=True).content.decode()
    assert "rien n’a changé" in denis.post(url, follow=True).content.decode()
    documents.make(paper.pk, at=AT)
    assert "prêt" in denis.get(at(paper, "change")).content.decode()


def test_one_goes_back_to_where_one_came_from(denis: Client, letter: Letter) -> None:
    queue = "http://testserver" + reverse("admin:office_letter_changelist") + "?state=stuck"
    page = denis.get(at(letter, "send_again"), headers={"referer": queue})
    assert f'value="{queue}"' in page.content.decode()
    assert denis.post(at(letter, "send_again"), {"back": queue})["Location"] == queue
    elsewhere = denis.post(at(letter, "send_again"), {"back": "https://elsewhere.example/"})
    assert elsewhere["Location"] == at(letter, "change")


def test_buttons_want_the_forms_own_token(letter: Letter) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff(is_superuser=True))
    assert client.post(at(letter, "send_again")).status_code == 403


def test_strangers_press_no_button(client: Client, letter: Letter) -> None:
    assert client.post(at(letter, "send_again")).status_code == 302
    client.force_login(User.objects.create_user("ana@example.org", name="Ana Lopes", joined_at=AT))
    assert client.post(at(letter, "send_again")).status_code == 302
    letter.refresh_from_db()
    assert letter.stuck_at


def test_nothing_is_there_to_press_for_a_row_that_is_not(denis: Client, letter: Letter) -> None:
    url = at(letter, "send_again")
    letter_id = letter.pk
    assert denis.get(url.replace(f"/{letter_id}/", "/999999/")).status_code == 404


# --- Policy --------------------------------------------------------------------------------------


@pytest.fixture
def bicycles() -> Policy:
    return policy.decide(
        BicyclePolicy(rate=Decimal("0.1")), starts_on=clock.today(), by=SYSTEM, at=clock.now()
    )


NEXT = {
    "department": "bicycles", "rate": "20", "days": "3", "lent": "on", "colour": "green",
    "since": "2020-01-01", "order": "a, b", "starts_on": "2099-01-01",
}  # fmt: skip


def test_the_next_policy_is_shown_then_decided(denis: Client, bicycles: Policy) -> None:
    url = at(bicycles, "decide")
    assert 'name="rate" value="10"' in denis.get(url).content.decode()
    later = date(clock.today().year + 1, 1, 1)
    typed = {**NEXT, "starts_on": later.isoformat()}
    shown = denis.post(url, typed).content.decode()
    assert "10\xa0%" in shown and "20\xa0%" in shown and Policy.objects.count() == 1
    denis.post(url, {**typed, "confirmed": "1"})
    assert policy.current(BicyclePolicy, later).rate == Decimal("0.2")
    assert policy.current(BicyclePolicy, later).order == ("a", "b")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"starts_on": "2020-01-01"}, "ne change pas le passé"),
        ({"rate": "six"}, "Écrivez un nombre"),
        ({"starts_on": ""}, "reste à remplir"),
        ({"department": "cars"}, "ne conviennent pas"),
    ],
)
def test_what_is_refused_is_said_where_it_was_typed(
    denis: Client, bicycles: Policy, typed: dict[str, str], words: str
) -> None:
    answer = denis.post(at(bicycles, "decide"), {**NEXT, **typed})
    assert answer.status_code == 422
    assert words in answer.content.decode() and Policy.objects.count() == 1


def test_only_the_administration_decides(client: Client, bicycles: Policy) -> None:
    client.force_login(staff(Role.ADVISOR))
    assert client.get(at(bicycles, "decide")).status_code == 403
    administrator = Client()
    administrator.force_login(staff(Role.ADMINISTRATOR))
    assert administrator.get(at(bicycles, "decide")).status_code == 200


# --- The button itself ---------------------------------------------------------------------------


class TooFar(Refusal):
    code = "too_far"
    sentence = "Trop loin."


class Distance(forms.Form):
    metres = forms.IntegerField()
    ride = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)


def test_a_button_may_answer_by_itself_and_only_to_who_may_look(rf: RequestFactory) -> None:
    desk: Any = admin.site._registry[Letter]

    @button("Lire")
    def read(desk: Any, request: Any, row: Any) -> HttpResponse:
        return HttpResponse("lu")

    request = rf.post("/x/")
    request.user = staff(is_superuser=True)
    assert read(desk, request).content == b"lu"
    request.user = User.objects.create_user("ana@example.org", name="Ana Lopes", joined_at=AT)
    with pytest.raises(PermissionDenied):
        read(desk, request)


def test_a_refusal_without_a_field_is_said_on_top_and_a_list_goes_back_to_itself(
    rf: RequestFactory,
) -> None:
    desk: Any = admin.site._registry[Letter]
    user = staff(is_superuser=True)

    @button("Rouler", form=Distance)
    def ride(desk: Any, request: Any, row: Any, *, metres: int, ride: str) -> None:
        if metres > 10:
            raise TooFar

    def pressed(metres: str) -> Any:
        request = rf.post("/x/", {"metres": metres})
        request.user = user
        return ride(desk, request)

    refused = pressed("11").render()
    assert refused.status_code == 422
    assert "Trop loin." in refused.content.decode() and 'value="11"' in refused.content.decode()
    assert pressed("1")["Location"] == reverse("admin:office_letter_changelist")
