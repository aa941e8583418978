"""Clients are shared: found by number, locked once verified; and the guarantee's answer about
them.
"""

from decimal import Decimal
from typing import Any

import pytest

from invoicing import guarantee, queries
from invoicing.actions import clients
from invoicing.guarantee import Case, GuaranteePolicy
from invoicing.models import Client, ClientKind
from invoicing.rules import NumberWrong
from office import journal
from office.actors import Actor, ActorKind
from tests.invoicing.houses import AT, DENIS, TODAY, draft, dumont, house, issued
from tests.invoicing.test_payments import pay

ANA = Actor(kind=ActorKind.AFFILIATE, name="Ana Lopes", user_id=11)
BRUNO = Actor(kind=ActorKind.AFFILIATE, name="Bruno Maes", user_id=12)
WORDS = {"street": "rue Haute 1", "postcode": "1000", "city": "Bruxelles", "language": "fr"}


def create(by: Actor = ANA, **values: Any) -> Client:
    usual: dict[str, Any] = {
        "kind": ClientKind.BELGIAN_BUSINESS,
        "enterprise_number": "BE 0888.888.895",
        "name": "Dumont  Éditions SRL ",
    }
    return clients.create(**WORDS | usual | values, by=by, at=AT)


def amend(client: Client, by: Actor, name: str = "Dumont SA") -> Client:
    return clients.amend(client.pk, name=name, **WORDS, by=by, at=AT)


@pytest.mark.django_db
class TestClients:
    def test_a_number_makes_one_client_for_all(self) -> None:
        client = create()
        assert (client.name, client.vat_number) == ("Dumont Éditions SRL", "BE0888888895")
        assert create(by=BRUNO, name="Autre nom") == client
        assert queries.find_client("0888.888.895") == client
        assert queries.find_client("0999999922") is None
        assert queries.find_client("n’importe quoi") is None
        assert str(client) == "Dumont Éditions SRL"

    def test_a_wrong_number_or_an_empty_word_is_refused(self) -> None:
        with pytest.raises(NumberWrong):
            create(enterprise_number="0888888896")
        for field in ("name", "street", "postcode", "city"):
            with pytest.raises(clients.WordMissing) as refusal:
                create(**{field: "  "})
            assert refusal.value.field == field

    def test_other_kinds_of_clients_can_be_kept(self) -> None:
        body = create(kind=ClientKind.BELGIAN_BODY, enterprise_number="")
        assert (body.enterprise_number, body.vat_number) == (None, "")
        named = create(kind=ClientKind.BELGIAN_BODY, enterprise_number="0999999922")
        assert (named.enterprise_number, named.vat_number) == ("0999999922", "")
        person = create(kind=ClientKind.PRIVATE, enterprise_number="")
        assert person.enterprise_number is None
        abroad = create(
            kind=ClientKind.EU_BUSINESS, enterprise_number="FR 40 303 265 045", country="FR"
        )
        assert (abroad.enterprise_number, abroad.vat_number) == (None, "FR40303265045")

    def test_the_creator_mends_until_verified(self) -> None:
        client = create()
        with pytest.raises(clients.ClientLocked):
            amend(client, BRUNO)
        assert amend(client, ANA).name == "Dumont SA"
        assert clients.verify(client.pk, by=DENIS, at=AT).verified_by_id == DENIS.user_id
        assert clients.verify(client.pk, by=DENIS, at=AT).verified_at == AT
        with pytest.raises(clients.ClientLocked) as refusal:
            amend(client, ANA)
        assert "Dumont SA" in str(refusal.value)
        amend(client, DENIS, "Dumont NV")
        amend(client, DENIS, "Dumont NV")
        kinds = [event.kind for event in journal.timeline(client)]
        assert kinds == ["client.amended", "client.verified", "client.amended", "client.created"]

    def test_staff_set_term_and_ceiling(self) -> None:
        house()
        client = create()
        assert clients.set_term(client.pk, days=30, by=DENIS, at=AT).payment_term_days == 30
        assert clients.set_term(client.pk, days=None, by=DENIS, at=AT).payment_term_days is None
        with pytest.raises(clients.TermTooLong) as refusal:
            clients.set_term(client.pk, days=61, by=DENIS, at=AT)
        assert "60" in str(refusal.value)
        ceiling = clients.set_ceiling(client.pk, amount=Decimal(9), by=DENIS, at=AT)
        assert ceiling.guarantee_ceiling == 9
        with pytest.raises(clients.CeilingWrong):
            clients.set_ceiling(client.pk, amount=Decimal(-1), by=DENIS, at=AT)


@pytest.mark.django_db
class TestAnswer:
    def ask(self, amount: str) -> str:
        return guarantee.ask(dumont(), amount=Decimal(amount), on=TODAY).code

    def test_a_new_client_is_covered_up_to_his_ceiling(self) -> None:
        house()
        unknown = guarantee.ask(None, amount=Decimal("5000.00"), on=TODAY)
        assert unknown.covered
        assert "5.000,00 €" in str(unknown)
        assert self.ask("5000.01") == "above_new_ceiling"

    def test_what_is_not_paid_yet_counts(self) -> None:
        house()
        draft(job="AAAAAAAA")
        invoice = issued()
        assert guarantee.case_of(dumont(), Decimal(0)).unpaid == 2000
        assert self.ask("3000.00") == "covered_new"
        assert self.ask("3000.01") == "above_new_ceiling"
        pay(invoice, "1210.00")
        assert guarantee.case_of(dumont(), Decimal(0)).unpaid == 1000
        assert self.ask("24000.00") == "covered"
        assert self.ask("24000.01") == "above_ceiling"

    def test_staff_decide_otherwise(self) -> None:
        house()
        clients.set_ceiling(dumont().pk, amount=Decimal("9000.00"), by=DENIS, at=AT)
        assert self.ask("9000.00") == "covered"
        with pytest.raises(clients.ReasonMissing):
            clients.block(dumont().pk, reason="", by=DENIS, at=AT)
        clients.block(dumont().pk, reason="Faillite", by=DENIS, at=AT)
        assert self.ask("1.00") == "blocked"
        clients.unblock(dumont().pk, by=DENIS, at=AT)
        clients.unblock(dumont().pk, by=DENIS, at=AT)
        assert self.ask("1.00") == "covered"


def test_only_belgian_businesses_are_covered() -> None:
    case = Case(
        belgian_business=False,
        blocked=False,
        paid_before=True,
        unpaid=Decimal(0),
        requested=Decimal(1),
    )
    assert guarantee.decide(case, GuaranteePolicy()).code == "not_belgian_business"


@pytest.mark.parametrize("code", sorted(guarantee.SENTENCES))
def test_every_answer_has_its_sentence(code: str) -> None:
    values = {"ceiling": Decimal("1234.50"), "exposure": "2000.00"}
    assert "{" not in guarantee.sentence(code, values)
