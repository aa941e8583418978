"""The jobs of the demo world: who works for whom, when, and how far each has come today.

A day is a number: -1 is the last office day before today, 0 the first one after it. Today itself
is left to the visitor. The first group was worked on the same days and is paid by one run; the
others stand at every other stage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from smart.demo import cast
from smart.demo.cast import Firm, Person

FIRST_DAY = -19  # about four weeks before today


class Stage(IntEnum):
    """How far a job comes by what people do; the round does the rest."""

    DRAFT = 0
    SENT = 1
    OPENED = 2
    SIGNED = 3
    CONTRACTED = 4
    CONFIRMED = 5


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job. ``sent`` and ``signed`` are days; ``paid`` is (day, share of the invoice)."""

    person: Person
    firm: Firm
    what: str
    price: str
    work: Sequence[int]
    stage: Stage
    sent: int
    signed: int = 0
    reference: str = ""
    into: Person | None = None  # whose activity the price goes to, when not one’s own
    expense: tuple[str, str] | None = None
    valid_days: int | None = None
    paid: tuple[int, str] | None = None
    declined: str = ""  # the client's reason, on the day it would have signed
    other: str = ""  # what the client would sign instead, on that day
    colleague: tuple[str, str, str] | None = None  # name, role, address: passed on, that day
    question: str = ""  # what the client asks, on the last office day
    dispute: str = ""  # why he disputes the invoice, on the last office day
    cancelled: int | None = None
    change_asked: int | None = None
    fewer: bool = False  # the work report says fewer hours: held for the advisor

    @property
    def amount(self) -> Decimal:
        return Decimal(self.price)


PAID_BY_THE_RUN = (
    Job(
        person=cast.ANA,
        firm=cast.DUMONT,
        what="Maquette du catalogue d’automne en ligne",
        price="940.00",
        work=(-10, -9),
        stage=Stage.CONFIRMED,
        sent=-17,
        signed=-16,
        reference="CAT-26-11",
        paid=(-7, "1"),
    ),
    Job(
        person=cast.BRUNO,
        firm=cast.VLAS,
        what="Vertaling van het jaarverslag, Frans naar Nederlands",
        price="870.00",
        work=(-11, -10, -9),
        stage=Stage.CONFIRMED,
        dispute="Bladzijde 12 ontbreekt in de vertaling: graag eerst die bladzijde.",
        sent=-18,
        signed=-16,
    ),
    Job(
        person=cast.CHLOE,
        firm=cast.SAINT_ROCH,
        what="Formation à la communication avec les patients",
        price="1240.00",
        work=(-10, -9),
        stage=Stage.CONFIRMED,
        sent=-17,
        signed=-15,
        expense=("Impression des supports", "40.00"),
        paid=(-2, "1"),
    ),
    Job(
        person=cast.DRISS,
        firm=cast.MERIDIAN,
        what="Reporting tool: import of the monthly figures",
        price="2400.00",
        work=(-12, -11, -10, -9),
        stage=Stage.CONFIRMED,
        sent=-18,
        signed=-17,
        paid=(-3, "0.4"),
    ),
    Job(
        person=cast.FARID,
        firm=cast.JANSSENS,
        what="Portretten van het team en van de bakkerij",
        price="650.00",
        work=(-9,),
        stage=Stage.CONFIRMED,
        sent=-16,
        signed=-14,
    ),
)

DONE_LATELY = (
    Job(
        person=cast.EMMA,
        firm=cast.KRAAI,
        what="Teksten voor de nieuwe bierkaart en de website",
        price="720.00",
        work=(-3, -2),
        stage=Stage.CONFIRMED,
        question="Mogen wij deze teksten ook op onze bierviltjes drukken?",
        sent=-10,
        signed=-8,
    ),
    Job(
        person=cast.ILSE,
        firm=cast.NORD,
        what="Plan de communication de la journée portes ouvertes",
        price="1150.00",
        work=(-4, -3, -2),
        stage=Stage.CONFIRMED,
        sent=-11,
        signed=-9,
    ),
    Job(
        person=cast.BRUNO,
        firm=cast.ORCHARD,
        what="Translation of the user manual into Dutch",
        price="610.00",
        work=(-2, -1),
        stage=Stage.CONTRACTED,  # asked last evening, no answer yet
        sent=-9,
        signed=-7,
    ),
    Job(
        person=cast.DRISS,
        firm=cast.JARDIN,
        what="Réservation en ligne des locaux de quartier",
        price="1500.00",
        work=(-3, -2, -1),
        stage=Stage.CONTRACTED,
        fewer=True,
        sent=-10,
        signed=-8,
    ),
)

