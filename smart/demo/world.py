"""Plays the demo's story by the real actions, its clock walking from four weeks ago to now."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain

from django.utils import timezone, translation

from invoicing.actions import clients
from invoicing.models import Client, QuestionKind
from ledger.models import LegalEntity
from members.actions import applications, bank_accounts, corrections
from members.models import Affiliate, User
from office import calendar, clock
from office.money import euros
from office.uploads import Upload
from orders import actions as orders
from orders.models import Order, Receipt
from payroll.states import RunStatus
from smart.demo import acts, cast, travel
from smart.demo.cast import ANA, BRUNO, CARLA, DENIS, ELISE, EMMA, FARID, Colleague, Firm, Person
from smart.demo.story import FIRST_DAY, JOBS, Job, Stage

NEW_ACCOUNT = "BE08001999113113"
# a receipt, photographed: one white pixel
RECEIPT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)

Say = Callable[[str], None]


@dataclass(order=True)
class Act:
    """Something a person does at an hour of the story."""

    at: datetime
    rank: int
    do: Callable[[datetime], object] = field(compare=False)


@dataclass
class World:
    """The rows of the story while it is played."""

    today: date
    entity: LegalEntity
    staff: dict[Colleague, User]
    affiliates: dict[Person, Affiliate] = field(default_factory=dict)
    clients: dict[Firm, Client] = field(default_factory=dict)
    orders: dict[Job, Order] = field(default_factory=dict)

    def hour(self, day: int, hour: int, minute: int = 0) -> datetime:
        """An hour of one of the story's days, Brussels time."""
        wanted = datetime.combine(self.day(day), datetime.min.time()).replace(
            hour=hour, minute=minute
        )
        return timezone.make_aware(wanted)

    def day(self, number: int) -> date:
        """-1: the last office day before today; 0: the first one after it."""
        day, step = self.today, timedelta(days=1 if number >= 0 else -1)
        for _ in range(number + 1 if number >= 0 else -number):
            day += step
            while not calendar.is_office_day(day):
                day += step
        return day


def load(say: Say) -> None:
    """Make the world; ends with the clock at the present."""
    present, started = clock.now(), time.monotonic()
    today = clock.day_of(present)
    world = found(today)
    say(f"{len(cast.AFFILIATES)} affiliates, {len(cast.FIRMS)} clients, the desk")
    script = sorted(acts_of(world))
    for number, act in enumerate(script, start=1):
        pass_time_until(act.at)
        act.do(act.at)
        travel.play_round(act.at)
        if number % 25 == 0:
            say(f"{clock.today():%d/%m}: {number} of {len(script)} things done")
    pass_time_until(present + timedelta(seconds=time.monotonic() - started))
    say(f"{len(world.orders)} jobs, at every stage of the chain")


def pass_time_until(at: datetime) -> None:
    """The rounds of beat until an hour."""
    for _ in travel.play_until(at):
        pass


def found(today: date) -> World:
    """The cooperative, its desk, its members and its clients."""
    entity_free = World(today=today, entity=LegalEntity(), staff={})
    at = entity_free.hour(FIRST_DAY, 8)
    clock.move_to(at)
    entity = cast.found_cooperative(at=at)
    world = World(today=today, entity=entity, staff=cast.hire_staff(entity, at=at))
    for person in cast.AFFILIATES:
        world.affiliates[person] = cast.accept(
            cast.register(person, at=at),
            entity=entity,
            advisor=world.staff[ELISE],
            finance=world.staff[DENIS],
            at=at,
            version="2026-01" if person == cast.HANNE else "",  # the new terms wait for her
        )
        if person != cast.EMMA:  # hers is still to pay
            cast.pay_share(world.affiliates[person], at=at)
    for firm in cast.FIRMS:
        client = cast.create_client(firm, creator=world.affiliates[ANA].user, at=at)
        clients.verify(client.pk, by=world.staff[DENIS].as_actor(), at=at)
        world.clients[firm] = client
    acts.share_activity(world.affiliates[cast.BRUNO], world.affiliates[EMMA], at=at)
    travel.deliver_letters()
    return world


def acts_of(world: World) -> Iterator[Act]:
    """Everything people do, in no order; ranks keep the order inside one hour."""
    of_jobs = (act for job in JOBS for act in job_acts(world, job))
    for rank, (at, do) in enumerate(chain(of_jobs, desk_acts(world))):
        yield Act(at, rank, do)


# --- The desk ------------------------------------------------------------------------------------

Planned = Iterator[tuple[datetime, Callable[[datetime], object]]]


