"""Another account for Ana's pay: asked, confirmed by her mailbox, approved or refused by Denis."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from members import queries, rules
from members.actions import bank_accounts
from members.actions.affiliates import ReasonMissing
from members.models import Affiliate, BankAccount
from office import links
from office.models import Letter
from tests import world

AT = world.MONDAY + timedelta(days=1)
NEW = "NL91 ABNA 0417 1643 00"
OTHER = "FR7630006000011234567890189"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peopled")]


def ask(ana: Affiliate, iban: str = NEW, *, later: timedelta = timedelta()) -> BankAccount:
    return bank_accounts.ask(ana.pk, iban=iban, by=world.by(ana), at=AT + later)


def test_a_new_account_counts_only_after_her_link_and_the_approval() -> None:
    ana, denis = world.ana(), world.denis()
    old = queries.bank_account_of(ana.pk, AT)
    account = ask(ana)
    assert str(account) == "NL91 •••• 4300"
    letter = Letter.objects.get(kind="members/confirm_iban")
    assert letter.link and "4300" in letter.body and "0417" not in letter.body
    assert links.open("iban", links.token(letter.link), at=AT)
    answer = {"user": denis, "by": denis.as_actor(), "at": AT + timedelta(hours=2)}
    with pytest.raises(bank_accounts.AccountNotConfirmed):
        bank_accounts.approve(account.pk, **answer)
    for _ in range(2):
        bank_accounts.confirm(account.pk, by=world.by(ana), at=AT + timedelta(hours=1))
    assert queries.bank_account_of(ana.pk, AT + timedelta(hours=3)) == old
    for _ in range(2):
        bank_accounts.approve(account.pk, **answer)
    assert queries.bank_account_of(ana.pk, AT + timedelta(hours=1)) == old
    assert queries.bank_account_of(ana.pk, AT + timedelta(hours=3)) == account
    assert Letter.objects.filter(kind="members/iban_approved").count() == 1
    with pytest.raises(bank_accounts.AccountDecided):
        bank_accounts.refuse(account.pk, reason="Trop tard", **answer)


def test_a_refusal_says_why_and_the_old_account_goes_on() -> None:
    ana, denis = world.ana(), world.denis()
    old = queries.bank_account_of(ana.pk, AT)
    account = ask(ana)
    answer = {"user": denis, "by": denis.as_actor(), "at": AT}
    with pytest.raises(ReasonMissing):
        bank_accounts.refuse(account.pk, reason=" ", **answer)
    bank_accounts.refuse(account.pk, reason="Ce compte est à un autre nom.", **answer)
    assert "à un autre nom" in Letter.objects.get(kind="members/iban_refused").body
    for late in (
        lambda: bank_accounts.confirm(account.pk, by=world.by(ana), at=AT),
        lambda: bank_accounts.approve(account.pk, **answer),
    ):
        with pytest.raises(bank_accounts.AccountDecided):
            late()
    assert queries.bank_account_of(ana.pk, AT) == old
    link = links.newest(account, "iban")
    assert link and link.revoked_at


def test_asking_again_closes_the_first_question() -> None:
    ana = world.ana()
    first = ask(ana)
    with pytest.raises(bank_accounts.Hurried):
        ask(ana, OTHER)
    second = ask(ana, OTHER, later=timedelta(minutes=10))
    first.refresh_from_db()
    assert first.refused_at and second.refused_at is None
    assert list(BankAccount.objects.waiting().filter(affiliate=ana)) == [second]


def test_an_account_that_cannot_be_paid_to_is_refused_at_once() -> None:
    ana = world.ana()
    with pytest.raises(rules.IbanWrong):
        ask(ana, "BE00")
    current = queries.bank_account_of(ana.pk, AT)
    assert current
    with pytest.raises(bank_accounts.AlreadyYourAccount):
        ask(ana, current.iban)


def test_many_are_read_in_one_query(django_assert_num_queries: object) -> None:
    ana, bruno, gita = world.ana(), world.bruno(), world.newcomer()
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = queries.bank_accounts_of([ana.pk, bruno.pk, gita.pk], AT)
    assert set(found) == {ana.pk, bruno.pk}


def test_the_database_keeps_number_and_evidence() -> None:
    ana, denis = world.ana(), world.denis()
    account = ask(ana)
    mine = BankAccount.objects.filter(pk=account.pk)
    for change in (
        {"iban": "BE68539007547034"},
        {"approved_at": AT, "approved_by": denis},
        {"refused_at": AT, "refused_by": denis},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            mine.update(**change)
    assert account.events.count() == 1  # type: ignore[attr-defined]