UNDER_WAY = (
    Job(
        person=cast.CHLOE,
        firm=cast.PAGES,
        what="Atelier d’accueil et de vente en librairie",
        price="1320.00",
        work=(-1, 0, 1),
        stage=Stage.CONTRACTED,
        sent=-9,
        signed=-8,
    ),
    Job(
        person=cast.EMMA,
        firm=cast.MERIDIAN,
        what="Blog articles about sustainable offices",
        into=cast.BRUNO,
        price="680.00",
        work=(0, 1),
        stage=Stage.CONTRACTED,
        sent=-8,
        signed=-6,
    ),
    Job(
        person=cast.DRISS,
        firm=cast.ORCHARD,
        what="Load test of the booking service",
        price="560.00",
        work=(0,),
        stage=Stage.CONTRACTED,  # signed by both, still to declare
        sent=-4,
        signed=-2,
    ),
    Job(
        person=cast.ILSE,
        firm=cast.DUMONT,
        what="Dossier de presse de la rentrée littéraire",
        price="830.00",
        work=(5, 6),
        stage=Stage.CONTRACTED,
        sent=-8,
        signed=-6,
        change_asked=-1,
    ),
    Job(
        person=cast.ILSE,
        firm=cast.SAINT_ROCH,
        what="Lettre d’information du personnel",
        price="590.00",
        work=(2, 3),
        stage=Stage.SIGNED,  # the cooperative has signed, Ilse has not
        sent=-4,
        signed=-2,
    ),
    Job(
        person=cast.FARID,
        firm=cast.JARDIN,
        what="Photographies des jardins partagés",
        price="780.00",
        work=(4, 5),
        stage=Stage.SIGNED,
        sent=-3,
        signed=-1,
    ),
    Job(
        person=cast.BRUNO,
        firm=cast.MERIDIAN,
        what="Interpreting at two board meetings",
        price="1380.00",
        work=(5, 9),
        stage=Stage.SIGNED,
        sent=-3,
        signed=-1,
    ),
)

WITH_THE_CLIENT = (
    Job(
        person=cast.ANA,
        firm=cast.NORD,
        what="Galerie de réalisations du site de l’atelier",
        price="1260.00",
        work=(6, 7, 8),
        stage=Stage.OPENED,
        sent=-2,
        signed=-1,
        colleague=("Hélène Marchal", "Administratrice déléguée", "helene@ateliernord.example"),
    ),
    Job(
        person=cast.EMMA,
        firm=cast.KRAAI,
        what="Persbericht voor het winterbier",
        price="410.00",
        work=(8,),
        stage=Stage.OPENED,
        sent=-2,
        signed=-1,
        other="Kan het een dag vroeger, en ook in het Frans?",
    ),
    Job(
        person=cast.ILSE,
        firm=cast.PAGES,
        what="Affichage et réseaux pour le salon du livre",
        price="960.00",
        work=(3, 4),
        stage=Stage.OPENED,
        sent=-6,
        signed=-5,
        declined="Notre budget de cette année est épuisé.",
    ),
    Job(
        person=cast.CHLOE,
        firm=cast.JANSSENS,
        what="Opleiding klantgericht verkopen",
        price="890.00",
        work=(-3, -2),
        stage=Stage.OPENED,  # nobody signed: the link lapsed when the first day began
        sent=-12,
        signed=-10,
    ),
    Job(
        person=cast.DRISS,
        firm=cast.VLAS,
        what="Koppeling van de webwinkel met het magazijn",
        price="1900.00",
        work=(2, 3, 4),
        stage=Stage.SIGNED,
        sent=-7,
        signed=-5,
        cancelled=-4,
    ),
)

DRAFTS = (
    Job(
        person=cast.HANNE,
        firm=cast.QUAI,
        what="Concert de clôture de saison, violoncelle",
        price="540.00",
        work=(9,),
        stage=Stage.DRAFT,  # an artist's contract is not built yet: it says why it cannot be sent
        sent=-3,
    ),
    Job(
        person=cast.FARID,
        firm=cast.COMMUNE,
        what="Reportage sur les travaux de la place",
        price="700.00",
        work=(8, 9),
        stage=Stage.DRAFT,  # a client without VAT number: the same
        sent=-2,
    ),
)

JOBS = PAID_BY_THE_RUN + DONE_LATELY + UNDER_WAY + WITH_THE_CLIENT + DRAFTS
