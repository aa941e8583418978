"""Ana's rows in the states her pages need, made once for a whole module of tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from members.actions import bank_accounts, corrections, tokens
from members.models import ApiToken, User
from members.scopes import Scope
from office import clock, documents, feed, links
from office.models import Delivery, Document, Notice
from office.uploads import Upload
from office.webhooks import actions as webhooks
from orders import actions as orders
from payroll.models import Payslip
from smart.demo import cast, travel
from smart.demo import world as demo_world
from smart.models import DemoMail
from smart.papers import bundle, documents_of
from smart.shares import PUBLIC, shares_of
from tests import world

TRAIN = Decimal("24.00")
ROLES = ("advisor", "finance", "payroll", "administrator")
TOKENS = ("password", "email", "iban", "invoice", "sign", "follow", "work", "notices")


@contextmanager
def undone() -> Iterator[None]:
    """Everything inside is rolled back, as in a test case."""
    block = transaction.atomic()
    block._from_testcase = True  # as a test case does: letters commit before they are handed over
    with block:
        yield
        transaction.set_rollback(True)


class Town:
    """Ana's rows in the states her pages need, and one logged-in browser per person."""

    def __init__(self) -> None:
        world.staff(), world.bruno()
        self.ana = world.ana()
        self.beginner = cast.begin(replace(cast.JONAS, language="fr"), at=clock.now())
        self.paid = world.paid_job()
        at = clock.now()
        self.working = world.contracted_job(expenses=(("Train", TRAIN),))
        self.sent = world.sent_job()
        self.draft = world.draft_job()
        self.offered = world.signed_job()
        demo_world.acts.sign_for_cooperative(world.denis(), only=self.offered, at=at)
        line = self.working.expense_lines.get()
        by = world.by(self.ana)
        self.receipt = orders.hand_in(
            line.pk,
            amount=TRAIN,
            content=demo_world.RECEIPT,
            media_type="image/png",
            file_name="train.png",
            by=by,
            at=at,
        )
        self.account = bank_accounts.ask(self.ana.pk, iban=demo_world.NEW_ACCOUNT, by=by, at=at)
        self.correction = corrections.ask(
            self.ana.pk,
            identity=corrections.Identity(
                first_name="Ana", last_name="Lopès", birth_date=cast.ANA.born
            ),
            reason="Un accent manque.",
            proof=Upload(content=demo_world.RECEIPT, media_type="image/png", extension=".png"),
            by=by,
            on=clock.day_of(at),
            at=at,
        )
        self.mandate = self.ana.activity_mandates.get()
        self.invitation = demo_world.acts.invite(world.bruno(), self.ana, at=at)
        self.bundle = bundle(self.ana.user, documents_of(self.ana.user), at=at)
        self.share = cast.pay_share(self.ana, at=at)
        self.webhook = webhooks.ask(
            self.ana.user_id, url="https://hooks.example/in", kinds=PUBLIC, by=by, at=at
        ).webhook
        webhooks.approve(self.webhook.pk, by=world.admin().as_actor(), at=at)
        feed.share(shares_of, at=at)
        self.delivery = Delivery.objects.filter(webhook=self.webhook).earliest("id")
        with override_settings(EMAIL_BACKEND="smart.demo.mailbox.EmailBackend"):
            travel.deliver_letters()
        for key in Document.objects.filter(sha256=None).values_list("id", flat=True):
            documents.make(key, at=at)
        self.people: dict[str, Client] = {"nobody": Client(SERVER_NAME="127.0.0.1")}
        users = {
            "ana": self.ana.user,
            "bruno": world.bruno().user,
            "beginner": self.beginner.user,
            "advisor": world.elise(),
            "finance": world.denis(),
            "payroll": world.carla(),
            "administrator": world.admin(),
        }
        for person, user in users.items():
            self.people[person] = Client(SERVER_NAME="127.0.0.1")
            self.people[person].force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])

    def parts(self, about: str) -> list[Any]:
        """What stands in the variable parts of an address."""
        if about.endswith("token"):
            return [self.token(about.split()[0])]
        if about == "key":
            return [self.token_of(self.ana.user)[0].ref]
        payslip = Payslip.objects.get(contract__job=self.paid.ref)
        return {
            "": [],
            "share": [self.share.ref],
            "terms and language": ["2026-11", "fr"],
            "kind of paper": ["payslip", "fr"],
            "language": ["nl"],
            "order": [self.sent.ref],
            "signed order": [self.working.ref],
            "draft": [self.draft.ref],
            "draft and step": [self.draft.ref, "days"],
            "contract": [world.contract_of(self.offered).ref],
            "order and line": [self.working.ref, 1],
            "order and receipt": [self.working.ref, self.receipt.pk],
            "payslip": [payslip.ref],
            "invoice": [world.invoice_of(self.paid).ref],
            "activity": [self.mandate.activity.ref],
            "activity and mandate": [self.mandate.activity.ref, self.mandate.ref],
            "invitation": [self.invitation.ref],
            "bundle": [self.bundle.ref],
            "correction": [self.correction.ref],
            "paid link and its invoice": [self.paid_link(), world.invoice_of(self.paid).ref],
            "document": [payslip.document.ref if payslip.document else ""],
            "client": [world.dumont().ref],
            "kind": ["id_front"],
            "part": ["home"],
            "personal paper": [self.ana.papers.get(kind="id_front").ref],
            "webhook": [self.webhook.ref],
            "webhook and delivery": [self.webhook.ref, self.delivery.ref],
            "notice": [Notice.objects.filter(user_id=self.ana.user_id).latest("id").ref],
            "letter": [DemoMail.objects.filter(to=self.ana.user.email).latest("id").ref],
        }[about]

    def token_of(self, user: User) -> tuple[ApiToken, str]:
        """A key for programs with every right, and its secret."""
        by, at = user.as_actor(), clock.now()
        made = tokens.create(user.pk, name="x", scopes=Scope.values, days=30, by=by, at=at)
        return made.token, made.secret

    def token(self, purpose: str) -> str:
        """A living token of Ana's world."""
        at = clock.now()
        subject: Any = {
            "password": self.ana.user,
            "email": self.ana.user,
            "notices": self.ana.user,
            "iban": self.account,
            "invoice": world.invoice_of(self.paid),
            "sign": self.sent,
            "follow": self.working,
            "work": world.contract_of(self.working),
        }[purpose]
        address = self.sent.signer_email if purpose == "sign" else "a@b.example"
        return links.token(links.issue(purpose, subject=subject, address=address, at=at))

    def paid_link(self) -> str:
        """What opens the page of the client of the paid job."""
        follow = links.newest(self.paid, "follow")
        assert follow is not None
        return links.token(follow)
