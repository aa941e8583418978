"""How every form of the house is drawn, and the fields that understand what people type."""

import re
from abc import ABC, abstractmethod
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorList
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from stdnum import iban
from stdnum.be import ssn, vat
from stdnum.exceptions import InvalidChecksum, InvalidLength
from stdnum.exceptions import ValidationError as NumberError

from office import languages
from office.refusals import Refusal

REQUIRED = _("Ce champ reste à remplir.")
SENTENCES: dict[type[forms.Field], dict[str, str | Promise]] = {
    forms.EmailField: {"invalid": _("Écrivez l’adresse en entier, par exemple ana@exemple.be.")},
    forms.ChoiceField: {"invalid_choice": _("Choisissez une réponse de la liste.")},
    forms.ModelChoiceField: {"invalid_choice": _("Choisissez une réponse de la liste.")},
    forms.IntegerField: {
        "invalid": _("Écrivez un nombre entier, par exemple 2."),
        "min_value": _("Écrivez %(limit_value)s ou plus."),
        "max_value": _("Écrivez %(limit_value)s au plus."),
    },
    forms.DateField: {"invalid": _("Écrivez la date comme 07/12/2026.")},
    forms.FileField: {
        "invalid": _("Le fichier n’est pas arrivé. Choisissez-le encore une fois."),
        "missing": _("Le fichier n’est pas arrivé. Choisissez-le encore une fois."),
        "empty": _("Ce fichier est vide. Choisissez-en un autre."),
    },
}
TOO_LONG = ngettext_lazy(
    "Gardez %(limit_value)d caractère au plus.",
    "Gardez %(limit_value)d caractères au plus.",
    "limit_value",
)
TOO_SHORT = ngettext_lazy(
    "Écrivez au moins %(limit_value)d caractère.",
    "Écrivez au moins %(limit_value)d caractères.",
    "limit_value",
)
UNPRINTABLE = _("Un caractère de ce texte ne s’imprime pas. Écrivez-le encore une fois.")


class HouseRenderer(DjangoTemplates):
    """Draws forms and fields with ``templates/pieces/``."""

    form_template_name = "pieces/form.html"
    field_template_name = "pieces/field.html"

    @cached_property
    def engine(self) -> Any:
        """Django's own widgets, and the templates of the house."""
        return self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [*settings.TEMPLATES[0]["DIRS"], _django_forms_templates()],
                "NAME": "houseforms",
                "OPTIONS": {},
            }
        )


def _django_forms_templates() -> Any:
    from pathlib import Path

    return Path(forms.__file__).parent / "templates"


class Sentences(ErrorList):
    """What is to mend in a field, as sentences."""

    template_name = template_name_ul = "pieces/field_errors.html"


class SaidBelow(ErrorList):
    """Sentences the page prints itself below the field, where they can change as one types."""

    def render(
        self, template_name: str | None = None, context: Any = None, renderer: Any = None
    ) -> SafeString:
        return SafeString("")

    __str__ = __html__ = render


class HouseForm(forms.Form):
    """Base of every form people fill in: pieces, sentences without blame, nothing typed is lost."""

    default_renderer = HouseRenderer()
    use_required_attribute = False  # the sentence comes from us, in our words, beside the field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("error_class", Sentences)
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            use_house_sentences(field)

    def fields_to_mend(self) -> list[forms.BoundField]:
        """The visible fields with a sentence, in the order of the page."""
        return [field for field in self.visible_fields() if field.errors]


def tell_where(form: forms.Form) -> None:
    """Name, for each field of a form ``SaidBelow``, the places of its help and of its sentence."""
    for name, field in form.fields.items():
        told = f"id_{name}_helptext id_{name}_error" if field.help_text else f"id_{name}_error"
        if not isinstance(field.widget, forms.RadioSelect):
            field.widget.attrs["aria-describedby"] = told


def use_house_sentences(field: forms.Field) -> None:
    """Put the house's words in place of Django's; those a field states itself stay."""
    own: dict[str, Any] = {"required": REQUIRED}
    for kind, sentences in SENTENCES.items():
        if isinstance(field, kind):
            own |= sentences
    for code, sentence in own.items():
        if field.error_messages.get(code) == _default_sentence(type(field), code):
            field.error_messages[code] = sentence
    validators: list[Any] = list(field.validators)
    for validator in validators:
        code = getattr(validator, "code", "")
        if code == "max_length":
            validator.message = TOO_LONG
        elif code == "min_length":
            validator.message = TOO_SHORT
        elif code == "null_characters_not_allowed":
            validator.message = UNPRINTABLE
        elif code in own and code != "required":
            validator.message = field.error_messages.get(code, own[code])


def _default_sentence(kind: type[forms.Field], code: str) -> object:
    ancestors: tuple[Any, ...] = kind.__mro__
    for ancestor in ancestors:
        if ancestor.__module__.startswith("django.") and code in getattr(
            ancestor, "default_error_messages", {}
        ):
            return ancestor.default_error_messages[code]
        if code in vars(ancestor).get("default_error_messages", {}):
            return None  # the field states its own
    return None


def add_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Say a refusal next to the field it belongs to, or on top of the form when it has none."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


# --- Fields -----------------------------------------------------------------------------------


