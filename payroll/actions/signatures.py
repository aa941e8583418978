"""The signatures of a contract.

The cooperative first, then the affiliate before the first day of work.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import mandates
from members.models import Mandate, User
from office import journal, lifecycle, notices
from office.actors import Actor
from office.clock import day_of
from office.refusals import Refusal
from office.uploads import Upload
from payroll import documents, letters
from payroll.actions import locks
from payroll.actions.contracts import subjects
from payroll.models import Contract
from payroll.notices import TO_SIGN
from payroll.states import CONTRACT_TRANSITIONS, ContractStatus


class NoMandate(Refusal):
    code = "no_mandate"
    sentence = _("{name} n’a pas de mandat pour signer au nom de {entity} au {day}.")


class NotYours(Refusal):
    code = "not_yours"
    sentence = _("Seule la personne engagée par ce contrat peut le signer.")


class ClickNotAccepted(Refusal):
    code = "click_not_accepted"
    sentence = _(
        "La coopérative demande votre signature sur papier : imprimez le contrat, signez-le et "
        "envoyez-en une photo ou un scan ici."
    )


class TooLateToSign(Refusal):
    code = "too_late_to_sign"
    sentence = _(
        "Un contrat à durée déterminée se signe avant le premier jour de travail ({day}). "
        "Appelez votre conseiller : la paie continue, mais il doit régler ce retard."
    )


class ReasonMissing(Refusal):
    code = "reason_missing"
    sentence = _("Écrivez la raison en quelques mots : la personne la lira.")
    field = "reason"


@dataclass(frozen=True, kw_only=True)
class Signatures:
    """What became of many contracts put before the signatory at once."""

    signed: tuple[Contract, ...]
    refused: tuple[tuple[Contract, Refusal], ...]


@transaction.atomic
def sign_for_cooperative(
    contract_ids: Iterable[int], *, by: Actor, user: User, at: datetime
) -> Signatures:
    """The signatory signs many contracts.

    Those that cannot be signed are named and hold up nobody else.

    Each needs a mandate of ``user`` for its entity on the day (``NoMandate``) and to be still a
    draft (``NotAllowed``).
    """
    signed, refused = [], []
    titles: dict[int, str] = {}
    for contract in locks.contracts(contract_ids):
        try:
            if contract.entity_id not in titles:
                titles[contract.entity_id] = _mandate(contract, user, at=at).title
            lifecycle.move(contract, ContractStatus.OFFERED, CONTRACT_TRANSITIONS)
        except Refusal as refusal:
            refused.append((contract, refusal))
            continue
        contract.cooperative_signed_at, contract.cooperative_signed_by = at, user
        title = titles[contract.entity_id]
        contract.document = documents.contract_paper(contract, at=at, signatory=title)
        contract.save(
            update_fields=["status", "cooperative_signed_at", "cooperative_signed_by", "document"]
        )
        journal.record(
            "contract.signed_by_cooperative", *subjects(contract), by=by, at=at, title=title
        )
        letters.contract_offered(contract, at=at)
        signed.append(contract)
    return Signatures(signed=tuple(signed), refused=tuple(refused))


@transaction.atomic
def sign_simple(contract_id: int, *, consent: str, by: Actor, user: User, at: datetime) -> Contract:
    """The affiliate signs by a click, where the cooperative accepts it.

    A second click changes nothing.

    ``consent`` is the sentence that was ticked. The law of 3 July 1978, art. 3bis, wants a
    qualified signature: a click is the cooperative's own risk. Raises ``NotYours``,
    ``ClickNotAccepted``, ``TooLateToSign``, ``NotAllowed``.
    """
    contract = locks.contract(contract_id)
    _check_hers(contract, user)
    if contract.signed:
        return contract
    if settings.COOP_CONTRACT_SIGNATURE != "simple":
        raise ClickNotAccepted()
    if day_of(at) >= contract.starts_on:
        raise TooLateToSign(day=f"{contract.starts_on:%d/%m/%Y}")
    lifecycle.move(contract, ContractStatus.SIGNED, CONTRACT_TRANSITIONS)
    contract.signature_level, contract.affiliate_signed_at = "simple", at
    contract.signed_paper = documents.contract_paper(
        contract, at=at, signatory=_title(contract), consent=consent
    )
    contract.save(
        update_fields=["status", "signature_level", "affiliate_signed_at", "signed_paper"]
    )
    journal.record(
        "contract.signed", *subjects(contract), by=by, at=at, level="simple", consent=consent
    )
    letters.contract_signed(contract, at=at)
    notices.settle(*TO_SIGN, about=contract, at=at)
    return contract


@transaction.atomic
def upload_paper(
    contract_id: int, *, upload: Upload, by: Actor, user: User, at: datetime
) -> Contract:
    """The affiliate hands in the paper she signed.

    It counts from this moment, once staff have checked it.

    Accepted after the first day too: then the start stays irregular. Raises ``NotYours``,
    ``NotAllowed``.
    """
    contract = locks.contract(contract_id)
    _check_hers(contract, user)
    lifecycle.move(contract, ContractStatus.UPLOADED, CONTRACT_TRANSITIONS)
    contract.signature_level, contract.affiliate_signed_at = "wet", at
    contract.signed_paper = documents.signed_paper(contract, upload=upload, at=at)
    contract.save(
        update_fields=["status", "signature_level", "affiliate_signed_at", "signed_paper"]
    )
    journal.record(
        "contract.paper_uploaded",
        *subjects(contract),
        by=by,
        at=at,
        sha256=contract.signed_paper.sha256,
    )
    notices.settle(*TO_SIGN, about=contract, at=at)
    letters.paper_to_check(contract, at=at)
    return contract


@transaction.atomic
def accept_paper(contract_id: int, *, by: Actor, user: User, at: datetime) -> Contract:
    """Staff checked the signed paper: the contract is signed by both. Twice: no change."""
    contract = locks.contract(contract_id)
    if contract.signed:
        return contract
    lifecycle.move(contract, ContractStatus.SIGNED, CONTRACT_TRANSITIONS)
    contract.checked_by = user
    contract.save(update_fields=["status", "checked_by"])
    journal.record("contract.signed", *subjects(contract), by=by, at=at, level="wet")
    letters.contract_signed(contract, at=at)
    notices.settle(*TO_SIGN, about=contract, at=at)
    return contract


@transaction.atomic
def refuse_paper(contract_id: int, *, reason: str, by: Actor, user: User, at: datetime) -> Contract:
    """The paper is not the signed contract: the affiliate is told why and hands in another."""
    if not reason.strip():
        raise ReasonMissing()
    contract = locks.contract(contract_id)
    lifecycle.move(contract, ContractStatus.OFFERED, CONTRACT_TRANSITIONS)
    contract.signature_level, contract.affiliate_signed_at = "", None
    contract.signed_paper, contract.checked_by = None, user
    contract.save(
        update_fields=[
            "status",
            "signature_level",
            "affiliate_signed_at",
            "signed_paper",
            "checked_by",
        ]
    )
    journal.record("contract.paper_refused", *subjects(contract), by=by, at=at, reason=reason)
    notices.settle(*TO_SIGN, about=contract, at=at)
    letters.paper_refused(contract, reason=reason.strip(), at=at)
    return contract


def _mandate(contract: Contract, user: User, *, at: datetime) -> Mandate:
    on = day_of(at)
    mandate = mandates.signatory(contract.entity_id, user, on)
    if mandate is None:
        raise NoMandate(name=user.name, entity=contract.entity.name, day=f"{on:%d/%m/%Y}")
    return mandate


def _check_hers(contract: Contract, user: User) -> None:
    if contract.affiliate.user_id != user.pk:
        raise NotYours()


def _title(contract: Contract) -> str:
    """The title of the signatory as the paper offered shows it."""
    offered = contract.document.context if contract.document else {}
    return str(offered.get("signatures", {}).get("cooperative", {}).get("title", ""))
