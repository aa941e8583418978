"""Measures the house on a real PostgreSQL: one process, commits on. `./coop bench chain`."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from invoicing.actions import clients, issuing
from invoicing.models import Invoice
from ledger import queries as ledger_queries
from ledger.booking import Booking, Leg, book, book_many
from ledger.models import LegalEntity
from members.models import Affiliate, User
from office import clock, documents
from office.actors import SYSTEM
from office.models import Document
from orders.models import Order
from smart.demo import acts, cast

JOBS, ENTRIES, BULK, PAPERS, PAGES = 60, 400, 5000, 30, 40
CENT = Decimal("0.01")
BIG = Decimal("10000000.00")  # every job of the measure stays below what is guaranteed


@dataclass
class Meter:
    """Time and queries of some work, per piece. The processor's time is this process's alone: what
    a busy machine adds, and the database's and the disk's part, stand in the first column only.
    """

    name: str
    pieces: int
    goal: float | None = None  # milliseconds a piece
    milliseconds: float = 0
    processor: float = 0
    queries: int = 0

    def line(self) -> str:
        each, own = self.milliseconds / self.pieces, self.processor / self.pieces
        goal = "" if self.goal is None else f"{self.goal:g} ms"
        queries = self.queries / self.pieces
        return (
            f"{self.name:<42} {each:8.2f} ms {own:8.2f} ms {goal:>8} {queries:8.1f} "
            f"{1000 / each:10.1f}"
        )


HEADING = f"{'':<42} {'a piece':>11} {'of our CPU':>11} {'goal':>8} {'queries':>8} {'a second':>10}"


@contextmanager
def measured(meter: Meter) -> Iterator[None]:
    """Add the time and the queries of a block to a meter."""

    def count(execute: Callable[..., Any], *call: Any) -> Any:
        meter.queries += 1
        return execute(*call)

    started, own = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        yield
    meter.processor += (time.process_time() - own) * 1000
    meter.milliseconds += (time.perf_counter() - started) * 1000


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="chain", choices=["chain"])

    def handle(self, *args: Any, **options: Any) -> None:
        if LegalEntity.objects.exists():
            raise CommandError("bench fills a database: give it an empty one (./coop bench)")
        stage = Stage()
        self.stdout.write(HEADING)
        for part in (stage.jobs, stage.entries, stage.papers, stage.seals, stage.pages):
            for meter in part():
                self.stdout.write(meter.line())


class Stage:
    """A cooperative with one affiliate and one client, and its measurements."""

    def __init__(self) -> None:
        self.at = clock.now()
        self.entity = cast.found_cooperative(at=self.at, free_jobs=1_000_000)
        self.staff = cast.hire_staff(self.entity, at=self.at)
        self.ana: Affiliate = cast.accept(
            cast.register(cast.ANA, at=self.at),
            entity=self.entity,
            advisor=self.staff[cast.ELISE],
            finance=self.staff[cast.DENIS],
            at=self.at,
        )
        self.dumont = cast.create_client(cast.DUMONT, creator=self.ana.user, at=self.at)
        by = self.staff[cast.DENIS].as_actor()
        clients.verify(self.dumont.pk, by=by, at=self.at)
        clients.set_ceiling(self.dumont.pk, amount=BIG, by=by, at=self.at)
        self.days = acts.office_days_after(clock.day_of(self.at), 4)[2:]
        self.evening: datetime = clock.start_of(self.days[-1]) + timedelta(hours=18)

    def jobs(self) -> list[Meter]:
        """From a draft to an invoice in the books, job by job."""
        whole = Meter("one job, signature to contract and books", JOBS, goal=30)
        steps = {
            name: Meter(f"  {name}", JOBS)
            for name in (
                "draft and send",
                "sign: invoice and contract",
                "confirm",
                "issue and book",
            )
        }
        for _ in range(JOBS):
            order = self._timed(steps["draft and send"], self._send)
            order = self._timed(steps["sign: invoice and contract"], partial(self._sign, order))
            self._timed(steps["confirm"], partial(acts.confirm_work, order, at=self.evening))
            self._timed(steps["issue and book"], partial(self._issue, order))
        for meter in list(steps.values())[1:]:
            whole.milliseconds += meter.milliseconds
            whole.processor += meter.processor
            whole.queries += meter.queries
        return [whole, *steps.values()]

    def entries(self) -> list[Meter]:
        """The ledger alone: one entry per transaction, then thousands in one."""
        bank = ledger_queries.account_id(self.entity.pk, "550")
        revenue = ledger_queries.account_id(self.entity.pk, "700")
        legs = [Leg(bank, CENT), Leg(revenue, -CENT)]
        on = clock.day_of(self.at)
        alone = Meter("one entry alone", ENTRIES, goal=2)
        bulk = Meter("one entry in bulk", BULK, goal=0.1)
        with measured(alone):
            for number in range(ENTRIES):
                book(
                    self.entity.pk,
                    on=on,
                    kind="bench",
                    source=f"bench:{number}",
                    text="bench",
                    legs=legs,
                    at=self.at,
                )
        many = [
            Booking(
                entity_id=self.entity.pk,
                on=on,
                kind="bench",
                source=f"bulk:{number}",
                text="bench",
                legs=legs,
            )
            for number in range(BULK)
        ]
        with measured(bulk):
            book_many(many, at=self.at)
        return [alone, bulk]

    def papers(self) -> list[Meter]:
        """Invoices as PDF, one process; the first one warms fonts and style sheet."""
        waiting = list(
            Document.objects.filter(sha256=None, kind="invoice").values_list("id", flat=True)
        )[: PAPERS + 1]
        documents.make(waiting[0], at=self.at)
        meter = Meter("one invoice as PDF", len(waiting) - 1, goal=45)
        with measured(meter):
            for key in waiting[1:]:
                documents.make(key, at=self.at)
        return [meter]

    def seals(self) -> list[Meter]:
        """The seal of one paper, put and checked; the first one loads the key."""
        from office import paper, seal

        about: dict[str, Any] = {"name": "bench", "reason": "bench", "at": self.at}
        page = paper.pdf("<p>Bon pour accord</p>")
        sealed = seal.seal(page, **about)
        put, checked = Meter("one seal put", PAPERS), Meter("one seal checked", PAPERS)
        with measured(put):
            for _ in range(PAPERS):
                seal.seal(page, **about)
        with measured(checked):
            for _ in range(PAPERS):
                seal.check(sealed)
        return [put, checked]

    def pages(self) -> list[Meter]:
        """Pages as the affiliate and the desk get them, templates warm."""
        pages = []
        order = Order.objects.latest("id")
        for name, user, url in (
            ("page: simulator", self.ana.user, reverse("simulator")),
            ("page: affiliate's home", self.ana.user, reverse("home")),
            ("page: one job", self.ana.user, reverse("job", args=[order.ref])),
            ("page: desk", self.staff[cast.DENIS], reverse("admin:index")),
        ):
            pages.append(self._page(name, user, url))
        return pages

    def _page(self, name: str, user: User, url: str) -> Meter:
        browser = Browser(SERVER_NAME="127.0.0.1")
        browser.force_login(user)
        browser.get(url)
        meter = Meter(name, PAGES)
        with measured(meter):
            for _ in range(PAGES):
                answer = browser.get(url)
        if answer.status_code != 200:
            raise CommandError(f"{url} answers {answer.status_code}")
        return meter

    def _timed(self, meter: Meter, do: Callable[[], Any]) -> Any:
        with measured(meter):
            return do()

    def _send(self) -> Order:
        fields = acts.job_fields(
            self.ana,
            cast.DUMONT,
            self.dumont,
            price=Decimal("1000.00"),
            days=dict.fromkeys(self.days, acts.FULL_DAY),
            description="Refonte de la page d’accueil",
        )
        return acts.send(acts.draft(self.ana, fields, at=self.at), at=self.at)

    def _sign(self, order: Order) -> Order:
        return acts.sign_order(order, role=cast.DUMONT.signer_role, at=self.at)

    def _issue(self, order: Order) -> list[Invoice]:
        keys = order.invoices.values_list("id", flat=True)
        return issuing.issue(keys, on=clock.day_of(self.evening), by=SYSTEM, at=self.evening)
