"""Who does a thing: a person of the house, an affiliate, a client behind a link, or the system."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils import translation
from django.utils.translation import gettext_noop


class ActorKind(StrEnum):
    AFFILIATE = "affiliate"
    STAFF = "staff"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The author of an action. ``name`` is shown and frozen; address and agent are evidence.

    ``mailbox`` is where the link of a client was sent: all that is known of him for sure.
    """

    kind: ActorKind
    name: str
    user_id: int | None = None
    address: str = ""
    agent: str = ""
    mailbox: str = ""


SYSTEM = Actor(kind=ActorKind.SYSTEM, name=gettext_noop("Coopérative"))


def shown(name: str) -> str:
    """A kept name as it is read: the house's own in the language of the reader."""
    return translation.gettext(name) if name == SYSTEM.name else name
