"""The staff desk speaks the house's words: every head, label, name and library word is French."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template.loader import render_to_string
from django.utils.translation import gettext

from invoicing.models import Invoice, InvoiceLine
from office import typography
from office.windows import worded

ROOT = Path(__file__).parent.parent
ROOMS = {"office", "ledger", "members", "invoicing", "payroll", "orders"}
DESKS = [desk for model, desk in admin.site._registry.items() if model._meta.app_label in ROOMS]
CATALOGUE = ROOT / "locale" / "fr" / "LC_MESSAGES"
SEEN_IN_ENGLISH = (
    "Type to search", "Search apps and models...", "No results found", "Select action to run",
    "Select record", "Select all rows", "Run", "Go back", "Dark", "Light", "System",
)  # fmt: skip


def pages(desk: Any) -> Iterator[Any]:
    """A desk and the rows below it."""
    yield desk
    for below in desk.inlines:
        yield below(desk.model, admin.site)


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.opts.label)
def test_every_head_label_and_name_was_chosen(desk: Any) -> None:
    unnamed = []
    for page in pages(desk):
        options = page.model._meta
        if {"verbose_name", "verbose_name_plural"} - options.original_attrs.keys():
            unnamed.append(options.label)
        shown = [*getattr(page, "list_display", ()), *(page.fields or ())]
        if not page.fields:
            shown += [field.name for field in options.fields if field.editable]
        for name in shown:
            if name == "id" or name == "__str__":
                continue
            try:
                field = options.get_field(name)
            except FieldDoesNotExist:
                if not getattr(getattr(page, name), "short_description", ""):
                    unnamed.append(f"{options.label}.{name}")
            else:
                if isinstance(field, models.Field) and not field._verbose_name:
                    unnamed.append(f"{options.label}.{name}")
    assert not unnamed


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_rooms_have_a_name(room: str) -> None:
    assert apps.get_app_config(room).verbose_name != room.title()


def test_every_button_says_what_follows() -> None:
    """A button is a question; only what merely reads has none."""
    source = {path: path.read_text() for path in ROOT.glob("*/admin*.py")}
    source |= {path: path.read_text() for path in ROOT.glob("*/admin/*.py")}
    for path, text in source.items():
        for head in re.findall(r"@button\((.*?)\n    def ", text, re.S):
            assert "question=" in head, (path.name, head[:60])


def test_words_of_libraries_are_french() -> None:
    for words in SEEN_IN_ENGLISH:
        assert gettext(words) != words


def test_the_catalogue_was_made_from_its_source() -> None:
    with (CATALOGUE / "django.mo").open("rb") as made:
        compiled = GNUTranslations(made)
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"', (CATALOGUE / "django.po").read_text(), re.M)
    assert len(pairs) > 40
    for words, french in pairs:
        assert compiled.gettext(words) == typography.french(french)


def test_amounts_days_and_truths_as_the_house_writes_them() -> None:
    invoice = Invoice(
        total=Decimal("1234.56"),
        issued_on=date(2026, 12, 7),
        released_at=datetime(2026, 12, 7, 13, 5, tzinfo=UTC),
    )
    label = Invoice._meta.label_lower
    assert "1.234,56\u00a0€" in worded(label, "total")(invoice)
    assert "07/12/2026" in worded(label, "issued_on")(invoice)
    assert worded(label, "released_at")(invoice) == "07/12/2026 à 14:05"
    assert worded(label, "due_on")(invoice) == "—"
    line = InvoiceLine(vat_rate=Decimal("0.2100"))
    assert worded(InvoiceLine._meta.label_lower, "vat_rate")(line) == "21\u00a0%"
    assert worded(label, "printed_number") == "printed_number"
    assert worded(label, "no_such_column") == "no_such_column"
    said = [render_to_string("unfold/helpers/boolean.html", {"value": v}).strip() for v in
            (True, False, None)]  # fmt: skip
    assert said == ["oui", "non", "—"]


def test_what_a_letter_is_about_is_a_link() -> None:
    desk = next(desk for desk in DESKS if desk.opts.label == "office.Letter")
    assert '/admin/orders/order/12/change/">mission 12</a>' in desk.link_to_subject("order:12")
    assert desk.link_to_subject("weather:1") == "weather:1"
