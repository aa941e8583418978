"""Bank files: credit transfers as pain.001.001.09, checked against the schema before they leave.

Structure: ISO 20022 and the implementation guidelines of Febelfin. One payment block, salaries
(category purpose SALA), costs shared by the service level (SLEV), no addresses.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from re import compile as regex

from django.utils.translation import gettext_lazy as _
from lxml import etree
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError

from office.refusals import Refusal

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
ALLOWED = regex(r"[^A-Za-z0-9/\-?:().,'+ ]")  # the SEPA character set
LETTERS = str.maketrans({"ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O"})
LETTERS |= str.maketrans({"ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "’": "'", "–": "-"})
LETTERS |= str.maketrans({"ð": "d", "þ": "th", "ı": "i", "—": "-", "&": "+"})
NAME_LENGTH, TEXT_LENGTH, ID_LENGTH = 70, 140, 35
HIGHEST = Decimal("999999999.99")


class BankFileRefused(Refusal):
    code = "bank_file_refused"
    sentence = _("Le fichier pour la banque n’a pas été fait : {reason}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Whose account, and where. The BIC may be left out within SEPA."""

    name: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Transfer:
    """One amount in euros to one account; the statement repeats its ``end_to_end_id``."""

    end_to_end_id: str
    name: str
    iban: str
    amount: Decimal
    text: str


def credit_transfers(
    *,
    message_id: str,
    created_at: datetime,
    execute_on: date,
    debtor: Account,
    transfers: Sequence[Transfer],
) -> bytes:
    """The file of one pay run; `BankFileRefused` rather than a file that a bank would refuse."""
    _check(message_id, debtor, transfers)
    total = sum((transfer.amount for transfer in transfers), Decimal("0.00"))
    count = str(len(transfers))
    root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    initiation = _under(root, "CstmrCdtTrfInitn")

    header = _under(initiation, "GrpHdr")
    _under(header, "MsgId", message_id)
    _under(header, "CreDtTm", created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _under(header, "NbOfTxs", count)
    _under(header, "CtrlSum", str(total))
    _under(_under(header, "InitgPty"), "Nm", sepa_text(debtor.name, NAME_LENGTH))

    block = _under(initiation, "PmtInf")
    _under(block, "PmtInfId", message_id)
    _under(block, "PmtMtd", "TRF")
    _under(block, "BtchBookg", "true")
    _under(block, "NbOfTxs", count)
    _under(block, "CtrlSum", str(total))
    kind = _under(block, "PmtTpInf")
    _under(_under(kind, "SvcLvl"), "Cd", "SEPA")
    _under(_under(kind, "CtgyPurp"), "Cd", "SALA")
    _under(_under(block, "ReqdExctnDt"), "Dt", execute_on.isoformat())
    _under(_under(block, "Dbtr"), "Nm", sepa_text(debtor.name, NAME_LENGTH))
    _account(block, "DbtrAcct", debtor.iban)
    _bank(_under(block, "DbtrAgt"), debtor.bic)
    _under(block, "ChrgBr", "SLEV")
    for transfer in transfers:
        _transfer(block, transfer)

    try:
        _schema().assertValid(root)
    except etree.DocumentInvalid as fault:
        raise BankFileRefused(reason=str(fault)) from None
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def sepa_text(text: str, length: int) -> str:
    """Text in the SEPA character set, accents taken off, cut to a length.

    >>> sepa_text("Zoë Lœb & fils – n° 5", 70)
    'Zoe Loeb + fils - n 5'
    >>> sepa_text("//a//b/", 70)
    'a/b'
    """
    unaccented = unicodedata.normalize("NFKD", text.translate(LETTERS))
    base = "".join(sign for sign in unaccented if not unicodedata.combining(sign))
    allowed = " ".join(ALLOWED.sub(" ", base).split())
    while "//" in allowed:
        allowed = allowed.replace("//", "/")
    return allowed.strip("/ ")[:length].strip("/ ")


def _transfer(block: etree._Element, transfer: Transfer) -> None:
    line = _under(block, "CdtTrfTxInf")
    _under(_under(line, "PmtId"), "EndToEndId", transfer.end_to_end_id)
    amount = _under(_under(line, "Amt"), "InstdAmt", str(transfer.amount))
    amount.set("Ccy", "EUR")
    _under(_under(line, "Cdtr"), "Nm", sepa_text(transfer.name, NAME_LENGTH))
    _account(line, "CdtrAcct", transfer.iban)
    _under(_under(line, "RmtInf"), "Ustrd", sepa_text(transfer.text, TEXT_LENGTH))


def _account(parent: etree._Element, tag: str, iban: str) -> None:
    _under(_under(_under(parent, tag), "Id"), "IBAN", iban_number.compact(iban))


def _bank(agent: etree._Element, bic: str) -> None:
    institution = _under(agent, "FinInstnId")
    if bic:
        _under(institution, "BICFI", bic)
    else:
        _under(_under(institution, "Othr"), "Id", "NOTPROVIDED")


def _under(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    child.text = text
    return child


def _check(message_id: str, debtor: Account, transfers: Sequence[Transfer]) -> None:
    if not transfers:
        raise BankFileRefused(reason=_("il n’y a rien à payer."))
    names = [message_id, *(transfer.end_to_end_id for transfer in transfers)]
    if len(set(names[1:])) < len(transfers):
        raise BankFileRefused(reason=_("deux versements portent la même référence."))
    for name in names:
        if not name or name != sepa_text(name, ID_LENGTH):
            raise BankFileRefused(
                reason=_("la référence {name} n’est pas admise.").format(name=name)
            )
    for transfer in transfers:
        amount = transfer.amount
        if amount.as_tuple().exponent != -2 or not 0 < amount <= HIGHEST:
            raise BankFileRefused(
                reason=_("le montant de {name} ne se verse pas.").format(
                    name=transfer.end_to_end_id
                )
            )
    for whose, number in [(debtor.name, debtor.iban), *((t.name, t.iban) for t in transfers)]:
        try:
            iban_number.validate(number, check_country=False)  # no list of banks is complete
        except ValidationError:
            raise BankFileRefused(
                reason=_("le compte de {whose} n’est pas un IBAN.").format(whose=whose)
            ) from None
        if not sepa_text(whose, NAME_LENGTH):
            raise BankFileRefused(reason=_("un nom manque."))


@cache
def _schema() -> etree.XMLSchema:
    source = files("sepaxml") / "schemas" / "pain.001.001.09.xsd"
    return etree.XMLSchema(etree.fromstring(source.read_bytes()))
