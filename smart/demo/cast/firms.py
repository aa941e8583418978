"""The clients, and how one is written down."""

from dataclasses import dataclass
from datetime import datetime

from invoicing import queries as invoicing_queries
from invoicing.actions import clients
from invoicing.models import Client, ClientKind
from members.models import User


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

NEWEST = Firm(  # nobody has verified it yet, and the public register does not know it
    name="Atelier Zonnebloem BV",
    number="0999001713",
    street="Nationalestraat 48",
    postcode="2000",
    city="Antwerpen",
    signer="Mieke Claes",
    signer_role="Zaakvoerder",
    email="mieke.claes@zonnebloem.example",
    language="nl",
)


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
