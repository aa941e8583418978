"""Values made plain, written in one way only, and hashed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


def plain(value: Any) -> Any:
    """A copy that JSON can hold: amounts as strings, days ISO, instants with Z; no floats.

    >>> plain({"net": Decimal("12.50"), "on": date(2026, 12, 1)})
    {'net': '12.50', 'on': '2026-12-01'}
    >>> plain([1.5])
    Traceback (most recent call last):
    TypeError: 1.5 cannot be kept: a number is a Decimal or an int
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value).replace("\x00", "")  # jsonb holds no NUL; str() unfolds an enum
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, float):
        raise TypeError(f"{value!r} cannot be kept: a number is a Decimal or an int")
    return str(value)  # a lazy translation, a UUID


def canonical_json(value: Any) -> bytes:
    """The one way a value is written down before it is hashed: sorted keys, no spaces, UTF-8.

    >>> canonical_json({"b": Decimal("1.00"), "a": "é"}).decode()
    '{"a":"é","b":"1.00"}'
    """
    return json.dumps(
        plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def sha256(content: bytes) -> str:
    """The SHA-256 of bytes in hexadecimal.

    >>> sha256(b"")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(content).hexdigest()
