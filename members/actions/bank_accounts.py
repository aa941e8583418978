"""The account pay goes to: asked by her, confirmed through her mailbox, approved by the
cooperative.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import letters, queries, rules
from members.actions.affiliates import PAUSE, ReasonMissing, lock
from members.models import BankAccount, User
from office import journal, links, notices
from office.actors import Actor
from office.refusals import Refusal

LINK_DAYS = 2


class AlreadyYourAccount(Refusal):
    code = "already_your_account"
    sentence = _("C’est déjà le compte que nous utilisons : il n’y a rien à changer.")
    field = "iban"


class AccountNotConfirmed(Refusal):
    code = "account_not_confirmed"
    sentence = _("Ce compte n’est pas encore confirmé par le lien reçu par e-mail.")


class AccountDecided(Refusal):
    code = "account_decided"
    sentence = _("Une réponse a déjà été donnée pour ce compte.")


class Hurried(Refusal):
    code = "hurried"
    sentence = _("Un lien vient de partir vers votre boîte e-mail. Attendez deux minutes.")
    field = "iban"


@transaction.atomic
def ask(affiliate_id: int, *, iban: str, by: Actor, at: datetime) -> BankAccount:
    """She asks to be paid on another account; a link goes to her address.

    An earlier question still open is closed.

    Raises ``IbanWrong``, ``IbanOutsideSepa``, ``AlreadyYourAccount``, ``Hurried``.
    """
    number = rules.checked_iban(iban)
    affiliate = lock(affiliate_id)
    current = queries.bank_account_of(affiliate.pk, at)
    if current is not None and current.iban == number:
        raise AlreadyYourAccount
    open_ones = list(BankAccount.objects.waiting().filter(affiliate=affiliate))
    if any(at - account.asked_at < PAUSE for account in open_ones):
        raise Hurried
    for account in open_ones:
        links.revoke(account, "iban", at=at)
        _close(
            account,
            reason=str(_("Remplacé par une demande plus récente.")),
            user=affiliate.user,
            at=at,
        )
    account = BankAccount.objects.create(
        affiliate=affiliate, iban=number, bic=rules.bic_of(number), asked_at=at
    )
    link = links.issue(
        "iban",
        subject=account,
        address=affiliate.user.email,
        at=at,
        expires_at=at + timedelta(days=LINK_DAYS),
    )
    journal.record("bank_account.asked", account, affiliate, by=by, at=at)
    letters.confirm_iban(account, link, at=at)
    return account


@transaction.atomic
def confirm(account_id: int, *, by: Actor, at: datetime) -> BankAccount:
    """Her mailbox says yes; twice changes nothing. Raises ``AccountDecided`` after a refusal."""
    account = _lock(account_id)
    if account.refused_at is not None:
        raise AccountDecided
    if account.confirmed_at is None:
        account.confirmed_at = at
        account.save(update_fields=["confirmed_at"])
        journal.record("bank_account.confirmed", account, account.affiliate, by=by, at=at)
        letters.account_to_approve(account, at=at)
        notices.settle("members/confirm_iban", about=account, at=at)
    return account


@transaction.atomic
def approve(account_id: int, *, user: User, by: Actor, at: datetime) -> BankAccount:
    """The cooperative says yes: runs built from now on pay there. A second click changes nothing.

    Raises ``AccountNotConfirmed`` and ``AccountDecided``.
    """
    account = _lock(account_id)
    if account.approved_at is not None:
        return account
    if account.refused_at is not None:
        raise AccountDecided
    if account.confirmed_at is None:
        raise AccountNotConfirmed
    account.approved_at, account.approved_by = at, user
    account.save(update_fields=["approved_at", "approved_by"])
    journal.record("bank_account.approved", account, account.affiliate, by=by, at=at)
    letters.iban_approved(account, at=at)
    notices.settle("members/account_to_approve", about=account, at=at)
    return account


@transaction.atomic
def refuse(account_id: int, *, reason: str, user: User, by: Actor, at: datetime) -> BankAccount:
    """The cooperative says no, and why; pay goes on to the account that counts.

    Raises ``ReasonMissing`` and ``AccountDecided``.
    """
    if not reason.strip():
        raise ReasonMissing
    account = _lock(account_id)
    if account.approved_at is not None or account.refused_at is not None:
        raise AccountDecided
    links.revoke(account, "iban", at=at)
    _close(account, reason=reason.strip(), user=user, at=at)
    journal.record("bank_account.refused", account, account.affiliate, by=by, at=at)
    letters.iban_refused(account, at=at)
    return account


def _close(account: BankAccount, *, reason: str, user: User, at: datetime) -> None:
    account.refused_at, account.refused_by, account.refusal_reason = at, user, reason
    account.save(update_fields=["refused_at", "refused_by", "refusal_reason"])
    notices.settle("members/confirm_iban", "members/account_to_approve", about=account, at=at)


def _lock(account_id: int) -> BankAccount:
    return (
        BankAccount.objects.select_for_update(no_key=True, of=("self",))
        .select_related("affiliate__user")
        .get(pk=account_id)
    )
