"""The one way a status changes: by a transition written in the room's ``states.py``."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from office.refusals import Refusal


class NotAllowed(Refusal):
    code = "not_allowed"
    sentence = _("Ce n’est plus possible : « {subject} » est maintenant « {status} ».")


def may(row: Any, to: str, transitions: Mapping[Any, frozenset[Any]]) -> bool:
    """Whether ``row`` may go from its status to ``to``."""
    return to in transitions[row.status]


def move(row: Any, to: str, transitions: Mapping[Any, frozenset[Any]]) -> None:
    """Set ``row.status`` to ``to`` (not saved), or raise ``NotAllowed``."""
    if not may(row, to, transitions):
        raise NotAllowed(subject=str(row), status=row.get_status_display(), to=str(to))
    row.status = to
