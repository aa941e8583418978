"""What a payment needs to find its way: structured communications, codes a bank's app reads."""

from decimal import Decimal

from stdnum.be import ogm_vcs


def communication(key: int) -> str:
    """The twelve digits of the structured communication made from a key of at most ten digits.

    The last two are the rest of the first ten divided by 97, or 97 when nothing is left.

    >>> communication(108068171), communication(97)
    ('010806817183', '000000009797')
    """
    base = f"{key:010d}"
    return base + str(ogm_vcs.calc_check_digits(base))


def payment_code(*, name: str, iban: str, amount: Decimal, reference: str) -> str:
    """What a bank's app reads in the QR code: EPC069-12 version 2, the communication on line 10.

    >>> print(payment_code(name="Coopérative Exemple SC", iban="BE68539007547034",
    ...                    amount=Decimal("1209.90"), reference="010806817183"))
    BCD
    002
    1
    SCT
    <BLANKLINE>
    Coopérative Exemple SC
    BE68539007547034
    EUR1209.90
    <BLANKLINE>
    010806817183
    """
    lines = ["BCD", "002", "1", "SCT", "", name[:70], iban, f"EUR{amount:.2f}", "", reference]
    return "\n".join(lines)
