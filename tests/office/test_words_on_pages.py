"""Amounts, rates, days and numbers as people read them, in three languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from office.rules import canonical_json, plain


def said(expression: str, value: Any, language: str = "fr") -> str:
    with translation.override(language):
        page = Template("{% load house %}{{ value|" + expression + " }}")
        return page.render(Context({"value": value})).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("filter_", "value", "french", "dutch", "english"),
    [
        ("euros", Decimal("1234.56"), "1.234,56 €", "€ 1.234,56", "€1,234.56"),
        ("euros", "1234567.5", "1.234.567,50 €", "€ 1.234.567,50", "€1,234,567.50"),
        ("euros", Decimal("-0.5"), "−0,50 €", "€ −0,50", "−€0.50"),
        ("euros", 0, "0,00 €", "€ 0,00", "€0.00"),
        ("change", Decimal("12.5"), "+12,50 €", "€ +12,50", "+€12.50"),
        ("change", Decimal("-12.5"), "−12,50 €", "€ −12,50", "−€12.50"),
        ("change", 0, "", "", ""),
        ("euros", None, "", "", ""),
        ("euros", "", "", "", ""),
        ("percent", Decimal("0.065000"), "6,5 %", "6,5 %", "6.5%"),
        ("percent", "0.1307", "13,07 %", "13,07 %", "13.07%"),
        ("percent", "0.21", "21 %", "21 %", "21%"),
        ("percent", "-0.1", "−10 %", "−10 %", "−10%"),
        ("percent", 1, "100 %", "100 %", "100%"),
        ("percent", None, "", "", ""),
        ("hours", Decimal("7.60"), "7 h 36", "7 u 36", "7 h 36"),
        ("hours", "8.00", "8 h", "8 u", "8 h"),
        ("hours", None, "", "", ""),
        (
            "longday",
            date(2026, 12, 7),
            "lundi 7 décembre 2026",
            "maandag 7 december 2026",
            "Monday 7 December 2026",
        ),
        (
            "longday",
            "2026-12-01",
            "mardi 1er décembre 2026",
            "dinsdag 1 december 2026",
            "Tuesday 1 December 2026",
        ),
        ("longday", None, "", "", ""),
        ("shortday", date(2026, 12, 7), "07/12/2026", "07/12/2026", "07/12/2026"),
        ("shortday", None, "", "", ""),
        (
            "moment",
            datetime(2026, 11, 30, 23, 5, tzinfo=UTC),
            "01/12/2026 à 00:05",
            "01/12/2026 om 00:05",
            "01/12/2026 at 00:05",
        ),
        (
            "moment",
            "2026-11-30T23:05:00.000000Z",
            "01/12/2026 à 00:05",
            "01/12/2026 om 00:05",
            "01/12/2026 at 00:05",
        ),
        ("moment", None, "", "", ""),
        (
            "shortday",
            datetime(2026, 11, 30, 23, 5, tzinfo=UTC),
            "01/12/2026",
            "01/12/2026",
            "01/12/2026",
        ),
    ],
)
def test_each_language_writes_it_its_way(
    filter_: str, value: Any, french: str, dutch: str, english: str
) -> None:
    for language, words in (("fr", french), ("nl", dutch), ("en", english)):
        assert said(filter_, value, language) == words


@pytest.mark.parametrize(
    ("filter_", "value", "words"),
    [
        ("communication", "090933755493", "+++090/9337/55493+++"),
        ("communication", "+++090/9337/55493+++", "+++090/9337/55493+++"),
        ("communication", "libre", "libre"),
        ("communication", None, ""),
        ("iban", "BE68539007547034", "BE68 5390 0754 7034"),
        ("iban", None, ""),
        ("masked", "BE68 5390 0754 7034", "BE68 •••• 7034"),
        ("masked", "123", "••••"),
        ("masked", None, "••••"),
        ("enterprise", "BE0999999922", "BE 0999.999.922"),
        ("enterprise", "0999999922", "0999.999.922"),
        ("enterprise", "FR123", "FR123"),
        ("enterprise", None, ""),
    ],
)
def test_numbers_are_grouped(filter_: str, value: Any, words: str) -> None:
    assert said(filter_, value) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-12-07", "2026-12-07", "lundi 7 décembre 2026"),
        ("2026-12-01", "2026-12-04", "du 1er au 4 décembre 2026"),
        ("2026-11-28", "2026-12-02", "du 28 novembre au 2 décembre 2026"),
        ("2026-12-30", "2027-01-04", "du 30 décembre 2026 au 4 janvier 2027"),
    ],
)
def test_a_span_of_days_is_short(first: str, last: str, words: str) -> None:
    page = Template("{% load house %}{% days first last %}")
    with translation.override("fr"):
        assert page.render(Context({"first": first, "last": last})) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (1, "aujourd’hui à 14:05"),
        (24, "hier à 15:05"),
        (72, "il y a 3 jours"),
        (24 * 20, "11 novembre 2026, 15:05"),
    ],
)
def test_what_is_recent_is_told_by_how_long_ago(hours: int, words: str) -> None:
    now = datetime(2026, 12, 1, 14, 5, tzinfo=UTC)
    page = Template("{% load house %}{{ at|ago:now }}|{{ at|ago:None }}")
    at = now - timedelta(hours=hours)
    with translation.override("fr"):
        said, absolute = page.render(Context({"at": at, "now": now})).split("|")
    assert said == words and "2026, 1" in absolute


def test_another_language_is_answered_in_french_figures() -> None:
    assert said("euros", "1234.5", "de") == "1.234,50 €"


def test_a_payment_code_is_a_small_picture_without_style() -> None:
    payload = "BCD\n002\n1\nSCT\n\nCoopérative\nBE68539007547034\nEUR1.00\n\n\n+++090/9337/55493+++"
    drawn = Template("{% load house %}{% qr payload %}").render(Context({"payload": payload}))
    assert drawn.startswith("<svg") and "style" not in drawn and "script" not in drawn
    assert len(drawn) < 4000


def test_plain_keeps_what_json_can_hold_and_refuses_floats() -> None:
    at = datetime(2026, 12, 1, 1, 2, 3, 4, tzinfo=UTC)
    value = {1: (Decimal("1E+2"), True, None), "at": at, "set": {"b", "a"}, "nul": "a\x00b"}
    assert plain(value) == {
        "1": ["100", True, None],
        "at": "2026-12-01T01:02:03.000004Z",
        "set": ["a", "b"],
        "nul": "ab",
    }
    assert plain(translation.gettext_lazy("x")) == "x"
    with pytest.raises(TypeError):
        canonical_json({"a": [1.0]})
