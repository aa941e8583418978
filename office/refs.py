"""Public references: what a URL, a file name or a letter shows instead of a row's key."""

import secrets
from typing import Any

from django.db import models

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U


def new_ref() -> str:
    """Eight random Crockford letters, e.g. ``7K2M9QWX`` (40 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


class RefField(models.CharField):  # type: ignore[type-arg]
    """A random public reference, unique in its table and never changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        house: dict[str, Any] = {
            "max_length": 8,
            "unique": True,
            "default": new_ref,
            "editable": False,
        }
        super().__init__(*args, **(house | kwargs))  # a table of row history drops the uniqueness

    def get_prep_value(self, value: Any) -> Any:
        """What an address carries is asked for as it is; a NUL, which no table takes, finds
        nothing.
        """
        prepared = super().get_prep_value(value)
        return prepared.replace("\x00", "?") if isinstance(prepared, str) else prepared
