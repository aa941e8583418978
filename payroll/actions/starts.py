"""Work that began before the contract was signed or declared: flagged, then decided upon.

Pay goes on.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import User
from office import journal
from office.actors import SYSTEM, Actor
from office.clock import day_of, start_of
from office.lifecycle import NotAllowed
from office.refusals import Refusal
from payroll.actions import locks
from payroll.actions.contracts import subjects
from payroll.models import Contract
from payroll.states import DeclarationStatus


class DecisionMissing(Refusal):
    code = "decision_missing"
    sentence = _("Écrivez ce que vous avez décidé et pourquoi : cette note reste au dossier.")
    field = "decision"


def mark_irregular(*, at: datetime) -> int:
    """Flag every contract whose first day has begun while it was unsigned or undeclared.

    How many were.
    """
    on = day_of(at)
    begun = (
        Contract.objects.living()
        .filter(starts_on__lte=on, irregular_start=False, irregular_checked_at=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return sum(_check(contract_id, at=at) for contract_id in begun[:1000])


@transaction.atomic
def _check(contract_id: int, *, at: datetime) -> bool:
    contract = locks.contract(contract_id)
    if contract.irregular_checked_at or not contract.living:
        return False
    reasons = _irregular(contract)
    contract.irregular_start, contract.irregular_checked_at = bool(reasons), at
    contract.save(update_fields=["irregular_start", "irregular_checked_at"])
    if reasons:
        journal.record(
            "contract.irregular_start", *subjects(contract), by=SYSTEM, at=at, missing=reasons
        )
    return bool(reasons)


@transaction.atomic
def decide_irregular(
    contract_id: int, *, decision: str, by: Actor, user: User, at: datetime
) -> Contract:
    """Staff write down what was decided about an irregular start.

    ``DecisionMissing``, ``NotAllowed``.
    """
    if not decision.strip():
        raise DecisionMissing()
    contract = locks.contract(contract_id)
    if not contract.irregular_start or contract.irregular_decided_at:
        raise NotAllowed(subject=str(contract), status=contract.get_status_display())
    contract.irregular_decision = decision.strip()
    contract.irregular_decided_at, contract.irregular_decided_by = at, user
    contract.save(
        update_fields=["irregular_decision", "irregular_decided_at", "irregular_decided_by"]
    )
    journal.record(
        "contract.irregular_decided", *subjects(contract), by=by, at=at, decision=decision
    )
    return contract


def _irregular(contract: Contract) -> list[str]:
    """What was not in order at 00:00 of the first day."""
    start = start_of(contract.starts_on)
    signed_at = contract.affiliate_signed_at
    declared = contract.declarations.filter(
        kind="in", status=DeclarationStatus.RECORDED, recorded_at__lt=start
    )
    reasons = [] if signed_at and signed_at < start else ["signature"]
    return reasons if declared.exists() else [*reasons, "dimona"]
