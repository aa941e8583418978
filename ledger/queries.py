"""Balances and statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from ledger.models import Account, Posting
from office.money import ZERO


@dataclass(frozen=True, kw_only=True)
class AccountBalance:
    """An account with the sums of its legs in euros; ``balance`` is debit minus credit."""

    code: str
    name: str
    holder: str
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        return self.debit - self.credit


@dataclass(frozen=True, kw_only=True)
class StatementLine:
    """One leg of an entry of a job, in words."""

    on: date
    kind: str
    text: str
    source: str
    account_code: str
    account_name: str
    amount: Decimal


def account_id(entity_id: int, code: str, holder: str = "") -> int:
    """The key of an account of the chart, or of a holder's account below it."""
    return Account.objects.only("id").get(entity_id=entity_id, code=code, holder=holder).pk


def account_ids(entity_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    """Keys of the accounts of the chart by (entity, code), in one query."""
    rows = Account.objects.filter(entity_id__in=set(entity_ids), holder="")
    return {(entity, code): key for entity, code, key in rows.values_list("entity", "code", "id")}


def balance(account: int) -> Decimal:
    """Debits minus credits of an account, in euros."""
    return Posting.objects.filter(account_id=account).aggregate(sum=_sum())["sum"]


def balance_of_code(entity_id: int, code: str) -> Decimal:
    """Debits minus credits of an account of the chart with all its holders' accounts, in euros."""
    postings = Posting.objects.filter(account__entity_id=entity_id, account__code=code)
    return postings.aggregate(sum=_sum())["sum"]


def account_balances(entity_id: int) -> list[AccountBalance]:
    """Every account of an entity that was ever used, by code."""
    rows: QuerySet[Account] = Account.objects.filter(entity_id=entity_id, postings__isnull=False)
    sums = rows.annotate(
        debit=_sum("postings__amount", Q(postings__amount__gt=0)),
        credit=_sum("postings__amount", Q(postings__amount__lt=0)),
    )
    return [
        AccountBalance(
            code=row.code, name=row.name, holder=row.holder, debit=row.debit, credit=-row.credit
        )
        for row in sums.order_by("code", "holder")
    ]


def job_statement(job: str) -> list[StatementLine]:
    """Every leg booked for a job, oldest first."""
    legs = Posting.objects.filter(entry__job=job).select_related("entry", "account")
    return [
        StatementLine(
            on=leg.entry.on,
            kind=leg.entry.kind,
            text=leg.entry.text,
            source=leg.entry.source,
            account_code=leg.account.code,
            account_name=leg.account.name,
            amount=leg.amount,
        )
        for leg in legs.order_by("entry__on", "entry_id", "id")
    ]


def _sum(of: str = "amount", condition: Q | None = None) -> Coalesce:
    return Coalesce(Sum(of, filter=condition), ZERO, output_field=DecimalField())
