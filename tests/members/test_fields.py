"""What people type, and what the fields make of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.utils import formats, translation

from members.forms_base import (
    DayField,
    DecimalText,
    EnterpriseNumberField,
    EuroField,
    HoursField,
    HouseForm,
    IbanField,
    NationalNumberField,
    PercentField,
    PhoneField,
    PostcodeField,
    add_refusal,
)
from members.joining_forms import BirthDateField
from members.pieces import Knot, NextStep, Part, price_bar
from members.rules import IbanWrong, TooYoung


def cleaned(field: forms.Field, typed: str) -> Any:
    return field.clean(typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,234.56", Decimal("1234.56")),
        ("1,000", Decimal("1000.00")),
        ("1,234,567.5", Decimal("1234567.50")),
        ("7,6", Decimal("7.60")),
        ("1234.56", Decimal("1234.56")),
    ],
)
def test_english_reads_amounts_as_its_pages_write_them(typed: str, value: Decimal) -> None:
    field = EuroField(most=9_999_999)
    with translation.override("en"):
        assert field.clean(typed) == value
        assert field.prepare_value(Decimal("1234.56")) == "1234.56"
        assert PercentField().prepare_value(Decimal("0.1111")) == "11.11"
    assert field.prepare_value(Decimal("1234.56")) == "1234,56"


def test_english_days_begin_with_the_day() -> None:
    day = date(2026, 12, 7)
    with translation.override("en"):
        assert formats.date_format(day) == "7 December 2026"
        assert forms.DateField().clean("07/12/2026") == day


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (EuroField(), "1.234,56", Decimal("1234.56")),
        (EuroField(), "1 234,5 €", Decimal("1234.50")),
        (EuroField(), "1234.56", Decimal("1234.56")),
        (EuroField(), "1.234", Decimal("1234.00")),
        (EuroField(), "12.50", Decimal("12.50")),
        (EuroField(required=False), "", None),
        (HoursField(), "7,6", Decimal("7.60")),
        (PercentField(), "11,11", Decimal("0.1111")),
        (PercentField(required=False), "", None),
        (DayField(), "2026-12-07", date(2026, 12, 7)),
        (DayField(), "07/12/2026", date(2026, 12, 7)),
        (BirthDateField(), "30071985", date(1985, 7, 30)),
        (BirthDateField(), "30 07 1985", date(1985, 7, 30)),
        (BirthDateField(), "30/07/1985", date(1985, 7, 30)),
        (NationalNumberField(), "85.07.30-033.28", "85073003328"),
        (IbanField(), "be68 5390 0754 7034", "BE68539007547034"),
        (IbanField(required=False), "", ""),
        (EnterpriseNumberField(), "BE 0403.019.261", "0403019261"),
        (PostcodeField(), "1060", "1060"),
        (PhoneField(), "+32 470 12.34.56", "+32470123456"),
    ],
)
def test_people_type_as_they_write(field: forms.Field, typed: str, value: object) -> None:
    assert cleaned(field, typed) == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (EuroField(), "beaucoup"),
        (EuroField(), "1,234"),
        (EuroField(), "-1"),
        (EuroField(), "9999999"),
        (EuroField(), "1e3"),
        (EuroField(), "٣"),
        (HoursField(), "25"),
        (DayField(), "7 décembre"),
        (DayField(), "0001-01-01"),
        (BirthDateField(), "31021985"),
        (NationalNumberField(), "85.07.30-033.29"),
        (IbanField(), "BE00"),
        (EnterpriseNumberField(), "0403.019.262"),
        (PostcodeField(), "0123"),
        (PostcodeField(), "1000\n2"),
        (PhoneField(), "demain"),
    ],
)
def test_what_is_not_understood_is_said_in_a_sentence(field: forms.Field, typed: str) -> None:
    with pytest.raises(forms.ValidationError) as told:
        cleaned(field, typed)
    assert str(told.value.messages[0]).endswith(".")


def test_values_come_back_as_people_write_them() -> None:
    assert EuroField().prepare_value(Decimal("12.50")) == "12,50"
    assert PercentField().prepare_value(Decimal("0.1111")) == "11,11"
    assert PercentField().prepare_value("x") == "x"
    assert IbanField().prepare_value("BE68539007547034") == "BE68 5390 0754 7034"
    assert IbanField().prepare_value("x") == "x"
    assert EuroField().has_changed(Decimal(1), "2") and not EuroField().has_changed(Decimal(1), "1")
    assert EuroField().has_changed(Decimal(1), "x")
    assert DecimalText(least=None).clean("-1") == -1


class Asked(HouseForm):
    iban = IbanField(label="Compte")
    name = forms.CharField(label="Nom", max_length=3, min_length=2, required=False)
    size = forms.ChoiceField(label="Taille", choices=[("a", "A")], widget=forms.RadioSelect)
    several = forms.IntegerField(min_value=1, max_value=2)
    paper = forms.FileField(required=False)
    own = forms.CharField(error_messages={"required": "Dites-le."})
    agreed = forms.BooleanField(help_text="Lisez d’abord.")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_form_is_drawn_with_labels_help_and_sentences() -> None:
    typed = {"iban": "BE00", "name": "long", "size": "b", "several": "3"}
    form = Asked(typed)
    html = str(form)
    for sentence in (
        "Gardez 3 caractères au plus.",
        "Choisissez une réponse de la liste.",
        "Écrivez 2 au plus.",
        "Dites-le.",
        "Ce champ reste à remplir.",
        'id="id_iban_error"',
        'aria-describedby="id_iban_error"',
        "(facultatif)",
        'value="BE00"',
        "<legend>Taille",
        'type="hidden"',
    ):
        assert sentence in html, sentence
    assert next(field.name for field in form.fields_to_mend()) == "iban"
    assert "Écrivez au moins 2 caractères." in str(Asked(typed | {"name": "x"}))
    assert "ne s’imprime pas" in str(Asked(typed | {"own": "a\x00b"}))


def test_a_refusal_finds_its_field_or_stands_on_top() -> None:
    form = Asked({})
    form.full_clean()
    add_refusal(form, IbanWrong())
    add_refusal(form, TooYoung(years=18))
    assert "carte bancaire" in str(form.errors["iban"])
    assert "Avant 18 ans" in str(form.non_field_errors())


def test_the_bar_leaves_out_what_is_nothing() -> None:
    bar = price_bar(
        Decimal(10),
        [
            Part(key="net", label="Net", amount=Decimal(10)),
            Part(key="rounding", label="Arrondi", amount=Decimal(0), tone="tax"),
        ],
        label="Prix",
    )
    assert [segment.tone for segment in bar.segments] == ["net"]
    assert [part.tone for part in bar.parts] == ["net", "tax"]
    assert not price_bar(Decimal(0), []).segments


def test_a_knot_knows_whether_things_stand_there() -> None:
    assert Knot(label="Signé", state="waiting").is_current
    assert not Knot(label="Signé", state="done").is_current
    assert str(Knot(label="Signé", state="todo").said) == "à venir"
    assert NextStep(title="Rien à faire").url == ""
