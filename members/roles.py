"""What each role of the staff may do at the desk."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from members.models import Role, User
from office.windows import Window

P = ParamSpec("P")
T = TypeVar("T")


def may(user: Any, *roles: str) -> bool:
    """Whether a person may act as one of these roles; the administrator may act as any."""
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return False
    return user.is_superuser or user.role == Role.ADMINISTRATOR or user.role in roles


def needs(*roles: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A method ``(self, request, ...)`` of the desk only these roles may call."""

    def checked(method: Callable[P, T]) -> Callable[P, T]:
        @wraps(method)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            request: HttpRequest = args[1]  # type: ignore[assignment]
            if not may(request.user, *roles):
                raise PermissionDenied
            return method(*args, **kwargs)

        return call

    return checked


class ByRole(Window):
    """For a ModelAdmin: everybody of the staff reads, nobody writes by hand, buttons ask for a
    role.

    ``@button(permissions=["finance"])`` then both hides and refuses the button.
    """

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, *Role.values)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, *Role.values)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_advisor_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Role.ADVISOR)

    def has_finance_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Role.FINANCE)

    def has_payroll_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Role.PAYROLL)

    def has_administrator_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user)
