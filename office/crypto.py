"""What must not be read in the database or on the disk: sealed with Fernet, found again by HMAC."""

import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(ValueError):
    """What was to be unsealed was altered, or sealed with a key this deployment does not have."""

    code = "seal_broken"


def seal(text: str) -> bytes:
    """Text, sealed with the newest key."""
    return seal_bytes(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """The text that was sealed, with whichever key; `SealBroken` when it is none of ours."""
    return unseal_bytes(sealed).decode()


def seal_bytes(content: bytes) -> bytes:
    """Bytes, for instance a scan, sealed with the newest key."""
    return _fernet(settings.FIELD_KEYS).encrypt(content)


def unseal_bytes(sealed: bytes | memoryview) -> bytes:
    """The bytes that were sealed."""
    try:
        return _fernet(settings.FIELD_KEYS).decrypt(bytes(sealed))
    except InvalidToken:
        raise SealBroken("not sealed by a key of this deployment") from None


def index(text: str) -> str:
    """What a sealed text is found by, exactly: its HMAC in hexadecimal (64 characters)."""
    return hmac.new(settings.INDEX_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
