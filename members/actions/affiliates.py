"""Joining: registration, the confirmed e-mail, the cooperative's answer, and the activity it
opens.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.utils.translation import gettext_lazy as _

from members import letters, queries, trades
from members.actions import activities
from members.models import Activity, Affiliate, BankAccount, Trade, User
from members.states import AFFILIATE_TRANSITIONS, AffiliateStatus
from office import clock, journal, lifecycle, links, notices
from office.actors import Actor
from office.refusals import Refusal

LINK_DAYS = 7
PAUSE = timedelta(minutes=2)  # between two letters asked for by hand


class TradeUnknown(Refusal):
    code = "trade_unknown"
    sentence = _("Choisissez un métier de la liste.")
    field = "trade"


class PapersNotChecked(Refusal):
    code = "papers_not_checked"
    sentence = _("Vérifiez d’abord ses pièces : {papers}.")


class ReasonMissing(Refusal):
    code = "reason_missing"
    sentence = _("Écrivez la raison : elle sera lue par la personne.")
    field = "reason"


@dataclass(frozen=True, kw_only=True)
class Registration:
    """The first step: who asks, how she logs in, what she does. ``password`` is as typed; only its
    hash is kept.
    """

    email: str
    password: str
    first_name: str
    last_name: str
    trade_code: str
    language: str = "fr"


@transaction.atomic
def register(registration: Registration, *, by: Actor, on: date, at: datetime) -> Affiliate | None:
    """Someone asks to join; a letter with a link goes to her address.

    Gives None when the address already has an account: its owner is told by letter and the page
    must say the same as for everybody, so that nobody learns who is a member. Raises
    ``TradeUnknown`` and ``trades.TradeRefused``.
    """
    trade = Trade.objects.filter(code=registration.trade_code, active=True).first()
    if trade is None:
        raise TradeUnknown
    standing = trades.standing(trade, on)
    if standing.refused:
        raise trades.TradeRefused(trade=trade, reason=standing.reason)
    email = registration.email.strip().lower()
    known = User.objects.filter(email=email).first()
    if known is not None:
        make_password(registration.password)  # as long as for everybody
        letters.already_registered(known, at=at)
        return None
    affiliate = _add(registration, trade, email=email, at=at)
    if affiliate is not None:
        journal.record("affiliate.registered", affiliate, by=by, at=at)
        _send_confirmation(affiliate.user, at=at)
    return affiliate


def _add(registration: Registration, trade: Trade, *, email: str, at: datetime) -> Affiliate | None:
    """The user and the affiliate; of two at once the second hears what a later one would."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email,
                registration.password,
                name=f"{registration.first_name} {registration.last_name}",
                language=registration.language,
                joined_at=at,
            )
            return Affiliate.objects.create(
                user=user,
                first_name=registration.first_name,
                last_name=registration.last_name,
                trade=trade,
                registered_at=at,
            )
    except IntegrityError:
        return None


def _send_confirmation(user: User, *, at: datetime) -> None:
    links.revoke(user, "email", at=at)
    link = links.issue(
        "email",
        subject=user,
        address=user.email,
        at=at,
        expires_at=at + timedelta(days=LINK_DAYS),
    )
    letters.confirm_email(user, link, at=at)


@transaction.atomic
def send_confirmation(user_id: int, *, at: datetime) -> bool:
    """The link once more, unless confirmed or just sent; the older link closes."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    last = links.newest(user, "email")
    if user.email_confirmed_at is not None or (last and at - last.created_at < PAUSE):
        return False
    _send_confirmation(user, at=at)
    return True


@transaction.atomic
def confirm_email(user_id: int, *, by: Actor, at: datetime) -> User:
    """The address is hers. Twice changes nothing."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if user.email_confirmed_at is not None:
        return user
    user.email_confirmed_at = at
    user.save(update_fields=["email_confirmed_at"])
    affiliate = Affiliate.objects.filter(user=user).first()
    if affiliate is not None:
        journal.record("affiliate.email_confirmed", affiliate, by=by, at=at)
    notices.settle("members/confirm_email", about=user, at=at)
    return user


