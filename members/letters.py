"""The letters of this room, one function each."""

from datetime import datetime
from typing import Any

from members import rules
from members.models import Affiliate, BankAccount, User
from office import mail
from office.models import Link


def _post(
    kind: str,
    user: User,
    *,
    about: Any,
    once: str,
    at: datetime,
    link: Link | None = None,
    **context: Any,
) -> None:
    mail.post(
        f"members/{kind}",
        to=user.email,
        language=user.language,
        about=about,
        once=f"members.{kind}:{once}",
        at=at,
        context={"name": user.name, **context},
        link=link,
    )


def confirm_email(user: User, link: Link, *, at: datetime) -> None:
    """Is this address yours?"""
    _post("confirm_email", user, about=user, once=str(link.pk), at=at, link=link)


def already_registered(user: User, *, at: datetime) -> None:
    """Someone, perhaps you, tried to register with your address. At most once an hour."""
    _post("already_registered", user, about=user, once=f"{user.pk}:{at:%Y%m%d%H}", at=at)


def accepted(affiliate: Affiliate, *, at: datetime) -> None:
    """Welcome: orders can leave."""
    once = f"{affiliate.pk}:{at:%Y%m%d%H%M%S}"
    _post("accepted", affiliate.user, about=affiliate, once=once, at=at)


def refused(affiliate: Affiliate, *, at: datetime) -> None:
    """We cannot take you in, and why."""
    once = f"{affiliate.pk}:{at:%Y%m%d%H%M%S}"
    _post(
        "refused",
        affiliate.user,
        about=affiliate,
        once=once,
        at=at,
        reason=affiliate.refusal_reason,
    )


def password(user: User, link: Link, *, at: datetime) -> None:
    """Choose a new password."""
    _post("password", user, about=user, once=str(link.pk), at=at, link=link)


def second_factor_reset(user: User, *, by: str, at: datetime) -> None:
    """Your app is no longer asked for: link another one."""
    once = f"{user.pk}:{at:%Y%m%d%H%M%S}"
    _post("second_factor_reset", user, about=user, once=once, at=at, by=by)


def confirm_iban(account: BankAccount, link: Link, *, at: datetime) -> None:
    """Is this account yours?"""
    _post_account("confirm_iban", account, at=at, link=link)


def iban_approved(account: BankAccount, *, at: datetime) -> None:
    """Your pay goes to this account from now on."""
    _post_account("iban_approved", account, at=at)


def iban_refused(account: BankAccount, *, at: datetime) -> None:
    """Your pay does not go to this account, and why."""
    _post_account("iban_refused", account, at=at, reason=account.refusal_reason)


def _post_account(
    kind: str, account: BankAccount, *, at: datetime, link: Link | None = None, **context: Any
) -> None:
    shown = rules.masked_iban(account.iban)
    affiliate = account.affiliate
    _post(
        kind,
        affiliate.user,
        about=affiliate,
        once=str(account.pk),
        at=at,
        link=link,
        iban=shown,
        **context,
    )
