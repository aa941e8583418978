"""The second step of joining: what she tells of herself, kept as she types, sent when whole."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from members import letters, queries, rules
from members.actions import households
from members.actions.affiliates import lock
from members.models import Affiliate, BankAccount
from members.rules import HouseholdFacts
from members.states import AFFILIATE_TRANSITIONS, AffiliateStatus
from office import crypto, journal, lifecycle
from office.actors import Actor
from office.refusals import Refusal

Draft = dict[str, dict[str, str]]  # part -> field -> as it was typed


class NationalNumberKnown(Refusal):
    code = "national_number_known"
    sentence = _(
        "Ce numéro est déjà inscrit chez nous. Si c’est le vôtre, connectez-vous, ou écrivez-nous "
        ": nous retrouvons votre inscription."
    )
    field = "national_number"


class EmailNotConfirmed(Refusal):
    code = "email_not_confirmed"
    sentence = _("Confirmez d’abord votre adresse e-mail : le lien est dans votre boîte.")


class PapersToGive(Refusal):
    code = "papers_to_give"
    sentence = _("Il manque encore une pièce : {papers}.")


@dataclass(frozen=True, kw_only=True)
class Application:
    """All that the second step asks."""

    birth_date: date
    national_number: str
    street: str
    postcode: str
    city: str
    iban: str
    household: HouseholdFacts
    phone: str = ""


def draft_of(affiliate: Affiliate) -> Draft:
    """What she typed so far."""
    if affiliate.draft_sealed is None:
        return {}
    draft: Draft = json.loads(crypto.unseal(affiliate.draft_sealed))
    return draft


@transaction.atomic
def keep(affiliate_id: int, part: str, typed: dict[str, str]) -> Affiliate:
    """Keep one part as it was typed, right or not. Raises ``NotAllowed`` once it was sent."""
    affiliate = lock(affiliate_id)
    if affiliate.status != AffiliateStatus.DRAFT:
        raise lifecycle.NotAllowed(subject=affiliate.name, status=affiliate.get_status_display())
    draft = {**draft_of(affiliate), part: typed}
    affiliate.draft_sealed = crypto.seal(json.dumps(draft))
    affiliate.save(update_fields=["draft_sealed"])
    return affiliate


@transaction.atomic
def send(
    affiliate_id: int, application: Application, *, by: Actor, on: date, at: datetime
) -> Affiliate:
    """Her application is whole: the cooperative is to answer it. Sent already: nothing more.

    The account is hers: she gives it behind her confirmed address, and shows the bank card. Raises
    the refusals of `members.rules`, ``NationalNumberKnown``, ``EmailNotConfirmed``,
    ``PapersToGive`` and ``NotAllowed``.
    """
    digits = rules.checked_national_number(
        application.national_number, birth_date=application.birth_date
    )
    rules.check_age(application.birth_date, on=on)
    iban = rules.checked_iban(application.iban)
    rules.check_household(application.household)
    affiliate = lock(affiliate_id)
    if affiliate.status == AffiliateStatus.REGISTERED:
        return affiliate
    lifecycle.move(affiliate, AffiliateStatus.REGISTERED, AFFILIATE_TRANSITIONS)
    if affiliate.user.email_confirmed_at is None:
        raise EmailNotConfirmed
    to_give = [paper for paper in queries.papers_of(affiliate, affiliate.trade) if paper.to_give]
    if to_give:
        raise PapersToGive(papers=", ".join(paper.label for paper in to_give))
    _write(affiliate, application, digits=digits, at=at)
    BankAccount.objects.create(
        affiliate=affiliate, iban=iban, bic=rules.bic_of(iban), asked_at=at, confirmed_at=at
    )
    households.add(affiliate, facts=application.household, starts_on=on, at=at)
    journal.record("affiliate.applied", affiliate, by=by, at=at)
    letters.registration_to_review(affiliate, at=at)
    return affiliate


def _write(affiliate: Affiliate, application: Application, *, digits: str, at: datetime) -> None:
    """What she told, on her row; a number that somebody has already is refused."""
    affiliate.birth_date = application.birth_date
    affiliate.national_number_sealed = crypto.seal(digits)
    affiliate.national_number_index = crypto.index(digits)
    affiliate.national_number_masked = rules.masked_national_number(digits)
    affiliate.street, affiliate.postcode = application.street, application.postcode
    affiliate.city, affiliate.phone = application.city, application.phone
    affiliate.draft_sealed, affiliate.sent_at = None, at
    try:
        with transaction.atomic():
            affiliate.save()
    except IntegrityError:
        raise NationalNumberKnown from None
