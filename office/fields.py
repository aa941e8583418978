"""Columns for money and rates: they refuse a float or a part of a cent instead of rounding it."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class _ExactDecimalField(models.DecimalField):  # type: ignore[type-arg]
    """A DecimalField that stores what it is given or refuses it. Django's own rounds silently."""

    digits: int
    places: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = self.digits, self.places
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, list(args), kwargs

    def to_python(self, value: Any) -> Decimal | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
            raise self._refusal(value)
        try:
            amount = Decimal(value)
            exact = amount.quantize(Decimal(1).scaleb(-self.places))
        except InvalidOperation:
            raise self._refusal(value) from None
        if exact != amount:
            raise self._refusal(value)
        return exact

    def get_prep_value(self, value: Any) -> Any:
        if hasattr(value, "resolve_expression"):
            return value
        return self.to_python(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return self.get_prep_value(value)

    def _refusal(self, value: Any) -> ValidationError:
        return ValidationError(
            _("%(value)s is not a number with at most %(places)s decimals."),
            code="inexact",
            params={"value": value, "places": self.places},
        )


class MoneyField(_ExactDecimalField):
    """Euros and cents, up to ten digits before the point."""

    digits, places = 12, 2


class RateField(_ExactDecimalField):
    """A fraction such as 0.065000: one digit before the point, six after."""

    digits, places = 7, 6
