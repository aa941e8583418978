"""Pure rules of invoicing: numbers of businesses, VAT, communications, payment codes, who is paid
first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from stdnum.be import vat
from stdnum.exceptions import ValidationError

from office.money import ZERO, round_cents
from office.refusals import Refusal

OVERPAID = "overpaid"


class NumberWrong(Refusal):
    code = "number_wrong"
    sentence = _(
        "« {number} » n’est pas un numéro d’entreprise belge : il a dix chiffres et ses deux "
        "derniers contrôlent les autres. Vérifiez-le sur une facture de ce client ou à la BCE."
    )
    field = "enterprise_number"


def enterprise_number(text: str) -> str:
    """The ten digits of a Belgian enterprise or VAT number, check digits verified.

    >>> enterprise_number("BE 0999.999.922")
    '0999999922'
    >>> enterprise_number("0999999923")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    invoicing.rules.NumberWrong: « 0999999923 » n’est pas un numéro d’entreprise belge...
    """
    try:
        digits: str = vat.validate(text)
    except ValidationError as fault:
        raise NumberWrong(number=text.strip()) from fault
    return digits


def printed_enterprise_number(digits: str) -> str:
    """
    >>> printed_enterprise_number("0999999922")
    '0999.999.922'
    """
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


class RateAmount(NamedTuple):
    """The base and the VAT of one rate."""

    rate: Decimal
    base: Decimal
    vat: Decimal


def vat_by_rate(lines: Iterable[tuple[Decimal, Decimal]]) -> list[RateAmount]:
    """VAT of (net, rate) lines: rounded once per rate on its whole base, highest rate first.

    Source: royal decree of 8 July 2025 and EN 16931 (BR-CO-17): never per line.

    >>> vat_by_rate([(Decimal("1.05"), Decimal("0.21"))] * 10)
    [RateAmount(rate=Decimal('0.21'), base=Decimal('10.50'), vat=Decimal('2.21'))]
    >>> vat_by_rate([(Decimal("333.33"), Decimal("0.21"))] * 3)[0].vat
    Decimal('210.00')
    """
    bases: dict[Decimal, Decimal] = {}
    for net, rate in lines:
        bases[rate] = bases.get(rate, ZERO) + net
    return [
        RateAmount(rate, base, round_cents(base * rate))
        for rate, base in sorted(bases.items(), reverse=True)
    ]


def due_on(issued_on: date, term_days: int) -> date:
    """The last day to pay: that many calendar days after the day of issue.

    >>> due_on(date(2026, 12, 22), 10)
    datetime.date(2027, 1, 1)
    """
    return issued_on + timedelta(days=term_days)


def latest_issue_on(work_until: date) -> date:
    """The law's last day to issue: the 15th of the month after the work (royal decree no. 1, art.
    4).

    >>> latest_issue_on(date(2026, 12, 3))
    datetime.date(2027, 1, 15)
    """
    return (work_until.replace(day=1) + timedelta(days=31)).replace(day=15)


def printed_number(entity_code: str, series: str, number: int) -> str:
    """The number as printed, the same in every language; credit notes have their own series.

    >>> printed_number("CE", "invoice", 42), printed_number("CE", "credit_note", 7)
    ('CE-000042', 'CE-C-000007')
    """
    return f"{entity_code}-{'C-' if series == 'credit_note' else ''}{number:06d}"


def allot(
    received: Decimal, parts: Mapping[str, Decimal], order: Sequence[str]
) -> dict[str, Decimal]:
    """What the money received on an invoice pays, in euros by purpose, in the written order.

    What exceeds the whole is overpaid. The answer depends on the total received only, never on the
    payments that made it: so a reversal puts everything back. Purposes the order forgets come
    last.

    >>> parts = {"vat": Decimal("210.00"), "employment": Decimal("935.00"), "fee": Decimal("65.00")}
    >>> paid = allot(Decimal("500.00"), parts, ["vat", "employment", "fee"])
    >>> paid["vat"], paid["employment"], paid["fee"], paid["overpaid"]
    (Decimal('210.00'), Decimal('290.00'), Decimal('0.00'), Decimal('0.00'))
    """
    left = received
    paid = dict.fromkeys(parts, ZERO)
    for purpose in [*order, *(name for name in parts if name not in order)]:
        if purpose in parts:
            paid[purpose] = min(left, parts[purpose])
            left -= paid[purpose]
    return paid | {OVERPAID: left}


class Split(NamedTuple):
    """How a price excl. VAT is shared; the four add up to it."""

    fee: Decimal
    employment: Decimal
    expenses: Decimal
    rounding: Decimal


class PriceTooSmall(Refusal):
    code = "price_too_small"
    sentence = _("Ce prix ne couvre pas les frais de {expenses} € et la contribution de {fee} €.")
    field = "price"


def split_price(net: Decimal, fee_rate: Decimal, expenses: Decimal, employment: Decimal) -> Split:
    """Share a decided price: the fee on the whole, expenses, then employment as far as money goes.

    >>> rate = Decimal("0.065")
    >>> split = split_price(Decimal("500.00"), rate, Decimal("20.00"), Decimal("900.00"))
    >>> split.fee, split.employment, split.expenses, split.rounding
    (Decimal('32.50'), Decimal('447.50'), Decimal('20.00'), Decimal('0.00'))
    >>> split_price(Decimal("500.00"), rate, Decimal("0.00"), Decimal("400.00")).rounding
    Decimal('67.50')
    """
    fee = round_cents(net * fee_rate)
    left = net - fee - expenses
    if left < 0:
        raise PriceTooSmall(expenses=expenses, fee=fee)
    return Split(fee, min(employment, left), expenses, left - min(employment, left))


@dataclass(frozen=True, kw_only=True)
class Cover:
    """How one payslip's cost stands: see `invoicing.models.Advance` (euros)."""

    cost: Decimal
    amount: Decimal
    repaid: Decimal
    lost: Decimal
    recovered: Decimal

    @property
    def paid_by_client(self) -> Decimal:
        """Euros of the cost met by the client's money."""
        return self.cost - self.amount + self.repaid + self.recovered


