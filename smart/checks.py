"""Refuses an unsafe or incomplete deployment, naming every fault at once.

Web, worker and beat call `refuse_unsafe` when they start; `manage.py check --deploy` shows
the same.
"""

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.module_loading import import_string

KEY_LENGTH = 32  # characters: 128 bits in hexadecimal

OWNED_TABLES = """
SELECT count(*) FILTER (WHERE pg_has_role(current_user, relowner, 'USAGE')),
       count(*) FILTER (WHERE has_table_privilege(current_user, oid, 'TRUNCATE'))
  FROM pg_class
 WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
"""


@register(Tags.security, deploy=True)
def deployment(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """What the environment lacks or says wrong."""
    return [Error(fault, id="coop.E001") for fault in faults()]


@register(Tags.database, deploy=True)
def web_role(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Guards in the database bind only a role that cannot lift them."""
    if settings.COOP_DEMO or not databases:
        return []
    return [Error(fault, id="coop.E002") for fault in role_faults()]


@register(Tags.security)
def einvoicing(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Nothing is issued while nobody makes the structured invoice."""
    if settings.COOP_EINVOICING != "off":
        return []
    return [
        Warning(
            "COOP_EINVOICING is off: invoices stay drafts. Say 'elsewhere' when the structured "
            "invoice is made by another system.",
            id="coop.W001",
        )
    ]


def refuse_unsafe() -> None:
    """Raise ImproperlyConfigured with all faults; the web role's powers included."""
    found = list(faults())
    if not found and not settings.COOP_DEMO:
        found = list(role_faults())
        connection.close()
    if found:
        raise ImproperlyConfigured("unsafe or incomplete settings:\n- " + "\n- ".join(found))


def faults() -> Iterator[str]:
    """Each fault of the settings as a sentence that says how to mend it."""
    yield from _servers()
    yield from _keys()
    yield from _seal()
    yield from _timestamps()
    yield from _register()
    yield from _choices()
    yield from (_demo_exposed() if settings.COOP_DEMO else _public_face())


def role_faults() -> Iterator[str]:
    """What the connected database role can do that a web role must not."""
    with connection.cursor() as cursor:
        cursor.execute(OWNED_TABLES)
        owned, truncatable = cursor.fetchone()
    if owned:
        yield f"DATABASE_URL: its role owns {owned} tables and may alter them; use one owning none"
    if truncatable:
        yield f"DATABASE_URL: its role may TRUNCATE {truncatable} tables; revoke it"


def _servers() -> Iterator[str]:
    if not settings.DATABASES["default"].get("NAME"):
        yield "DATABASE_URL is missing: postgres://role:password@host:5432/database"
    elif "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        yield "DATABASE_URL must name a PostgreSQL database"
    if not settings.REDIS_URL:
        yield "REDIS_URL is missing: redis://:password@host:6379/0"


def _keys() -> Iterator[str]:
    if not settings.COOP_KEYS_DIR:
        yield "COOP_KEYS_DIR is missing: the folder of the key files"
        return
    named = {
        "django.key": _django_key(),
        "index.key": settings.INDEX_KEY,
        "links.key": settings.LINK_KEY,
    }
    for name, key in named.items():
        if len(key) < KEY_LENGTH:
            yield f"COOP_KEYS_DIR: {name} is missing or shorter than {KEY_LENGTH} characters"
    if len(set(named.values())) < len(named) and all(named.values()):
        yield "COOP_KEYS_DIR: two files hold the same key"
    if not settings.FIELD_KEYS:
        yield "COOP_KEYS_DIR: fields.key is missing: one Fernet key per line, newest first"
    for number, key in enumerate(settings.FIELD_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            yield f"COOP_KEYS_DIR: line {number} of fields.key is not a Fernet key"


def _seal() -> Iterator[str]:
    if not settings.COOP_KEYS_DIR:
        return
    try:
        key = load_pem_private_key(settings.SEAL_KEY.encode(), password=None)
        curve = key.curve.name if isinstance(key, EllipticCurvePrivateKey) else ""
    except (ValueError, TypeError):
        yield "COOP_KEYS_DIR: seal.key is missing or is not a private key in PEM without password"
        return
    if curve != "secp256r1":
        yield "COOP_KEYS_DIR: seal.key must be of the curve P-256"
    try:
        certificate = load_pem_x509_certificates(settings.SEAL_CERTIFICATE.encode())[0]
    except ValueError:
        yield "COOP_KEYS_DIR: seal.crt is missing or is not a certificate in PEM"
        return
    if certificate.public_key() != key.public_key():
        yield "COOP_KEYS_DIR: the first certificate of seal.crt is not of seal.key"
    from office import clock  # this module is read before there are models

    valid = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not settings.COOP_DEMO and not valid[0] <= clock.now() < valid[1]:
        yield "COOP_KEYS_DIR: the certificate of seal.crt is not valid today"
    if settings.SEAL_OLD_CERTIFICATES:
        try:
            load_pem_x509_certificates(settings.SEAL_OLD_CERTIFICATES.encode())
        except ValueError:
            yield "COOP_KEYS_DIR: seal.old.crt holds something else than certificates in PEM"


def _timestamps() -> Iterator[str]:
    address = settings.COOP_TIMESTAMP_URL
    if address and urlsplit(address).scheme not in ("http", "https"):
        yield "COOP_TIMESTAMP_URL must be the http(s) address of an RFC 3161 server, or empty"


def _register() -> Iterator[str]:
    try:
        import_string(settings.COOP_REGISTER)
    except ImportError:
        yield "COOP_REGISTER must be the path of a class, like invoicing.register.NotConnected"


def _django_key() -> str:
    try:
        return settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's own word, one fault at a time
        return ""


def _choices() -> Iterator[str]:
    allowed = {
        "COOP_CONTRACT_SIGNATURE": ("wet", "simple"),
        "COOP_EINVOICING": ("off", "elsewhere"),
    }
    for name, values in allowed.items():
        if getattr(settings, name) not in values:
            yield f"{name} must be one of: {', '.join(values)}"


def _demo_exposed() -> Iterator[str]:
    hosts = {*settings.ALLOWED_HOSTS, urlsplit(settings.COOP_PUBLIC_URL).hostname or "localhost"}
    exposed = sorted(host for host in hosts if not _only_this_machine(host))
    if exposed:
        yield f"COOP_DEMO is for one machine only, but is reachable as {', '.join(exposed)}"


def _only_this_machine(host: str) -> bool:
    if host in ("localhost", "testserver"):  # the second is Django's own test client
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _public_face() -> Iterator[str]:
    address = urlsplit(settings.COOP_PUBLIC_URL)
    if address.scheme != "https" or not address.hostname:
        yield "COOP_PUBLIC_URL must be the https address people type, e.g. https://portal.example"
    elif address.hostname not in settings.ALLOWED_HOSTS:
        yield f"ALLOWED_HOSTS must name {address.hostname}"
    if "*" in settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS must not contain *"
    if "@" not in settings.DEFAULT_FROM_EMAIL:
        yield "COOP_MAIL_FROM is missing: the sender of every letter"
    if (
        not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
        or settings.EMAIL_HOST == "localhost"
    ):
        yield "EMAIL_URL is missing: smtp+tls://user:password@host:587"
    elif not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        yield "EMAIL_URL must use TLS: smtp+tls:// or smtp+ssl://"
