"""The picture of an identity paper in the browser of who may see it."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from members import roles, visitors
from members.models import Role
from office import clock, vault
from office.models import SealedFile


def shown(
    request: HttpRequest, file: SealedFile, *, file_name: str, look: Callable[..., None]
) -> HttpResponse:
    """A sealed file, for its owner and for who decides; ``look`` writes down each look of staff.

    The caller has loaded it from what this visitor may see.
    """
    user = visitors.user_of(request)
    if user.is_staff and not roles.may(user, Role.ADVISOR):
        raise PermissionDenied
    try:
        answer = vault.response(file, file_name=file_name)
    except vault.Forgotten:
        raise Http404 from None
    if user.is_staff:
        look(by=visitors.actor(request), at=clock.now())
    return answer