class Move(NamedTuple):
    """A change of one cover: ``kind`` repayment, recovery or advance; below zero: taken back."""

    at: int
    kind: str
    amount: Decimal


def settle(received: Decimal, covers: Sequence[Cover]) -> list[Move]:
    """What changes when the employment money received for a job becomes ``received`` (euros in
    all).

    More money repays what is outstanding, the oldest first, then recovers what was lost. Less
    money (a payment reversed) takes back in the opposite order, and what had been paid straight
    from the client's money becomes an advance. So the client's money always pays min(received,
    cost), whatever the way there.

    >>> paid = Cover(cost=Decimal(900), amount=Decimal(900), repaid=ZERO, lost=ZERO, recovered=ZERO)
    >>> settle(Decimal(300), [paid])
    [Move(at=0, kind='repayment', amount=Decimal('300.00'))]
    """
    delta = received - sum((cover.paid_by_client for cover in covers), ZERO)
    return _pay(delta, covers) if delta > 0 else _take_back(-delta, covers)


def _pay(left: Decimal, covers: Sequence[Cover]) -> list[Move]:
    moves = []
    for kind in ("repayment", "recovery"):
        for at, cover in enumerate(covers):
            lost = cover.lost - cover.recovered
            room = cover.amount - cover.repaid - cover.lost if kind == "repayment" else lost
            if part := min(left, room):
                moves.append(Move(at, kind, part))
                left -= part
    return moves


def _take_back(left: Decimal, covers: Sequence[Cover]) -> list[Move]:
    moves = []
    for kind in ("recovery", "repayment", "advance"):
        for at, cover in reversed(list(enumerate(covers))):
            if kind == "advance":
                part, sign = min(left, cover.cost - cover.amount), 1
            else:
                part, sign = min(left, cover.recovered if kind == "recovery" else cover.repaid), -1
            if part:
                moves.append(Move(at, kind, sign * part))
                left -= part
    return moves
