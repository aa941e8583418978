"""The constant people of demo and tests, and how each joins by the real actions.

Nobody here exists: enterprise numbers 0999... are not given out, addresses end in `.example`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from invoicing import queries as invoicing_queries
from invoicing.actions import clients, fund
from invoicing.guarantee import GuaranteePolicy
from invoicing.models import Client, ClientKind
from invoicing.policies import InvoicingPolicy
from ledger.actions import create_entity
from ledger.models import LegalEntity
from members import queries as members_queries
from members import terms
from members.actions import affiliates, applications, bank_accounts, mandates, papers, users
from members.actions import shares as share_actions
from members.actions import terms as term_actions
from members.actions.households import HouseholdFacts
from members.models import Affiliate, Role, Share, User
from members.policies import PapersPolicy, SharesPolicy
from members.states import PaperStatus
from office import clock, policy
from office.actors import SYSTEM
from orders.policy import OrdersPolicy
from payroll.policy import PayrollPolicy
from smart.demo import specimens

PASSWORD = "une-cooperative-exemple"  # noqa: S105 - printed by `./coop demo`
ENDOWMENT = Decimal("25000.00")
INSURANCE_RATES = {  # by risk class of the register of trades
    "office": Decimal("0.0045"),
    "visits": Decimal("0.0070"),
    "stage": Decimal("0.0180"),
    "workshop": Decimal("0.0220"),
    "care": Decimal("0.0090"),
    "sport": Decimal("0.0160"),
    "outdoors": Decimal("0.0200"),
    "shooting": Decimal("0.0140"),
    "transport": Decimal("0.0260"),
}


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody who works at the cooperative's desk."""

    name: str
    role: Role

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@coop.example"


