"""The bank file: valid against its schema, or not made at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from lxml import etree

from office import sepa
from office.sepa import Account, BankFileRefused, Transfer

NAMES = {"p": sepa.NAMESPACE}
HOUSE = Account(name="Coopérative Exemple SC", iban="BE68 5390 0754 7034", bic="BNAGBEBB")
ANA = Transfer(
    end_to_end_id="CE-2026-12-000001",
    name="Ana Lopes",
    iban="BE71 0961 2345 6769",
    amount=Decimal("1234.56"),
    text="Salaire décembre 2026",
)
BRUNO = replace(ANA, end_to_end_id="CE-2026-12-000002", name="Bruno Maës", amount=Decimal("0.01"))


def made(*transfers: Transfer, message_id: str = "CE-RUN-7", debtor: Account = HOUSE) -> bytes:
    return sepa.credit_transfers(
        message_id=message_id,
        created_at=datetime(2026, 12, 8, 9, 0, tzinfo=UTC),
        execute_on=date(2026, 12, 9),
        debtor=debtor,
        transfers=transfers,
    )


def found(file: bytes, path: str) -> list[str]:
    return [str(element.text) for element in etree.fromstring(file).findall(path, NAMES)]


def test_a_file_pays_each_person_once() -> None:
    file = made(ANA, BRUNO)
    assert found(file, ".//p:CtrlSum") == ["1234.57", "1234.57"]
    assert found(file, ".//p:NbOfTxs") == ["2", "2"]
    assert found(file, ".//p:InstdAmt") == ["1234.56", "0.01"]
    assert found(file, ".//p:EndToEndId") == ["CE-2026-12-000001", "CE-2026-12-000002"]
    assert found(file, ".//p:CdtTrfTxInf/p:Cdtr/p:Nm") == ["Ana Lopes", "Bruno Maes"]
    assert found(file, ".//p:CdtrAcct//p:IBAN") == ["BE71096123456769"] * 2
    assert found(file, ".//p:Ustrd") == ["Salaire decembre 2026"] * 2
    assert found(file, ".//p:ReqdExctnDt/p:Dt") == ["2026-12-09"]
    assert found(file, ".//p:CtgyPurp/p:Cd") == ["SALA"]
    assert found(file, ".//p:ChrgBr") == ["SLEV"]
    assert found(file, ".//p:DbtrAgt//p:BICFI") == ["BNAGBEBB"]
    assert not found(file, ".//p:PstlAdr")
    assert made(ANA, BRUNO) == file


def test_the_bank_may_be_told_by_the_account_alone() -> None:
    file = made(ANA, debtor=replace(HOUSE, bic=""))
    assert found(file, ".//p:DbtrAgt//p:Othr/p:Id") == ["NOTPROVIDED"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: made(), "rien à payer"),
        (lambda: made(ANA, ANA), "même référence"),
        (lambda: made(replace(ANA, amount=Decimal("0.00"))), "ne se verse pas"),
        (lambda: made(replace(ANA, amount=Decimal("-1.00"))), "ne se verse pas"),
        (lambda: made(replace(ANA, amount=Decimal("1.005"))), "ne se verse pas"),
        (lambda: made(replace(ANA, amount=Decimal("1"))), "ne se verse pas"),
        (lambda: made(replace(ANA, amount=Decimal("NaN"))), "ne se verse pas"),
        (lambda: made(replace(ANA, amount=Decimal("9999999999.00"))), "ne se verse pas"),
        (lambda: made(replace(ANA, end_to_end_id="")), "référence"),
        (lambda: made(replace(ANA, end_to_end_id="x" * 36)), "référence"),
        (lambda: made(replace(ANA, end_to_end_id="//x")), "référence"),
        (lambda: made(replace(ANA, end_to_end_id="é")), "référence"),
        (lambda: made(ANA, message_id="a" * 40), "référence"),
        (lambda: made(replace(ANA, iban="BE68539007547035")), "Ana Lopes"),
        (lambda: made(ANA, debtor=replace(HOUSE, iban="x")), "Coopérative"),
        (lambda: made(replace(ANA, name="王小明")), "nom"),
        (lambda: made(ANA, debtor=replace(HOUSE, bic="x")), "BICFI"),
    ],
)
def test_a_file_the_bank_would_refuse_is_not_made(make: Callable[[], bytes], words: str) -> None:
    with pytest.raises(BankFileRefused) as refusal:
        make()
    assert words in str(refusal.value)


def test_long_names_and_texts_are_cut_and_nothing_is_injected() -> None:
    file = made(replace(ANA, name="A" * 100, text="<Ustrd>&" * 40))
    assert found(file, ".//p:CdtTrfTxInf/p:Cdtr/p:Nm") == ["A" * 70]
    [text] = found(file, ".//p:Ustrd")
    assert len(text) <= 140 and "<" not in text
