"""Where a request may go because a user wished it: an https host, at a public address, no detour.

The name is resolved here and the connection goes to the address that was checked, so that a name
that changes its mind in between leads nowhere. In the demo this machine itself may listen.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from office.refusals import Refusal

NAT64 = ipaddress.ip_network("64:ff9b::/96")
HTTPS = 443


class AddressRefused(Refusal):
    code = "address_refused"
    sentence = _("Donnez une adresse « https:// » d’un serveur public, sans mot de passe ni port.")
    field = "url"


@dataclass(frozen=True, kw_only=True)
class Target:
    """An address to send to."""

    host: str
    port: int
    path: str
    secure: bool


def target_of(url: str, *, demo: bool) -> Target:
    """What a URL means, when it may be asked at all. Raises ``AddressRefused``.

    >>> target_of("https://hooks.example/in?a=1", demo=False)
    Target(host='hooks.example', port=443, path='/in?a=1', secure=True)
    >>> target_of("http://127.0.0.1:8080/", demo=True).secure
    False
    >>> target_of("http://127.0.0.1:8080/", demo=False)
    Traceback (most recent call last):
    office.webhooks.addresses.AddressRefused: address_refused
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressRefused from None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    plain = url.isascii() and url.isprintable() and " " not in url
    if not plain or not host or parts.username is not None or parts.password is not None:
        raise AddressRefused
    if demo and _is_loopback(host) and parts.scheme in ("http", "https"):
        secure = parts.scheme == "https"
        return Target(host=host, port=port or (HTTPS if secure else 80), path=path, secure=secure)
    if parts.scheme != "https" or port not in (None, HTTPS) or "." not in host or _is_number(host):
        raise AddressRefused
    return Target(host=host, port=HTTPS, path=path, secure=True)


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, whatever it is dressed as.

    >>> is_public("93.184.215.14"), is_public("10.0.0.1"), is_public("169.254.169.254")
    (True, False, False)
    >>> is_public("::ffff:10.0.0.1"), is_public("64:ff9b::a00:1"), is_public("2002:a00:1::")
    (False, False, False)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and (
        found.ipv4_mapped or found.sixtofour or found.teredo or found in NAT64
    ):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def resolved(target: Target, *, demo: bool) -> str:
    """The address to connect to; every address of the name is public, or it is refused."""
    rows = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = [str(row[4][0]) for row in rows]
    if demo and _is_loopback(target.host):
        return addresses[0]
    if not addresses or not all(is_public(address) for address in addresses):
        raise AddressRefused
    return addresses[0]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    return _is_number(host) and ipaddress.ip_address(host).is_loopback


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
