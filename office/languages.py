"""The languages of the house, and the one its reader has before her."""

from decimal import Decimal

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

CODES = tuple(code for code, _name in settings.LANGUAGES)


def current() -> str:
    """The language that is active, when it is one of the house; else French."""
    active = (translation.get_language() or "")[:2]
    return active if active in CODES else settings.LANGUAGE_CODE


def typed(number: Decimal | str) -> str:
    """A number as one types it in the language of the page: 7,6; in English 7.6."""
    return str(number) if current() == "en" else str(number).replace(".", ",")


def asked(request: HttpRequest) -> str:
    """The first of our languages the browser or program asks for; "" when it asks for none."""
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        code = part.partition(";")[0].strip().lower()[:2]
        if code in CODES:
            return code
    return ""


def chosen(request: HttpRequest) -> str:
    """The one a visitor chose here before; "" when none."""
    code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return code if code in CODES else ""
