"""The terms of membership are accepted, or not."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import letters, terms
from members.models import Affiliate, TermsAcceptance, User
from office import clock, journal
from office.actors import Actor
from office.models import Event
from office.refusals import Refusal


class TermsChanged(Refusal):
    code = "terms_changed"
    sentence = _(
        "Ce texte n’est pas (ou plus) celui qui s’applique. Voici l’actuel : relisez-le, puis "
        "acceptez-le."
    )


@transaction.atomic
def accept(
    user_id: int, *, version: str, language: str, sha256: str, by: Actor, at: datetime
) -> TermsAcceptance:
    """A person accepts the text she was shown: the version that applies, or one announced.

    Accepted before, nothing changes. Raises ``TermsChanged`` for another text.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    asked, applies = terms.version_of(version), terms.current(clock.day_of(at))
    if asked is None:
        raise TermsChanged
    kept = user.terms.filter(version=version).first()
    if kept is not None:
        return kept
    is_past = applies is not None and asked.code < applies.code
    if is_past or asked.sha256(terms.language_for(language)) != sha256:
        raise TermsChanged
    acceptance = TermsAcceptance.objects.create(
        user=user,
        version=version,
        language=terms.language_for(language),
        sha256=sha256,
        accepted_at=at,
        address=by.address,
    )
    journal.record(
        "terms.accepted", user, by=by, at=at, version=version, language=language, text=sha256
    )
    return acceptance


@transaction.atomic
def decline(user_id: int, *, version: str, by: Actor, at: datetime) -> None:
    """A member does not want these terms: her advisor is told, once. What is due to her goes on."""
    affiliate = Affiliate.objects.select_for_update(no_key=True, of=("self",)).get(user_id=user_id)
    said = Event.objects.filter(kind="terms.declined", subjects__contains=[f"user:{user_id}"])
    if said.filter(data__version=version).exists():
        return
    journal.record("terms.declined", affiliate.user, affiliate, by=by, at=at, version=version)
    letters.wants_to_leave(affiliate, version=version, at=at)
