"""How a person joins, step by step."""

from datetime import datetime

from ledger.models import LegalEntity
from members import queries as members_queries
from members import terms
from members.actions import affiliates, applications, bank_accounts, papers
from members.actions import shares as share_actions
from members.actions import terms as term_actions
from members.actions.households import HouseholdFacts
from members.models import Affiliate, Share, User
from members.states import PaperStatus
from office import clock
from office.actors import SYSTEM
from smart.demo import specimens
from smart.demo.cast.people import PASSWORD, Person


def register(person: Person, *, at: datetime) -> Affiliate:
    """The person joins: both steps, the papers, and the application sent."""
    affiliate = begin(person, at=at)
    give_papers(affiliate, person, at=at)
    told = applications.Application(
        birth_date=person.born,
        national_number=person.national_number,
        street=person.street,
        postcode=person.postcode,
        city=person.city,
        iban=person.iban,
        household=HouseholdFacts(partner_income=person.partner_income, children=person.children),
    )
    by = affiliate.user.as_actor()
    return applications.send(affiliate.pk, told, by=by, on=clock.day_of(at), at=at)


def begin(person: Person, *, at: datetime) -> Affiliate:
    """The person fills in the first step and confirms the e-mail address."""
    registration = affiliates.Registration(
        email=person.email,
        password=PASSWORD,
        language=person.language,
        first_name=person.first_name,
        last_name=person.last_name,
        trade_code=person.trade,
    )
    affiliate = affiliates.register(registration, by=SYSTEM, on=clock.day_of(at), at=at)
    assert affiliate is not None
    affiliates.confirm_email(affiliate.user_id, by=affiliate.user.as_actor(), at=at)
    return affiliate


def accept_terms(affiliate: Affiliate, *, version: str, at: datetime) -> None:
    """The member reads a version of the terms, and accepts it."""
    text = terms.version_of(version)
    assert text is not None
    user = affiliate.user
    term_actions.accept(
        user.pk,
        version=version,
        language=user.language,
        sha256=text.sha256(user.language),
        by=user.as_actor(),
        at=at,
    )


def give_papers(affiliate: Affiliate, person: Person, *, at: datetime) -> None:
    """She photographs every paper her trade asks for."""
    asked = members_queries.papers_asked(affiliate.trade)
    give_papers_of(affiliate, person, kinds=asked, at=at)


def give_papers_of(affiliate: Affiliate, person: Person, *, kinds: list[str], at: datetime) -> None:
    """She photographs some of them."""
    for kind in kinds:
        upload = specimens.photograph(kind, name=affiliate.name, born=person.born)
        papers.give(affiliate.pk, kind, upload=upload, by=affiliate.user.as_actor(), at=at)


def check_papers(affiliate: Affiliate, *, advisor: User, at: datetime) -> None:
    """The advisor looks at them and finds them right."""
    on = clock.day_of(at)
    until = specimens.valid_until(on)
    decisions = [
        papers.Decision(
            paper_id=paper.pk, accepted=True, valid_until=until if paper.has_date else None
        )
        for paper in affiliate.papers.filter(status=PaperStatus.GIVEN)
    ]
    by = advisor.as_actor()
    papers.review(affiliate.pk, decisions, user=advisor, by=by, on=on, at=at)


def accept(
    affiliate: Affiliate,
    *,
    entity: LegalEntity,
    advisor: User,
    finance: User,
    at: datetime,
    version: str = "",
) -> Affiliate:
    """The advisor checks the papers and accepts the person, finance the account; the person
    accepts the newest terms, or ``version``.
    """
    check_papers(affiliate, advisor=advisor, at=at)
    affiliates.accept(
        affiliate.pk,
        entity_id=entity.pk,
        by=advisor.as_actor(),
        user=advisor,
        at=at,
        advisor_id=advisor.pk,
    )
    for account in affiliate.bank_accounts.filter(approved_at=None, refused_at=None):
        bank_accounts.approve(account.pk, by=finance.as_actor(), user=finance, at=at)
    accept_terms(affiliate, version=version or terms.versions()[-1].code, at=at)
    affiliate.refresh_from_db()
    return affiliate


def pay_share(affiliate: Affiliate, *, at: datetime) -> Share:
    """The member takes this year's share and pays it; finance writes the money down."""
    on = clock.day_of(at)
    by = affiliate.user.as_actor()
    share = share_actions.ask(affiliate.pk, year=on.year, by=by, at=at)
    share_actions.record_payment(
        share.pk,
        amount=share.amount,
        received_on=on,
        reference=f"{on:%Y%m%d} {share.communication}",
        by=SYSTEM,
        at=at,
    )
    return share
