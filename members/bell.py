"""The bell in the header: how many notices wait to be read."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from members.models import User
from office import notices


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: counted once per page, and only on a page that rings."""
    return {"bell": SimpleLazyObject(lambda: count(request))}


def count(request: HttpRequest) -> str:
    """The unread notices of who is logged in, as the bell shows them; "" when there are none."""
    user = getattr(request, "user", None)
    unread = notices.unread(user.pk) if isinstance(user, User) else 0
    return f"{notices.MANY - 1}+" if unread >= notices.MANY else str(unread or "")
