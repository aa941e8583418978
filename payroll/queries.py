"""Reads of this room for the rooms above, the staff desk and the portal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from office.calendar import month_bounds
from office.parameters import Law
from payroll.actions.contracts import missing
from payroll.engine.terms import MonthToDate
from payroll.models import Contract, Declaration, Payslip, Transfer
from payroll.policy import PayrollPolicy
from payroll.rules import Paid, month_from_text, month_to_date, pay_days, pay_deadline
from payroll.states import DeclarationStatus, RunStatus

HORIZON = timedelta(days=45)  # a pay deadline further away than this never asks for a run


@dataclass(frozen=True, kw_only=True)
class NotReady:
    """A contract about to start that is unsigned or unknown to social security."""

    contract: Contract
    unsigned: bool
    undeclared: bool


def not_ready(starts_from: date, starts_until: date) -> list[NotReady]:
    """Living contracts whose first day lies in a range and whose work may not start yet."""
    rows = (
        Contract.objects.living()
        .filter(starts_on__range=(starts_from, starts_until))
        .select_related("affiliate__user")
        .prefetch_related("declarations")
        .order_by("starts_on", "pk")
    )
    found = [(row, missing(row)) for row in rows]
    return [
        NotReady(contract=row, unsigned="signature" in lacks, undeclared="dimona" in lacks)
        for row, lacks in found
        if lacks
    ]


def to_declare(on: date) -> QuerySet[Declaration]:
    """Declarations due on a day or before, the most urgent first."""
    return (
        Declaration.objects.filter(status=DeclarationStatus.TO_DECLARE, due_on__lte=on)
        .select_related("contract__affiliate", "contract__entity", "previous")
        .order_by("due_on", "pk")
    )


def month_of(affiliate_id: int, entity_id: int, *, paid_on: date, worked_on: date) -> MonthToDate:
    """What a person already has from an entity in the month of a payment, runs not yet approved
    included.
    """
    rows = Payslip.objects.live().filter(
        contract__affiliate=affiliate_id, contract__entity=entity_id
    )
    near = rows.filter(paid_on__range=month_bounds(paid_on)) | rows.filter(
        contract__starts_on__range=month_bounds(worked_on)
    )
    paid = [
        Paid(
            paid_on=row["paid_on"],
            worked_on=row["contract__starts_on"],
            adds=month_from_text(row["month"]["adds"]),
        )
        for row in near.values("paid_on", "contract__starts_on", "month")
    ]
    return month_to_date(paid, paid_on=paid_on, worked_on=worked_on)


def is_first_of_month(affiliate_id: int, entity_id: int, pay_on: date) -> bool:
    """Whether nothing is paid, under way or to be paid to a person in a month.

    Then an estimated net is exact.
    """
    month = month_bounds(pay_on)
    slips = Payslip.objects.live().filter(
        contract__affiliate=affiliate_id, contract__entity=entity_id, paid_on__range=month
    )
    waiting = (
        Contract.objects.to_pay()
        .filter(affiliate=affiliate_id, entity=entity_id, pay_deadline__range=month)
        .exclude(payslips__in=slips)
    )
    return not slips.exists() and not waiting.exists()


def expected_pay_on(last_day: date, *, policy: PayrollPolicy, law: Law) -> date:
    """The day the pay of work ending on ``last_day`` would be executed.

    What a price is estimated for.
    """
    days = law.estimating().value("pay_deadline_days", last_day)
    return pay_days(pay_deadline(last_day, days=int(days)), policy=policy).pay_on


def due_for_pay(entity_id: int, *, on: date, policy: PayrollPolicy, everything: bool) -> list[int]:
    """Contracts a run built on a day must pay, by key.

    With ``everything`` all that are released.
    """
    rows = Contract.objects.to_pay().filter(entity=entity_id)
    if everything:
        return list(rows.order_by("pk").values_list("pk", flat=True))
    near = rows.filter(pay_deadline__lte=on + HORIZON).order_by("pk")
    return [
        pk
        for pk, deadline in near.values_list("pk", "pay_deadline")
        if deadline and pay_days(deadline, policy=policy).build_on <= on
    ]


def to_pay_again(entity_id: int) -> list[Payslip]:
    """Final payslips whose transfer the bank rejected and that no other transfer pays."""
    others = Transfer.objects.filter(payslip=OuterRef("payslip"), rejected_on=None, dropped_at=None)
    rejected = Transfer.objects.filter(rejected_on__isnull=False, run__entity=entity_id).exclude(
        Exists(others)
    )
    return list(
        Payslip.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=rejected.values("payslip"))
        .select_related("contract__affiliate__user")
        .prefetch_related("transfers")
        .order_by("pk")
    )


def entities_with_pay() -> list[int]:
    """Entities that have something to pay or to pay again."""
    waiting = Contract.objects.to_pay().values_list("entity", flat=True).distinct()
    rejected = (
        Transfer.objects.filter(rejected_on__isnull=False)
        .values_list("run__entity", flat=True)
        .distinct()
    )
    return sorted({*waiting, *rejected})


def pay_of(affiliate_id: int, *, before: int | None = None, limit: int = 24) -> Sequence[Payslip]:
    """A person's final payslips, newest first.

    ``before`` is the key of the last one of the page before.
    """
    rows = Payslip.objects.filter(
        contract__affiliate=affiliate_id, final_at__isnull=False, dropped_at=None
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    transfers = Prefetch(
        "transfers", queryset=Transfer.objects.filter(dropped_at=None).order_by("pk")
    )
    return list(
        rows.select_related("contract", "document")
        .prefetch_related(transfers)
        .order_by("-pk")[:limit]
    )


def contracts_of(affiliate_id: int, *, limit: int = 24) -> Sequence[Contract]:
    """A person's newest contracts that still count."""
    rows = Contract.objects.living().filter(affiliate=affiliate_id)
    return list(
        rows.select_related("document", "signed_paper").order_by("-starts_on", "-pk")[:limit]
    )


OPEN_RUNS = (RunStatus.BUILT, RunStatus.SUBMITTED)
