"""Reads that others ask of this room."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from stdnum.be import ssn

from members.models import (
    Activity,
    ActivityInvitation,
    Affiliate,
    BankAccount,
    Household,
    IdentityPaper,
    PersonalPaper,
    Trade,
    User,
)
from members.models.papers import PAPER_KINDS
from members.states import PaperStatus
from office import crypto
from office.notices import Reader
from office.refusals import Refusal


class NoHousehold(Refusal):
    code = "no_household"
    sentence = _("{name} n’a pas de situation de ménage au {on}. Demandez-lui de la compléter.")


def readers(user_ids: Iterable[int]) -> dict[int, Reader]:
    """Who of these people is still told things, in one query."""
    people = User.objects.filter(pk__in=list(user_ids), is_active=True)
    return {user.pk: user.as_reader() for user in people}


def bank_account_of(affiliate_id: int, at: datetime) -> BankAccount | None:
    """The account her pay goes to at an instant: the newest that was approved by then."""
    return bank_accounts_of([affiliate_id], at).get(affiliate_id)


def bank_accounts_of(affiliate_ids: Iterable[int], at: datetime) -> dict[int, BankAccount]:
    """The same for many, in one query; who has none is absent."""
    counting = BankAccount.objects.filter(affiliate__in=list(affiliate_ids), approved_at__lte=at)
    newest = counting.order_by("affiliate", "-approved_at", "-id").distinct("affiliate")
    return {account.affiliate_id: account for account in newest}


def household_of(affiliate_id: int, on: date) -> Household:
    """The version of her household on a day. Raises ``NoHousehold``."""
    try:
        return households_of([affiliate_id], on)[affiliate_id]
    except KeyError:
        name = Affiliate.objects.get(pk=affiliate_id).name
        raise NoHousehold(name=name, on=f"{on:%d/%m/%Y}") from None


def households_of(affiliate_ids: Iterable[int], on: date) -> dict[int, Household]:
    """The same for many, in one query; who has none is absent."""
    told = Household.objects.filter(affiliate__in=list(affiliate_ids), starts_on__lte=on)
    newest = told.order_by("affiliate", "-starts_on", "-id").distinct("affiliate")
    return {household.affiliate_id: household for household in newest}


def activities_of(affiliate_id: int, on: date, *, until: date | None = None) -> list[Activity]:
    """Those she works in on a day, and on the last day of a job, the one opened for her first."""
    held = Activity.objects.held_by(affiliate_id, on=on).select_related("entity")
    if until is not None:
        held = held.held_by(affiliate_id, on=until)
    return sorted(held, key=lambda row: (row.affiliate_id != affiliate_id, row.pk))


def invitations_to(affiliate: Affiliate) -> QuerySet[ActivityInvitation]:
    """Those that wait for her answer."""
    waiting = ActivityInvitation.objects.open().addressed_to(affiliate)
    return waiting.select_related("activity", "inviter").order_by("id")


def activity_of(affiliate_id: int, on: date, *, wanted: int | None = None) -> Activity | None:
    """The activity a job of hers goes to: the one she wants while she has a mandate there, else
    her own; none before she is a member.
    """
    held = activities_of(affiliate_id, on)
    return next((row for row in held if row.pk == wanted), next(iter(held), None))


def national_number(affiliate: Affiliate) -> str:
    """The eleven digits, for contracts, payslips and declarations; never for a page or a log."""
    assert affiliate.national_number_sealed is not None, "nobody works on a draft"
    return crypto.unseal(affiliate.national_number_sealed)


def find_by_national_number(text: str) -> QuerySet[Affiliate]:
    """Who has exactly this number, however it is typed; nobody when it is no such number."""
    if not ssn.is_valid(text):
        return Affiliate.objects.none()
    return Affiliate.objects.filter(national_number_index=crypto.index(ssn.compact(text)))


def is_known_address(email: str) -> bool:
    """Whether an address is an affiliate's or one of the staff: they sign for no client."""
    return User.objects.filter(email__iexact=email.strip()).exists()


# --- Papers a person shows ------------------------------------------------------------------------


TONES: dict[PaperStatus | None, str] = {
    None: "todo",
    PaperStatus.GIVEN: "waiting",
    PaperStatus.ACCEPTED: "done",
    PaperStatus.REFUSED: "stopped",
    PaperStatus.EXPIRED: "stopped",
}


@dataclass(frozen=True, kw_only=True)
class PaperState:
    """A paper that is asked for, and where it stands: the one to answer on, else the one that
    counts.
    """

    kind: str
    given: PersonalPaper | None = None
    counting: PersonalPaper | None = None

    @property
    def label(self) -> str:
        return str(PAPER_KINDS[self.kind])

    @property
    def status(self) -> PaperStatus | None:
        """None: nothing was ever given."""
        return PaperStatus(self.newest.status) if self.newest else None

    @property
    def to_give(self) -> bool:
        """Whether it is her turn."""
        return self.status in (None, PaperStatus.REFUSED, PaperStatus.EXPIRED)

    @property
    def newest(self) -> PersonalPaper | None:
        """The one she gave last."""
        return self.given or self.counting

    @property
    def tone(self) -> str:
        """How the look says its status."""
        return TONES[self.status]

    def holds(self, on: date) -> bool:
        """Whether it is accepted and valid on a day."""
        paper = self.counting
        if paper is None or paper.status != PaperStatus.ACCEPTED:
            return False
        return paper.valid_until is None or on <= paper.valid_until


def papers_asked(trade: Trade) -> list[str]:
    """The kinds of paper somebody of a trade shows, in the order they are asked."""
    return [*IdentityPaper.values, *trade.papers]


def papers_of(affiliate: Affiliate, trade: Trade) -> list[PaperState]:
    """Every paper asked of her for a trade, in one query."""
    return _states(_current(affiliate), papers_asked(trade))


def papers_shown(affiliate: Affiliate, *, also: Iterable[str] = ()) -> list[PaperState]:
    """The papers asked for her own trade, and those another job asked for."""
    current = _current(affiliate)
    kinds = [*papers_asked(affiliate.trade), *also, *(paper.kind for paper in current)]
    return _states(current, dict.fromkeys(kinds))


def _current(affiliate: Affiliate) -> list[PersonalPaper]:
    shown = PersonalPaper.objects.filter(affiliate=affiliate).select_related("file")
    return list(shown.current().order_by("id"))


def _states(current: list[PersonalPaper], kinds: Iterable[str]) -> list[PaperState]:
    counts = {PaperStatus.ACCEPTED, PaperStatus.EXPIRED}
    counting = {paper.kind: paper for paper in current if paper.status in counts}
    given = {paper.kind: paper for paper in current if paper.status not in counts}
    return [
        PaperState(kind=kind, given=given.get(kind), counting=counting.get(kind)) for kind in kinds
    ]


def is_known_number(digits: str, *, but: Affiliate) -> bool:
    """Whether somebody else has this national number."""
    others = Affiliate.objects.exclude(pk=but.pk)
    return others.filter(national_number_index=crypto.index(digits)).exists()


def papers_missing(affiliate: Affiliate, trade: Trade, on: date) -> tuple[PaperState, ...]:
    """What keeps her from working in a trade on a day: papers not given, not checked yet, to be
    given again, or lapsed by then.
    """
    return tuple(paper for paper in papers_of(affiliate, trade) if not paper.holds(on))