CARLA = Colleague(name="Carla Vermeulen", role=Role.PAYROLL)
DENIS = Colleague(name="Denis Claes", role=Role.FINANCE)
ELISE = Colleague(name="Elise Dubois", role=Role.ADVISOR)
ADMIN = Colleague(name="Nadia Simon", role=Role.ADMINISTRATOR)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who works through the cooperative."""

    first_name: str
    last_name: str
    email: str
    trade: str
    born: date
    national_number: str
    iban: str
    street: str
    postcode: str
    city: str
    language: str = "fr"
    partner_income: str = "none_partner"
    children: int = 0


ANA = Person(
    first_name="Ana",
    last_name="Lopes",
    email="ana.lopes@mail.example",
    trade="web_designer",
    born=date(1990, 3, 14),
    national_number="90031412409",
    iban="BE80001999100177",
    street="rue du Page 12",
    postcode="1050",
    city="Ixelles",
)
BRUNO = Person(
    first_name="Bruno",
    last_name="Maes",
    email="bruno.maes@mail.example",
    trade="translator",
    born=date(1985, 7, 30),
    national_number="85073003328",
    iban="BE97063999101449",
    street="Meirstraat 4",
    postcode="2000",
    city="Antwerpen",
    language="nl",
    partner_income="own",
    children=2,
)
CHLOE = Person(
    first_name="Chloé",
    last_name="Renard",
    email="chloe.renard@mail.example",
    trade="trainer",
    born=date(1994, 11, 2),
    national_number="94110221035",
    iban="BE72310999102716",
    street="rue Saint-Gilles 88",
    postcode="4000",
    city="Liège",
)
DRISS = Person(
    first_name="Driss",
    last_name="El Amrani",
    email="driss.elamrani@mail.example",
    trade="software_developer",
    born=date(1979, 1, 21),
    national_number="79012114518",
    iban="BE97734999104049",
    street="avenue Rogier 31",
    postcode="1030",
    city="Schaerbeek",
    partner_income="none",
    children=3,
)
EMMA = Person(
    first_name="Emma",
    last_name="Jacobs",
    email="emma.jacobs@mail.example",
    trade="copywriter",
    born=date(2001, 5, 9),
    national_number="01050911885",
    iban="BE95979999105358",
    street="Korenmarkt 7",
    postcode="9000",
    city="Gent",
    language="nl",
)
FARID = Person(
    first_name="Farid",
    last_name="Benali",
    email="farid.benali@mail.example",
    trade="company_photographer",
    born=date(1988, 9, 17),
    national_number="88091730133",
    iban="BE44001999106645",
    street="rue de Fer 20",
    postcode="5000",
    city="Namur",
    partner_income="own",
    children=1,
)
HANNE = Person(
    first_name="Hanne",
    last_name="Peeters",
    email="hanne.peeters@mail.example",
    trade="musician",
    born=date(1996, 12, 5),
    national_number="96120505651",
    iban="BE61063999107917",
    street="Vaartstraat 51",
    postcode="3000",
    city="Leuven",
    language="nl",
)
ILSE = Person(
    first_name="Ilse",
    last_name="De Wit",
    email="ilse.dewit@mail.example",
    trade="communication_officer",
    born=date(1992, 6, 26),
    national_number="92062627744",
    iban="BE36310999109281",
    street="rue des Carmes 9",
    postcode="5000",
    city="Namur",
)
GITA = Person(
    first_name="Gita",
    last_name="Singh",
    email="gita.singh@mail.example",
    trade="translator",
    born=date(1998, 2, 11),
    national_number="98021134242",
    iban="BE61734999110517",
    street="rue de la Loi 200",
    postcode="1000",
    city="Bruxelles",
)
JONAS = Person(
    first_name="Jonas",
    last_name="Willems",
    email="jonas.willems@mail.example",
    trade="graphic_designer",
    born=date(1999, 4, 18),
    national_number="99041812386",
    iban="BE32001999112002",
    street="Kerkstraat 30",
    postcode="9000",
    city="Gent",
    language="nl",
)
AFFILIATES = (
    ANA,
    BRUNO,
    CHLOE,
    DRISS,
    EMMA,
    FARID,
    HANNE,
    ILSE,
)  # Gita waits to be accepted, Jonas has begun


@dataclass(frozen=True, kw_only=True)
class Firm:
    """A client and the person who signs for it."""

    name: str
    number: str
    street: str
    postcode: str
    city: str
    signer: str
    signer_role: str
    email: str
    language: str = "fr"
    kind: ClientKind = ClientKind.BELGIAN_BUSINESS


DUMONT = Firm(
    name="Dumont Éditions SRL",
    number="0999000129",
    street="rue des Imprimeurs 3",
    postcode="1000",
    city="Bruxelles",
    signer="Marc Dumont",
    signer_role="Administrateur délégué",
    email="marc.dumont@dumont-editions.example",
)
KRAAI = Firm(
    name="Brouwerij De Kraai BV",
    number="0999000228",
    street="Graslei 14",
    postcode="9000",
    city="Gent",
    signer="Lies Wouters",
    signer_role="Zaakvoerder",
    email="lies@dekraai.example",
    language="nl",
)
NORD = Firm(
    name="Atelier Nord SA",
    number="0999000327",
    street="rue Godefroid 40",
    postcode="5000",
    city="Namur",
    signer="Paul Servais",
    signer_role="Directeur",
    email="paul.servais@ateliernord.example",
)
ORCHARD = Firm(
    name="Orchard Labs BV",
    number="0999000426",
    street="Bondgenotenlaan 100",
    postcode="3000",
    city="Leuven",
    signer="Kate Miles",
    signer_role="Managing director",
    email="kate@orchardlabs.example",
    language="en",
)
SAINT_ROCH = Firm(
    name="Clinique Saint-Roch ASBL",
    number="0999000525",
    street="quai de Rome 5",
    postcode="4000",
    city="Liège",
    signer="Anne Lambert",
    signer_role="Directrice",
    email="anne.lambert@saintroch.example",
)
JARDIN = Firm(
    name="Ville-Jardin SC",
    number="0999000624",
    street="drève des Tilleuls 2",
    postcode="1170",
    city="Watermael-Boitsfort",
    signer="Yves Collard",
    signer_role="Gérant",
    email="yves.collard@villejardin.example",
)
VLAS = Firm(
    name="Vlasfabriek NV",
    number="0999000723",
    street="Leiekaai 8",
    postcode="8500",
    city="Kortrijk",
    signer="Bart Desmet",
    signer_role="Gedelegeerd bestuurder",
    email="bart.desmet@vlasfabriek.example",
    language="nl",
)
QUAI = Firm(
    name="Théâtre du Quai ASBL",
    number="0999000822",
    street="quai au Bois 11",
    postcode="1000",
    city="Bruxelles",
    signer="Inès Moreau",
    signer_role="Administratrice",
    email="ines.moreau@theatreduquai.example",
)
MERIDIAN = Firm(
    name="Meridian Consulting SRL",
    number="0999000921",
    street="avenue Louise 200",
    postcode="1050",
    city="Ixelles",
    signer="Tom Hughes",
    signer_role="Partner",
    email="tom.hughes@meridian.example",
    language="en",
)
JANSSENS = Firm(
    name="Bakkerij Janssens BV",
    number="0999001020",
    street="Grote Markt 1",
    postcode="2800",
    city="Mechelen",
    signer="Karel Janssens",
    signer_role="Zaakvoerder",
    email="karel@bakkerijjanssens.example",
    language="nl",
)
PAGES = Firm(
    name="Librairie Les Pages SRL",
    number="0999001119",
    street="rue Pont d’Île 17",
    postcode="4000",
    city="Liège",
    signer="Sophie Noël",
    signer_role="Gérante",
    email="sophie.noel@lespages.example",
)
COMMUNE = Firm(
    name="Commune d’Exemple-sur-Meuse",
    number="0999001218",
    street="place communale 1",
    postcode="5500",
    city="Dinant",
    signer="Luc Henrard",
    signer_role="Directeur général",
    email="luc.henrard@exemple-sur-meuse.example",
    kind=ClientKind.BELGIAN_BODY,
)
FIRMS = (
    DUMONT,
    KRAAI,
    NORD,
    ORCHARD,
    SAINT_ROCH,
    JARDIN,
    VLAS,
    QUAI,
    MERIDIAN,
    JANSSENS,
    PAGES,
    COMMUNE,
)


def found_cooperative(*, at: datetime, free_jobs: int = 3) -> LegalEntity:
    """The entity, its chart, the fund's endowment, the house policies in force from that day.

    ``free_jobs``: before a member's first share is due.
    """
    entity = create_entity(
        code="CE",
        name="Coopérative Exemple SC",
        legal_form="société coopérative",
        enterprise_number="0999999922",
        vat_number="BE0999999922",
        street="rue de la Démo 1",
        postcode="1060",
        city="Bruxelles",
        court="RPM Bruxelles, tribunal de l’entreprise francophone",
        email="bonjour@coop.example",
        website="coop.example",
        iban="BE33001999000046",
        bic="GEBABEBB",
        bank="Banque Exemple",
        joint_committee="200",
        workers=45,
        employer_number="0999999922",
    )
    on = clock.day_of(at)
    decide_policies(starts_on=on, free_jobs=free_jobs, at=at)
    fund.endow(entity.pk, amount=ENDOWMENT, on=on, by=SYSTEM, at=at)
    return entity


def decide_policies(*, starts_on: date, free_jobs: int, at: datetime) -> None:
    """The house policy of every department."""
    for values in (
        InvoicingPolicy(),
        GuaranteePolicy(),
        PayrollPolicy(insurance_rates=INSURANCE_RATES),
        OrdersPolicy(),
        SharesPolicy(free_jobs=free_jobs),
        PapersPolicy(kept_days=90, draft_days=60, reminder_days=45),
    ):
        policy.decide(values, starts_on=starts_on, by=SYSTEM, at=at)


def hire(colleague: Colleague, *, at: datetime) -> User:
    """A login for staff."""
    return users.hire(
        email=colleague.email,
        name=colleague.name,
        role=colleague.role,
        password=PASSWORD,
        by=SYSTEM,
        at=at,
    )


def hire_staff(entity: LegalEntity, *, at: datetime) -> dict[Colleague, User]:
    """Everybody at the desk; Denis may sign contracts for the entity."""
    staff = {colleague: hire(colleague, at=at) for colleague in (CARLA, DENIS, ELISE, ADMIN)}
    mandates.give(
        user_id=staff[DENIS].pk,
        entity_id=entity.pk,
        title="Administrateur délégué",
        starts_on=clock.day_of(at),
        by=SYSTEM,
        at=at,
    )
    return staff


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


def create_client(firm: Firm, *, creator: User, at: datetime) -> Client:
    """The client as an affiliate types it."""
    return clients.create(
        kind=firm.kind,
        enterprise_number=firm.number,
        name=firm.name,
        street=firm.street,
        postcode=firm.postcode,
        city=firm.city,
        language=firm.language,
        by=creator.as_actor(),
        at=at,
    )


def find_client(firm: Firm) -> Client | None:
    """The client's row, when it exists."""
    return invoicing_queries.find_client(firm.number)
