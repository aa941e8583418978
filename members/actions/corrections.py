"""A locked identity is corrected by two: she asks with a proof, staff decide beside it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import letters, queries, rules
from members.actions.affiliates import ReasonMissing, lock
from members.actions.applications import NationalNumberKnown
from members.models import Affiliate, IdentityCorrection, User
from members.states import AffiliateStatus
from office import crypto, journal, notices, vault
from office.actors import Actor
from office.refusals import Refusal
from office.uploads import Upload


class NothingToCorrect(Refusal):
    code = "nothing_to_correct"
    sentence = _("C’est déjà ce que nous avons : rien n’est à corriger.")


class IdentityNotLocked(Refusal):
    code = "identity_not_locked"
    sentence = _("Votre identité se corrige une fois votre inscription acceptée.")


class CorrectionOpen(Refusal):
    code = "correction_open"
    sentence = _("Une correction attend déjà une réponse. Demandez-en une autre ensuite.")


class CorrectionDecided(Refusal):
    code = "correction_decided"
    sentence = _("Une réponse a déjà été donnée à cette demande.")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who she is, as she writes it; ``national_number`` empty when it stays."""

    first_name: str
    last_name: str
    birth_date: date
    national_number: str = ""


@transaction.atomic
def ask(
    affiliate_id: int,
    *,
    identity: Identity,
    reason: str,
    proof: Upload,
    by: Actor,
    on: date,
    at: datetime,
) -> IdentityCorrection:
    """She asks for another identity, says why and shows a proof.

    Raises ``IdentityNotLocked``, ``CorrectionOpen``, ``NothingToCorrect``, ``NationalNumberKnown``
    and the refusals of `members.rules` for a number, a birth date or an age.
    """
    affiliate = lock(affiliate_id)
    born, number = affiliate.birth_date, affiliate.national_number_index
    if affiliate.status != AffiliateStatus.ACCEPTED or born is None or number is None:
        raise IdentityNotLocked
    if IdentityCorrection.objects.open().filter(affiliate=affiliate).exists():
        raise CorrectionOpen
    rules.check_age(identity.birth_date, on=on)
    present = queries.national_number(affiliate)
    digits = rules.checked_national_number(
        identity.national_number or present, birth_date=identity.birth_date
    )
    index = crypto.index(digits)
    asked = (identity.first_name, identity.last_name, identity.birth_date, index)
    if asked == (affiliate.first_name, affiliate.last_name, born, number):
        raise NothingToCorrect
    _check_free(affiliate, index)
    correction = IdentityCorrection.objects.create(
        affiliate=affiliate,
        first_name=identity.first_name,
        last_name=identity.last_name,
        birth_date=identity.birth_date,
        national_number_sealed=crypto.seal(digits),
        national_number_index=index,
        national_number_masked=rules.masked_national_number(digits),
        was_first_name=affiliate.first_name,
        was_last_name=affiliate.last_name,
        was_birth_date=born,
        was_national_number_sealed=crypto.seal(present),
        was_national_number_index=number,
        was_national_number_masked=affiliate.national_number_masked,
        reason=reason.strip(),
        proof=vault.keep(proof, at=at),
        asked_at=at,
    )
    journal.record("identity.asked", correction, affiliate, by=by, at=at)
    letters.identity_to_decide(correction, at=at)
    return correction


@transaction.atomic
def accept(correction_id: int, *, user: User, by: Actor, at: datetime) -> IdentityCorrection:
    """The identity she asked for stands from now on; the proof is forgotten. Twice: no change.

    Raises ``CorrectionDecided`` after a refusal, ``NationalNumberKnown``.
    """
    correction = _lock(correction_id)
    if correction.accepted:
        return correction
    affiliate = _undecided(correction)
    _check_free(affiliate, correction.national_number_index)
    affiliate.first_name, affiliate.last_name = correction.first_name, correction.last_name
    affiliate.birth_date = correction.birth_date
    affiliate.national_number_sealed = bytes(correction.national_number_sealed)
    affiliate.national_number_index = correction.national_number_index
    affiliate.national_number_masked = correction.national_number_masked
    affiliate.save(
        update_fields=[
            "first_name",
            "last_name",
            "birth_date",
            "national_number_sealed",
            "national_number_index",
            "national_number_masked",
        ]
    )
    affiliate.user.name = affiliate.name
    affiliate.user.save(update_fields=["name"])
    _decide(correction, accepted=True, reason="", user=user, by=by, at=at)
    return correction


@transaction.atomic
def refuse(
    correction_id: int, *, reason: str, user: User, by: Actor, at: datetime
) -> IdentityCorrection:
    """The identity stays as it is, and why. Raises ``ReasonMissing``, ``CorrectionDecided``."""
    if not reason.strip():
        raise ReasonMissing
    correction = _lock(correction_id)
    _undecided(correction)
    _decide(correction, accepted=False, reason=reason.strip(), user=user, by=by, at=at)
    return correction


def looked_at(correction: IdentityCorrection, *, by: Actor, at: datetime) -> None:
    """Staff open the proof: it is written down each time."""
    journal.record("identity.proof_seen", correction, correction.affiliate, by=by, at=at)


def _decide(
    correction: IdentityCorrection,
    *,
    accepted: bool,
    reason: str,
    user: User,
    by: Actor,
    at: datetime,
) -> None:
    correction.decided_at, correction.decided_by = at, user
    correction.accepted, correction.refusal_reason = accepted, reason
    correction.save(update_fields=["decided_at", "decided_by", "accepted", "refusal_reason"])
    vault.forget(correction.proof, at=at)
    kind = "identity.corrected" if accepted else "identity.refused"
    journal.record(kind, correction, correction.affiliate, by=by, at=at)
    notices.settle("members/identity_to_decide", about=correction, at=at)
    letters.identity_decided(correction, at=at)


def _check_free(affiliate: Affiliate, index: str) -> None:
    others = Affiliate.objects.filter(national_number_index=index).exclude(pk=affiliate.pk)
    if others.exists():
        raise NationalNumberKnown


def _undecided(correction: IdentityCorrection) -> Affiliate:
    if correction.decided_at is not None:
        raise CorrectionDecided
    return correction.affiliate


def _lock(correction_id: int) -> IdentityCorrection:
    """The correction, its affiliate held: whoever decides another one waits."""
    affiliate_id = IdentityCorrection.objects.values_list("affiliate", flat=True).get(
        pk=correction_id
    )
    affiliate = lock(affiliate_id)
    correction = IdentityCorrection.objects.select_related("proof").get(pk=correction_id)
    correction.affiliate = affiliate
    return correction
