"""Who may do what at the desk, asked of the very checks that decide."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst

from members.models import Role, User
from members.roles import may

ACTIONS = ("actions_list", "actions_detail")  # for many rows: the same button


@dataclass(frozen=True, kw_only=True)
class Power:
    """One button, and the roles that may press it. By mandate: no role alone."""

    label: str
    roles: list[bool]
    by_mandate: bool


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The buttons of one list of the desk."""

    label: str
    powers: list[Power]


def desks() -> list[Desk]:
    """Every button of every desk, in the order of the names of things."""
    found = []
    for model, desk in admin.site._registry.items():
        powers = list(_powers(desk))
        if powers:
            found.append(Desk(label=capfirst(str(model._meta.verbose_name_plural)), powers=powers))
    return sorted(found, key=lambda one: one.label)


def _powers(desk: admin.ModelAdmin[Any]) -> Iterator[Power]:
    for name in (name for group in ACTIONS for name in getattr(desk, group, None) or ()):
        method = getattr(desk, name, None)
        permissions = getattr(method, "allowed_permissions", None) or ()
        checks = [getattr(desk, f"has_{permission}_permission") for permission in permissions]
        roles = []
        for role in Role:
            asked = HttpRequest()
            asked.user = User(pk=0, role=role, is_staff=True, is_active=True)
            roles.append(may(asked.user, role) and all(check(asked) for check in checks))
        label = str(getattr(method, "short_description", name))
        yield Power(label=label, roles=roles, by_mandate=not any(roles))
