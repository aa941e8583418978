"""What holds of people whatever is stored: numbers, ages, households. Values in, values out."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from stdnum import iban as iban_number
from stdnum.be import iban as belgian_iban
from stdnum.be import ssn
from stdnum.exceptions import ValidationError as NumberError

from office.refusals import Refusal

ADULT = 18  # below it a contract asks for the parents' consent: the office does it by hand
MOST_CHILDREN = 20
SEPA_COUNTRIES = frozenset(
    "AD|AL|AT|BE|BG|CH|CY|CZ|DE|DK|EE|ES|FI|FR|GB|GI|GR|HR|HU|IE|IS|IT|LI|LT|LU|LV"
    "|MC|MD|ME|MK|MT|NL|NO|PL|PT|RO|RS|SE|SI|SK|SM|VA".split("|")
)


class NationalNumberWrong(Refusal):
    code = "national_number_wrong"
    sentence = _(
        "Ce numéro ne passe pas le contrôle. Relisez les onze chiffres au dos de votre carte "
        "d’identité."
    )
    field = "national_number"


class BirthDateDiffers(Refusal):
    code = "birth_date_differs"
    sentence = _(
        "Ce numéro et la date de naissance ne vont pas ensemble. Relisez les deux sur votre carte "
        "d’identité."
    )
    field = "national_number"


class TooYoung(Refusal):
    code = "too_young"
    sentence = _(
        "Avant {years} ans, l’inscription se fait avec vos parents : écrivez-nous, nous nous en "
        "occupons avec vous."
    )
    field = "birth_date"


class IbanWrong(Refusal):
    code = "iban_wrong"
    sentence = _(
        "Ce numéro de compte ne passe pas le contrôle. Relisez-le sur votre carte bancaire."
    )
    field = "iban"


class IbanOutsideSepa(Refusal):
    code = "iban_outside_sepa"
    sentence = _(
        "Nous ne pouvons verser que vers un compte de la zone SEPA. Indiquez un compte européen."
    )
    field = "iban"


class NoPartner(Refusal):
    code = "no_partner"
    sentence = _(
        "Vous avez répondu que vous n’avez pas de conjoint ni de cohabitant légal. Décochez cette "
        "case, ou changez cette réponse."
    )
    field = "partner_disabled"


class NotSingleParent(Refusal):
    code = "not_single_parent"
    sentence = _(
        "Cette case est pour qui élève seul·e au moins un enfant à charge. Décochez-la, ou "
        "revoyez vos réponses."
    )
    field = "single_parent"


class TooManyDisabledChildren(Refusal):
    code = "too_many_disabled_children"
    sentence = _(
        "Vous avez indiqué {children} enfant(s) à charge : écrivez {children} au plus ici."
    )
    field = "disabled_children"


class HigherRateOutOfReach(Refusal):
    code = "higher_rate_out_of_reach"
    sentence = _("Écrivez un pourcentage entre 0 et 100, ou laissez vide.")
    field = "higher_rate"


class HouseholdTooEarly(Refusal):
    code = "household_too_early"
    sentence = _(
        "Cette date est passée. Choisissez le {first} ou plus tard : ce qui est déjà payé ne "
        "change plus."
    )
    field = "starts_on"


class HouseholdTooLate(Refusal):
    code = "household_too_late"
    sentence = _("Choisissez une date dans les douze mois.")
    field = "starts_on"


@dataclass(frozen=True, kw_only=True)
class HouseholdFacts:
    """What a person says of her household.

    ``higher_rate`` is the fraction of taxable pay she wishes withheld at least.
    """

    partner_income: str = "none_partner"
    children: int = 0
    disabled_children: int = 0
    single_parent: bool = False
    disabled: bool = False
    partner_disabled: bool = False
    dependants_over_66: int = 0
    other_dependants: int = 0
    higher_rate: Decimal | None = None


def check_household(facts: HouseholdFacts) -> None:
    """Raise the first thing that does not hold together in what is said of a household.

    >>> check_household(HouseholdFacts(children=1, single_parent=True))
    >>> check_household(HouseholdFacts(single_parent=True))
    Traceback (most recent call last):
    members.rules.NotSingleParent: ...
    """
    alone = facts.partner_income == "none_partner"
    if facts.disabled_children > facts.children:
        raise TooManyDisabledChildren(children=facts.children)
    if facts.single_parent and not (alone and facts.children):
        raise NotSingleParent
    if facts.partner_disabled and alone:
        raise NoPartner
    if facts.higher_rate is not None and not 0 < facts.higher_rate <= 1:
        raise HigherRateOutOfReach


def scale_of(partner_income: str) -> str:
    """The scale of the withholding tax: 2 when the partner has no income (annex III RD/ITC92).

    >>> scale_of("none_partner"), scale_of("own"), scale_of("none"), scale_of("small")
    ('1', '1', '2', '1')
    """
    return "2" if partner_income == "none" else "1"


def check_household_start(starts_on: date, *, on: date) -> None:
    """A household counts from a day of this month at the earliest, within a year at the latest.

    >>> check_household_start(date(2026, 11, 1), on=date(2026, 11, 23))
    >>> check_household_start(date(2026, 10, 31), on=date(2026, 11, 23))
    Traceback (most recent call last):
    members.rules.HouseholdTooEarly: ...
    """
    first = on.replace(day=1)
    if starts_on < first:
        raise HouseholdTooEarly(first=f"{first:%d/%m/%Y}")
    if (starts_on - on).days > 366:
        raise HouseholdTooLate


def checked_national_number(number: str, *, birth_date: date) -> str:
    """The eleven digits of a national or bis number that belongs to this birth date.

    >>> checked_national_number("85.07.30-033 28", birth_date=date(1985, 7, 30))
    '85073003328'
    >>> checked_national_number("85.07.30-033 28", birth_date=date(1985, 7, 31))
    Traceback (most recent call last):
    members.rules.BirthDateDiffers: ...
    """
    try:
        digits = str(ssn.validate(number))
    except NumberError:
        raise NationalNumberWrong from None
    known: date | None = ssn.get_birth_date(digits)  # a bis number may leave it open
    if known is not None and known != birth_date:
        raise BirthDateDiffers
    return digits


def masked_national_number(digits: str) -> str:
    """What people see of a national number.

    >>> masked_national_number("85073003328")
    '85.07.30-***.**'
    """
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-***.**"


def age(birth_date: date, *, on: date) -> int:
    """Full years on a day.

    >>> age(date(2000, 11, 24), on=date(2026, 11, 23))
    25
    >>> age(date(2000, 11, 23), on=date(2026, 11, 23))
    26
    """
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def check_age(birth_date: date, *, on: date) -> None:
    """Raise ``TooYoung`` below the age at which a person signs alone."""
    if age(birth_date, on=on) < ADULT:
        raise TooYoung(years=ADULT)


def checked_iban(text: str) -> str:
    """An account number without spaces, in a country of the SEPA zone.

    The list of banks is not asked: banks are born faster than lists.

    >>> checked_iban("BE68 5390 0754 7034")
    'BE68539007547034'
    >>> checked_iban("BE68 5390 0754 7035")
    Traceback (most recent call last):
    members.rules.IbanWrong: ...
    """
    try:
        number = str(iban_number.validate(text, check_country=False))
    except NumberError:
        raise IbanWrong from None
    if number[:2] not in SEPA_COUNTRIES:
        raise IbanOutsideSepa
    return number


def bic_of(iban: str) -> str:
    """The bank's code where the number tells it (Belgium), else nothing: SEPA needs no more.

    >>> bic_of("BE71096123456769"), bic_of("NL91ABNA0417164300")
    ('GKCCBEBB', '')
    """
    if not iban.startswith("BE"):
        return ""
    return str(belgian_iban.to_bic(iban) or "")


def masked_iban(iban: str) -> str:
    """What a letter shows of an account number.

    >>> masked_iban("BE68539007547034")
    'BE68 •••• 7034'
    """
    return f"{iban[:4]} •••• {iban[-4:]}"


def folded(text: str) -> str:
    """Words as they are searched: lower case without accents, each once, a space before each.

    >>> folded("Chargé·e de l’accueil, de chargé")
    ' charge e de l accueil'
    """
    plain = unicodedata.normalize("NFKD", text.lower())
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return "".join(f" {word}" for word in dict.fromkeys(words))


Period = tuple[date, date | None]  # first and last day; None: without end


def first_gap(periods: Iterable[Period], *, on: date) -> date | None:
    """The first day from ``on`` that no period covers; None when there is none.

    >>> first_gap([(date(2026, 1, 1), None)], on=date(2026, 11, 23))
    >>> first_gap([(date(2026, 1, 1), date(2026, 11, 30)), (date(2026, 12, 1), None)],
    ...           on=date(2026, 11, 23))
    >>> first_gap([(date(2026, 1, 1), date(2026, 11, 30)), (date(2026, 12, 2), None)],
    ...           on=date(2026, 11, 23))
    datetime.date(2026, 12, 1)
    """
    day = on
    for first, last in sorted(periods, key=lambda period: period[0]):
        if first > day:
            break
        if last is None:
            return None
        day = max(day, last + timedelta(days=1))
    return day
