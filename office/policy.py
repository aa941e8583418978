"""House policy: dated rows, one typed dataclass per department, never altered in the past.

@policy.department("guarantee", _("garantie de paiement"))
@dataclass(frozen=True, kw_only=True)
class GuaranteePolicy:
    client_ceiling: Decimal
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from office import journal
from office.actors import Actor
from office.clock import day_of
from office.models import Policy
from office.refusals import Refusal
from office.rules import plain

P = TypeVar("P")

_departments: dict[type[Any], str] = {}


class NoPolicy(Refusal):
    code = "no_policy"
    sentence = _(
        "La politique « {department} » n’est pas fixée pour le {on}. "
        "L’administration doit d’abord la décider."
    )


class PolicyInThePast(Refusal):
    code = "policy_in_the_past"
    sentence = _(
        "Une politique ne change pas le passé : choisissez une date à partir du {earliest}."
    )
    field = "starts_on"


class PolicyDecided(Refusal):
    code = "policy_decided"
    sentence = _("La politique du {starts_on} est déjà en vigueur : choisissez un jour plus tard.")
    field = "starts_on"


class PolicyUnreadable(Refusal):
    code = "policy_unreadable"
    sentence = _("Ces valeurs ne conviennent pas à « {department} » : {reason}")
    field = "values"


class Unfit(ValueError):
    """Values that contradict each other or what they are about; says which, to who types them."""


def department(name: str, label: str | Promise) -> Callable[[type[P]], type[P]]:
    """Marks a frozen dataclass as the policy of a department, which people know by its label."""

    def register(kind: type[P]) -> type[P]:
        _departments[kind] = name
        Policy.labels[name] = label
        return kind

    return register


def departments() -> Mapping[str, type[Any]]:
    """Every department that has a policy, and its dataclass."""
    return {name: kind for kind, name in _departments.items()}


def current(kind: type[P], on: date) -> P:
    """The policy in force on a day; `NoPolicy` when none was decided."""
    row = (
        Policy.objects.filter(department=_departments[kind], starts_on__lte=on)
        .order_by("-starts_on")
        .values_list("values", flat=True)
        .first()
    )
    if row is None:
        raise NoPolicy(department=Policy.labels[_departments[kind]], on=on.strftime("%d/%m/%Y"))
    return from_values(kind, row)


def latest(kind: type[P]) -> P:
    """The version decided last, whenever it starts; `NoPolicy` when none was decided."""
    row = Policy.objects.filter(department=_departments[kind]).order_by("-starts_on").first()
    if row is None:
        raise NoPolicy(department=Policy.labels[_departments[kind]], on="")
    return from_values(kind, row.values)


def check_day(starts_on: date, *, at: datetime) -> None:
    """Refuse a day that is over."""
    if starts_on < day_of(at):
        raise PolicyInThePast(earliest=day_of(at).strftime("%d/%m/%Y"))


@transaction.atomic
def decide(decided: Any, *, starts_on: date, by: Actor, at: datetime) -> Policy:
    """Put a policy in force from a day on; one that is still to come may be replaced."""
    name, today = _departments[type(decided)], day_of(at)
    check_day(starts_on, at=at)
    decision = {"values": plain(decided), "decided_at": at, "decided_by": by.name}
    row, is_new = Policy.objects.select_for_update(no_key=True).get_or_create(
        department=name, starts_on=starts_on, defaults=decision
    )
    if not is_new and row.values != decision["values"]:
        if starts_on == today:
            raise PolicyDecided(starts_on=starts_on.strftime("%d/%m/%Y"))
        Policy.objects.filter(pk=row.pk).update(**decision)
        row.refresh_from_db()
    journal.record("policy.decided", f"policy:{name}", by=by, at=at, starts_on=starts_on)
    return row


def from_values(kind: type[P], values: Mapping[str, Any]) -> P:
    """A policy as its dataclass, from what its row keeps."""
    types = get_type_hints(kind)
    return kind(**{name: _typed(types[name], value) for name, value in values.items()})


def read(name: str, typed_in: Any) -> Any:
    """A department's policy from values that somebody typed; `PolicyUnreadable` says why not."""
    kind = departments().get(name)
    if kind is None:
        raise PolicyUnreadable(department=name, reason=_("ce service n’a pas de politique."))
    known, label = {field.name for field in fields(kind)}, Policy.labels[name]
    if not isinstance(typed_in, dict) or set(typed_in) - known:
        raise PolicyUnreadable(department=label, reason=", ".join(sorted(known)))
    try:
        return from_values(kind, typed_in)
    except Unfit as fault:
        raise PolicyUnreadable(department=label, reason=str(fault)) from None
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        reason = _("une valeur manque, ou n’est pas écrite comme attendu.")
        raise PolicyUnreadable(department=label, reason=reason) from None


def values(decided: Any) -> dict[str, Any]:
    """What a row keeps of a policy."""
    return {field.name: plain(getattr(decided, field.name)) for field in fields(decided)}


def _typed(kind: Any, value: Any) -> Any:
    """A plain value as the type of its field."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple or origin is list:
        return origin(_typed(arguments[0], item) for item in value)
    if origin in (dict, Mapping):
        return {_typed(arguments[0], key): _typed(arguments[1], at) for key, at in value.items()}
    if kind is Decimal:
        return Decimal(value)
    if kind is date:
        return date.fromisoformat(value)
    return kind(value)