def desk_acts(world: World) -> Planned:
    """What Carla and Denis do every office day, and what waits for the desk today."""
    for day in range(FIRST_DAY + 1, 0):
        yield world.hour(day, 9, 30), lambda at: sign_contracts(world, at)
        if day < -2:  # what was signed since is still to declare
            yield world.hour(day, 9, 40), lambda at: declare(world, at)
        if day < -1:
            yield world.hour(day, 10), lambda at: submit_runs(world, at)
            yield world.hour(day, 11), lambda at: approve_runs(world, at)
            yield world.hour(day, 16), lambda at: confirm_transfers(world, at)
    yield world.hour(-1, 12), begin_registration
    yield world.hour(-1, 13), lambda at: cast.register(cast.GITA, at=at)
    yield world.hour(-1, 14), lambda at: change_account(world, at)
    yield world.hour(-1, 14, 30), lambda at: invite(world, at)
    yield world.hour(-1, 15), lambda at: correct_identity(world, at)
    yield world.hour(-1, 16), lambda at: ask_to_look(world, at)


def begin_registration(at: datetime) -> None:
    """Jonas has told where he lives and shown the front of his card; the rest is still to come."""
    jonas = cast.begin(cast.JONAS, at=at)
    home = {"street": cast.JONAS.street, "postcode": cast.JONAS.postcode, "city": cast.JONAS.city}
    applications.keep(jonas.pk, "home", home)
    cast.give_papers_of(jonas, cast.JONAS, kinds=["id_front"], at=at)


def sign_contracts(world: World, at: datetime) -> None:
    """Denis, for the cooperative."""
    acts.sign_for_cooperative(world.staff[DENIS], at=at)


def declare(world: World, at: datetime) -> None:
    """Carla types the numbers of the portal."""
    acts.declare(world.staff[CARLA], at=at)


def submit_runs(world: World, at: datetime) -> None:
    """Carla has looked at what the round prepared."""
    for run in acts.runs_that_are(RunStatus.BUILT):
        acts.submit_run(run, user=world.staff[CARLA], at=at)


def approve_runs(world: World, at: datetime) -> None:
    """Denis is the second pair of eyes."""
    for run in acts.runs_that_are(RunStatus.SUBMITTED):
        acts.approve_run(run, user=world.staff[DENIS], at=at)


def confirm_transfers(world: World, at: datetime) -> None:
    """Denis reads on the bank's statement that a run's money has gone."""
    for run in acts.runs_that_are(RunStatus.APPROVED):
        if run.pay_on <= clock.day_of(at):
            acts.execute(run, user=world.staff[DENIS], at=at)


def change_account(world: World, at: datetime) -> None:
    """Emma asks for another account and confirms it by mail; finance have still to approve."""
    emma = world.affiliates[EMMA]
    account = bank_accounts.ask(emma.pk, iban=NEW_ACCOUNT, by=emma.user.as_actor(), at=at)
    bank_accounts.confirm(account.pk, by=emma.user.as_actor(), at=at)


def invite(world: World, at: datetime) -> None:
    """Ilse asks Ana to work in her activity until next summer; Ana has still to answer."""
    summer = date(world.today.year + 1, 6, 30)
    acts.invite(world.affiliates[cast.ILSE], world.affiliates[ANA], ends_on=summer, at=at)


def correct_identity(world: World, at: datetime) -> None:
    """Farid asks for an accent in his name, with a proof; an advisor has still to decide."""
    farid = world.affiliates[FARID]
    corrections.ask(
        farid.pk,
        identity=corrections.Identity(
            first_name=FARID.first_name, last_name="Bénali", birth_date=FARID.born
        ),
        reason="Un accent manque à mon nom : voyez ma carte.",
        proof=Upload(content=RECEIPT, media_type="image/png", extension=".png"),
        by=farid.user.as_actor(),
        on=clock.day_of(at),
        at=at,
    )


def ask_to_look(world: World, at: datetime) -> None:
    """Bruno has found a client nobody knows: Elise looks before the order may leave."""
    bruno, firm = world.affiliates[BRUNO], cast.NEWEST
    by = bruno.user.as_actor()
    client = cast.create_client(firm, creator=bruno.user, at=at)
    fields = acts.job_fields(
        bruno,
        firm,
        client,
        price=Decimal("820.00"),
        days={world.day(11): acts.FULL_DAY, world.day(12): acts.FULL_DAY},
        description="Vertaling van de website en de webwinkel",
    )
    order = acts.draft(bruno, fields, at=at)
    with translation.override(bruno.user.language):
        orders.ask_review(order.pk, by=by, at=at)


# --- A job ---------------------------------------------------------------------------------------


