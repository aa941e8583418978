"""A rule of the house is decided with its consequences in sight: old beside new."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from invoicing.policies import GuaranteePolicy, InvoicingPolicy
from office import clock, policy
from office.models import Policy
from smart import policies
from tests import world
from tests.scenarios.test_desk import desk_of, seen

pytestmark = pytest.mark.usefixtures("peopled")

LATER = date(2027, 1, 1)


@pytest.fixture
def monday(demo: None) -> None:
    clock.move_to(world.MONDAY)
    world.draft_job(price=Decimal("1000.00"))
    world.draft_job(price=Decimal("3000.00"))
    world.sent_job()


def effects(decided: Any) -> dict[str, tuple[str, str]]:
    name = next(name for name, kind in policy.departments().items() if kind is type(decided))
    shown = policies.preview(name, decided, on=LATER)
    return {line.label: (line.old.replace("\xa0", " "), line.new.replace("\xa0", " "))
            for line in shown.effects}  # fmt: skip


def test_a_new_fee_says_what_a_thousand_euros_would_cost(monday: None) -> None:
    told = effects(InvoicingPolicy(fee_rate=Decimal("0.07")))
    assert list(told.values()) == [("65,00 €", "70,00 €"), ("260,00 €", "280,00 €")]


def test_a_lower_ceiling_says_how_many_drafts_lose_the_guarantee(monday: None) -> None:
    told = effects(GuaranteePolicy(new_client_ceiling=Decimal("2500.00")))
    assert list(told.values()) == [("2", "1")]


def test_every_department_in_words_and_its_effects(monday: None) -> None:
    for name, kind in policy.departments().items():
        row = Policy.objects.filter(department=name).first()
        if row is None:
            continue
        decided = policy.from_values(kind, row.values)
        shown = policies.preview(name, decided, on=LATER)
        assert not [line for line in [*shown.values, *shown.effects] if line.changes], name
        for line in shown.values:
            assert "_" not in line.label, line.label
        browser = desk_of(world.admin())
        page = seen(browser, f"/admin/office/policy/{row.pk}/change/")
        assert shown.values[0].new in page and "{" not in page.partition("Valeurs")[2][:400]
        form = browser.get(f"/admin/office/policy/{row.pk}/decide/").context["form"]
        typed = {field.html_name: field.value() for field in form}
        typed |= {"starts_on": LATER.isoformat(), "confirmed": "1"}
        typed = {name: "" if value is None else value for name, value in typed.items()}
        assert browser.post(f"/admin/office/policy/{row.pk}/decide/", typed).status_code == 302
        assert policy.current(kind, LATER) == decided, name  # typed again as shown: the same


@pytest.mark.parametrize(
    ("department", "typed", "words"),
    [
        ("invoicing", {"allotment_order": "TVA, salaire"}, "TVA, coût du salaire, contribution"),
        ("invoicing", {"allotment_order": "TVA"}, "chacune de ces parts"),
        ("invoicing", {"default_term_days": "90"}, "dépasse le plus long"),
        ("invoicing", {"fee_rate": "100"}, "ne laisse rien"),
        ("orders", {"min_hours_a_day": "9"}, "dépasse le plus"),
        ("orders", {"validity_days": "0"}, "au moins un jour"),
        ("orders", {"remind_days": "30, 1"}, "pendant les jours"),
        ("orders", {"remind_days": "bientôt, 1"}, "écrite comme attendu"),
    ],
)
def test_a_rule_that_contradicts_itself_is_not_decided(
    monday: None, department: str, typed: dict[str, str], words: str
) -> None:
    row = Policy.objects.get(department=department)
    browser, url = desk_of(world.admin()), f"/admin/office/policy/{row.pk}/decide/"
    form = browser.get(url).context["form"]
    values = {field.html_name: field.value() or "" for field in form}
    answer = browser.post(url, values | {"starts_on": LATER.isoformat(), "confirmed": "1"} | typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page, page[-3000:]
    assert "invalid" not in page.partition('class="desk-question"')[2].replace("aria-invalid", "")
    assert Policy.objects.filter(department=department).count() == 1


def test_what_a_part_payment_pays_first_is_read_and_written_in_words(monday: None) -> None:
    row = Policy.objects.get(department="invoicing")
    browser = desk_of(world.admin())
    page = seen(browser, f"/admin/office/policy/{row.pk}/decide/")
    assert "TVA, coût du salaire, contribution à la coopérative, frais, arrondi" in page
    typed = {
        "allotment_order": "Frais, TVA, coût du salaire, contribution à la coopérative, arrondi"
    }
    values = policies.values_of(typed)
    assert values["allotment_order"] == ["expenses", "vat", "employment", "fee", "rounding"]


def test_from_a_page_to_a_decision(monday: None) -> None:
    row = Policy.objects.get(department="invoicing")
    browser, url = desk_of(world.admin()), f"/admin/office/policy/{row.pk}/decide/"
    form = browser.get(url).context["form"]
    typed = {field.html_name: field.value() or "" for field in form}
    typed |= {"fee_rate": "7", "starts_on": LATER.isoformat()}
    page = browser.post(url, typed).content.decode()
    assert "Ce qui changerait le vendredi 1er janvier 2027" in page
    assert "6,5\xa0%" in page and "7\xa0%" in page and "70,00\xa0€" in page
    assert (
        'name="fee_rate" value="7"' in page and Policy.objects.filter(starts_on=LATER).count() == 0
    )
    answer = browser.post(url, {**typed, "confirmed": "1"}, follow=True)
    assert "La règle est décidée." in answer.content.decode()
    assert policy.current(InvoicingPolicy, LATER).fee_rate == Decimal("0.07")
    assert policy.current(InvoicingPolicy, clock.today()).fee_rate == Decimal("0.065")
