"""Who is at the door: the author of an action, taken from a request."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from members.models import Affiliate, User
from members.states import AffiliateStatus
from office.actors import Actor, ActorKind
from office.models import Link


def address(request: HttpRequest) -> str:
    """The network address the request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def agent(request: HttpRequest) -> str:
    """The browser, as it names itself."""
    return str(request.headers.get("User-Agent", ""))[:300]


def user_of(request: HttpRequest) -> User:
    """The person who is logged in; views that call it require a login."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def actor(request: HttpRequest) -> Actor:
    """The person who is logged in, as the author of an action."""
    return user_of(request).as_actor(address=address(request), agent=agent(request))


def client(request: HttpRequest, name: str, link: Link) -> Actor:
    """A client who came by a sealed link."""
    return Actor(
        kind=ActorKind.CLIENT,
        name=name[:200],
        address=address(request),
        agent=agent(request),
        mailbox=link.address,
    )


def guest(request: HttpRequest, name: str) -> Actor:
    """Someone who is, or becomes, an affiliate and is not logged in."""
    return Actor(
        kind=ActorKind.AFFILIATE, name=name[:200], address=address(request), agent=agent(request)
    )


class ApplicationFirst(Exception):
    """She has not sent her application yet: that is what she is led to."""


def affiliate_of(request: HttpRequest, *, joining: bool = False) -> Affiliate:
    """The affiliate who is logged in; staff have no such page.

    Pages for who is still ``joining`` say so; from any other she is led to her application.
    """
    affiliate = (
        Affiliate.objects.select_related("user", "trade").filter(user=user_of(request)).first()
    )
    if affiliate is None:
        raise Http404
    if affiliate.status == AffiliateStatus.DRAFT and not joining:
        raise ApplicationFirst
    return affiliate
