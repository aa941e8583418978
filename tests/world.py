"""The constant cast: the same people in every test, brought to a state by the real actions only.

Every function finds or makes. `at` is Monday 23 November 2026, nine o’clock in Brussels, unless
told. A job goes through its stages by `draft_job`, `sent_job`, `signed_job`, `contracted_job`,
`released_job`, `invoiced_job`, `paid_job`: each makes a new job and takes the same arguments.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from invoicing.actions import clients, issuing
from invoicing.models import Client, Invoice
from ledger.models import LegalEntity
from members.models import Activity, Affiliate, User
from office import clock
from office.actors import Actor, ActorKind
from orders import actions as orders
from orders.grounds import ReviewNeeded
from orders.models import Order
from payroll.models import Contract, PayRun
from smart.demo import acts, cast
from smart.demo.cast import Colleague, Firm, Person

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PASSWORD = cast.PASSWORD
SIGNER, SIGNER_EMAIL = cast.DUMONT.signer, cast.DUMONT.email
DAYS: dict[date, Decimal] = {
    date(2026, 11, 26): acts.FULL_DAY,
    date(2026, 11, 27): acts.FULL_DAY,
}
DUMONT_ACTOR = Actor(
    kind=ActorKind.CLIENT, name=SIGNER, address="192.0.2.7", agent="tests", mailbox=SIGNER_EMAIL
)


# --- People --------------------------------------------------------------------------------------


def cooperative(at: datetime = MONDAY) -> LegalEntity:
    """The entity, its chart, the endowed fund, the house policies."""
    known = LegalEntity.objects.filter(code="CE").first()
    return known or cast.found_cooperative(at=at, free_jobs=10_000)


def colleague(who: Colleague, at: datetime = MONDAY) -> User:
    """One of the desk; all are hired together."""
    if not User.objects.filter(email=who.email).exists():
        cast.hire_staff(cooperative(at), at=at)
    return User.objects.get(email=who.email)


def carla() -> User:
    """Payroll."""
    return colleague(cast.CARLA)


def denis() -> User:
    """Finance, and the signatory of contracts."""
    return colleague(cast.DENIS)


def elise() -> User:
    """Advisor."""
    return colleague(cast.ELISE)


def admin() -> User:
    """Administrator."""
    return colleague(cast.ADMIN)


def staff() -> tuple[User, User, User]:
    """Carla, Denis and Elise."""
    return carla(), denis(), elise()


def affiliate(person: Person, at: datetime = MONDAY) -> Affiliate:
    """Accepted, e-mail confirmed, account approved, activity open."""
    found = Affiliate.objects.filter(user__email=person.email).first()
    if found:
        return found
    entity = cooperative(at)
    return cast.accept(
        cast.register(person, at=at), entity=entity, advisor=elise(), finance=denis(), at=at
    )


def ana() -> Affiliate:
    """Web designer in Ixelles, alone, French."""
    return affiliate(cast.ANA)


def bruno() -> Affiliate:
    """Translator in Antwerp, two children, Dutch: must see nothing of Ana’s."""
    return affiliate(cast.BRUNO)


def people() -> None:
    """Everybody without whom no job is done, as they are on Monday before the first one."""
    staff(), ana(), bruno(), dumont()


def newcomer(at: datetime = MONDAY) -> Affiliate:
    """Gita: registered, e-mail confirmed, not yet accepted."""
    found = Affiliate.objects.filter(user__email=cast.GITA.email).first()
    cooperative(at)
    return found or cast.register(cast.GITA, at=at)


def activity(of: Affiliate) -> Activity:
    """The affiliate’s activity."""
    return of.activities.get()


def client_of(firm: Firm, at: datetime = MONDAY) -> Client:
    """The client, verified."""
    found = cast.find_client(firm)
    if found:
        return found
    made = cast.create_client(firm, creator=bruno().user, at=at)
    return clients.verify(made.pk, by=denis().as_actor(), at=at)


def dumont() -> Client:
    """Dumont Éditions SRL; Marc Dumont signs."""
    return client_of(cast.DUMONT)


def by(person: User | Affiliate) -> Actor:
    """The person as the author of an action."""
    return (person.user if isinstance(person, Affiliate) else person).as_actor()


# --- A job, stage by stage -----------------------------------------------------------------------


def draft_job(
    who: Affiliate | None = None,
    *,
    firm: Firm = cast.DUMONT,
    price: Decimal = Decimal("1000.00"),
    days: Mapping[date, Decimal] = DAYS,
    description: str = "Refonte de la page d’accueil et de la boutique",
    at: datetime = MONDAY,
    **more: Any,
) -> Order:
    """A complete draft of Ana for Dumont. `more`: what `acts.job_fields` takes."""
    who = who or ana()
    fields = acts.job_fields(
        who, firm, client_of(firm), price=price, days=days, description=description, **more
    )
    return acts.draft(who, fields, at=at)


def sent_job(who: Affiliate | None = None, *, at: datetime = MONDAY, **more: Any) -> Order:
    """Sent to the client, once the advisor looked at what does not leave by itself."""
    order = draft_job(who, at=at, **more)
    try:
        return acts.send(order, at=at)
    except ReviewNeeded:
        review = orders.ask_review(order.pk, by=by(order.affiliate), at=at)
        orders.decide_review(review.pk, allowed=True, note="", user=elise(), at=at)
        return acts.send(order, at=at)


def signed_job(who: Affiliate | None = None, *, at: datetime = MONDAY, **more: Any) -> Order:
    """Signed by the client: invoice and contract are drafts."""
    return acts.sign_order(sent_job(who, at=at, **more), role=cast.DUMONT.signer_role, at=at)


def contracted_job(who: Affiliate | None = None, *, at: datetime = MONDAY, **more: Any) -> Order:
    """Contract signed by both, declaration recorded: the work may begin."""
    order = signed_job(who, at=at, **more)
    acts.sign_for_cooperative(denis(), only=order, at=at)
    acts.declare(carla(), only=order, at=at)
    acts.sign_contracts(order, at=at)
    return order


def released_job(who: Affiliate | None = None, *, at: datetime = MONDAY, **more: Any) -> Order:
    """Worked, and confirmed as agreed on the evening of the last day."""
    order = contracted_job(who, at=at, **more)
    acts.confirm_work(order, at=last_evening(order))
    order.refresh_from_db()
    return order


def invoiced_job(who: Affiliate | None = None, *, at: datetime = MONDAY, **more: Any) -> Order:
    """Invoice issued on the evening of the last day."""
    order = released_job(who, at=at, **more)
    evening = last_evening(order)
    issuing.issue_released(on=clock.day_of(evening), at=evening, allowed=True)
    return order


def paid_job(who: Affiliate | None = None, *, at: datetime = MONDAY, **more: Any) -> Order:
    """Paid to the affiliate by an approved run, the morning after the last day."""
    order = invoiced_job(who, at=at, **more)
    paid_run(at=last_evening(order) + timedelta(hours=15))
    return order


def paid_run(at: datetime) -> PayRun:
    """A run of all that is released, submitted by Carla, approved by Denis."""
    run = acts.submit_run(acts.build_run(cooperative(), at=at), user=carla(), at=at)
    return acts.approve_run(run, user=denis(), at=at)


def last_evening(order: Order) -> datetime:
    """Six o’clock in Brussels on the last day worked."""
    last = max(order.days.values_list("day", flat=True))
    return clock.start_of(last) + timedelta(hours=18)


def contract_of(order: Order) -> Contract:
    """The contract of a job inside one month."""
    return acts.contracts_of(order)[0]


def invoice_of(order: Order) -> Invoice:
    """The invoice of a job."""
    return acts.invoice_of(order)
