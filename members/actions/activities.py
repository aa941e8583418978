"""An activity and its people: who opens it holds it; others are invited, accept or decline, and
each mandate has its days.

Every verb holds the activity, so that two at once follow each other.
"""

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ledger import actions as ledger_actions
from members import letters, rules
from members.models import Activity, ActivityInvitation, ActivityMandate, ActivityRole, Affiliate
from members.states import INVITATION_TRANSITIONS, AffiliateStatus, InvitationStatus
from office import clock, journal, lifecycle, notices
from office.actors import Actor
from office.refusals import Refusal

BUDGET_CODE = "920"
MOST_OPEN = 20  # invitations of an activity that wait at the same time
ONE_DAY = timedelta(days=1)


class NotHolder(Refusal):
    code = "not_holder"
    sentence = _("Seul·e un·e titulaire de l’activité peut le faire.")


class HolderOfHerself(Refusal):
    code = "holder_of_herself"
    sentence = _(
        "Une personne titulaire met elle-même fin à son mandat. Si vous n’êtes plus d’accord entre "
        "vous, parlez-en à votre conseiller."
    )


class InvitesHerself(Refusal):
    code = "invites_herself"
    sentence = _("C’est votre propre adresse ou référence : écrivez celle de l’autre personne.")
    field = "invited"


class TooManyInvitations(Refusal):
    code = "too_many_invitations"
    sentence = _(
        "Cette activité a déjà {most} invitations en attente. Retirez-en une avant d’inviter "
        "quelqu’un d’autre."
    )
    field = "invited"


class AlreadyInActivity(Refusal):
    code = "already_in_activity"
    sentence = _("Vous avez déjà ce mandat dans « {activity} ».")


class NotYetAMember(Refusal):
    code = "not_yet_a_member"
    sentence = _(
        "Vous pourrez accepter dès que votre inscription à la coopérative est acceptée. "
        "L’invitation vous attend ici."
    )


class LastHolder(Refusal):
    code = "last_holder"
    sentence = _(
        "À partir du {day}, personne ne serait titulaire de « {activity} ». Il faut d’abord y "
        "inviter quelqu’un comme titulaire."
    )
    field = "ends_on"


class StartTooEarly(Refusal):
    code = "start_too_early"
    sentence = _("Un mandat commence aujourd’hui au plus tôt : choisissez une date à venir.")
    field = "starts_on"


class EndBeforeStart(Refusal):
    code = "end_before_start"
    sentence = _("Le dernier jour vient avant le premier : choisissez le {first} ou plus tard.")
    field = "ends_on"


class InvitationOver(Refusal):
    code = "invitation_over"
    sentence = _(
        "Cette invitation valait jusqu’au {last}. Demandez-en une nouvelle à la personne qui vous "
        "a invité·e."
    )


class EndTooEarly(Refusal):
    code = "end_too_early"
    sentence = _("Choisissez le {first} ou plus tard : ce qui est passé ne change plus.")
    field = "ends_on"


class EndTooLate(Refusal):
    code = "end_too_late"
    sentence = _(
        "Ce mandat finit déjà le {last}. Choisissez un jour plus proche ; pour continuer après, "
        "une nouvelle invitation suffit."
    )
    field = "ends_on"