def job_acts(world: World, job: Job) -> Planned:
    """What affiliate and client do with one job, as far as it goes."""
    yield world.hour(job.sent, 10), lambda at: begin(world, job, at)
    if job.stage is Stage.OPENED:
        yield world.hour(job.signed, 14, 30), lambda at: look(world, job, at)
    if job.stage >= Stage.SIGNED:
        yield world.hour(job.signed, 15), lambda at: sign(world, job, at)
    if job.cancelled is not None:
        yield world.hour(job.cancelled, 9), lambda at: cancel(world, job, at)
    if job.stage >= Stage.CONTRACTED:
        yield world.hour(job.signed + 1, 17, 10), lambda at: sign_as_worker(world, job, at)
    if job.change_asked is not None:
        yield world.hour(job.change_asked, 11, 20), lambda at: ask_change(world, job, at)
    if job.stage is Stage.CONFIRMED or job.fewer:
        yield world.hour(job.work[-1], 18, 20), lambda at: report(world, job, at)
    if job.question or job.dispute:
        yield world.hour(-1, 15, 10), lambda at: write(world, job, at)
    if job.paid:
        yield world.hour(job.paid[0], 10, 40), lambda at: pay(world, job, at)
    if job.expense:
        yield world.hour(job.work[-1] + 1, 9, 10), lambda at: expense(world, job, at)


def begin(world: World, job: Job, at: datetime) -> None:
    """The affiliate writes the job down, and sends it unless it stays a draft."""
    affiliate = world.affiliates[job.person]
    shared = world.affiliates[job.into].activities.get() if job.into else None
    fields = acts.job_fields(
        affiliate,
        job.firm,
        world.clients[job.firm],
        price=job.amount,
        days={world.day(number): acts.FULL_DAY for number in job.work},
        description=job.what,
        expenses=((job.expense[0], Decimal(job.expense[1])),) if job.expense else (),
        activity_id=shared.pk if shared else None,
    )
    order = acts.draft(affiliate, fields, at=at)
    world.orders[job] = order if job.stage is Stage.DRAFT else acts.send(order, at=at)


def look(world: World, job: Job, at: datetime) -> None:
    """The client opens the link, and may decline."""
    if job.declined:
        acts.decline_order(world.orders[job], reason=job.declined, at=at)
    elif job.other:
        acts.ask_other(world.orders[job], text=job.other, at=at)
    elif job.colleague:
        name, role, email = job.colleague
        to = orders.Colleague(name=name, role=role, email=email)
        acts.pass_on(world.orders[job], to, at=at)
    else:
        acts.open_link(world.orders[job], at=at)


def write(world: World, job: Job, at: datetime) -> None:
    """The client asks something, or disputes his invoice; somebody at the desk is to answer."""
    kind = QuestionKind.DISPUTE if job.dispute else QuestionKind.QUESTION
    text = job.dispute or job.question
    acts.write(world.orders[job], kind=kind, text=text, at=at)


def sign(world: World, job: Job, at: datetime) -> None:
    """The client signs."""
    acts.sign_order(world.orders[job], role=job.firm.signer_role, reference=job.reference, at=at)


def cancel(world: World, job: Job, at: datetime) -> None:
    """The affiliate cancels before any contract is signed."""
    order = world.orders[job]
    by = order.affiliate.user.as_actor()
    orders.cancel(order.pk, reason="Je suis retenu par une autre mission.", by=by, at=at)


def sign_as_worker(world: World, job: Job, at: datetime) -> None:
    """The affiliate signs her contracts."""
    acts.sign_contracts(world.orders[job], at=at)


def ask_change(world: World, job: Job, at: datetime) -> None:
    """The client asks for other dates."""
    order = world.orders[job]
    orders.ask_change(
        order.pk,
        kind="change",
        text="Pouvons-nous décaler d’une semaine ? La salle n’est pas libre.",
        by=acts.client_actor(order),
        at=at,
    )


def report(world: World, job: Job, at: datetime) -> None:
    """The affiliate answers on the last evening."""
    order = world.orders[job]
    if not job.fewer:
        acts.confirm_work(order, at=at)
        return
    [contract] = acts.contracts_of(order)
    days = [world.day(number) for number in job.work]
    worked = dict.fromkeys(days[:-1], acts.FULL_DAY)
    note = "Le client a fermé le dernier jour."
    by = order.affiliate.user.as_actor()
    orders.confirm_work(contract.pk, answer="fewer", hours=worked, note=note, by=by, at=at)


def pay(world: World, job: Job, at: datetime) -> None:
    """The client pays, all or a part."""
    assert job.paid
    invoice = acts.invoice_of(world.orders[job])
    share = euros(invoice.total * Decimal(job.paid[1]))
    acts.pay_invoice(invoice, share, by=world.staff[DENIS], at=at)


def expense(world: World, job: Job, at: datetime) -> Receipt:
    """The affiliate hands in the receipt, the advisor approves it."""
    order = world.orders[job]
    line = order.expense_lines.get()
    receipt = orders.hand_in(
        line.pk,
        amount=line.amount,
        content=RECEIPT,
        media_type="image/png",
        file_name="justificatif.png",
        by=order.affiliate.user.as_actor(),
        at=at,
    )
    orders.approve_receipt(receipt.pk, user=world.staff[ELISE], at=at)
    return receipt
