"""Looking at the portal as one affiliate sees it: read only, for half an hour, with a reason.

The session of the colleague keeps whom she looks at; `smart.middleware.acting` puts that person in
her place on the portal's pages, and refuses everything that would act.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest

from members.models import Affiliate, Role, User
from members.roles import may

ROLES = (Role.ADVISOR,)  # who advises her sees what she sees; the administrator may as well
LASTS = timedelta(minutes=30)
SESSION = "acting"


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Who looks, at whom, until when."""

    staff: User
    affiliate: Affiliate
    until: datetime


def begin(request: HttpRequest, affiliate: Affiliate, *, at: datetime) -> None:
    """From now on this session sees what she sees."""
    request.session[SESSION] = [affiliate.pk, (at + LASTS).isoformat()]


def of(request: HttpRequest) -> Acting | None:
    """Whom this session looks at, also when its time is over."""
    kept, user = request.session.get(SESSION), request.user
    if not kept or not isinstance(user, User):
        return None
    key, until = kept
    affiliate = Affiliate.objects.select_related("user", "trade").get(pk=key)
    return Acting(staff=user, affiliate=affiliate, until=datetime.fromisoformat(until))


def lasts(acting: Acting, *, at: datetime) -> bool:
    """Whether there is time left, and the colleague still may."""
    return at < acting.until and may(acting.staff, *ROLES)


def end(request: HttpRequest) -> None:
    """The session is the colleague's own again."""
    request.session.pop(SESSION, None)
