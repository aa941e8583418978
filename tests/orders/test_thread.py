"""The thread says where a job stands, who must do what, by when; for every state."""

from datetime import date

import pytest

from members.pieces import Knot
from members.templatetags.words import where_it_stands
from office.typography import french
from orders.states import CHANGE_TRANSITIONS, ORDER_TRANSITIONS, ChangeStatus, OrderStatus
from orders.thread import Facts, client_knots, knots

FIRST, LAST = date(2026, 11, 26), date(2026, 11, 27)
BEFORE, DURING, AFTER = date(2026, 11, 25), FIRST, date(2026, 12, 1)


def facts(status: str, on: date = BEFORE, **known: object) -> Facts:
    values = {"client": "Dumont", "first_day": FIRST, "last_day": LAST, "sign_until": BEFORE}
    return Facts(status=status, on=on, **values | known)  # type: ignore[arg-type]


def current(drawn: tuple[Knot, ...]) -> list[tuple[str, str, date | None]]:
    return [(str(knot.label), str(knot.detail), knot.on) for knot in drawn if knot.is_current]


READY = {"contracts_signed": True, "declared": True}
RELEASED = {**READY, "answered": True}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (facts("draft"), ("Brouillon", "à compléter et à envoyer", None)),
        (facts("sent"), ("Envoyée", "Dumont doit signer", BEFORE)),
        (facts("declined"), ("Déclinée", "le client ne signe pas", None)),
        (facts("lapsed"), ("Lien expiré", "pas signée à temps", None)),
        (facts("cancelled"), ("Annulée", "", None)),
        (facts("replaced"), ("Remplacée", "", None)),
        (
            facts("signed", contract_of_cooperative=True),
            ("Contrat", french("la coopérative signe d’abord ; ne commencez pas encore"), FIRST),
        ),
        (
            facts("signed", contract_of_affiliate=True),
            ("Contrat", "à signer par vous avant le premier jour", FIRST),
        ),
        (
            facts("signed", contract_to_check=True),
            ("Contrat", "la coopérative vérifie le papier signé", FIRST),
        ),
        (
            facts("signed", contracts_signed=True),
            (
                "Contrat",
                french(
                    "signé ; la coopérative déclare le travail (Dimona), ne commencez pas encore"
                ),
                FIRST,
            ),
        ),
        (facts("signed", **READY), ("Travail", "commence", FIRST)),
        (facts("signed", DURING, **READY), ("Travail", "en cours, jusqu’au", LAST)),
        (facts("signed", LAST, **READY), ("Travail", "confirmez le travail fait", LAST)),
        (facts("held", AFTER, **READY), ("Travail", "votre conseiller décide de la suite", None)),
        (facts("released", AFTER, **RELEASED), ("Facture", "la coopérative l’émet", None)),
        (
            facts("released", AFTER, invoice_on=LAST, pay_deadline=AFTER, **RELEASED),
            ("Payée à vous", "sur votre compte au plus tard", AFTER),
        ),
        (
            facts("released", AFTER, invoice_on=LAST, invoice_due_on=AFTER, **RELEASED),
            ("Payée par le client", "échéance", AFTER),
        ),
    ],
)
def test_the_current_knot(known: Facts, expected: tuple[str, str, date | None]) -> None:
    assert expected in current(knots(known))


def test_a_finished_job_has_nothing_left_to_do() -> None:
    done = facts(
        "released", AFTER, invoice_on=LAST, settled_on=AFTER, paid_on=AFTER,
        not_confirmed=True, **RELEASED,
    )  # fmt: skip
    assert [knot.state for knot in knots(done)] == ["done"] * 8
    assert [knot.state for knot in client_knots(done)] == ["done"] * 4
    assert "non confirmé" in [str(knot.detail) for knot in knots(done)]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (facts("signed"), ("Travail", "prévu à partir du", FIRST)),
        (facts("signed", DURING, **READY), ("Travail", "en cours, jusqu’au", LAST)),
        (
            facts("signed", LAST, **READY),
            ("Travail", "la facture suit, une fois le travail confirmé", None),
        ),
        (facts("held", AFTER), ("Travail", "la coopérative règle la suite avec vous", None)),
        (
            facts("released", LAST, invoice_on=LAST, invoice_due_on=AFTER),
            ("Paiement", "à faire pour le", AFTER),
        ),
        (
            facts("released", AFTER, invoice_on=FIRST, invoice_due_on=LAST),
            ("Paiement", "échéance passée", LAST),
        ),
    ],
)
def test_the_client_is_told_in_words_for_him(
    known: Facts, expected: tuple[str, str, date | None]
) -> None:
    assert current(client_knots(known)) == [expected]


def test_when_all_is_done_the_last_knot_says_so() -> None:
    paid = facts("released", AFTER, invoice_on=LAST, settled_on=AFTER)
    assert [str(knot.label) for knot in where_it_stands(client_knots(paid))] == ["Payée, merci"]
    owed = facts("released", LAST, invoice_on=LAST, invoice_due_on=AFTER)
    assert [str(knot.label) for knot in where_it_stands(client_knots(owed))] == ["Paiement"]


def test_a_cancelled_job_may_still_be_invoiced() -> None:
    owed = facts("cancelled", AFTER, invoice_on=LAST, invoice_due_on=AFTER)
    assert len(knots(owed)) == len(client_knots(owed)) == 3


def test_an_unsigned_contract_of_an_unknown_kind_leaves_work_to_come() -> None:
    assert knots(facts("signed"))[4].state == "todo"


def test_every_status_is_a_key_of_its_table() -> None:
    assert set(ORDER_TRANSITIONS) == set(OrderStatus)
    assert set(CHANGE_TRANSITIONS) == set(ChangeStatus)
