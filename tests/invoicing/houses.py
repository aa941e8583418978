"""A small house of this room: one entity, Ana's activity, Dumont as a client. Made without the
rooms above.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from invoicing.actions import clients, fund, invoices, issuing
from invoicing.models import Client, ClientKind, Invoice
from invoicing.plans import InvoicePlan, PlanLine
from invoicing.policies import GuaranteePolicy, InvoicingPolicy
from ledger import actions as books
from ledger.models import LegalEntity
from members.actions import activities
from members.models import Activity, Affiliate, Trade, User
from office import crypto, policy
from office.actors import SYSTEM, Actor, ActorKind

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DENIS = Actor(kind=ActorKind.STAFF, name="Denis Claes", user_id=2)


def house(at: datetime = AT) -> LegalEntity:
    """The cooperative with its chart, its policies and 20.000 € in the guarantee fund."""
    if entity := LegalEntity.objects.filter(code="CE").first():
        return entity
    entity = books.create_entity(
        code="CE",
        name="Coopérative Exemple SC",
        legal_form="société coopérative",
        enterprise_number="0999999922",
        vat_number="BE0999999922",
        street="rue de la Démo 1",
        postcode="1060",
        city="Bruxelles",
        court="RPM Bruxelles (tribunal de l’entreprise francophone de Bruxelles)",
        email="bonjour@coop.example",
        website="www.coop.example",
        iban="BE68539007547034",
        bic="GKCCBEBB",
        bank="Banque Exemple",
        joint_committee="200",
        workers=120,
        employer_number="0123456789",
    )
    policy.decide(InvoicingPolicy(), starts_on=TODAY, by=SYSTEM, at=at)
    policy.decide(GuaranteePolicy(), starts_on=TODAY, by=SYSTEM, at=at)
    fund.endow(entity.pk, amount=Decimal("20000.00"), on=TODAY, by=SYSTEM, at=at)
    return entity


def activity(name: str = "Ana Lopes", at: datetime = AT) -> Activity:
    """An affiliate's activity with its budget."""
    if found := Activity.objects.filter(affiliate__user__name=name).first():
        return found
    entity = house()
    first, last = name.split()
    user = User.objects.create_user(f"{first}@coop.example", name=name, joined_at=at)
    trade, _new = Trade.objects.get_or_create(
        code="web_designer_of_tests",
        defaults={
            "label_fr": "Graphiste web",
            "label_nl": "Webdesigner",
            "label_en": "Web designer",
            "artistic": False,
            "risk_class": "office",
            "contract_kind": "white_collar",
            "pay_class": "C",
        },
    )
    affiliate = Affiliate.objects.create(
        user=user,
        first_name=first,
        last_name=last,
        birth_date=date(1985, 7, 30),
        national_number_sealed=crypto.seal("85073003328"),
        national_number_index=crypto.index(name),
        national_number_masked="85.07.30-***.**",
        street="rue Haute 5",
        postcode="1000",
        city="Bruxelles",
        trade=trade,
        registered_at=at,
    )
    return activities.open_for(affiliate, entity_id=entity.pk, at=at)


def dumont(number: str = "0888888895", name: str = "Dumont Éditions SRL") -> Client:
    """The client of the cast."""
    return clients.create(
        kind=ClientKind.BELGIAN_BUSINESS,
        enterprise_number=number,
        name=name,
        street="chaussée de Louvain 12",
        postcode="1030",
        city="Bruxelles",
        by=DENIS,
        at=AT,
    )


def plan(**values: Any) -> InvoicePlan:
    """Three days of work at 1.000 € excl. VAT: 65 € fee, 920 € employment, 14,97 € expenses, 0,03
    € rounding.
    """
    defaults: dict[str, Any] = {
        "entity_id": house().pk,
        "activity_id": activity().pk,
        "affiliate_id": activity().affiliate_id,
        "client_id": dumont().pk,
        "job": "7K2M9QWX",
        "language": "fr",
        "contact_name": "Marc Dumont",
        "contact_email": "marc@dumont.example",
        "work_from": date(2026, 11, 24),
        "work_until": date(2026, 11, 26),
        "payment_term_days": 10,
        "lines": (
            PlanLine(
                label="Mise en page du catalogue de printemps\n24, 25 et 26 novembre 2026",
                net=Decimal("985.03"),
            ),
            PlanLine(label="Frais de déplacement", net=Decimal("14.97")),
        ),
        "vat_rate": Decimal("0.21"),
        "fee": Decimal("65.00"),
        "employment": Decimal("920.00"),
        "expenses": Decimal("14.97"),
        "rounding": Decimal("0.03"),
        "guaranteed": True,
    }
    return InvoicePlan(**defaults | values)


def draft(**values: Any) -> Invoice:
    return invoices.draft(plan(**values), by=SYSTEM, at=AT)


def released(**values: Any) -> Invoice:
    return invoices.release(draft(**values).pk, by=SYSTEM, at=AT)


def issued(on: date = TODAY, **values: Any) -> Invoice:
    """An issued invoice of 1.210 €."""
    return issuing.issue([released(**values).pk], on=on, by=SYSTEM, at=AT)[0]
