"""The papers a person shows: given, checked beside what she typed, forgotten when they have served.

Whoever changes one holds its affiliate: two at once wait for each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from members import letters
from members.actions.affiliates import ReasonMissing, lock
from members.models import Affiliate, PersonalPaper, User
from members.models.papers import PAPER_KINDS
from members.policies import PapersPolicy
from members.states import PAPER_TRANSITIONS, AffiliateStatus, PaperStatus
from office import clock, journal, lifecycle, notices, policy, vault
from office.actors import SYSTEM, Actor
from office.refusals import Refusal
from office.uploads import Upload

BATCH = 200


class PaperNotAsked(Refusal):
    code = "paper_not_asked"
    sentence = _("Cette pièce n’est demandée pour aucun métier.")
    field = "file"


class ApplicationClosed(Refusal):
    code = "application_closed"
    sentence = _("Votre inscription est refusée : écrivez-nous avant de donner une nouvelle pièce.")
    field = "file"


class ValidityMissing(Refusal):
    code = "validity_missing"
    sentence = _("Écrivez jusqu’à quand la carte d’identité est valable : la date y est imprimée.")
    field = "valid_until"


class PaperLapsed(Refusal):
    code = "paper_lapsed"
    sentence = _("Cette date est passée : demandez une carte valable au lieu d’accepter celle-ci.")
    field = "valid_until"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What staff say of one paper: accepted, or to be given again because of a reason."""

    paper_id: int
    accepted: bool
    reason: str = ""
    valid_until: date | None = None


@transaction.atomic
def give(affiliate_id: int, kind: str, *, upload: Upload, by: Actor, at: datetime) -> PersonalPaper:
    """She shows a paper, for her trade or for a job in another.

    An older picture that no longer counts is forgotten at once; one that counts stays until staff
    accept the new one. Raises ``PaperNotAsked`` and ``ApplicationClosed``.
    """
    affiliate = lock(affiliate_id)
    if kind not in PAPER_KINDS:
        raise PaperNotAsked
    if affiliate.status == AffiliateStatus.REFUSED:
        raise ApplicationClosed
    of_kind = PersonalPaper.objects.filter(affiliate=affiliate, kind=kind)
    _replace(of_kind.exclude(status=PaperStatus.ACCEPTED), at=at)
    paper = PersonalPaper.objects.create(
        affiliate=affiliate, kind=kind, file=vault.keep(upload, at=at), given_at=at
    )
    journal.record("paper.given", paper, affiliate, by=by, at=at, paper=kind)
    notices.settle("members/papers_to_redo", about=affiliate, at=at)
    if affiliate.status == AffiliateStatus.ACCEPTED:
        letters.papers_to_review(affiliate, at=at)
    return paper


@transaction.atomic
def review(
    affiliate_id: int,
    decisions: Sequence[Decision],
    *,
    user: User,
    by: Actor,
    on: date,
    at: datetime,
) -> list[PersonalPaper]:
    """Staff answer on the papers they looked at; one letter says all that is to be given again.

    Raises ``ReasonMissing``, ``ValidityMissing``, ``PaperLapsed``, and ``NotAllowed`` when she gave
    another one meanwhile, ``NoPolicy`` as long as nobody decided how long pictures are kept.
    """
    policy.current(PapersPolicy, on)  # nobody answers before the house knows how long it keeps them
    affiliate = lock(affiliate_id)
    own = PersonalPaper.objects.select_related("file").filter(affiliate=affiliate)
    decided = []
    for decision in sorted(decisions, key=lambda decision: decision.paper_id):
        paper = own.get(pk=decision.paper_id)
        if decision.accepted:
            _accept(paper, valid_until=decision.valid_until, user=user, on=on, at=at)
        else:
            _ask_again(paper, reason=decision.reason.strip(), user=user, at=at)
        kind = f"paper.{paper.status}"
        journal.record(kind, paper, affiliate, by=by, at=at, paper=paper.kind)
        decided.append(paper)
    notices.settle("members/papers_to_review", about=affiliate, at=at)
    again = [paper for paper in decided if paper.status == PaperStatus.REFUSED]
    if again:
        letters.papers_to_redo(affiliate, again, at=at)
    return decided


def _accept(
    paper: PersonalPaper, *, valid_until: date | None, user: User, on: date, at: datetime
) -> None:
    if paper.has_date and valid_until is None:
        raise ValidityMissing
    if valid_until is not None and valid_until < on:
        raise PaperLapsed
    older = PersonalPaper.objects.filter(affiliate=paper.affiliate_id, kind=paper.kind)
    _replace(older.exclude(pk=paper.pk), at=at)
    lifecycle.move(paper, PaperStatus.ACCEPTED, PAPER_TRANSITIONS)
    paper.decided_at, paper.decided_by, paper.valid_until = at, user, valid_until
    paper.save(update_fields=["status", "decided_at", "decided_by", "valid_until"])


def _ask_again(paper: PersonalPaper, *, reason: str, user: User, at: datetime) -> None:
    if not reason:
        raise ReasonMissing
    lifecycle.move(paper, PaperStatus.REFUSED, PAPER_TRANSITIONS)
    paper.decided_at, paper.decided_by, paper.reason = at, user, reason
    paper.save(update_fields=["status", "decided_at", "decided_by", "reason"])


