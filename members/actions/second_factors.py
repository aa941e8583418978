"""The second step of a login: an app is linked, its codes are taken once, a lost one is reset."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import letters
from members.models import RecoveryCode, SecondFactor, User
from members.second_factor import RECOVERY_CODES, matching, new_recovery_code, new_secret, plain
from office import crypto, journal
from office.actors import Actor
from office.refusals import Refusal
from office.templatetags.house import moment

ATTEMPTS = 5  # wrong codes in a row
FIRST_LOCK = timedelta(minutes=15)  # doubled with every further series
LONGEST_LOCK = timedelta(days=1)

T = TypeVar("T")


class CodeWrong(Refusal):
    code = "code_wrong"
    sentence = _(
        "Ce code ne correspond pas. Prenez celui que votre application montre maintenant ; chaque "
        "code sert une seule fois."
    )
    field = "code"


class TooManyCodes(Refusal):
    code = "too_many_codes"
    sentence = _("Trop de codes essayés. Essayez à nouveau après {until}.")
    field = "code"


class NothingPending(Refusal):
    code = "nothing_pending"
    sentence = _("Cette application n’attend plus de code. Recommencez depuis cette page.")


class OwnFactor(Refusal):
    code = "own_factor"
    sentence = _(
        "Demandez à une autre personne de l’administration : personne ne le fait pour soi."
    )


@transaction.atomic
def begin(user_id: int, *, by: Actor, at: datetime) -> SecondFactor:
    """A secret to put in an app. It counts once the app has shown a code."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    factor, _made = SecondFactor.objects.get_or_create(user=user)
    factor.pending = crypto.seal(new_secret())
    factor.save(update_fields=["pending"])
    journal.record("second_factor.begun", user, by=by, at=at)
    return factor


def confirm(user_id: int, *, code: str, step: int, by: Actor, at: datetime) -> tuple[str, ...]:
    """The first code from an app: from now on it is asked for. Gives new recovery codes, which are
    shown this once.
    """

    def check(factor: SecondFactor) -> tuple[str, ...] | None:
        if factor.pending is None:
            raise NothingPending()
        taken = matching(crypto.unseal(factor.pending), plain(code), step=step, after=0)
        if taken is None:
            return None
        factor.secret, factor.pending = factor.pending, None
        factor.confirmed_at, factor.last_step = at, taken
        factor.save(update_fields=["secret", "pending", "confirmed_at", "last_step"])
        journal.record("second_factor.confirmed", factor.user, by=by, at=at)
        return _new_codes(factor)

    return _counted(user_id, check, by=by, at=at)


def enter(user_id: int, *, code: str, step: int, by: Actor, at: datetime) -> SecondFactor:
    """A code of the app or a recovery code, at login."""

    def check(factor: SecondFactor) -> SecondFactor | None:
        return factor if _taken(factor, code, step=step, by=by, at=at) else None

    return _counted(user_id, check, by=by, at=at)


def renew_codes(user_id: int, *, code: str, step: int, by: Actor, at: datetime) -> tuple[str, ...]:
    """Ten new recovery codes; those of before open nothing any more."""

    def check(factor: SecondFactor) -> tuple[str, ...] | None:
        if not _taken(factor, code, step=step, by=by, at=at):
            return None
        journal.record("second_factor.codes_renewed", factor.user, by=by, at=at)
        return _new_codes(factor)

    return _counted(user_id, check, by=by, at=at)


@transaction.atomic
def reset(user_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """A colleague lost her app and her codes: she links another one at her next login."""
    if by.user_id == user_id:
        raise OwnFactor()
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    SecondFactor.objects.filter(user=user).delete()
    journal.record("second_factor.reset", user, by=by, at=at, reason=reason)
    letters.second_factor_reset(user, by=by.name, at=at)


def _counted(
    user_id: int, check: Callable[[SecondFactor], T | None], *, by: Actor, at: datetime
) -> T:
    """What ``check`` gives; a wrong code is counted, and the count stays whatever is answered."""
    with transaction.atomic():
        factor = (
            SecondFactor.objects.select_for_update(no_key=True, of=("self",))
            .select_related("user")
            .filter(user_id=user_id)
            .first()
        )
        if factor is None:
            raise NothingPending()
        if factor.locked_until and at < factor.locked_until:
            raise TooManyCodes(until=moment(factor.locked_until))
        done = check(factor)
        factor.failures = 0 if done is not None else factor.failures + 1
        if factor.failures and factor.failures % ATTEMPTS == 0:
            series = factor.failures // ATTEMPTS - 1
            factor.locked_until = at + min(FIRST_LOCK * 2 ** min(series, 10), LONGEST_LOCK)
            journal.record("second_factor.locked", factor.user, by=by, at=at)
        factor.save(update_fields=["failures", "locked_until"])
    if done is None:
        raise CodeWrong()
    return done


def _taken(factor: SecondFactor, typed: str, *, step: int, by: Actor, at: datetime) -> bool:
    """Take a code of the app, later than the last one, or a recovery code that was not used."""
    if factor.secret is None:
        raise NothingPending()
    code = plain(typed)
    taken = matching(crypto.unseal(factor.secret), code, step=step, after=factor.last_step)
    if taken is not None:
        factor.last_step = taken
        factor.save(update_fields=["last_step"])
        return True
    used = factor.codes.filter(digest=_digest(factor, code), used_at=None).update(used_at=at)
    if used:
        journal.record("second_factor.recovery_code_used", factor.user, by=by, at=at)
    return bool(used)


def _new_codes(factor: SecondFactor) -> tuple[str, ...]:
    codes = tuple(new_recovery_code() for _number in range(RECOVERY_CODES))
    factor.codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=_digest(factor, plain(code))) for code in codes
    )
    return codes


def _digest(factor: SecondFactor, code: str) -> str:
    """Fifty random bits: a keyed hash is enough, and none can be tried without the key."""
    return crypto.index(f"recovery:{factor.pk}:{code}")
