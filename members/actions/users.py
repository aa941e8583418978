"""Who can log in: staff, and passwords."""

from datetime import datetime, timedelta

from axes.utils import reset as unlock_logins
from django.db import transaction

from members import letters
from members.models import User
from office import journal, links
from office.actors import Actor

PASSWORD_HOURS = 2
PAUSE = timedelta(minutes=2)


@transaction.atomic
def hire(
    *, email: str, name: str, role: str, password: str | None, by: Actor, at: datetime
) -> User:
    """Someone joins the staff. Without a password she asks for one from the login page."""
    user = User.objects.create_user(
        email, password, name=name, role=role, is_staff=True, joined_at=at, email_confirmed_at=at
    )
    journal.record("user.hired", user, by=by, at=at, role=role)
    return user


@transaction.atomic
def give_role(user_id: int, *, role: str, by: Actor, at: datetime) -> User:
    """Another role for a member of the staff."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id, is_staff=True)
    before, user.role = user.role, role
    user.save(update_fields=["role"])
    journal.record("user.role_given", user, by=by, at=at, before=before, role=role)
    return user


@transaction.atomic
def speak(user_id: int, *, language: str, by: Actor, at: datetime) -> User:
    """The language a person reads us in: pages, letters, and the papers made from now on."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if user.language != language:
        before, user.language = user.language, language
        user.save(update_fields=["language"])
        journal.record("user.language_chosen", user, by=by, at=at, before=before, language=language)
    return user


@transaction.atomic
def dismiss(user_id: int, *, by: Actor, at: datetime) -> User:
    """A person can no longer log in; what she did stays signed with her name."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    user.is_active = False
    user.save(update_fields=["is_active"])
    links.revoke(user, "password", at=at)
    journal.record("user.dismissed", user, by=by, at=at)
    return user


@transaction.atomic
def ask_password(email: str, *, at: datetime) -> None:
    """A link for a new password goes to this address, if somebody has it; says nothing of it."""
    user = (
        User.objects.select_for_update(no_key=True)
        .filter(email=email.strip().lower(), is_active=True)
        .first()
    )
    if user is None:
        return
    last = links.newest(user, "password")
    if last is not None and last.used_at is None and at - last.created_at < PAUSE:
        return
    links.revoke(user, "password", at=at)
    link = links.issue(
        "password",
        subject=user,
        address=user.email,
        at=at,
        expires_at=at + timedelta(hours=PASSWORD_HOURS),
    )
    letters.password(user, link, at=at)


@transaction.atomic
def set_password(user_id: int, *, password: str, by: Actor, at: datetime) -> User:
    """A new password: every session and every link for a password end, a locked login opens."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    links.revoke(user, "password", at=at)
    unlock_logins(username=user.email)
    journal.record("user.password_set", user, by=by, at=at)
    return user
