"""What each person of the cast does at a step of the chain, by the same actions as the pages."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import translation

from invoicing.actions import payments, questions
from invoicing.models import Client, Invoice, Payment, QuestionKind
from ledger.models import LegalEntity
from members.actions import activities
from members.models import (
    ActivityInvitation,
    ActivityMandate,
    ActivityRole,
    Affiliate,
    User,
)
from office import calendar, clock, links
from office.actors import SYSTEM, Actor, ActorKind
from orders import actions as orders
from orders.followpage import asker_of, invoices_of
from orders.models import Order, WorkReport
from payroll.actions import declarations, runs, signatures, transfers
from payroll.forms import CONSENT
from payroll.models import Contract, Declaration, PayRun
from payroll.states import ContractStatus, DeclarationStatus, RunStatus
from smart.demo.cast import Firm

FULL_DAY = Decimal("7.60")


def job_fields(
    affiliate: Affiliate,
    firm: Firm,
    client: Client,
    *,
    price: Decimal,
    days: Mapping[date, Decimal],
    description: str,
    place: str = "",
    expenses: tuple[tuple[str, Decimal], ...] = (),
    payment_term_days: int = 10,
    valid_until: date | None = None,
    activity_id: int | None = None,
) -> orders.JobFields:
    """The form of a job, filled in."""
    return orders.JobFields(
        activity_id=activity_id,
        trade_code=affiliate.trade_id,
        description=description,
        place=place or f"{firm.street}, {firm.postcode} {firm.city}",
        client_id=client.pk,
        signer_name=firm.signer,
        signer_email=firm.email,
        signer_language=firm.language,
        amount=price,
        payment_term_days=payment_term_days,
        valid_until=valid_until,
        days=tuple(sorted(days.items())),
        expenses=expenses,
    )


def invite(
    holder: Affiliate, guest: Affiliate, *, ends_on: date | None = None, at: datetime
) -> ActivityInvitation:
    """A holder asks another member to take part in her own activity."""
    return activities.invite(
        holder.activities.get().pk,
        invited=guest.user.email,
        role=ActivityRole.PARTICIPANT,
        ends_on=ends_on,
        inviter_id=holder.pk,
        by=holder.user.as_actor(),
        at=at,
    )


def share_activity(holder: Affiliate, guest: Affiliate, *, at: datetime) -> ActivityMandate:
    """She takes part in it."""
    invitation = invite(holder, guest, at=at)
    by = guest.user.as_actor()
    return activities.accept(invitation.pk, affiliate_id=guest.pk, by=by, at=at)


def draft(affiliate: Affiliate, fields: orders.JobFields, *, at: datetime) -> Order:
    """The affiliate keeps a draft."""
    return orders.create(affiliate.pk, fields=fields, by=affiliate.user.as_actor(), at=at)


def send(order: Order, *, at: datetime) -> Order:
    """The affiliate sends the draft to the client."""
    return orders.send(order.pk, by=order.affiliate.user.as_actor(), at=at)


def client_actor(order: Order) -> Actor:
    """The person behind the client's link."""
    return Actor(
        kind=ActorKind.CLIENT,
        name=order.signer_name,
        address="192.0.2.7",
        agent="démo",
        mailbox=order.signer_email,
    )


def open_link(order: Order, *, at: datetime) -> None:
    """The client looks at the order."""
    orders.opened(order.pk, by=client_actor(order), at=at)


def sign_order(order: Order, *, role: str = "Gérant", reference: str = "", at: datetime) -> Order:
    """The client opens the link and signs, with the code from his mail when one is asked for."""
    open_link(order, at=at)
    if order.code_wanted:
        type_code(order, at=at)
    signer = orders.Signer(name=order.signer_name, role=role, purchase_reference=reference)
    return orders.sign(
        order.pk, shown_sha256=order.shown_sha256, signer=signer, by=client_actor(order), at=at
    )


def type_code(order: Order, *, at: datetime) -> None:
    """The client asks for a code and copies it from the mail."""
    by = client_actor(order)
    orders.send_code(order.pk, by=by, at=at)
    mailed = links.newest(order, links.CODE)
    assert mailed is not None
    orders.confirm_code(order.pk, typed=links.code(mailed), by=by, at=at)


def decline_order(order: Order, *, reason: str, at: datetime) -> None:
    """The client opens the link and declines."""
    open_link(order, at=at)
    orders.decline(
        order.pk, shown_sha256=order.shown_sha256, reason=reason, by=client_actor(order), at=at
    )


