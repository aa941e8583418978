"""Who works at the desk, and who works through the cooperative."""

from dataclasses import dataclass
from datetime import date

from members.models import Role

PASSWORD = "une-cooperative-exemple"  # noqa: S105 - printed by `./coop demo`


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
