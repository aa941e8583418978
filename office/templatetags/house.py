"""How amounts, rates, days and numbers are written for people, in the language that is active.

Filters take what rows hold and what frozen contexts hold: an amount may be a string, a day ISO.
"""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import segno
from django import template
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from office import languages
from office.clock import BRUSSELS, day_of
from office.typography import NO_BREAK

register = template.Library()

MINUS = "\u2212"
MARKS = {"fr": (".", ","), "nl": (".", ","), "en": (",", ".")}  # of thousands, of decimals
AMOUNT = {"fr": "{sign}{amount}{_}€", "nl": "€{_}{sign}{amount}", "en": "{sign}€{amount}"}
PERCENT = {"fr": "{}" + NO_BREAK + "%", "nl": "{}" + NO_BREAK + "%", "en": "{}%"}
HOURS = {"fr": "h", "nl": "u", "en": "h"}
AT = {"fr": "à", "nl": "om", "en": "at"}
FROM_TO = {"fr": "du {} au {}", "nl": "van {} tot {}", "en": "{} to {}"}
LATELY = 7  # days during which a moment is said by how long ago it was


def _written(number: Decimal, places: int) -> str:
    """A number with its decimals, thousands apart, as the active language writes it."""
    thousands, decimals = MARKS[languages.current()]
    text = f"{abs(number):,.{places}f}"
    return text.translate({ord(","): thousands, ord("."): decimals})


def _day(value: date | datetime | str) -> date:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return day_of(value) if isinstance(value, datetime) else value


@register.filter
def euros(value: Decimal | int | str | None) -> str:
    """An amount in euros: 1.234,56 €."""
    if value is None or value == "":
        return ""
    return _amount(Decimal(value))


def _amount(amount: Decimal, *, plus: str = "") -> str:
    sign = MINUS if amount < 0 else plus
    return AMOUNT[languages.current()].format(sign=sign, amount=_written(amount, 2), _=NO_BREAK)


@register.filter
def change(value: Decimal | int | str | None) -> str:
    """An amount that something gains or loses, with its sign; nothing when it is zero."""
    if not value or not Decimal(value):
        return ""
    return _amount(Decimal(value), plus="+")


@register.filter
def percent(value: Decimal | int | str | None) -> str:
    """A fraction as a percentage, with the decimals it needs: 6,5 %."""
    if value is None or value == "":
        return ""
    rate = (Decimal(value) * 100).normalize()
    exponent = rate.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    sign = MINUS if rate < 0 else ""
    return sign + PERCENT[languages.current()].format(_written(rate, places))


@register.filter
def hours(value: Decimal | int | str | None) -> str:
    """Hours and hundredths as people say them: 7.60 is 7 h 36."""
    if value is None or value == "":
        return ""
    minutes = int((Decimal(value) * 60).to_integral_value())
    whole, rest = divmod(minutes, 60)
    words = [str(whole), HOURS[languages.current()], *([f"{rest:02d}"] if rest else [])]
    return NO_BREAK.join(words)


@register.filter
def longday(value: date | datetime | str | None) -> str:
    """A day in words: lundi 7 décembre 2026."""
    if not value:
        return ""
    day = _day(value)
    name, rest = formats.date_format(day, "l"), formats.date_format(day, "F Y")
    return f"{name} {_number(day)} {rest}"


@register.simple_tag
def days(first: date | str, last: date | str) -> str:
    """A span of days in few words: du 2 au 4 décembre 2026."""
    start, end = _day(first), _day(last)
    if start == end:
        return longday(start)
    began = _number(start)
    if (start.year, start.month) != (end.year, end.month):
        began += " " + formats.date_format(start, "F" if start.year == end.year else "F Y")
    ended = f"{_number(end)} {formats.date_format(end, 'F Y')}"
    return FROM_TO[languages.current()].format(began, ended)


def _number(day: date) -> str:
    return "1er" if day.day == 1 and languages.current() == "fr" else str(day.day)


@register.filter
def shortday(value: date | datetime | str | None) -> str:
    """A day in figures: 07/12/2026."""
    return _day(value).strftime("%d/%m/%Y") if value else ""


@register.filter
def moment(value: datetime | str | None) -> str:
    """An instant in Brussels: 07/12/2026 à 14:05."""
    if not value:
        return ""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = at.astimezone(BRUSSELS)
    return f"{local:%d/%m/%Y} {AT[languages.current()]} {local:%H:%M}"


@register.filter
def ago(value: datetime, now: datetime | None) -> str:
    """An instant as one tells it: aujourd’hui à 14:05, hier à 9:10, il y a 3 jours; else its day.

    Without ``now`` it is always its day and hour.
    """
    local = value.astimezone(BRUSSELS)
    past = (day_of(now) - day_of(value)).days if now else LATELY
    if past == 0:
        return gettext("aujourd’hui à {hour}").format(hour=f"{local:%H:%M}")
    if past == 1:
        return gettext("hier à {hour}").format(hour=f"{local:%H:%M}")
    if 1 < past < LATELY:
        return ngettext("il y a {n} jour", "il y a {n} jours", past).format(n=past)
    return f"{_number(local.date())} {formats.date_format(local, 'F Y')}, {local:%H:%M}"


@register.filter
def instant(value: datetime | str | None) -> str:
    """An instant in Brussels to the second, for evidence: 07/12/2026 à 14:05:09."""
    if not value:
        return ""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{moment(at)}{at.astimezone(BRUSSELS)::%S}"


@register.filter
def utc(value: datetime | str | None) -> str:
    """The same instant in universal time: 2026-12-07 13:05:09 UTC."""
    if not value:
        return ""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


@register.filter
def communication(value: str | None) -> str:
    """The twelve digits of a structured communication: +++090/9337/55493+++."""
    digits = "".join(sign for sign in value or "" if sign.isdigit())
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++" if len(digits) == 12 else value or ""


@register.filter
def iban(value: str | None) -> str:
    """An account number in groups of four: BE68 5390 0754 7034."""
    plain = (value or "").replace(" ", "")
    return NO_BREAK.join(plain[at : at + 4] for at in range(0, len(plain), 4))


@register.filter
def enterprise(value: str | None) -> str:
    """An enterprise or VAT number with its points: BE 0999.999.922."""
    plain = "".join(sign for sign in value or "" if sign.isalnum())
    digits = plain.removeprefix("BE")
    if len(digits) != 10 or not digits.isdigit():
        return value or ""
    pointed = f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
    return f"BE{NO_BREAK}{pointed}" if plain != digits else pointed


@register.filter
def masked(value: str | None) -> str:
    """An account number of which only both ends are shown: BE68 •••• 7034."""
    plain = (value or "").replace(" ", "")
    return f"{plain[:4]}{NO_BREAK}••••{NO_BREAK}{plain[-4:]}" if len(plain) > 8 else "••••"


@register.simple_tag
def qr(payload: str) -> SafeString:
    """A QR code as inline SVG, for the screen and for paper."""
    drawn = io.BytesIO()
    # the code of a payment says that its text is UTF-8, and is to stay small on paper
    code = segno.make(payload, error="m", micro=False, boost_error=False, encoding="utf-8")
    code.save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        omitsize=True,
        border=2,
        light="#fff",
        nl=False,
    )
    return mark_safe(drawn.getvalue().decode())
