"""Values of the API: amounts and rates as text, days ISO, instants with Z, refs and never ids.

What comes in is taken as it is written or refused: a number is no text, "yes" is no truth value, a
field nobody knows is not ignored. The pattern in the description is the one that is checked.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from office.refusals import Refusal

MONEY = r"^-?[0-9]{1,10}\.[0-9]{2}$"
NOT_BLANK = r"[^\s\u0000]"
MONEY_IN = r"^(?!0+(\.0+)?$)[0-9]{1,9}(\.[0-9]{1,2})?$"  # above zero
HOURS_IN = r"^(?!0+(\.0+)?$)([0-9]|1[0-9]|2[0-3])(\.[0-9]{1,2})?$"
REF = r"^[0-9A-HJKMNP-TV-Z]{8}$"
EMAIL = (
    r"^[A-Za-z0-9_+&'-]+(\.[A-Za-z0-9_+&'-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}$"
)
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


class DayOutOfSight(Refusal):
    code = "day_out_of_sight"
    sentence = _("Le {day} est trop loin : donnez un jour entre 2000 et 2099.")


def _described(**schema: Any) -> dict[str, Any]:
    """How drf-spectacular writes a field."""
    return {"field": schema}


def _may_be_null(schema: dict[str, Any], allow_null: bool) -> dict[str, Any]:
    return _described(**schema, **({"nullable": True} if allow_null else {}))


# --- What comes in -------------------------------------------------------------------------------


class In(serializers.Serializer[Any]):
    """A body or a query: every field is known and of its own kind, or it is refused."""

    default_error_messages = {
        "unknown": _("Ce champ n’existe pas."),
        "invalid": _("Donnez un objet JSON : ses champs entre accolades."),
    }

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in set(data) - set(self.fields))
            if unknown:
                sentence = self.error_messages["unknown"]
                raise serializers.ValidationError({name: [sentence] for name in unknown})
        return super().to_internal_value(data)


def asked(kind: type[In], request: Request) -> dict[str, Any]:
    """What an address asks after its question mark."""
    return _read(kind, request.query_params.dict())


def sent(kind: type[In], request: Request) -> dict[str, Any]:
    """What a body holds."""
    return _read(kind, request.data)


def _read(kind: type[In], data: Any) -> dict[str, Any]:
    read = kind(data=data)
    read.is_valid(raise_exception=True)
    values: dict[str, Any] = read.validated_data
    return values


class TextIn(serializers.CharField):
    """Text, blanks around it taken off. Without ``blank`` at least one sign is needed; NUL is none,
    as in an address.
    """

    default_error_messages = {
        "pattern": _("Ce n’est pas écrit comme attendu : {pattern}."),
        "invalid": _("Donnez un texte entre guillemets."),
    }

    def __init__(self, *, most: int, pattern: str = "", blank: bool = False, **more: Any) -> None:
        self.pattern = pattern
        super().__init__(max_length=most, allow_blank=blank, **more)
        schema: dict[str, Any] = {"type": "string", "maxLength": most}
        if pattern:
            schema["pattern"] = pattern
        elif not blank:
            schema |= {"pattern": NOT_BLANK, "minLength": 1}
        self._spectacular_annotation = _may_be_null(schema, self.allow_null)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and not self.pattern:
            data = data.replace("\x00", "")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        text = super().to_internal_value(data)
        if self.pattern and text and not re.fullmatch(self.pattern, text, re.ASCII):
            self.fail("pattern", pattern=self.pattern)
        return text


class AmountIn(TextIn):
    """Euros above zero: "1000" or "1000.00"."""

    default_error_messages = {
        "pattern": _('Donnez des euros au-dessus de zéro, écrits comme "1000.00".')
    }

    def __init__(self, **more: Any) -> None:
        super().__init__(most=12, pattern=MONEY_IN, **more)

    def run_validation(self, data: Any = serializers.empty) -> Decimal | None:
        text = super().run_validation(data)
        return Decimal(text) if isinstance(text, str) else text


class HoursIn(TextIn):
    """Hours of a day, above zero and below 24: "7.6" or "7.60"."""

    default_error_messages = {
        "pattern": _('Donnez des heures entre 0 et 24, écrites comme "7.60".')
    }

    def __init__(self, **more: Any) -> None:
        super().__init__(most=5, pattern=HOURS_IN, **more)

    def run_validation(self, data: Any = serializers.empty) -> Decimal | None:
        text = super().run_validation(data)
        return Decimal(text) if isinstance(text, str) else text


class RefIn(TextIn):
    """A public reference: eight Crockford letters."""

    default_error_messages = {
        "pattern": _('Donnez une référence de huit signes, écrite comme "7K2M9QWX".')
    }

    def __init__(self, **more: Any) -> None:
        super().__init__(most=8, pattern=REF, **more)


class EmailIn(TextIn):
    """An address, in the plain form that every mail server takes."""

    default_error_messages = {"pattern": _('Donnez une adresse comme "nom@exemple.be".')}

    def __init__(self, **more: Any) -> None:
        super().__init__(most=254, pattern=EMAIL, **more)


class DayIn(serializers.DateField):
    """A day, ISO. Raises ``DayOutOfSight`` for one that no law and no calendar reaches."""

    def __init__(self, **more: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **more)

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            self.fail("invalid", format="YYYY-MM-DD")
        day = super().to_internal_value(value)
        if not EARLIEST <= day <= LATEST:
            refusal = DayOutOfSight(day=day.isoformat())
            refusal.field = self.field_name or ""  # type: ignore[misc]
            raise refusal
        return day


class FlagIn(serializers.BooleanField):
    """True or false, as JSON writes them."""

    default_error_messages = {"invalid": _("Donnez true ou false, sans guillemets.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class CountIn(serializers.IntegerField):
    """A whole number, as JSON writes it."""

    default_error_messages = {"invalid": _("Donnez un nombre entier, sans guillemets.")}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class ChoiceIn(serializers.ChoiceField):
    """One of some words."""

    default_error_messages = {"invalid_choice": _("Donnez un de ces mots : {known}.")}

    def __init__(self, choices: Any, **more: Any) -> None:
        super().__init__(choices, **more)
        schema = {"type": "string", "enum": list(self.choices)}
        self._spectacular_annotation = _may_be_null(schema, self.allow_null)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", known=", ".join(self.choices))
        return data


class RowsIn(serializers.ListField):
    """A list of at most so many rows."""

    default_error_messages = {"not_a_list": _("Donnez une liste entre crochets.")}

    def __init__(self, row: type[In], *, most: int, **more: Any) -> None:
        super().__init__(child=row(), max_length=most, **more)


# --- What goes out -------------------------------------------------------------------------------


class Out(serializers.Serializer[Any]):
    """What an answer holds."""


class MoneyOut(serializers.Field[Any, Any, str, Any]):
    """Euros as text, two decimals."""

    def __init__(self, *, or_none: bool = False, **more: Any) -> None:
        super().__init__(read_only=True, **more)
        self._spectacular_annotation = _may_be_null(
            {"type": "string", "pattern": MONEY, "example": "1000.00"}, or_none
        )

    def to_representation(self, value: Any) -> str:
        return f"{Decimal(value):.2f}"


class DecimalOut(serializers.Field[Any, Any, str, Any]):
    """A rate (a fraction) or hours as text, as exact as they are kept."""

    def __init__(self, *, or_none: bool = False, **more: Any) -> None:
        super().__init__(read_only=True, **more)
        schema = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "example": "0.065000"}
        self._spectacular_annotation = _may_be_null(schema, or_none)

    def to_representation(self, value: Any) -> str:
        return format(Decimal(value), "f")


class InstantOut(serializers.Field[Any, Any, str, Any]):
    """An instant, in UTC with Z."""

    def __init__(self, *, or_none: bool = True, **more: Any) -> None:
        super().__init__(read_only=True, **more)
        self._spectacular_annotation = _may_be_null(
            {"type": "string", "format": "date-time"}, or_none
        )

    def to_representation(self, value: datetime) -> str:
        written = value.astimezone(UTC).isoformat(timespec="milliseconds")
        return written.replace("+00:00", "Z")


class DayOut(serializers.DateField):
    """A day, ISO."""

    def __init__(self, *, or_none: bool = False, **more: Any) -> None:
        super().__init__(read_only=True, **more)
        self._spectacular_annotation = _may_be_null({"type": "string", "format": "date"}, or_none)


class TextOut(serializers.Field[Any, Any, str, Any]):
    """Text; a sentence in the caller's language."""

    def __init__(self, *, or_none: bool = False, **more: Any) -> None:
        super().__init__(read_only=True, **more)
        self._spectacular_annotation = _may_be_null({"type": "string"}, or_none)

    def to_representation(self, value: Any) -> str:
        return str(value)


class RefOut(serializers.Field[Any, Any, str, Any]):
    """A public reference."""

    def __init__(self, *, or_none: bool = False, **more: Any) -> None:
        super().__init__(read_only=True, **more)
        schema = {"type": "string", "pattern": REF, "example": "7K2M9QWX"}
        self._spectacular_annotation = _may_be_null(schema, or_none)

    def to_representation(self, value: Any) -> str:
        return str(value)


class ChoiceOut(serializers.Field[Any, Any, str, Any]):
    """One of some words."""

    def __init__(self, words: Any, **more: Any) -> None:
        super().__init__(read_only=True, **more)
        self._spectacular_annotation = _described(type="string", enum=list(words))

    def to_representation(self, value: Any) -> str:
        return str(value)