@transaction.atomic
def open_for(affiliate: Affiliate, *, entity_id: int, at: datetime) -> Activity:
    """A member's own activity, which she holds from today; its name is in her language.

    Activity and budget account name each other: the activity's key is taken first. That somebody
    holds it is asked once both rows stand.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('members_activity', 'id'))")
        key: int = cursor.fetchone()[0]
        cursor.execute("SET CONSTRAINTS activity_is_held DEFERRED")
    with translation.override(affiliate.user.language):
        name = gettext("Activité {name}").format(name=affiliate.name)[:120]
    account = ledger_actions.open_account(
        entity_id, code=BUDGET_CODE, holder=f"activity:{key}", name=name
    )
    activity = Activity.objects.create(
        pk=key,
        affiliate=affiliate,
        entity_id=entity_id,
        name=name,
        kind="job_by_job",
        opened_at=at,
        budget_account=account,
    )
    ActivityMandate.objects.create(
        activity=activity,
        affiliate=affiliate,
        role=ActivityRole.HOLDER,
        starts_on=clock.day_of(at),
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS activity_is_held IMMEDIATE")
    return activity


@transaction.atomic
def invite(
    activity_id: int,
    *,
    invited: str,
    role: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    inviter_id: int,
    by: Actor,
    at: datetime,
) -> ActivityInvitation:
    """A holder asks somebody to take part, by e-mail or member's reference.

    Without ``starts_on`` she takes part from the day she accepts, without ``ends_on`` until it is
    ended. What happens next is the same whether or not it is anybody's: only who is reached learns
    of it. Asked already: gives that invitation. Raises ``NotHolder``, ``InvitesHerself``,
    ``TooManyInvitations``, ``StartTooEarly``, ``EndBeforeStart``.
    """
    activity = lock(activity_id)
    inviter = Affiliate.objects.select_related("user").get(pk=inviter_id)
    on = clock.day_of(at)
    _must_hold(activity, inviter_id, on=on)
    _in_order(starts_on, ends_on, on=on)
    named = written(invited)
    if named in (inviter.user.email, inviter.ref):
        raise InvitesHerself
    waiting = {row.invited: row for row in activity.invitations.open()}
    if named in waiting:
        return waiting[named]
    if len(waiting) >= MOST_OPEN:
        raise TooManyInvitations(most=MOST_OPEN)
    invitation = ActivityInvitation.objects.create(
        activity=activity,
        invited=named,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        inviter=inviter,
        invited_at=at,
    )
    journal.record("activity.invited", activity, invitation, by=by, at=at, role=role)
    letters.activity_invited(invitation, at=at)
    return invitation


def _in_order(starts_on: date | None, ends_on: date | None, *, on: date) -> None:
    """The days a holder proposes: none gone, the last not before the first."""
    if starts_on is not None and starts_on < on:
        raise StartTooEarly
    first = starts_on or on
    if ends_on is not None and ends_on < first:
        raise EndBeforeStart(first=f"{first:%d/%m/%Y}")


def written(invited: str) -> str:
    """An e-mail or a reference as it is kept and compared."""
    text = invited.strip()
    return text.lower() if "@" in text else text.upper()


@transaction.atomic
def accept(invitation_id: int, *, affiliate_id: int, by: Actor, at: datetime) -> ActivityMandate:
    """She takes part from today or the day proposed; another role she has there ends first, and
    this one follows it.

    Accepted already: gives her mandate. Raises ``NotYetAMember``, ``AlreadyInActivity``,
    ``LastHolder``, ``InvitationOver``, ``NotAllowed``.
    """
    invitation, affiliate = _hers(invitation_id, affiliate_id)
    if invitation.mandate is not None:
        return invitation.mandate
    if affiliate.status != AffiliateStatus.ACCEPTED:
        raise NotYetAMember
    on = clock.day_of(at)
    lifecycle.move(invitation, InvitationStatus.ACCEPTED, INVITATION_TRANSITIONS)
    starts_on = _free_from(invitation, affiliate, on=on)
    if invitation.ends_on is not None and invitation.ends_on < starts_on:
        raise InvitationOver(last=f"{invitation.ends_on:%d/%m/%Y}")
    invitation.mandate = ActivityMandate.objects.create(
        activity=invitation.activity,
        affiliate=affiliate,
        role=invitation.role,
        starts_on=starts_on,
        ends_on=invitation.ends_on,
    )
    invitation.answered_at = at
    invitation.save(update_fields=["status", "answered_at", "mandate"])
    journal.record(
        "activity.joined", invitation.activity, invitation, affiliate, by=by, at=at,
        role=invitation.role, starts_on=invitation.mandate.starts_on,
    )  # fmt: skip
    notices.settle("members/activity_invited", about=invitation, at=at)
    letters.activity_joined(invitation, invitation.mandate, at=at)
    return invitation.mandate


def _free_from(invitation: ActivityInvitation, affiliate: Affiliate, *, on: date) -> date:
    """The first day proposed on which she has no other mandate there; one without end ends the day
    before, today at the earliest.
    """
    first = max(on, invitation.starts_on or on)
    mandates = ActivityMandate.objects.lasting(on)
    held = mandates.filter(activity=invitation.activity, affiliate=affiliate)
    last = held.order_by("-starts_on").first()
    if last is None:
        return first
    if last.ends_on is None:
        if last.role == invitation.role:
            raise AlreadyInActivity(activity=invitation.activity)
        _close_mandate(last, ends_on=max(on, last.starts_on, first - ONE_DAY), on=on)
    assert last.ends_on is not None
    return max(first, last.ends_on + ONE_DAY)


@transaction.atomic
def decline(
    invitation_id: int, *, affiliate_id: int, by: Actor, at: datetime
) -> ActivityInvitation:
    """She does not take part. Twice changes nothing. Raises ``NotAllowed``."""
    invitation, _affiliate = _hers(invitation_id, affiliate_id)
    return _close(invitation, InvitationStatus.DECLINED, by=by, at=at)


@transaction.atomic
def withdraw(
    invitation_id: int, *, affiliate_id: int, by: Actor, at: datetime
) -> ActivityInvitation:
    """A holder takes an invitation back. Twice changes nothing. Raises ``NotHolder``,
    ``NotAllowed``.
    """
    invitation = _lock_invitation(invitation_id)
    _must_hold(invitation.activity, affiliate_id, on=clock.day_of(at))
    return _close(invitation, InvitationStatus.WITHDRAWN, by=by, at=at)


def _close(
    invitation: ActivityInvitation, status: InvitationStatus, *, by: Actor, at: datetime
) -> ActivityInvitation:
    if invitation.status == status:
        return invitation
    lifecycle.move(invitation, status, INVITATION_TRANSITIONS)
    invitation.answered_at = at
    invitation.save(update_fields=["status", "answered_at"])
    journal.record(f"activity.invitation_{status}", invitation.activity, invitation, by=by, at=at)
    notices.settle("members/activity_invited", about=invitation, at=at)
    return invitation


@transaction.atomic
def end(
    mandate_id: int,
    *,
    ends_on: date,
    asked_by: int | None,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> ActivityMandate:
    """The last day of a mandate: asked by herself, for a participant by a holder, or by the
    cooperative (``asked_by`` None), which says why. No holder loses the activity through another
    one, and none is the last to leave it.

    That day already: no change. Raises ``NotHolder``, ``HolderOfHerself``, ``EndTooEarly``,
    ``EndTooLate``, ``LastHolder``.
    """
    activity = lock(ActivityMandate.objects.values_list("activity", flat=True).get(pk=mandate_id))
    mandate = ActivityMandate.objects.select_related("affiliate__user").get(pk=mandate_id)
    on = clock.day_of(at)
    if asked_by is not None and mandate.affiliate_id != asked_by:
        _must_hold(activity, asked_by, on=on)
        if mandate.role == ActivityRole.HOLDER:
            raise HolderOfHerself
    if mandate.ends_on == ends_on:
        return mandate
    if mandate.ends_on is not None and ends_on > mandate.ends_on:
        raise EndTooLate(last=f"{mandate.ends_on:%d/%m/%Y}")
    first = max(on, mandate.starts_on)
    if ends_on < first:
        raise EndTooEarly(first=f"{first:%d/%m/%Y}")
    _close_mandate(mandate, ends_on=ends_on, on=on)
    journal.record(
        "activity.mandate_ended", activity, mandate, mandate.affiliate, by=by, at=at,
        ends_on=ends_on, **({"reason": reason} if reason else {}),
    )  # fmt: skip
    letters.activity_ended(mandate, holders=_holders(activity, on=on), reason=reason, at=at)
    return mandate


def _must_hold(activity: Activity, affiliate_id: int, *, on: date) -> None:
    holders = Activity.objects.held_by(affiliate_id, on=on, roles=[ActivityRole.HOLDER])
    if not holders.filter(pk=activity.pk).exists():
        raise NotHolder


def _close_mandate(mandate: ActivityMandate, *, ends_on: date, on: date) -> None:
    """Its last day; an activity keeps a holder on every day to come. Raises ``LastHolder``."""
    if mandate.role == ActivityRole.HOLDER:
        others = mandate.activity.mandates.filter(role=ActivityRole.HOLDER).exclude(pk=mandate.pk)
        periods = [*others.values_list("starts_on", "ends_on"), (mandate.starts_on, ends_on)]
        gap = rules.first_gap(periods, on=on)
        if gap is not None:
            raise LastHolder(day=f"{gap:%d/%m/%Y}", activity=mandate.activity)
    mandate.ends_on = ends_on
    mandate.save(update_fields=["ends_on"])


def _holders(activity: Activity, *, on: date) -> list[Affiliate]:
    held = ActivityMandate.objects.held(on).filter(activity=activity, role=ActivityRole.HOLDER)
    rows = Affiliate.objects.filter(pk__in=held.values("affiliate")).select_related("user")
    return list(rows.order_by("pk"))


def lock(activity_id: int) -> Activity:
    """The activity, held until the end of the transaction."""
    return Activity.objects.select_for_update(no_key=True).get(pk=activity_id)


def _lock_invitation(invitation_id: int) -> ActivityInvitation:
    """The invitation, its activity held."""
    rows = ActivityInvitation.objects.select_related("activity", "mandate", "inviter__user")
    lock(rows.values_list("activity", flat=True).get(pk=invitation_id))
    return rows.get(pk=invitation_id)


def _hers(invitation_id: int, affiliate_id: int) -> tuple[ActivityInvitation, Affiliate]:
    """The invitation, its activity held, and whom it was sent to."""
    invitation = _lock_invitation(invitation_id)
    affiliate = Affiliate.objects.select_related("user").get(pk=affiliate_id)
    if invitation.invited not in (affiliate.user.email, affiliate.ref):
        raise ActivityInvitation.DoesNotExist
    return invitation, affiliate