def ask_other(order: Order, *, text: str, at: datetime) -> None:
    """The client opens the link and asks for another version."""
    open_link(order, at=at)
    orders.ask_other(
        order.pk, shown_sha256=order.shown_sha256, text=text, by=client_actor(order), at=at
    )


def pass_on(order: Order, to: orders.Colleague, *, at: datetime) -> None:
    """The client passes the order on to the colleague who may sign."""
    open_link(order, at=at)
    by = client_actor(order)
    orders.forward(order.pk, shown_sha256=order.shown_sha256, to=to, by=by, at=at)


def write(order: Order, *, kind: QuestionKind, text: str, at: datetime) -> None:
    """The client writes on the page of his signed order."""
    order.refresh_from_db()
    link = links.newest(order, "follow")
    assert link is not None
    asker = asker_of(order, invoices_of(order))
    questions.ask(asker, link=link, kind=kind, text=text, by=client_actor(order), at=at)


def contracts_of(order: Order) -> list[Contract]:
    """The contracts made of an order, in the order of their months."""
    return list(order.contracts.order_by("starts_on", "id"))


def sign_for_cooperative(user: User, *, only: Order | None = None, at: datetime) -> None:
    """The holder of the mandate signs all contracts that wait (of one order)."""
    waiting = Contract.objects.filter(status=ContractStatus.DRAFT)
    if only:
        waiting = waiting.filter(job=only.ref)
    signatures.sign_for_cooperative(
        waiting.values_list("id", flat=True), by=user.as_actor(), user=user, at=at
    )


def declare(user: User, *, only: Order | None = None, at: datetime) -> None:
    """Payroll staff type the numbers of the declarations that wait (of one order)."""
    waiting = Declaration.objects.filter(status=DeclarationStatus.TO_DECLARE)
    if only:
        waiting = waiting.filter(contract__job=only.ref)
    for declaration in waiting:
        number = f"{300_000_000_000 + declaration.pk}"
        declarations.record(
            declaration.pk, period_number=number, by=user.as_actor(), user=user, at=at
        )


def sign_contracts(order: Order, *, at: datetime) -> None:
    """The affiliate signs her contracts of an order by a click."""
    user = order.affiliate.user
    for contract in contracts_of(order):
        with translation.override(user.language):
            consent = str(CONSENT)
        signatures.sign_simple(contract.pk, user=user, consent=consent, by=user.as_actor(), at=at)


def confirm_work(order: Order, *, at: datetime) -> list[WorkReport]:
    """The affiliate says that all went as agreed."""
    by = order.affiliate.user.as_actor()
    keys = order.contracts.order_by("starts_on", "id").values_list("pk", flat=True)
    return [orders.confirm_work(key, answer="agreed", by=by, at=at) for key in keys]


def invoice_of(order: Order) -> Invoice:
    """The invoice made of an order."""
    return order.invoices.get()


def pay_invoice(invoice: Invoice, amount: Decimal, *, by: User, at: datetime) -> Payment:
    """Finance record what the bank statement shows."""
    return payments.record(
        invoice.pk,
        amount=amount,
        received_on=clock.day_of(at),
        reference=f"+++{invoice.communication}+++",
        request_key=f"demo-{invoice.pk}-{at.isoformat()}",
        by=by.as_actor(),
        at=at,
    )


def build_run(entity: LegalEntity, *, at: datetime) -> PayRun:
    """All that is released, whether it is due or not."""
    built = runs.build(entity.pk, by=SYSTEM, at=at, everything=True)
    assert built.run is not None, built.left_out
    return built.run


def submit_run(run: PayRun, *, user: User, at: datetime) -> PayRun:
    """The first pair of eyes."""
    return runs.submit(run.pk, by=user.as_actor(), user=user, at=at)


def approve_run(run: PayRun, *, user: User, at: datetime) -> PayRun:
    """The second pair of eyes."""
    return runs.approve(run.pk, by=user.as_actor(), user=user, at=at)


def execute(run: PayRun, *, user: User, at: datetime) -> None:
    """The bank has paid every line."""
    waiting = run.transfers.filter(executed_on=None, rejected_on=None)
    transfers.confirm_executed(
        list(waiting.values_list("id", flat=True)), on=clock.day_of(at), by=user.as_actor(), at=at
    )


def runs_that_are(status: RunStatus) -> list[PayRun]:
    """The runs in one state, oldest first."""
    return list(PayRun.objects.filter(status=status).order_by("id"))


def office_days_after(day: date, count: int) -> list[date]:
    """The next working days of the office."""
    found: list[date] = []
    while len(found) < count:
        day += timedelta(days=1)
        if calendar.is_office_day(day):
            found.append(day)
    return found
