"""Dimona: what staff declare by hand, and what becomes of it when a contract changes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from stdnum.be import nn as ssn

from members import queries as members
from members.models import User
from office import journal, lifecycle
from office.actors import Actor
from office.calendar import ONE_DAY
from office.clock import day_of
from office.refusals import Refusal
from payroll.models import Contract, Declaration
from payroll.rules import dimona_due
from payroll.states import DECLARATION_TRANSITIONS, DeclarationStatus

PERIOD_DIGITS = 12


class NumberNotPlain(Refusal):
    code = "period_number_not_plain"
    sentence = _(
        "Le numéro de période Dimona est fait de 1 à {digits} chiffres, comme dans la réponse de "
        "l’ONSS. Vous avez écrit « {number} »."
    )
    field = "period_number"


class PeriodDiffers(Refusal):
    code = "period_number_differs"
    sentence = _(
        "Cette déclaration porte sur la période {period}. Notez ce même numéro, ou vérifiez la "
        "réponse de l’ONSS."
    )
    field = "period_number"


@transaction.atomic
def record(
    declaration_id: int, *, period_number: str, by: Actor, user: User, at: datetime
) -> Declaration:
    """Staff made the declaration; ``period_number`` is the ONSS's answer (1 to 12 digits).

    Twice the same: no change.

    Raises ``NumberNotPlain``, ``PeriodDiffers`` (an UPDATE or CANCEL of another period),
    ``NotAllowed``.
    """
    number = "".join(period_number.split())
    if not (number.isascii() and number.isdigit() and len(number) <= PERIOD_DIGITS):
        raise NumberNotPlain(number=period_number[:40], digits=PERIOD_DIGITS)
    row = _locked(declaration_id)
    if row.status == DeclarationStatus.RECORDED and row.period_number == number:
        return row
    if row.previous and row.previous.period_number != number:
        raise PeriodDiffers(period=row.previous.period_number)
    lifecycle.move(row, DeclarationStatus.RECORDED, DECLARATION_TRANSITIONS)
    row.period_number, row.recorded_at, row.recorded_by = number, at, user
    row.save(update_fields=["status", "period_number", "recorded_at", "recorded_by"])
    contract = row.contract
    journal.record(
        f"declaration.{row.kind}_recorded",
        contract,
        f"job:{contract.job}",
        by=by,
        at=at,
        period_number=number,
    )
    return row


@transaction.atomic
def national_number(declaration_id: int, *, by: Actor, at: datetime) -> str:
    """The whole national number, for the declaration only; the journal keeps who asked for it."""
    row = Declaration.objects.select_related("contract__affiliate").get(pk=declaration_id)
    affiliate = row.contract.affiliate
    journal.record("affiliate.national_number_shown", affiliate, row, by=by, at=at)
    return ssn.format(members.national_number(affiliate))


def end(contract: Contract, *, at: datetime) -> None:
    """The contract is annulled.

    What was not declared never will be, what was is to be cancelled.
    """
    _drop_open(contract)
    if period := _period_of(contract):
        Declaration.objects.create(
            contract=contract,
            kind="cancel",
            due_on=min(dimona_due(contract.starts_on), day_of(at) + ONE_DAY),
            previous=period,
            created_at=at,
        )


def shorten(contract: Contract, *, at: datetime) -> None:
    """The work ended before its day: the declared period is to be updated at once."""
    if period := _period_of(contract):
        Declaration.objects.create(
            contract=contract, kind="update", due_on=day_of(at), previous=period, created_at=at
        )


def hand_over(old: Contract, new: Contract, *, at: datetime) -> None:
    """A new version.

    The declared period goes over to it, to be updated when its days are others.
    """
    period = _period_of(old)
    behind = _drop_open(old)
    if not period:
        return
    _drop_open(new)
    Declaration.objects.filter(contract=old, status=DeclarationStatus.RECORDED).update(contract=new)
    if behind or (old.starts_on, old.ends_on) != (new.starts_on, new.ends_on):
        Declaration.objects.create(
            contract=new,
            kind="update",
            due_on=dimona_due(min(old.starts_on, new.starts_on)),
            previous=period,
            created_at=at,
        )


def _drop_open(contract: Contract) -> int:
    return Declaration.objects.filter(
        contract=contract, status=DeclarationStatus.TO_DECLARE
    ).update(status=DeclarationStatus.DROPPED)


def _period_of(contract: Contract) -> Declaration | None:
    return Declaration.objects.filter(
        contract=contract, kind="in", status=DeclarationStatus.RECORDED
    ).first()


def _locked(declaration_id: int) -> Declaration:
    return (
        Declaration.objects.select_for_update(no_key=True, of=("self",))
        .select_related("contract__affiliate", "previous")
        .get(pk=declaration_id)
    )
