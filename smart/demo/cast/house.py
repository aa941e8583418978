"""The cooperative itself: its entity, its policies, its staff."""

from datetime import date, datetime
from decimal import Decimal

from invoicing.actions import fund
from invoicing.guarantee import GuaranteePolicy
from invoicing.policies import InvoicingPolicy
from ledger.actions import create_entity
from ledger.models import LegalEntity
from members.actions import mandates, users
from members.models import User
from members.policies import PapersPolicy, SharesPolicy
from office import clock, policy
from office.actors import SYSTEM
from orders.policy import OrdersPolicy, ReviewsPolicy
from payroll.policy import PayrollPolicy
from smart.demo.cast.people import ADMIN, CARLA, DENIS, ELISE, PASSWORD, Colleague

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
        ReviewsPolicy(review_days=2),
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