def _replace(papers: QuerySet[PersonalPaper], *, at: datetime) -> None:
    """A newer one stands for these: their pictures are forgotten."""
    for paper in papers.exclude(status=PaperStatus.REPLACED).select_related("file"):
        lifecycle.move(paper, PaperStatus.REPLACED, PAPER_TRANSITIONS)
        paper.save(update_fields=["status"])
        vault.forget(paper.file, at=at)


def looked_at(paper: PersonalPaper, *, by: Actor, at: datetime) -> None:
    """Staff open the picture of a paper: it is written down each time."""
    journal.record("paper.seen", paper, paper.affiliate, by=by, at=at, paper=paper.kind)


# --- What the days do ----------------------------------------------------------------------------


def expire_due(*, at: datetime) -> int:
    """Papers whose date is past no longer count; their owners are told. Gives how many people."""
    today = clock.day_of(at)
    lapsed = Q(papers__status=PaperStatus.ACCEPTED, papers__valid_until__lt=today)
    return sum(_expire(key, today, at=at) for key in _people(lapsed))


@transaction.atomic
def _expire(affiliate_id: int, today: date, *, at: datetime) -> bool:
    affiliate = lock(affiliate_id)
    counting = PersonalPaper.objects.filter(affiliate=affiliate, status=PaperStatus.ACCEPTED)
    lapsed = list(counting.filter(valid_until__lt=today).order_by("id"))
    for paper in lapsed:
        lifecycle.move(paper, PaperStatus.EXPIRED, PAPER_TRANSITIONS)
        paper.save(update_fields=["status"])
        journal.record("paper.expired", paper, affiliate, by=SYSTEM, at=at, paper=paper.kind)
    if lapsed:
        letters.papers_lapsed(affiliate, lapsed, at=at)
    return bool(lapsed)


def remind_due(*, at: datetime) -> int:
    """Papers that lapse soon: their owners are told once. Gives how many people.

    Raises ``NoPolicy`` as long as nobody decided how long before.
    """
    today = clock.day_of(at)
    dated = Q(papers__status=PaperStatus.ACCEPTED, papers__reminded_at=None)
    if not Affiliate.objects.filter(dated, papers__valid_until__gte=today).exists():
        return 0
    until = today + timedelta(days=policy.current(PapersPolicy, today).reminder_days)
    soon = dated & Q(papers__valid_until__range=(today, until))
    return sum(_remind(key, until, at=at) for key in _people(soon))


@transaction.atomic
def _remind(affiliate_id: int, until: date, *, at: datetime) -> bool:
    affiliate = lock(affiliate_id)
    own = PersonalPaper.objects.filter(affiliate=affiliate)
    given = own.filter(status=PaperStatus.GIVEN).values("kind")
    soon = own.filter(status=PaperStatus.ACCEPTED, reminded_at=None, valid_until__lte=until)
    told = list(soon.exclude(kind__in=given).order_by("id"))
    PersonalPaper.objects.filter(pk__in=soon).update(reminded_at=at)
    if told:
        letters.papers_lapse_soon(affiliate, told, at=at)
    return bool(told)


def _people(papers: Q) -> list[int]:
    """Who has such papers, some at a time."""
    found = Affiliate.objects.filter(papers).order_by("id").values_list("pk", flat=True).distinct()
    return list(found[:BATCH])


def forget_due(*, at: datetime) -> int:
    """Pictures that have served are forgotten; what was decided on them stays. Gives how many.

    Raises ``NoPolicy`` as long as nobody decided how long they are kept.
    """
    kept = PersonalPaper.objects.filter(file__forgotten_at=None)
    if not kept.filter(given_at__lt=at - timedelta(days=1)).exists():
        return 0
    days = policy.current(PapersPolicy, clock.day_of(at))
    answered = at - timedelta(days=days.kept_days)
    left = at - timedelta(days=days.draft_days)
    served = Q(decided_at__lt=answered) | Q(
        status=PaperStatus.GIVEN,
        affiliate__status=AffiliateStatus.REFUSED,
        affiliate__decided_at__lt=answered,
    )
    abandoned = Q(
        status=PaperStatus.GIVEN, affiliate__status=AffiliateStatus.DRAFT, given_at__lt=left
    )
    due = kept.filter(served | abandoned).order_by("id").values_list("pk", "affiliate")[:BATCH]
    return _forget(list(due), at=at)


def _forget(due: Iterable[tuple[int, int]], *, at: datetime) -> int:
    forgotten = 0
    for paper_id, affiliate_id in due:
        with transaction.atomic():
            affiliate = lock(affiliate_id)
            paper = PersonalPaper.objects.select_related("file").get(pk=paper_id)
            if paper.file.forgotten_at is not None:
                continue
            vault.forget(paper.file, at=at)
            if paper.status == PaperStatus.GIVEN:  # nobody can check it any more
                lifecycle.move(paper, PaperStatus.REPLACED, PAPER_TRANSITIONS)
                paper.save(update_fields=["status"])
            kind = paper.kind
            journal.record("paper.forgotten", paper, affiliate, by=SYSTEM, at=at, paper=kind)
            forgotten += 1
    return forgotten