class DecimalText(forms.Field):
    """A number typed as people write it in Belgium: ``1.234,56``, ``1234.56``, ``1 234,5``."""

    unit: str | Promise = ""
    places = 2
    default_error_messages = {
        "not_a_number": _("Écrivez un nombre, par exemple 250 ou 250,50."),
        "too_many_places": _("Gardez deux chiffres après la virgule."),
        "too_small": _("Écrivez {least} ou plus."),
        "too_big": _("Écrivez {most} au plus."),
    }

    def __init__(
        self, *, least: Decimal | int | None = 0, most: Decimal | int = 999_999, **kwargs: Any
    ) -> None:
        self.least, self.most = least, most
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return languages.typed(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        text = re.sub(r"[\s\u00a0\u202f€h]", "", str(value or ""))
        if not text:
            return None
        if languages.current() == "en" and re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?", text):
            text = text.replace(",", "")  # as our English pages write it: 1,234.56
        elif "," in text:
            text = text.replace(".", "").replace(",", ".")
        elif re.fullmatch(r"-?\d{1,3}(\.\d{3})+", text):
            text = text.replace(".", "")
        if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]*)?", text):
            raise ValidationError(self.error_messages["not_a_number"], code="not_a_number")
        number = Decimal(text)
        exact = number.quantize(Decimal(1).scaleb(-self.places))
        if exact != number:
            raise ValidationError(self.error_messages["too_many_places"], code="too_many_places")
        return exact

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.least is not None and value < self.least:
            self._refuse("too_small", least=self.least)
        if value > self.most:
            self._refuse("too_big", most=self.most)

    def _refuse(self, code: str, **values: Any) -> None:
        shown = {name: languages.typed(value) for name, value in values.items()}
        raise ValidationError(str(self.error_messages[code]).format(**shown), code=code)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except (ValidationError, InvalidOperation):
            return True


class EuroField(DecimalText):
    """An amount in euros and whole cents."""

    unit = "€"


class HoursField(DecimalText):
    """Hours in a day, as a decimal number (7,6)."""

    unit = _("h")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("most", 24)
        super().__init__(**kwargs)


class PercentField(DecimalText):
    """A percentage; its value is a fraction (11,11 -> 0.1111)."""

    unit = "%"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("most", 100)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Decimal | None:
        percent: Decimal | None = super().clean(value)
        return None if percent is None else percent / 100

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return languages.typed(f"{value * 100:f}".rstrip("0").rstrip("."))
        return value


class DayField(forms.DateField):
    """A day: the browser's own calendar, or typed as 07/12/2026."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"])
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not 1900 <= day.year <= 2100:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class NumberField(forms.CharField, ABC):
    """A number with a check digit, cleaned to its bare form. Subclasses say how."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            "inputmode": "numeric",
            "autocomplete": "off",
            "spellcheck": "false",
            **super().widget_attrs(widget),
        }

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not text:
            return ""
        try:
            return self.checked(text)
        except NumberError:
            raise ValidationError(self.error_messages["mistyped"], code="mistyped") from None

    @abstractmethod
    def checked(self, text: str) -> str:
        """The bare number; raises stdnum's ValidationError."""


class NationalNumberField(NumberField):
    """A Belgian national or bis number: eleven digits."""

    default_error_messages = {
        "mistyped": _(
            "Ce numéro ne passe pas le contrôle. Relisez les onze chiffres au dos de votre carte "
            "d’identité."
        )
    }

    def checked(self, text: str) -> str:
        return str(ssn.validate(text))


class IbanField(NumberField):
    """An account number (IBAN), without spaces."""

    default_error_messages = {
        "mistyped": _(
            "Ce numéro de compte ne passe pas le contrôle. Relisez-le sur votre carte : il "
            "commence par deux lettres, par exemple BE."
        )
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget),
            "inputmode": "text",
            "autocapitalize": "characters",
        }

    def checked(self, text: str) -> str:
        return str(iban.validate(text, check_country=False))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]+", value):
            return " ".join(re.findall(".{1,4}", value))
        return value


class EnterpriseNumberField(NumberField):
    """A Belgian enterprise (or VAT) number: ten digits."""

    default_error_messages = {
        "mistyped": _(
            "Un numéro d’entreprise belge commence par 0 ou 1 et compte dix chiffres, par exemple "
            "0999.999.922."
        ),
        "length": _(
            "Un numéro d’entreprise compte dix chiffres et celui-ci en a {count}. Par exemple "
            "0999.999.922."
        ),
        "checksum": _(
            "Ce numéro d’entreprise ne passe pas le contrôle : un chiffre a sans doute changé de "
            "place. Relisez-le sur une facture ou un courrier de ce client."
        ),
    }

    def checked(self, text: str) -> str:
        try:
            return str(vat.validate(text))
        except InvalidLength:
            count = len(re.sub(r"\D", "", text))
            sentence = str(self.error_messages["length"]).format(count=count)
            raise ValidationError(sentence, code="length") from None
        except InvalidChecksum:
            raise ValidationError(self.error_messages["checksum"], code="checksum") from None


class PostcodeField(forms.RegexField):
    """A Belgian postcode: four digits."""

    default_error_messages = {"invalid": _("Un code postal belge compte quatre chiffres.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(regex=r"^[1-9][0-9]{3}\Z", **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget),
            "inputmode": "numeric",
            "autocomplete": "postal-code",
            "class": "short",
        }


class PhoneField(forms.CharField):
    """A telephone number, kept as digits with its leading +."""

    default_error_messages = {
        "mistyped": _("Écrivez un numéro de téléphone, par exemple 0470 12 34 56.")
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "type": "tel", "autocomplete": "tel"}

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[\s./()\-\u00a0]", "", super().to_python(value) or "")
        if text and not re.fullmatch(r"\+?[0-9]{8,15}", text):
            raise ValidationError(self.error_messages["mistyped"], code="mistyped")
        return text
