"""What this room says, one function each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from members import rules
from members.models import (
    ActivityInvitation,
    ActivityMandate,
    Affiliate,
    BankAccount,
    IdentityCorrection,
    PersonalPaper,
    Role,
    Share,
    User,
)
from office import notices
from office.models import Link


def _post(
    kind: str,
    user: User,
    *,
    about: Any,
    once: str,
    at: datetime,
    link: Link | None = None,
    values: dict[str, Any] | None = None,
    **context: Any,
) -> None:
    notices.tell(
        f"members/{kind}",
        reader=user.as_reader(),
        about=about,
        once=f"members.{kind}:{once}",
        at=at,
        values=values,
        context={"name": user.name, **context},
        link=link,
    )


def confirm_email(user: User, link: Link, *, at: datetime) -> None:
    """Is this address yours?"""
    _post("confirm_email", user, about=user, once=str(link.pk), at=at, link=link)


def already_registered(user: User, *, at: datetime) -> None:
    """Someone, perhaps you, tried to register with your address. At most once an hour."""
    _post("already_registered", user, about=user, once=f"{user.pk}:{at:%Y%m%d%H}", at=at)


def accepted(affiliate: Affiliate, *, at: datetime) -> None:
    """Welcome: orders can leave."""
    once = f"{affiliate.pk}:{at:%Y%m%d%H%M%S}"
    _post("accepted", affiliate.user, about=affiliate, once=once, at=at)


def refused(affiliate: Affiliate, *, at: datetime) -> None:
    """We cannot take you in, and why."""
    once = f"{affiliate.pk}:{at:%Y%m%d%H%M%S}"
    _post(
        "refused",
        affiliate.user,
        about=affiliate,
        once=once,
        at=at,
        reason=affiliate.refusal_reason,
    )


def password(user: User, link: Link, *, at: datetime) -> None:
    """Choose a new password."""
    _post("password", user, about=user, once=str(link.pk), at=at, link=link)


def second_factor_reset(user: User, *, by: str, at: datetime) -> None:
    """Your app is no longer asked for: link another one."""
    once = f"{user.pk}:{at:%Y%m%d%H%M%S}"
    _post("second_factor_reset", user, about=user, once=once, at=at, values={"by": by}, by=by)


def confirm_iban(account: BankAccount, link: Link, *, at: datetime) -> None:
    """Is this account yours?"""
    _post_account("confirm_iban", account, at=at, link=link)


def iban_approved(account: BankAccount, *, at: datetime) -> None:
    """Your pay goes to this account from now on."""
    _post_account("iban_approved", account, at=at)


def iban_refused(account: BankAccount, *, at: datetime) -> None:
    """Your pay does not go to this account, and why."""
    _post_account("iban_refused", account, at=at, reason=account.refusal_reason)


def papers_to_redo(affiliate: Affiliate, papers: Sequence[PersonalPaper], *, at: datetime) -> None:
    """These papers are to be given again, and why."""
    _post_papers("papers_to_redo", affiliate, papers, at=at)


def papers_lapse_soon(
    affiliate: Affiliate, papers: Sequence[PersonalPaper], *, at: datetime
) -> None:
    """These papers count a little longer: give the next ones."""
    _post_papers("papers_lapse_soon", affiliate, papers, at=at)


def papers_lapsed(affiliate: Affiliate, papers: Sequence[PersonalPaper], *, at: datetime) -> None:
    """These papers count no longer."""
    _post_papers("papers_lapsed", affiliate, papers, at=at)


def _post_papers(
    kind: str, affiliate: Affiliate, papers: Sequence[PersonalPaper], *, at: datetime
) -> None:
    with translation.override(affiliate.user.language):
        told = [
            {"label": paper.label, "reason": paper.reason, "valid_until": paper.valid_until}
            for paper in papers
        ]
    _post(
        kind,
        affiliate.user,
        about=affiliate,
        once="-".join(str(paper.pk) for paper in papers),
        at=at,
        papers=told,
        url=f"{settings.COOP_PUBLIC_URL}{reverse('papers')}",
    )


def papers_to_review(affiliate: Affiliate, *, at: datetime) -> None:
    """To the advisors: she gave papers that wait to be looked at. At most once a day."""
    for user in advisors_of(affiliate):
        _post(
            "papers_to_review",
            user,
            about=affiliate,
            once=f"{affiliate.pk}:{user.pk}:{at:%Y%m%d}",
            at=at,
            values={"who": affiliate.name, "key": affiliate.pk},
        )


def identity_to_decide(correction: IdentityCorrection, *, at: datetime) -> None:
    """To the advisors: she asks for another identity, with a proof."""
    for user in advisors_of(correction.affiliate):
        _post(
            "identity_to_decide",
            user,
            about=correction,
            once=f"{correction.pk}:{user.pk}",
            at=at,
            values={"who": correction.affiliate.name, "key": correction.pk},
        )


def identity_decided(correction: IdentityCorrection, *, at: datetime) -> None:
    """Her identity is corrected, or stays as it is and why."""
    _post(
        "identity_corrected" if correction.accepted else "identity_refused",
        correction.affiliate.user,
        about=correction,
        once=str(correction.pk),
        at=at,
        reason=correction.refusal_reason,
        url=f"{settings.COOP_PUBLIC_URL}{reverse('identity')}",
    )


def registration_to_review(affiliate: Affiliate, *, at: datetime) -> None:
    """To the advisors: her address is confirmed, her registration waits."""
    for user in advisors_of(affiliate):
        _post(
            "registration_to_review",
            user,
            about=affiliate,
            once=f"{affiliate.pk}:{user.pk}",
            at=at,
            values={"who": affiliate.name, "key": affiliate.pk},
        )


def account_to_approve(account: BankAccount, *, at: datetime) -> None:
    """To finance: she confirmed another account."""
    for user in User.objects.staff().filter(role=Role.FINANCE).order_by("pk"):
        _post(
            "account_to_approve",
            user,
            about=account,
            once=f"{account.pk}:{user.pk}",
            at=at,
            values={
                "who": account.affiliate.name,
                "iban": rules.masked_iban(account.iban),
                "key": account.pk,
            },
        )


def advisors_of(affiliate: Affiliate) -> list[User]:
    """The affiliate's own advisor, else all of them."""
    if affiliate.advisor is not None:
        return [affiliate.advisor]
    return list(User.objects.staff().filter(role=Role.ADVISOR).order_by("pk"))


