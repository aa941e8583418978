"""A contract is drafted, annulled, replaced by another version, and its work released for pay."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger.models import LegalEntity
from members.models import Affiliate, Trade
from office import journal, lifecycle, notices
from office.actors import Actor
from office.lifecycle import NotAllowed
from office.money import euros
from office.refusals import Refusal
from payroll import documents
from payroll.actions import declarations, locks
from payroll.law import law
from payroll.models import Contract, ContractDay, Declaration
from payroll.notices import TO_SIGN
from payroll.plans import ContractPlan, Parties
from payroll.rules import dimona_due, pay_deadline
from payroll.states import CONTRACT_TRANSITIONS, ContractStatus, DeclarationStatus


class ContractReleased(Refusal):
    code = "contract_released"
    sentence = _("Le travail du contrat « {contract} » est déjà transmis à la paie.")


@transaction.atomic(savepoint=False)  # refuses nothing, so there is nothing to go back to
def draft(
    plan: ContractPlan, *, by: Actor, at: datetime, parties: Parties | None = None
) -> Contract:
    """Copy a plan into a contract to sign: its paper is ordered, its Dimona stands to be declared.

    Happens at a client's signature: reads neither law nor policy, and refuses nothing.
    ``parties`` spares reading again whom the plan names.
    """
    parties = parties or _parties(plan)
    contract = Contract.objects.create(
        entity=parties.entity,
        affiliate=parties.affiliate,
        activity_id=plan.activity_id,
        job=plan.job,
        trade=parties.trade,
        client_name=plan.client_name,
        description=plan.description,
        place=plan.place,
        free_setting=plan.free_setting,
        starts_on=plan.days[0][0],
        ends_on=plan.days[-1][0],
        hours=sum((hours for _, hours in plan.days), Decimal(0)),
        gross=plan.gross,
        insurance_rate=plan.insurance_rate,
        guaranteed=plan.guaranteed,
        joint_committee=plan.joint_committee,
        language=plan.language,
        printed=documents.contract_terms(
            plan, entity=parties.entity, affiliate=parties.affiliate, trade=parties.trade
        ),
        created_at=at,
    )
    ContractDay.objects.bulk_create(
        ContractDay(contract=contract, day=day, hours=hours) for day, hours in plan.days
    )
    Declaration.objects.create(
        contract=contract, kind="in", due_on=dimona_due(contract.starts_on), created_at=at
    )
    contract.document = documents.contract_paper(contract, at=at)
    contract.save(update_fields=["document"])
    journal.record("contract.drafted", *subjects(contract), by=by, at=at)
    return contract


@transaction.atomic
def annul(contract_id: int, *, by: Actor, at: datetime, reason: str = "") -> Contract:
    """The contract falls away before its work was released; twice the same: no change.

    ``ContractReleased``, or ``NotAllowed`` when another version replaced it.
    """
    contract = locks.contract(contract_id)
    if contract.status == ContractStatus.ANNULLED:
        return contract
    _end(contract, ContractStatus.ANNULLED)
    declarations.end(contract, at=at)
    notices.settle(*TO_SIGN, about=contract, at=at)
    journal.record("contract.annulled", *subjects(contract), by=by, at=at, reason=reason)
    return contract


@transaction.atomic
def replace(old_id: int, new_id: int, *, by: Actor, at: datetime) -> Contract:
    """A new version takes the place of a contract whose work was not released; returns the new one.

    A period already declared moves to the new version, with an UPDATE to make when the days
    changed.
    """
    rows = {row.pk: row for row in locks.contracts([old_id, new_id])}
    old, new = rows[old_id], rows[new_id]
    if new.replaces_id == old_id:
        return new
    _end(old, ContractStatus.REPLACED)
    new.replaces = old
    new.save(update_fields=["replaces"])
    declarations.hand_over(old, new, at=at)
    journal.record("contract.replaced", *subjects(old), new, by=by, at=at)
    return new


@transaction.atomic
def release(
    contract_id: int,
    *,
    kind: str,
    gross_due: Decimal,
    hours_done: Decimal,
    by: Actor,
    at: datetime,
    last_day: date | None = None,
) -> Contract:
    """The work is known.

    ``gross_due`` euros are owed for ``hours_done`` hours, until the legal pay day.

    ``kind`` is confirmed, silence or decided; ``last_day`` the last day worked, the contract's last
    unless told. Also an unsigned contract is paid: work done is paid. Zero euros are released too,
    and never paid. Released twice: no change.
    """
    return release_held(
        locks.contract(contract_id),
        kind=kind,
        gross_due=gross_due,
        hours_done=hours_done,
        by=by,
        at=at,
        last_day=last_day,
    )


def release_held(
    contract: Contract,
    *,
    kind: str,
    gross_due: Decimal,
    hours_done: Decimal,
    by: Actor,
    at: datetime,
    last_day: date | None = None,
) -> Contract:
    """``release`` for a caller whose transaction holds the contract's lock."""
    if contract.released_at:
        return contract
    if not contract.living:
        raise NotAllowed(subject=str(contract), status=contract.get_status_display())
    worked_until = contract.last_day_worked = last_day or contract.ends_on
    days = law().estimating().value("pay_deadline_days", worked_until)
    contract.released_at, contract.release_kind = at, kind
    contract.gross_due, contract.hours_done = euros(gross_due), hours_done
    contract.pay_deadline = pay_deadline(worked_until, days=int(days))
    contract.save(
        update_fields=[
            *("released_at", "release_kind", "gross_due", "hours_done", "last_day_worked"),
            "pay_deadline",
        ]
    )
    if not gross_due and not hours_done:
        declarations.end(contract, at=at)  # the work never took place
    elif worked_until < contract.ends_on:
        declarations.shorten(contract, at=at)
    journal.record(
        "contract.released",
        *subjects(contract),
        by=by,
        at=at,
        release=kind,
        pay_deadline=contract.pay_deadline,
    )
    return contract


def readiness(contract_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """What each contract still misses before its work may start.

    ``signature``, ``dimona``, or nothing.
    """
    rows = Contract.objects.filter(pk__in=list(contract_ids)).prefetch_related("declarations")
    return {row.pk: missing(row) for row in rows}


def missing(contract: Contract) -> tuple[str, ...]:
    """What one contract (declarations loaded) still misses before its work may start."""
    missing = () if contract.signed else ("signature",)
    return missing if declared(contract) else (*missing, "dimona")


def declared(contract: Contract) -> bool:
    """Whether social security knows of the contract as it stands (declarations loaded)."""
    rows = contract.declarations.all()
    known = any(row.kind == "in" and row.status == DeclarationStatus.RECORDED for row in rows)
    return known and not any(row.status == DeclarationStatus.TO_DECLARE for row in rows)


def subjects(contract: Contract) -> tuple[Contract | str, ...]:
    """What an event of a contract concerns: itself, its job, its activity."""
    return (contract, f"job:{contract.job}", f"activity:{contract.activity_id}")


def _parties(plan: ContractPlan) -> Parties:
    return Parties(
        entity=LegalEntity.objects.get(pk=plan.entity_id),
        affiliate=Affiliate.objects.get(pk=plan.affiliate_id),
        trade=Trade.objects.get(pk=plan.trade_code),
    )


def _end(contract: Contract, status: ContractStatus) -> None:
    if contract.released_at:
        raise ContractReleased(contract=str(contract))
    lifecycle.move(contract, status, CONTRACT_TRANSITIONS)
    contract.save(update_fields=["status"])