@transaction.atomic
def accept(
    affiliate_id: int,
    *,
    entity_id: int,
    user: User,
    by: Actor,
    at: datetime,
    advisor_id: int | None = None,
) -> Activity:
    """The cooperative welcomes her: her activity and its budget open, the account she gave counts.

    Raises ``PapersNotChecked`` and ``NotAllowed``. Accepted already: gives her activity.
    """
    affiliate = lock(affiliate_id)
    if affiliate.status == AffiliateStatus.ACCEPTED:
        return Activity.objects.get(affiliate=affiliate)
    lifecycle.move(affiliate, AffiliateStatus.ACCEPTED, AFFILIATE_TRANSITIONS)
    missing = queries.papers_missing(affiliate, affiliate.trade, clock.day_of(at))
    if missing:
        raise PapersNotChecked(papers=", ".join(paper.label for paper in missing))
    affiliate.decided_at, affiliate.decided_by, affiliate.refusal_reason = at, user, ""
    affiliate.advisor_id = advisor_id or affiliate.advisor_id
    affiliate.save(
        update_fields=["status", "decided_at", "decided_by", "refusal_reason", "advisor"]
    )
    BankAccount.objects.waiting().filter(
        affiliate=affiliate, asked_at=F("affiliate__sent_at"), confirmed_at__isnull=False
    ).update(approved_at=at, approved_by=user)
    activity = activities.open_for(affiliate, entity_id=entity_id, at=at)
    journal.record("affiliate.accepted", affiliate, activity, by=by, at=at)
    letters.accepted(affiliate, at=at)
    notices.settle("members/registration_to_review", about=affiliate, at=at)
    return activity


@transaction.atomic
def refuse(affiliate_id: int, *, reason: str, user: User, by: Actor, at: datetime) -> Affiliate:
    """The cooperative cannot take her in, and says why.

    Raises ``ReasonMissing`` and ``NotAllowed``.
    """
    if not reason.strip():
        raise ReasonMissing
    affiliate = lock(affiliate_id)
    lifecycle.move(affiliate, AffiliateStatus.REFUSED, AFFILIATE_TRANSITIONS)
    affiliate.decided_at, affiliate.decided_by = at, user
    affiliate.refusal_reason = reason.strip()
    affiliate.save(update_fields=["status", "decided_at", "decided_by", "refusal_reason"])
    journal.record("affiliate.refused", affiliate, by=by, at=at)
    letters.refused(affiliate, at=at)
    notices.settle("members/registration_to_review", about=affiliate, at=at)
    return affiliate


@transaction.atomic
def reopen(affiliate_id: int, *, by: Actor, at: datetime) -> Affiliate:
    """A refused registration is looked at again. The reason stays in the journal's letter."""
    affiliate = lock(affiliate_id)
    if affiliate.status == AffiliateStatus.DRAFT:  # she sends it herself
        raise lifecycle.NotAllowed(subject=affiliate.name, status=affiliate.get_status_display())
    lifecycle.move(affiliate, AffiliateStatus.REGISTERED, AFFILIATE_TRANSITIONS)
    affiliate.decided_at = affiliate.decided_by = None
    affiliate.refusal_reason = ""
    affiliate.save(update_fields=["status", "decided_at", "decided_by", "refusal_reason"])
    journal.record("affiliate.reopened", affiliate, by=by, at=at)
    return affiliate


@transaction.atomic
def move_house(
    affiliate_id: int,
    *,
    street: str,
    postcode: str,
    city: str,
    phone: str,
    by: Actor,
    at: datetime,
) -> Affiliate:
    """A new address or telephone number; papers made before keep the old one."""
    affiliate = lock(affiliate_id)
    affiliate.street, affiliate.postcode = street, postcode
    affiliate.city, affiliate.phone = city, phone
    affiliate.save(update_fields=["street", "postcode", "city", "phone"])
    journal.record("affiliate.moved", affiliate, by=by, at=at)
    return affiliate


@transaction.atomic
def hand_over(
    affiliate_id: int, *, advisor_id: int, reason: str, by: Actor, at: datetime
) -> Affiliate:
    """Another advisor takes care of her. The journal is the history. Hers already: no change."""
    affiliate = lock(affiliate_id)
    if affiliate.advisor_id == advisor_id:
        return affiliate
    before, affiliate.advisor_id = affiliate.advisor_id, advisor_id
    affiliate.save(update_fields=["advisor"])
    journal.record(
        "affiliate.handed_over",
        affiliate,
        by=by,
        at=at,
        before=before,
        advisor=advisor_id,
        reason=reason,
    )
    return affiliate


def show_national_number(affiliate: Affiliate, *subjects: Model, by: Actor, at: datetime) -> str:
    """The whole national number, to compare with a paper; the journal keeps who asked for it."""
    journal.record("affiliate.national_number_shown", affiliate, *subjects, by=by, at=at)
    return queries.national_number(affiliate)


def lock(affiliate_id: int) -> Affiliate:
    """The affiliate, held until the end of the transaction."""
    return (
        Affiliate.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user")
        .get(pk=affiliate_id)
    )