def _post_account(
    kind: str, account: BankAccount, *, at: datetime, link: Link | None = None, **context: Any
) -> None:
    shown = rules.masked_iban(account.iban)
    affiliate = account.affiliate
    _post(
        kind,
        affiliate.user,
        about=account,
        once=str(account.pk),
        at=at,
        link=link,
        values={"iban": shown},
        iban=shown,
        **context,
    )


def wants_to_leave(affiliate: Affiliate, *, version: str, at: datetime) -> None:
    """To the advisor (or all): a member does not accept the terms that apply."""
    for user in advisors_of(affiliate):
        notices.tell(
            "members/wants_to_leave",
            reader=user.as_reader(),
            about=affiliate,
            once=f"members.wants_to_leave:{affiliate.pk}:{version}:{user.pk}",
            at=at,
            values={"who": affiliate.name, "key": affiliate.pk},
        )


def share_due(share: Share, *, at: datetime) -> None:
    """Her share of a year: how much, to which account, with which communication."""
    _share(share, "share_due", at)


def share_received(share: Share, *, at: datetime) -> None:
    """Her share is paid; the certificate is on its page."""
    notices.settle("members/share_due", about=share, at=at)
    _share(share, "share_received", at)


def _share(share: Share, kind: str, at: datetime) -> None:
    values = {"year": str(share.year)}
    user = share.affiliate.user
    _post(kind, user, about=share, once=f"{share.pk}", at=at, values=values, share=share)


def activity_invited(invitation: ActivityInvitation, *, at: datetime) -> None:
    """To the member it reaches: somebody asks you to take part. Silence when it is nobody's."""
    named = Q(email=invitation.invited) | Q(affiliate__ref=invitation.invited)
    user = User.objects.filter(named, affiliate__isnull=False, is_active=True).first()
    if user is not None:
        who, first, last = invitation.inviter.name, invitation.starts_on, invitation.ends_on
        _activity("activity_invited", user, invitation, at=at, who=who, first=first, last=last)


def activity_joined(
    invitation: ActivityInvitation, mandate: ActivityMandate, *, at: datetime
) -> None:
    """To who invited her: she accepted."""
    who, on = mandate.affiliate.name, mandate.starts_on
    _activity("activity_joined", invitation.inviter.user, invitation, at=at, who=who, on=on)


def activity_ended(
    mandate: ActivityMandate, *, holders: Sequence[Affiliate], reason: str, at: datetime
) -> None:
    """To her and to the holders: the last day of a mandate, and the cooperative's reason."""
    told = {one.pk: one.user for one in (mandate.affiliate, *holders)}
    who, on = mandate.affiliate.name, mandate.ends_on
    for user in told.values():
        once = f":{user.pk}:{on}"
        _activity("activity_ended", user, mandate, once=once, at=at, who=who, on=on, reason=reason)


def _activity(
    kind: str,
    user: User,
    about: ActivityInvitation | ActivityMandate,
    *,
    at: datetime,
    once: str = "",
    **values: Any,
) -> None:
    values["activity"] = about.activity.name
    with translation.override(user.language):
        role = about.get_role_display()
    page = f"{settings.COOP_PUBLIC_URL}{reverse('activities')}"
    once = f"{about.pk}{once}"
    _post(kind, user, about=about, once=once, at=at, values=values, **values, role=role, url=page)
