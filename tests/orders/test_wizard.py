"""The wizard without script: Ana writes a job in five pages, comes back, sends it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from invoicing import register
from invoicing.actions import clients
from invoicing.models import Client as Firm
from invoicing.models import ClientKind
from office.models import Event
from office.typography import french
from orders import actions, habits
from orders.actions import drafts
from orders.models import Order
from orders.plans import fields_of, mark
from orders.wizard import steps
from smart.demo import cast
from tests import world
from tests.scenarios.visitor import Page, Visitor
from tests.wizard import CLIENT, MISSION, begin, write_job

pytestmark = pytest.mark.django_db
FULL = Decimal("7.60")


@pytest.fixture(autouse=True)
def _monday(clock: Any) -> None:
    clock.move_to(world.MONDAY)


@pytest.fixture
def ana() -> Visitor:
    world.dumont()
    return Visitor(world.ana().user)


def at(order: Order, step: str) -> str:
    return reverse("job-step", args=[order.ref, step])


def value(page: Page, name: str) -> str:
    assert page.root is not None
    field = page.root.xpath(f"//*[@name='{name}']")[0]
    return (
        str(field.text or "").strip() if field.tag == "textarea" else str(field.get("value") or "")
    )


def days_of(order: Order) -> dict[str, str]:
    return {f"{row.day}": f"{row.hours}" for row in order.days.all()}


# --- From nothing to the client -------------------------------------------------------------------


def test_five_pages_from_nothing_to_the_client(ana: Visitor) -> None:
    assert "Aucune mission encore" in ana.see("/jobs/").text
    page = write_job(ana, price={"amount": "1.000,00"})
    order = Order.objects.get()
    assert "Prête à partir" in page.text and "1.000,00 €" in page.text.replace("\xa0", " ")
    assert "net est exact pour un premier travail" in page.text
    for part in ("Client", "Mission", "Jours", "Prix"):
        assert french(f"Modifier : {part}") in page.content.decode()
    page = ana.press(page, "Envoyer au client")
    assert "La commande est envoyée au client" in page.text and "doit signer" in page.text
    assert ana.see(at(order, "price")).url == f"/jobs/{order.ref}/"  # no draft any more
    assert ana.see(f"/jobs/{order.ref}/edit/").url == f"/jobs/{order.ref}/"
    ana.see(f"/jobs/{order.ref}/edit/nowhere/", status=404)


def test_nothing_is_kept_before_the_first_choice_and_two_clicks_are_one(ana: Visitor) -> None:
    begin(ana)
    begin(ana)
    order = Order.objects.get()
    assert (order.trade_id, order.payment_term_days) == ("web_designer", 10)
    ana.press(ana.see(at(order, "price")), "Continuer", amount="500")
    begin(ana)
    assert Order.objects.count() == 2


def test_a_draft_goes_on_where_something_is_missing(ana: Visitor) -> None:
    page = ana.press(begin(ana), "Continuer", **CLIENT)
    order = Order.objects.get()
    assert page.url == at(order, "work")
    page = ana.press(page, "Continuer", description="Site")
    assert page.url == at(order, "days")
    page = ana.see(f"/jobs/{order.ref}/")
    for sentence in ("au moins 10 caractères", "le lieu de travail", "les jours", "le prix"):
        assert sentence in page.text
    assert ana.click(page, "Compléter").url == at(order, "work")
    assert ana.see(f"/jobs/{order.ref}/edit/").url == at(order, "work")
    page = ana.press(ana.see(at(order, "days")), "Retour")
    assert page.url == at(order, "work") and value(page, "description") == "Site"
    page = ana.press(ana.see(at(order, "client")), "Continuer")  # the mended step comes next
    assert page.url == at(order, "work")


def test_what_keeps_it_back_is_said_and_nothing_leaves(ana: Visitor) -> None:
    page = write_job(
        ana,
        client=CLIENT | {"signer_email": world.bruno().user.email},
        mission=MISSION | {"description": "Site", "trade": "musician"},
    )
    order = Order.objects.get()
    answer = ana.client.post(reverse("job-send", args=[order.ref]), follow=True)
    for said in (page.text, answer.content.decode()):
        assert "au moins 10 caractères" in said and "adresse d’un membre" in said
        assert "seul celui d’employé existe" in said
    order.refresh_from_db()
    assert order.status == "draft"


# --- Nothing typed is lost ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "typed", "sentence"),
    [
        ("price", {"amount": "mille"}, "Écrivez un nombre"),
        ("price", {"payment_term_days": "dix"}, "Écrivez un nombre entier"),
        ("price", {"valid_until": "hier"}, "Écrivez la date comme"),
        ("price", {"expense-0-label": "", "expense-0-amount": "12"}, "Dites de quels frais"),
        ("price", {"expense-0-label": "Train", "expense-0-amount": ""}, "Écrivez le montant"),
        ("client", {"client": "", "client_number": "0999.999.923"}, "ne passe pas le contrôle"),
        ("client", {"client": "", "client_number": "0999.999.92"}, "ne passe pas le contrôle"),
        ("client", {"client": "", "client_number": "99999"}, "celui-ci en a 5"),
        ("client", {"client": "", "client_number": "0999.999.922.13"}, "celui-ci en a 12"),
        ("client", {"client": "", "client_number": "2999999922"}, "commence par 0 ou 1"),
        ("client", {"client": "", "client_name": "Sans numéro"}, "par son numéro"),
        ("client", {"client": "", "client_name": "Sans adresse"}, "À compléter"),
        ("client", {"signer_email": "marc@"}, "Écrivez l’adresse en entier"),
        ("work", {"description": "x" * 2001}, "2000 caractères"),
        ("days", {"hours-2026-11-26": "sept"}, "Écrivez un nombre"),
        ("days", {"hours-2026-11-26": ""}, "Écrivez les heures de ce jour"),
        ("days", {"hours-2026-11-26": "25"}, "24 au plus"),
    ],
)
def test_what_is_no_value_yet_is_kept_and_said(
    ana: Visitor, step: str, typed: dict[str, str], sentence: str
) -> None:
    order = world.draft_job()
    held = fields_of(order)
    page = ana.press(ana.see(at(order, step)), "Continuer", **typed)
    assert page.url == at(order, step) and sentence in page.text
    page = ana.see(at(order, step))  # from elsewhere, another day
    assert all(text == value(page, name) for name, text in typed.items() if text)
    order.refresh_from_db()
    assert (fields_of(order).amount, fields_of(order).days) == (held.amount, held.days)
    if any(typed.values()) and typed.keys() != {"client", "client_name"}:
        assert sentence in page.text or "celui-ci" in sentence


def test_a_step_left_unfinished_keeps_the_job_back(ana: Visitor) -> None:
    order = world.draft_job()
    ana.press(ana.see(at(order, "price")), "Continuer", amount="mille")
    page = ana.see(f"/jobs/{order.ref}/")
    assert "n’est pas encore complet" in page.text and "Envoyer au client" not in page.text
    page = ana.press(ana.click(page, "Compléter"), "Continuer", amount="1.200")
    assert page.url == f"/jobs/{order.ref}/" and "Envoyer au client" in page.text
    order.refresh_from_db()
    assert (order.amount, order.unfinished) == (Decimal("1200.00"), {})


def test_rows_of_expenses_are_added_and_hold_their_order(ana: Visitor) -> None:
    order = world.draft_job()
    page = ana.press(
        ana.see(at(order, "price")),
        "Ajouter des frais",
        **{"expense-0-label": "Train", "expense-0-amount": "35,50"},
    )
    page = ana.press(
        page, "Ajouter des frais", **{"expense-1-label": "Hôtel", "expense-1-amount": "cher"}
    )
    assert [value(page, f"expense-{row}-label") for row in (0, 1, 2)] == ["Train", "Hôtel", ""]
    assert value(page, "expense-1-amount") == "cher"
    assert [line.label for line in order.expense_lines.all()] == ["Train"]
    page = ana.press(page, "Continuer", **{"expense-0-label": "", "expense-0-amount": "",
                                           "expense-1-amount": "90"})  # fmt: skip
    assert [(line.label, line.amount) for line in order.expense_lines.all()] == [
        ("Hôtel", Decimal("90.00"))
    ]


# --- Two windows ----------------------------------------------------------------------------------


def test_the_later_of_two_windows_is_told_and_chooses(ana: Visitor) -> None:
    order = world.draft_job()
    first, second = ana.see(at(order, "price")), ana.see(at(order, "price"))
    ana.press(first, "Continuer", amount="1.100")
    page = ana.press(second, "Continuer", amount="1.300")
    assert "a changé dans une autre fenêtre" in page.text and value(page, "amount") == "1.300"
    order.refresh_from_db()
    assert order.amount == Decimal("1100.00")
    assert value(ana.click(page, "Reprendre ce qui est gardé"), "amount") == "1100,00"
    again = ana.press(page, "Continuer", amount="1.300")  # nothing chosen: told once more
    assert "a changé dans une autre fenêtre" in again.text
    page = ana.press(again, "Garder ce que je vois ici")
    order.refresh_from_db()
    assert order.amount == Decimal("1300.00") and "Brouillon gardé" in page.text


def test_two_windows_on_two_steps_do_not_meet(ana: Visitor) -> None:
    order = world.draft_job()
    price, work = ana.see(at(order, "price")), ana.see(at(order, "work"))
    ana.press(price, "Continuer", amount="1.100")
    ana.press(work, "Continuer", place="à distance")
    order.refresh_from_db()
    assert (order.amount, order.place) == (Decimal("1100.00"), "à distance")


def test_the_same_change_twice_is_one_and_says_nothing_to_the_journal(ana: Visitor) -> None:
    order = world.draft_job()
    first, second = ana.see(at(order, "price")), ana.see(at(order, "price"))
    ana.press(first, "Continuer", amount="1.100")
    events = Event.objects.count()
    page = ana.press(second, "Continuer", amount="1.100")
    assert page.url == f"/jobs/{order.ref}/" and Event.objects.count() == events


def test_a_job_sent_from_another_window_is_no_draft_here(ana: Visitor) -> None:
    order = world.draft_job()
    page = ana.see(at(order, "price"))
    actions.send(order.pk, by=world.by(world.ana()), at=world.MONDAY)
    assert ana.press(page, "Continuer", amount="1.100").url == f"/jobs/{order.ref}/"
    with pytest.raises(drafts.NotADraft):
        actions.fill(
            order.pk, part=steps.STEPS["price"].part, values={}, unfinished={},
            seen=mark(order, steps.STEPS["price"].part), by=world.by(world.ana()), at=world.MONDAY,
        )  # fmt: skip


# --- The client -----------------------------------------------------------------------------------


def test_her_clients_come_first_and_bring_who_signs(ana: Visitor) -> None:
    for firm in (cast.DUMONT, cast.NORD, cast.NORD):
        world.draft_job(firm=firm)
    page = ana.see("/jobs/new/")
    assert page.root is not None
    names = [button.text_content() for button in page.root.xpath("//button[@name='client']")]
    assert "Atelier Nord" in names[0]
    page = ana.press(page, "Dumont")
    order = Order.objects.latest("id")
    assert page.url == at(order, "work")
    assert (order.client, order.signer_email) == (world.dumont(), world.SIGNER_EMAIL)
    page = ana.press(
        ana.see(at(order, "client")), "Continuer", client=world.client_of(cast.NORD).ref
    )
    order.refresh_from_db()
    assert (order.signer_name, order.signer_email) == (cast.NORD.signer, cast.NORD.email)
    new = world.client_of(cast.KRAAI)
    ana.press(
        ana.see(at(order, "client")), "Continuer", client="", client_number=new.enterprise_number
    )
    order.refresh_from_db()  # somebody else never signs for a client she never worked for
    assert (order.client, order.signer_name, order.signer_language) == (new, "", "nl")


def test_a_client_of_somebody_else_cannot_be_tapped(ana: Visitor) -> None:
    private = clients.create(
        kind=ClientKind.PRIVATE, enterprise_number="", name="Luc Petit", street="rue Haute 1",
        postcode="1000", city="Bruxelles", by=world.by(world.bruno()), at=world.MONDAY,
    )  # fmt: skip
    assert ana.client.post("/jobs/new/", {"client": private.ref}).status_code == 404


def test_a_number_in_the_public_register_fills_the_rest(ana: Visitor) -> None:
    page = begin(ana)
    assert "registre des entreprises" in page.text
    ana.press(page, "Continuer", client_number="BE 0999.001.416", signer_name="Jo")
    order = Order.objects.get()
    assert order.client is not None
    assert (order.client.name, order.client.city) == ("Studio Halewijn BV", "Antwerpen")
    assert (order.client.verified_at, order.signer_name) == (None, "Jo")


def test_without_a_register_the_page_says_to_type(ana: Visitor, settings: Any) -> None:
    settings.COOP_REGISTER = "invoicing.register.NotConnected"
    assert register.register().find("0999001416") is None
    page = begin(ana)
    assert "n’est pas relié ici" in page.text
    page = ana.press(page, "Continuer", client_number="0999.001.416")
    assert "n’est pas encore connu" in page.text and not Firm.objects.filter(
        enterprise_number="0999001416"
    )


def test_a_new_client_is_named_and_mended_by_who_named_it(ana: Visitor) -> None:
    typed = {
        "client_kind": "private", "client_name": "Luc Petit", "client_street": "rue Haute 1",
        "client_postcode": "1000", "client_city": "Bruxelles",
    }  # fmt: skip
    ana.press(begin(ana), "Continuer", **typed)
    order = Order.objects.get()
    assert order.client is not None and order.client.name == "Luc Petit"
    page = ana.see(at(order, "client"))
    assert "Corriger le nom ou l’adresse de Luc Petit" in page.text
    page = ana.press(page, "Continuer", mend_city="")
    assert "À compléter : il figure sur la facture" in page.text
    ana.press(ana.see(at(order, "client")), "Continuer", mend_name="Luc Lepetit")
    assert Firm.objects.get(kind="private").name == "Luc Lepetit"
    clients.verify(order.client.pk, by=world.denis().as_actor(), at=world.MONDAY)
    assert "Corriger" not in ana.see(at(order, "client")).text
    ana.press(ana.see(at(order, "client")), "Continuer", client="")
    order.refresh_from_db()
    assert order.client is None


def test_an_identity_locked_meanwhile_is_said_beside_its_field(
    ana: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: Any, **__: Any) -> None:
        raise clients.ClientLocked(name="Dumont")

    monkeypatch.setattr(clients, "create", locked)
    page = ana.press(begin(ana), "Continuer", client_number="0999.001.416")
    assert "ont été vérifiées" in page.text


# --- The days -------------------------------------------------------------------------------------


def test_days_are_ticked_stepped_and_dropped_without_script(ana: Visitor) -> None:
    order = world.draft_job()
    page = ana.press(ana.see(at(order, "days")), "+", more="2026-11-26")
    assert days_of(order) == {"2026-11-26": "8.00", "2026-11-27": "7.60"}
    page = ana.press(page, "−", less="2026-11-27")
    assert days_of(order)["2026-11-27"] == "7.50"
    page = ana.press(page, "Retirer", drop="2026-11-26")
    assert list(days_of(order)) == ["2026-11-27"]
    page = ana.press(page, "Continuer", day=["2026-11-27", "2026-11-30"])
    assert days_of(order) == {"2026-11-27": "7.50", "2026-11-30": "7.50"}  # her usual hours
    ana.press(ana.see(at(order, "days")), "Continuer", day=["2026-11-30"])
    assert list(days_of(order)) == ["2026-11-30"]


def test_a_day_of_another_month_stays_while_one_turns_the_pages(ana: Visitor) -> None:
    order = world.draft_job()
    page = ana.see(at(order, "days"))
    assert "novembre 2026" in page.text
    page = ana.press(page, "›", to="2026-12")
    assert "décembre 2026" in page.text and "jour férié, Noël" in page.content.decode()
    ana.press(page, "Continuer", day="2026-12-24")
    assert list(days_of(order)) == ["2026-11-26", "2026-11-27", "2026-12-24"]
    assert "janvier 2028" in ana.see(f"{at(order, 'days')}?to=2028-01").text
    assert "novembre 2026" in ana.see(f"{at(order, 'days')}?to=1999-01").text


def test_dates_are_typed_instead(ana: Visitor) -> None:
    order = world.draft_job(days={})
    page = ana.press(ana.see(at(order, "days")), "Ajouter ces jours")
    assert "Choisissez le jour" not in page.text and not days_of(order)
    typed = {"fill_from": "24/12/2026", "fill_until": "28/12/2026", "fill_hours": "4"}
    page = ana.press(page, "Ajouter ces jours", **typed)
    assert days_of(order) == {"2026-12-24": "4.00", "2026-12-28": "4.00"}  # no Christmas
    ana.press(page, "Ajouter ces jours", fill_from="26/12/2026", fill_until="", fill_hours="")
    assert days_of(order)["2026-12-26"] == "4.00"  # a Saturday that was asked for


def test_other_jobs_of_the_day_are_shown_and_an_excess_is_warned(ana: Visitor) -> None:
    world.sent_job(firm=cast.NORD, days={date(2026, 11, 26): Decimal("4.00")})
    world.draft_job(firm=cast.NORD)  # a draft takes no hours
    order = world.draft_job(days={date(2026, 11, 26): Decimal("4.00")})
    page = ana.see(at(order, "days"))
    assert "déjà 4 h pour Atelier Nord SA" in page.content.decode().replace("\xa0", " ")
    assert "Plus de" not in page.text
    page = ana.press(page, "+", more="2026-11-26")
    said = page.text.replace("\xa0", " ")
    assert "Plus de 8 h le même jour" in said and "compterait 8 h 30 avec Atelier Nord SA" in said
    assert "seul employeur" in ana.see(f"/jobs/{order.ref}/").text
    replaced = world.signed_job(days={date(2026, 12, 3): FULL})
    again = actions.propose_change(replaced.pk, by=world.by(world.ana()), at=world.MONDAY)
    assert "Plus de" not in ana.see(at(again, "days")).text


def test_what_does_not_come_from_the_page_makes_no_day(ana: Visitor) -> None:
    order = world.draft_job()
    page = ana.see(at(order, "days"))
    seen = value(page, "seen")
    ana.client.post(
        at(order, "days"),
        {"seen": seen, "day": ["x", "9999-12-31", "1812-06-24"], "hours-2026-99-99": "4",
         "hours-2026-11-26": "7,6", "hours-2026-11-27": "7,6", "drop": "x"},
    )  # fmt: skip
    assert list(days_of(order)) == ["2026-11-26", "2026-11-27"]


# --- A copy ---------------------------------------------------------------------------------------


def test_a_copy_moves_its_days_by_whole_weeks_past_the_holidays(ana: Visitor) -> None:
    order = world.sent_job(days={date(2026, 12, 17): FULL, date(2026, 12, 18): FULL})
    page = ana.press(ana.see("/jobs/new/"), "Refaire")
    again = Order.objects.latest("id")
    assert page.url == at(again, "days")
    assert list(days_of(again)) == ["2027-01-07", "2027-01-08"]  # past Christmas and New Year
    assert (again.client, again.amount, again.valid_until) == (order.client, order.amount, None)
    ana.press(ana.see("/jobs/new/"), "Refaire")
    assert Order.objects.latest("id") == again
    past = world.sent_job(days={date(2026, 11, 24): FULL})
    copied = actions.copy(past.pk, by=world.by(world.ana()), at=world.MONDAY + timedelta(days=30))
    assert list(days_of(copied)) == ["2026-12-29"]
    empty = actions.copy(world.draft_job(days={}).pk, by=world.by(world.ana()), at=world.MONDAY)
    assert not days_of(empty)


# --- Who may, and how much it costs ---------------------------------------------------------------


def test_nobody_else_meets_a_draft(client: Client) -> None:
    order = world.draft_job()
    for user in (world.bruno().user, world.denis()):
        client.force_login(user)
        for step in steps.STEPS:
            assert client.get(at(order, step)).status_code == 404
            assert client.post(at(order, step)).status_code == 404
    assert "Envoyer au client" not in client.get(f"/jobs/{order.ref}/").content.decode()


@pytest.mark.parametrize("step", [*steps.STEPS, "check"])
def test_each_page_makes_a_fixed_number_of_queries(
    ana: Visitor, step: str, django_assert_max_num_queries: Any
) -> None:
    order = world.draft_job()
    for _ in range(3):
        world.draft_job(firm=cast.NORD)
    url = f"/jobs/{order.ref}/" if step == "check" else at(order, step)
    with django_assert_max_num_queries(42):
        ana.see(url)


def test_a_change_answers_with_the_parts_it_touches(ana: Visitor) -> None:
    order = world.draft_job()

    def change(step: str, **typed: Any) -> str:
        page = ana.see(at(order, step))
        form, _button = page.form("Continuer")
        values = dict(form.form_values()) | typed
        answer = ana.client.post(at(order, step), values, headers={"HX-Request": "true"})
        assert answer.status_code == 200 and "<html" not in answer.content.decode()
        return re.sub(r"\s+", " ", answer.content.decode()).replace("\xa0", " ")

    said = change("price", amount="1.500", typing="1")
    assert "1.500,00 €" in said and "Brouillon gardé" in said and 'id="id_amount_error"' not in said
    said = change("price", amount="cent mille", typing="1")
    assert "Écrivez un nombre" not in said
    said = change("price", amount="150")
    assert "minimum légal" in said and 'id="fields"' not in said
    assert "ne laissent rien" in change(
        "price", amount="36", **{"expense-0-label": "Train", "expense-0-amount": "35,50"}
    )
    said = change("days", day=["2026-11-26", "2026-11-27", "2026-11-30"], shown="2026-11")
    assert 'id="fields"' in said and "hours-2026-11-30" in said
    said = change("client", client=world.client_of(cast.NORD).ref)
    assert 'id="fields"' not in said  # not offered: nothing chosen
    page = ana.see(at(order, "price"))
    form, _button = page.form("Continuer")
    values = dict(form.form_values()) | {"go": "next"}
    answer = ana.client.post(at(order, "price"), values, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"]
    values |= {"amount": "mille"}
    answer = ana.client.post(at(order, "price"), values, headers={"HX-Request": "true"})
    assert answer["HX-Trigger-After-Settle"] == "mend"
    actions.send(world.draft_job().pk, by=world.by(world.ana()), at=world.MONDAY)


def test_habits_of_somebody_without_any() -> None:
    gita = world.newcomer()
    assert habits.clients_of(gita) == [] and habits.trades_of(gita) == [gita.trade_id]
    assert habits.contact_at(world.dumont().pk, gita) is None


def test_a_draft_changed_by_a_program_is_noticed_too(ana: Visitor) -> None:
    order = world.draft_job()
    page = ana.see(at(order, "price"))
    fields = replace(fields_of(order), amount=Decimal("900.00"))
    actions.amend(order.pk, fields=fields, by=world.by(world.ana()), at=world.MONDAY)
    assert "autre fenêtre" in ana.press(page, "Continuer", amount="1.100").text
