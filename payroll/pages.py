"""Values ready to print for the pages of pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payroll.models import Contract, Payslip, Transfer
from payroll.states import ContractStatus

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class ContractState:
    """Where a contract stands, for a pill and a sentence."""

    text: Words
    tone: str
    sentence: Words
    to_sign: bool = False


@dataclass(frozen=True, kw_only=True)
class ContractCard:
    """A contract in a list."""

    contract: Contract
    state: ContractState


@dataclass(frozen=True, kw_only=True)
class SlipCard:
    """A payslip in a list."""

    payslip: Payslip
    text: Words
    tone: str
    on: date | None


def contract_state(row: Contract, *, on: date | None = None) -> ContractState:
    """What to say of a contract to its affiliate."""
    late = on is not None and on >= row.starts_on
    match row.status:
        case ContractStatus.DRAFT:
            return ContractState(
                text=_("à signer par la coopérative"),
                tone="waiting",
                sentence=_("La coopérative signe d’abord ; vous recevrez un e-mail."),
            )
        case ContractStatus.OFFERED if late:
            return ContractState(
                text=_("à signer, en retard"),
                tone="stopped",
                sentence=_("Le premier jour a commencé sans votre signature. Écrivez-nous."),
                to_sign=True,
            )
        case ContractStatus.OFFERED:
            return ContractState(
                text=_("à signer par vous"),
                tone="now",
                sentence=_("Signez avant le premier jour de travail."),
                to_sign=True,
            )
        case ContractStatus.UPLOADED:
            return ContractState(
                text=_("papier à vérifier"),
                tone="waiting",
                sentence=_("La coopérative vérifie le papier que vous avez envoyé."),
            )
        case ContractStatus.SIGNED:
            return ContractState(
                text=_("signé"), tone="done", sentence=_("Signé par la coopérative et par vous.")
            )
        case _other:
            return ContractState(
                text=row.get_status_display(),
                tone="stopped",
                sentence=_("Ce contrat ne vaut plus."),
            )


def contract_cards(rows: Sequence[Contract]) -> list[ContractCard]:
    """Contracts for a list."""
    return [ContractCard(contract=row, state=contract_state(row)) for row in rows]


def slip_card(row: Payslip) -> SlipCard:
    """A payslip (transfers loaded) for a list."""
    return arrival(row, list(row.transfers.all()))


def arrival(row: Payslip, transfers: Sequence[Transfer]) -> SlipCard:
    """Whether the money is there, or when it leaves."""
    last = max(transfers, key=lambda transfer: transfer.pk, default=None)
    if last is None:
        return SlipCard(payslip=row, text=_("rien à virer"), tone="done", on=None)
    if last.executed_on:
        return SlipCard(payslip=row, text=_("payé"), tone="done", on=last.executed_on)
    if last.rejected_on:
        return SlipCard(
            payslip=row, text=_("renvoyé par la banque"), tone="stopped", on=last.rejected_on
        )
    return SlipCard(payslip=row, text=_("virement prévu"), tone="waiting", on=row.paid_on)
