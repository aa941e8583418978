"""The API told by Ana's program; Bruno's sees nothing, one without the right is told so."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from members.actions import activities, tokens
from members.models import KeptAnswer
from office import clock, feed
from office.models import Event, FeedItem
from orders.models import Order
from payroll.models import Payslip
from smart.shares import shares_of
from tests import world
from tests.scenarios.test_strangers import addresses

DAYS = [{"day": "2026-11-26", "hours": "7.60"}, {"day": "2026-11-27", "hours": "7.6"}]


def job(**changes: Any) -> dict[str, Any]:
    return {
        "trade": "web_designer",
        "description": "Site web de la collection Rives",
        "place": "à distance",
        "client": world.dumont().ref,
        "signer_name": world.SIGNER,
        "signer_email": world.SIGNER_EMAIL,
        "amount": "1000.00",
        "days": DAYS,
        **changes,
    }


# --- What a price pays ---------------------------------------------------------------------------


def test_a_price_is_simulated_as_the_job_would_be(ana: Any) -> None:
    said = ana.post("simulate", {"trade": "web_designer", "amount": "1000", "days": DAYS}).said
    parts = [Decimal(amount) for amount in said["split"]["parts"].values()]
    assert sum(parts) == Decimal("1000.00") == Decimal(said["split"]["price"])
    assert said["split"]["fee_rate"] == "0.065"
    assert Decimal(said["net"]) > 0 and said["net_exact"] is True
    assert said["below_minimum"] is None
    assert isinstance(said["split"]["lines"][0]["amount"], str)


def test_a_price_below_the_minimum_says_what_to_do(ana: Any) -> None:
    said = ana.post("simulate", {"trade": "web_designer", "amount": "150", "days": DAYS}).said
    assert "minimum" in said["below_minimum"]


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"amount": 1000}, 400, "invalid_request", "amount"),
        ({"amount": "0"}, 400, "invalid_request", "amount"),
        ({"amount": "10.001"}, 400, "invalid_request", "amount"),
        ({"days": []}, 400, "invalid_request", "days"),
        ({"days": [{"day": "26/11/2026", "hours": "1"}]}, 400, "invalid_request", "days.0.day"),
        ({"days": [{"day": "2026-11-26", "hours": "24"}]}, 400, "invalid_request", "days.0.hours"),
        ({"days": [{"day": "0999-11-26", "hours": "2"}]}, 422, "day_out_of_sight", "day"),
        ({"days": [DAYS[0], DAYS[0]]}, 422, "day_twice", "days"),
        ({"trade": "astronaut"}, 422, "trade_unknown", "trade"),
        ({"price": "1"}, 400, "invalid_request", "price"),
        ({"expenses": [{"label": "Train", "amount": "990"}]}, 422, "price_too_small", "amount"),
    ],
)
def test_what_cannot_be_simulated_is_said_beside_its_field(
    ana: Any, changes: dict[str, Any], status: int, code: str, field: str
) -> None:
    body = {"trade": "web_designer", "amount": "1000", "days": DAYS} | changes
    answer = ana.post("simulate", body)
    assert (answer.status_code, answer.said["code"]) == (status, code)
    assert field in answer.said["fields"]


def test_staff_simulate_for_somebody_new(desk: Any) -> None:
    world.cooperative()
    body = {"trade": "web_designer", "amount": "1000", "days": DAYS}
    said = desk.post("simulate", body).said
    assert said["net_exact"] is False and Decimal(said["net"]) > 0


# --- Clients -------------------------------------------------------------------------------------


def test_a_client_is_found_by_number_and_made_known_once(ana: Any, bruno: Any) -> None:
    dumont = world.dumont()
    found = ana.get(f"clients?number=BE{dumont.enterprise_number}").said
    assert [row["name"] for row in found["items"]] == [dumont.name]
    assert ana.get("clients?number=0123").said["items"] == []
    body = {
        "enterprise_number": "0403.170.701",
        "name": "Atelier",
        "street": "Rue 1",
        "postcode": "1000",
        "city": "Bruxelles",
    }
    created = ana.post("clients", body)
    assert created.status_code == 201 and created.said["vat_number"] == "BE0403170701"
    again = bruno.post("clients", body | {"name": "Autre"})
    assert again.said["ref"] == created.said["ref"] and again.said["name"] == "Atelier"
    assert [row["ref"] for row in ana.get("clients").said["items"]] == [created.said["ref"]]
    assert bruno.get(f"clients/{created.said['ref']}").status_code == 200
    wrong = ana.post("clients", body | {"enterprise_number": "0403170702"})
    assert wrong.status_code == 422 and "enterprise_number" in wrong.said["fields"]


def test_a_private_person_is_known_to_who_named_him_only(ana: Any, bruno: Any, desk: Any) -> None:
    body = {"kind": "private", "name": "M. Voisin", "street": "Rue 2"}
    body |= {"postcode": "1000", "city": "Bruxelles"}
    ref = ana.post("clients", body).said["ref"]
    assert ana.get(f"clients/{ref}").status_code == 200
    assert desk.get(f"clients/{ref}").status_code == 200
    assert bruno.get(f"clients/{ref}").status_code == 404
    refused = bruno.post("orders", job(client=ref))
    assert (refused.status_code, refused.said["code"]) == (422, "client_unknown")


# --- Jobs ----------------------------------------------------------------------------------------


def test_from_draft_to_signature(ana: Any, made: Any) -> None:
    drafted = ana.post("orders", job(description=""))
    assert drafted.status_code == 201 and drafted.said["status"] == "draft"
    ref = drafted.said["ref"]
    assert drafted.said["days"] == [
        {"day": "2026-11-26", "hours": "7.60"},
        {"day": "2026-11-27", "hours": "7.60"},
    ]
    assert drafted.said["created_at"].endswith("Z") and "id" not in drafted.said

    early = ana.post(f"orders/{ref}/send")
    assert (early.status_code, early.said["code"]) == (422, "missing")
    assert list(early.said["fields"]) == ["description"]
    assert ana.get(f"orders/{ref}/paper").status_code == 404

    amended = ana.put(f"orders/{ref}", job(expenses=[{"label": "Train", "amount": "24"}]))
    assert amended.said["expenses"] == [{"label": "Train", "amount": "24.00"}]
    sent = ana.post(f"orders/{ref}/send")
    assert sent.status_code == 200 and sent.said["status"] == "sent"
    assert sent.said["price"] == "1000.00" and sent.said["split"]["parts"]["expenses"] == "24.00"
    locked = ana.put(f"orders/{ref}", job())
    assert (locked.status_code, locked.said["code"]) == (422, "not_a_draft")

    waits = ana.get(f"orders/{ref}/paper")
    assert waits.status_code == 409 and waits.said["code"] == "paper_not_made"
    made()
    paper = ana.get(f"orders/{ref}/paper")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")

    back = ana.post(f"orders/{ref}/withdraw").said
    assert (back["status"], back["version"], back["split"]) == ("draft", 2, None)
    assert ana.post(f"orders/{ref}/send").said["status"] == "sent"
    status = ana.get(f"orders/{ref}/status").said
    assert status["status"] == "sent" and status["knots"][1]["state"] == "waiting"
    refused = ana.post(f"orders/{ref}/cancel", {})
    assert (refused.status_code, refused.said["code"]) == (422, "reason_missing")
    ended = ana.post(f"orders/{ref}/cancel", {"reason": "Le projet est reporté."}).said
    assert (ended["status"], ended["ended_reason"]) == ("cancelled", "Le projet est reporté.")
    gone = ana.post(f"orders/{ref}/send")
    assert (gone.status_code, gone.said["code"]) == (409, "not_allowed")


def test_acts_are_hers_and_say_which_token_did_them(ana: Any) -> None:
    ref = ana.post("orders", job()).said["ref"]
    event = Event.objects.filter(kind="order.drafted").latest("id")
    assert event.by_name == "Ana Lopes" and event.agent.startswith(f"API {ana.token.prefix}")
    assert Order.objects.get(ref=ref).affiliate == world.ana()


def test_bruno_and_the_desk_act_on_nothing_of_hers(ana: Any, bruno: Any, desk: Any) -> None:
    ref = world.sent_job().ref
    for path in ("", "/status", "/paper"):
        assert bruno.get(f"orders/{ref}{path}").status_code == 404
    for program in (bruno, desk):
        assert program.put(f"orders/{ref}", job()).status_code == 404
        for verb in ("send", "withdraw", "cancel"):
            assert program.post(f"orders/{ref}/{verb}", {}).status_code == 404
    assert desk.get(f"orders/{ref}").said["status"] == "sent"
    assert bruno.get("orders").said["items"] == []
    assert desk.post("orders", job()).status_code == 404
    assert ana.get("orders?status=draft").said["items"] == []
    assert len(ana.get("orders?status=sent").said["items"]) == 1


THINGS = ("orders", "clients", "invoices", "credit-notes", "payslips", "documents")


@pytest.mark.parametrize("about", THINGS)
def test_a_strange_reference_is_answered_as_somebody_elses(
    ana: Any, bruno: Any, made: Any, about: str
) -> None:
    """Nobody learns from an answer whether a reference is anything."""
    paid = world.paid_job()
    hers = {
        "orders": paid.ref,
        "invoices": world.invoice_of(paid).ref,
        "payslips": Payslip.objects.get().ref,
        "documents": paid.document.ref,
    }
    strange = ["00000000", "IIIIIIII", "x", "é", "a" * 100, "1 OR 1=1", hers.get(about, "ZZZZZZZZ")]
    answers = [bruno.get(f"{about}/{quote(ref)}") for ref in strange]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1, [one.content for one in answers]
    if about in hers:
        assert ana.get(f"{about}/{hers[about]}").status_code == 200


def test_every_address_of_the_api_is_described() -> None:
    """So that the questions of test_schema.py reach each of them."""
    described = Client(SERVER_NAME="127.0.0.1").get("/api/v1/openapi.json").json()["paths"]
    routed = {
        "/api/" + re.sub(r"<[a-z]+:(\w+)>", r"{\1}", route).removeprefix("api/")
        for route, name in addresses(get_resolver())
        if name.startswith("api-") and name != "api-description"
    }
    assert routed == described.keys() and len(routed) > 20


def test_a_job_goes_to_an_activity_she_takes_part_in(ana: Any, bruno: Any) -> None:
    bruno_row, today = world.bruno(), clock.today()
    hers, his = world.activity(world.ana()), world.activity(bruno_row)
    [own] = ana.get("activities").said
    assert own == {
        "ref": hers.ref, "name": hers.name, "role": "holder",
        "starts_on": own["starts_on"], "ends_on": None,
    }  # fmt: skip
    refused = ana.post("orders", job(activity=his.ref))
    assert (refused.status_code, refused.said["code"]) == (422, "activity_unknown")
    invitation = activities.invite(
        his.pk, invited=world.ana().ref, role="participant",
        inviter_id=bruno_row.pk, by=world.by(bruno_row), at=clock.now(),
    )  # fmt: skip
    activities.accept(
        invitation.pk, affiliate_id=world.ana().pk, by=world.by(world.ana()), at=clock.now()
    )
    assert [row["ref"] for row in ana.get("activities").said] == [hers.ref, his.ref]
    made = ana.post("orders", job(activity=his.ref))
    assert made.status_code == 201 and made.said["activity"] == his.ref
    assert ana.post("orders", job()).said["activity"] == hers.ref
    mandate = world.ana().activity_mandates.get(activity=his)
    activities.end(
        mandate.pk, ends_on=today, asked_by=bruno_row.pk, by=world.by(bruno_row), at=clock.now()
    )
    clock.move_to(clock.now() + timedelta(days=1))
    assert [row["ref"] for row in ana.get("activities").said] == [hers.ref]
    assert ana.post("orders", job(activity=his.ref)).said["code"] == "activity_unknown"


# --- Papers and pay ------------------------------------------------------------------------------


def test_invoices_payslips_and_documents(ana: Any, bruno: Any, desk: Any, made: Any) -> None:
    order = world.paid_job()
    made()
    [invoice] = ana.get(f"invoices?job={order.ref}&status=issued").said["items"]
    assert invoice["net"] == "1000.00" and invoice["vat"] == "210.00"
    assert invoice["open_amount"] == "1210.00" and invoice["settled_on"] is None
    assert invoice["lines"][0]["vat_rate"] == "0.2100"
    assert ana.get(f"invoices/{invoice['ref']}").said == invoice
    assert ana.get(f"credit-notes/{invoice['ref']}").status_code == 404
    assert ana.get("credit-notes").said == {"items": [], "next": None}

    [slip] = ana.get("payslips").said["items"]
    whole = ana.get(f"payslips/{slip['ref']}").said
    assert whole["net_payable"] == slip["net_payable"] and whole["lines"]
    assert Decimal(whole["net_salary"]) + Decimal(whole["net_holiday"]) == Decimal(
        whole["net_payable"]
    )

    listed = ana.get("documents").said["items"]
    kinds = {row["kind"] for row in listed}
    assert {"order", "invoice", "contract", "payslip"} <= kinds, kinds
    assert invoice["document"] in {row["ref"] for row in listed}
    for row in listed:
        assert ana.get(f"documents/{row['ref']}").said == row
        assert bruno.get(f"documents/{row['ref']}").status_code == 404
        assert bruno.get(f"documents/{row['ref']}/file").status_code == 404
    file = ana.get(f"documents/{slip['document']}/file")
    assert file.content.startswith(b"%PDF") and "attachment" in file["Content-Disposition"]

    for path in ("invoices", "payslips", "documents"):
        assert bruno.get(path).said["items"] == []
        assert desk.get(path).said["items"] != []
    assert bruno.get(f"invoices/{invoice['ref']}").status_code == 404
    assert bruno.get(f"payslips/{slip['ref']}").status_code == 404


def test_a_bank_file_is_no_document_of_the_api(desk: Any, made: Any) -> None:
    world.paid_job()
    run = Payslip.objects.get().run
    assert run.bank_file is not None
    assert desk.get(f"documents/{run.bank_file.ref}").status_code == 404


# --- What happened -------------------------------------------------------------------------------


def test_the_feed_tells_each_person_her_own_once_and_in_order(ana: Any, bruno: Any) -> None:
    order = world.paid_job()
    while feed.share(shares_of, at=clock.now()):
        pass
    assert not feed.waiting()
    told, after = [], ""
    while True:
        said = ana.get(f"events?size=3{after}").said
        if not said["items"]:
            break
        told += said["items"]
        after = f"&after={said['next']}"
    kinds = [item["kind"] for item in told]
    assert kinds[:3] == ["order.drafted", "order.sent", "order.opened"]
    assert (
        kinds.index("order.signed")
        < kinds.index("contract.signed")
        < kinds.index("invoice.issued")
        < kinds.index("payslip.final")
    )
    assert len({item["ref"] for item in told}) == len(told) == FeedItem.objects.count()
    assert {"kind": "order", "ref": order.ref} in told[1]["things"]
    final = next(item for item in told if item["kind"] == "payslip.final")
    assert {"kind": "payslip", "ref": Payslip.objects.get().ref} in final["things"]
    assert said["next"] == told[-1]["ref"]  # ask again from here
    assert bruno.get("events").said == {"items": [], "next": None}
    assert bruno.get(f"events?after={told[0]['ref']}").status_code == 422


def test_a_run_of_two_tells_each_of_her_own(ana: Any, bruno: Any) -> None:
    hers, his = world.released_job(), world.released_job(world.bruno())
    world.paid_run(at=world.last_evening(hers) + timedelta(hours=15))
    while feed.share(shares_of, at=clock.now()):
        pass
    for who, order in ((ana, hers), (bruno, his)):
        [final] = [i for i in who.get("events").said["items"] if i["kind"] == "payslip.final"]
        refs = {thing["ref"] for thing in final["things"] if thing["kind"] == "order"}
        assert refs == {order.ref}


# --- Once ----------------------------------------------------------------------------------------


def test_the_same_key_answers_the_same_and_does_it_once(ana: Any, bruno: Any) -> None:
    first = ana.post("orders", job(), key="spring")
    again = ana.post("orders", job(), key="spring")
    assert again.said == first.said and again.status_code == 201
    assert again["Idempotent"] == "again"
    assert Order.objects.count() == 1
    other = ana.post("orders", job(amount="900"), key="spring")
    assert (other.status_code, other.said["code"]) == (409, "key_used")
    elsewhere = ana.post(f"orders/{first.said['ref']}/send", key="spring")
    assert (elsewhere.status_code, elsewhere.said["code"]) == (409, "key_used")
    assert bruno.post("orders", job(), key="spring").said["ref"] != first.said["ref"]


def test_what_was_refused_may_be_mended_under_the_same_key(ana: Any) -> None:
    ref = ana.post("orders", job(place="")).said["ref"]
    assert ana.post(f"orders/{ref}/send", key="k").status_code == 422
    assert not KeptAnswer.objects.filter(key="k").exists()
    ana.put(f"orders/{ref}", job())
    assert ana.post(f"orders/{ref}/send", key="k").status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 101, "é", "a\tb"])
def test_a_write_needs_a_key(ana: Any, key: str) -> None:
    answer = ana.browser.generic(
        "POST",
        "/api/v1/orders",
        data="{}",
        content_type="application/json",
        headers={"Authorization": f"Bearer {ana.secret}", "Idempotency-Key": key},
    )
    assert answer.status_code == 400 and "Idempotency-Key" in answer.json()["fields"]


def test_kept_answers_go_after_a_day(ana: Any) -> None:
    ana.post("orders", job())
    assert tokens.forget_answers(at=clock.now()) == 0
    assert tokens.forget_answers(at=clock.now() + timedelta(days=2)) == 1


# --- Pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["orders", "invoices", "payslips", "documents", "clients"])
def test_a_page_costs_the_same_however_long(ana: Any, path: str) -> None:
    def cost(size: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ana.get(f"{path}?size={size}").status_code == 200
        return len(queries)

    world.paid_job()
    alone = cost(25)
    for _ in range(2):
        world.invoiced_job()
        ana.post("orders", job())
    assert cost(25) == cost(1) == alone


def test_pages_follow_each_other_without_gap_or_repeat(ana: Any) -> None:
    made = [world.draft_job().ref for _ in range(5)]
    seen, after = [], ""
    while True:
        said = ana.get(f"orders?size=2{after}").said
        seen += [row["ref"] for row in said["items"]]
        world.draft_job()  # what comes meanwhile moves nothing
        if said["next"] is None:
            break
        after = f"&after={said['next']}"
    assert seen == made[::-1]


@pytest.mark.parametrize("query", ["size=0", "size=101", "size=x", "after=abc", "page=2", "size="])
def test_a_page_nobody_can_give_is_a_problem(ana: Any, query: str) -> None:
    answer = ana.get(f"orders?{query}")
    assert answer.status_code == 400 and answer.said["code"] == "invalid_request"
    gone = ana.get("orders?after=00000000")
    assert gone.status_code == 422 and gone.said["code"] == "page_unknown"


@pytest.mark.parametrize("body", ["[]", "1", '"x"', "{", '{"a":NaN}', "\x00"])
def test_a_body_of_another_shape_is_a_problem(ana: Any, body: str) -> None:
    answer = ana.browser.generic(
        "POST",
        "/api/v1/orders",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {ana.secret}", "Idempotency-Key": "k"},
    )
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"amount": "mille"}, "amount", '"1000.00"'),
        ({"amount": 1000}, "amount", "guillemets"),
        ({"client": "x"}, "client", '"7K2M9QWX"'),
        ({"signer_email": "marc"}, "signer_email", "@"),
        ({"amount_kind": "net"}, "amount_kind", "price, gross"),
        ({"free_setting": "oui"}, "free_setting", "true ou false"),
        ({"payment_term_days": "10"}, "payment_term_days", "nombre entier"),
        ({"days": {}}, "days", "crochets"),
        ({"days": [{"day": "2026-12-01", "hours": "24"}]}, "days.0.hours", '"7.60"'),
        ([], "body", "accolades"),
    ],
)
def test_what_is_written_otherwise_is_told_how_to_write_it(
    ana: Any, body: Any, field: str, words: str
) -> None:
    said = ana.post("orders", body).said
    assert (said["status"], said["code"]) == (400, "invalid_request")
    [sentence] = said["fields"][field]
    assert words in sentence and not re.search(r"valide|erreur|error", sentence)


def test_another_media_type_is_refused(ana: Any) -> None:
    answer = ana.browser.generic(
        "POST",
        "/api/v1/orders",
        data="a=b",
        content_type="text/plain",
        headers={"Authorization": f"Bearer {ana.secret}", "Idempotency-Key": "k"},
    )
    assert answer.status_code == 415


def test_the_register_of_trades(ana: Any) -> None:
    said = ana.get("trades").said
    assert {"code", "label_fr", "contract_kind"} <= set(said[0])
    lawyer = next(trade for trade in said if trade["code"] == "lawyer")
    assert (lawyer["sector"], lawyer["family"]) == ("advice", "regulated_advice")
    assert lawyer["status"] == "refused" and "réglementée" in lawyer["reason"]
    assert {trade["code"] for trade in ana.get("trades?words=avocat").said} == {"lawyer"}
    assert ana.get("trades?words=astronaute").said == []
    assert ana.get("trades?q=avocat").status_code == 400
    swimming = next(trade for trade in said if trade["code"] == "swimming_teacher")
    assert swimming["papers"] == ["diploma", "lifesaving"] and swimming["reason"] == ""
