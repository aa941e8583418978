"""The public register of enterprises (BCE/KBO), behind one question: who has this number?

Another adapter is a class with the two members of ``Register``, named by ``COOP_REGISTER``.
"""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, kw_only=True)
class Enterprise:
    """What the register says of a business; ``number`` is its ten digits."""

    number: str
    name: str
    street: str
    postcode: str
    city: str


class Register(Protocol):
    """Where businesses are looked up. ``connected``: whether looking can find anything."""

    connected: bool

    def find(self, number: str) -> Enterprise | None:
        """The business of ten digits, or nobody; never raises, answers within a second or two."""
        ...


class NotConnected:
    """No register: people type the name and the address of a new client."""

    connected = False

    def find(self, number: str) -> Enterprise | None:
        return None


def register() -> Register:
    """The register of this deployment."""
    chosen: Register = import_string(settings.COOP_REGISTER)()
    return chosen
