"""Contracts of Ana and Bruno, made and carried on by the real actions."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from pypdf import PdfReader

from invoicing import checks as invoicing_checks
from ledger import checks as ledger_checks
from ledger.models import LegalEntity
from members.models import Affiliate, User
from office import documents
from office.actors import SYSTEM
from office.models import Document
from payroll import checks
from payroll.actions import contracts, declarations, runs, signatures
from payroll.models import Contract, PayRun
from payroll.plans import ContractPlan
from smart.demo import cast
from tests import world

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # nine o'clock in Brussels
TWO_DAYS = (date(2026, 11, 26), date(2026, 11, 27))
FULL_DAY = Decimal("7.60")
LAST_EVENING = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
BUILD_DAY = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)  # three bank days before Friday the 4th

Contracts = Callable[..., Contract]


@pytest.fixture
def coop(peopled: None, db: None) -> LegalEntity:
    return world.cooperative()


def colleague(who: cast.Colleague) -> User:
    return User.objects.get(email=who.email)


@pytest.fixture
def carla(coop: LegalEntity) -> User:
    return colleague(cast.CARLA)


@pytest.fixture
def denis(coop: LegalEntity) -> User:
    return colleague(cast.DENIS)


@pytest.fixture
def elise(coop: LegalEntity) -> User:
    return colleague(cast.ELISE)


@pytest.fixture
def ana(coop: LegalEntity) -> Affiliate:
    return world.ana()


@pytest.fixture
def bruno(coop: LegalEntity) -> Affiliate:
    return world.bruno()


def plan(
    who: Affiliate,
    *,
    days: Sequence[date] = TWO_DAYS,
    hours: Decimal = FULL_DAY,
    gross: str = "640.00",
    job: str = "TESTJ0B1",
    language: str = "fr",
    **more: object,
) -> ContractPlan:
    activity = who.activities.select_related("entity").get()
    values: dict[str, object] = {
        "entity_id": activity.entity_id,
        "affiliate_id": who.pk,
        "activity_id": activity.pk,
        "job": job,
        "trade_code": who.trade_id,
        "client_name": "Dumont Éditions SRL",
        "description": "Refonte de la page d’accueil et de la boutique",
        "place": "rue des Imprimeurs 3, 1000 Bruxelles",
        "free_setting": False,
        "days": tuple((day, hours) for day in days),
        "gross": Decimal(gross),
        "insurance_rate": Decimal("0.004500"),
        "joint_committee": activity.entity.joint_committee,
        "language": language,
        "guaranteed": True,
    }
    return ContractPlan(**(values | more))  # type: ignore[arg-type]


def drafted(who: Affiliate, at: datetime = MONDAY, **more: object) -> Contract:
    return contracts.draft(plan(who, **more), by=SYSTEM, at=at)  # type: ignore[arg-type]


def offered(who: Affiliate, at: datetime = MONDAY, **more: object) -> Contract:
    contract, signatory = drafted(who, at, **more), colleague(cast.DENIS)
    [signed] = signatures.sign_for_cooperative(
        [contract.pk], by=signatory.as_actor(), user=signatory, at=at
    ).signed
    return signed


def signed(who: Affiliate, at: datetime = MONDAY, **more: object) -> Contract:
    """Signed by both, and declared."""
    contract, carla = offered(who, at, **more), colleague(cast.CARLA)
    signatures.sign_simple(
        contract.pk,
        consent="Je signe ce contrat.",
        by=who.user.as_actor(),
        user=who.user,
        at=at,
    )
    [row] = contract.declarations.all()
    declarations.record(
        row.pk, period_number=f"90000{contract.pk}", by=carla.as_actor(), user=carla, at=at
    )
    return Contract.objects.get(pk=contract.pk)


def released(who: Affiliate, at: datetime = MONDAY, **more: object) -> Contract:
    """Worked as agreed, on the evening of the last day."""
    contract = signed(who, at, **more)
    last = contract.ends_on
    return contracts.release(
        contract.pk,
        kind="confirmed",
        gross_due=contract.gross,
        hours_done=contract.hours,
        by=who.user.as_actor(),
        at=datetime(last.year, last.month, last.day, 18, 0, tzinfo=UTC),
    )


def built(entity: LegalEntity, *, at: datetime) -> PayRun:
    """A run of everything that is released."""
    run = runs.build(entity.pk, by=SYSTEM, at=at, everything=True).run
    assert run is not None
    return run


def approved(run: PayRun, *, at: datetime) -> PayRun:
    """Submitted by Carla, approved by Denis."""
    carla, denis = colleague(cast.CARLA), colleague(cast.DENIS)
    runs.submit(run.pk, by=carla.as_actor(), user=carla, at=at)
    return runs.approve(run.pk, by=denis.as_actor(), user=denis, at=at)


def pdf_text(document: Document | None) -> str:
    """All the words of a paper, made here and now."""
    assert document is not None
    documents.make(document.pk, at=MONDAY)
    document.refresh_from_db()
    pages = PdfReader(BytesIO(documents.content(document))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@contextmanager
def unguarded() -> Iterator[None]:
    """Whoever owns the database may stop its guards: the checks must still find out."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def proved() -> None:
    """The books prove themselves."""
    assert [*ledger_checks.run(), *invoicing_checks.run(), *checks.run()] == []
