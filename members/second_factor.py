"""Codes of an authenticator app (RFC 6238) and recovery codes; and whose session has shown one.

The codes are made by `cryptography`, already here for the seals: a second library of accounts would
bring its own login, tables and pages beside ours (docs/adr/0004-second-factor.md).
"""

import hmac
import re
import secrets
from base64 import b32decode, b32encode
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.http import HttpRequest

from members.models import SecondFactor, User
from office.refs import new_ref

STEP_SECONDS = 30
DRIFT = 1  # steps a telephone's clock may be wrong, either way
RECOVERY_CODES = 10
SESSION = "second_factor"


def new_secret() -> str:
    """A secret of 160 random bits, in the letters an app takes."""
    return b32encode(secrets.token_bytes(20)).decode()


def step_of(real: datetime) -> int:
    """Which half minute it is. An app counts by the real time, also when the demo's clock stands
    elsewhere.

    >>> from datetime import UTC
    >>> step_of(datetime(1970, 1, 1, 0, 1, 59, tzinfo=UTC))
    3
    """
    return int(real.timestamp()) // STEP_SECONDS


def code(secret: str, step: int) -> str:
    """What the app shows in a half minute (RFC 6238, appendix B, the last six digits).

    >>> code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1111111109 // 30)
    '081804'
    """
    return _totp(secret).generate(step * STEP_SECONDS).decode()


def matching(secret: str, typed: str, *, step: int, after: int) -> int | None:
    """The half minute a typed code belongs to, near ``step`` and later than ``after``.

    >>> secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    >>> matching(secret, code(secret, 99), step=100, after=0)
    99
    >>> matching(secret, code(secret, 99), step=100, after=99)  # a code is taken once
    >>> matching(secret, code(secret, 97), step=100, after=0)
    """
    for near in range(max(step - DRIFT, after + 1), step + DRIFT + 1):
        if hmac.compare_digest(code(secret, near), typed):
            return near
    return None


def address(secret: str, *, account: str, house: str) -> str:
    """What the QR code says to the app."""
    return _totp(secret).get_provisioning_uri(account, house)


def new_recovery_code() -> str:
    """Ten random letters without I, L, O and U (50 bits)."""
    letters = new_ref() + new_ref()
    return f"{letters[:5]}-{letters[5:10]}"


def plain(typed: str) -> str:
    """A code as it is compared: spaces and dashes are only for the eye.

    >>> plain(" 081 804 "), plain("7k2m9-qwx4o")
    ('081804', '7K2M9QWX40')
    """
    letters = re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()
    return letters.translate(str.maketrans("OIL", "011"))


def mark(factor: SecondFactor) -> str:
    """What a session that showed a code keeps: it names this app, so that a new one ends it."""
    confirmed_at = factor.confirmed_at
    assert confirmed_at is not None
    return f"{factor.pk}.{confirmed_at.timestamp()}"


def of(user: User) -> SecondFactor | None:
    """The person's app, once it has shown a code."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()


def is_shown(request: HttpRequest, factor: SecondFactor) -> bool:
    """Whether this session showed a code of this app."""
    return hmac.compare_digest(str(request.session.get(SESSION, "")), mark(factor))


def _totp(secret: str) -> TOTP:
    return TOTP(b32decode(secret), 6, SHA1(), STEP_SECONDS)  # noqa: S303  # what apps speak
