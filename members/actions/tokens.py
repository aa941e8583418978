"""Keys for programs: made once, shown once, kept as a hash, revoked by their owner or by staff."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import ApiToken, KeptAnswer, User
from members.scopes import Scope
from office import journal
from office.actors import Actor
from office.refusals import Refusal
from office.rules import sha256

PREFIX = "coop_"
LIVES_DAYS = (30, 90, 365)
AT_MOST = 20
ANSWERS_KEPT = timedelta(days=1)


class TooManyTokens(Refusal):
    code = "too_many_tokens"
    sentence = _("Vous avez déjà {most} jetons. Révoquez ceux qui ne servent plus.")


class NoScope(Refusal):
    code = "no_scope"
    sentence = _("Choisissez au moins un droit : un jeton sans droit ne sert à rien.")
    field = "scopes"


@dataclass(frozen=True, kw_only=True)
class Made:
    """A new token and, this one time, its secret."""

    token: ApiToken
    secret: str


@transaction.atomic
def create(
    user_id: int, *, name: str, scopes: Iterable[str], days: int, by: Actor, at: datetime
) -> Made:
    """A token that lives ``days``. Raises ``NoScope``, ``TooManyTokens``."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id, is_active=True)
    allowed = sorted(Scope(scope).value for scope in set(scopes))
    if not allowed:
        raise NoScope()
    if ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=at).count() >= AT_MOST:
        raise TooManyTokens(most=AT_MOST)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip(),
        prefix=secret[: len(PREFIX) + 6],
        digest=digest(secret),
        scopes=allowed,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    journal.record("token.created", token, user, by=by, at=at, scopes=allowed, days=days)
    return Made(token=token, secret=secret)


@transaction.atomic
def revoke(token_id: int, *, by: Actor, at: datetime) -> ApiToken:
    """It opens nothing any more. Twice: no change."""
    token = ApiToken.objects.select_for_update(no_key=True).get(pk=token_id)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        journal.record("token.revoked", token, f"user:{token.user_id}", by=by, at=at)
    return token


def digest(secret: str) -> str:
    """What is kept of a secret of 256 random bits: its plain hash is enough."""
    return sha256(secret.encode())


def forget_answers(*, at: datetime) -> int:
    """Answers older than a day are asked for by nobody; gives how many went."""
    gone, _rows = KeptAnswer.objects.filter(kept_at__lt=at - ANSWERS_KEPT).delete()
    return gone
