"""Many clicks at once on one identity, one statement, one bundle: each is done once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.db import connection

from members.actions import corrections
from members.models import Affiliate, IdentityCorrection
from office import bundles, clock, documents
from office.models import Document, Event, Letter
from office.refusals import Refusal
from office.uploads import Upload
from smart.demo import cast
from smart.demo.world import RECEIPT
from smart.papers import Wanted, bundle, found
from tests import world
from tests.scenarios.visitor import Visitor

AT = world.MONDAY
CLICKS = 12


def at_once(*clicks: Callable[[], Any]) -> list[Any]:
    """All at the same moment; a refusal is an answer."""

    def one(click: Callable[[], Any]) -> Any:
        try:
            return click()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(clicks)) as people:
        return list(people.map(one, clicks))


def test_one_identity_is_asked_once_and_decided_once(real_world: Any) -> None:
    ana, elise = world.ana(), world.elise()

    def ask() -> str:
        row = corrections.ask(
            ana.pk,
            identity=corrections.Identity(
                first_name="Ana", last_name="Lopès", birth_date=cast.ANA.born
            ),
            reason="Un accent manque.",
            proof=Upload(content=RECEIPT, media_type="image/png", extension=".png"),
            by=world.by(ana),
            on=clock.day_of(AT),
            at=AT,
        )
        return row.ref

    answers = at_once(*[ask] * CLICKS)
    assert answers.count("correction_open") == CLICKS - 1
    row = IdentityCorrection.objects.get()

    def accept() -> str:
        return str(corrections.accept(row.pk, user=elise, by=elise.as_actor(), at=AT).accepted)

    def refuse() -> str:
        done = corrections.refuse(row.pk, reason="Floue", user=elise, by=elise.as_actor(), at=AT)
        return str(done.accepted)

    at_once(*[accept, refuse] * (CLICKS // 2))
    row.refresh_from_db()
    kinds = ["identity.corrected", "identity.refused"]
    assert Event.objects.filter(kind__in=kinds).count() == 1
    letters = [f"members/{kind.replace('.', '_')}" for kind in kinds]
    assert Letter.objects.filter(kind__in=letters).count() == 1
    name = Affiliate.objects.get(pk=ana.pk).last_name
    assert (name == "Lopès") == bool(row.accepted)


def test_a_bundle_and_a_statement_are_ordered_once(real_world: Any) -> None:
    clock.move_to(AT)
    world.paid_job()
    for key in Document.objects.filter(sha256=None, after=None).values_list("id", flat=True):
        documents.make(key, at=AT)
    user = world.ana().user
    refs = at_once(*[lambda: bundle(user, found(user, Wanted()), at=AT).ref] * CLICKS)
    assert len(set(refs)) == 1 and Document.objects.filter(kind=bundles.KIND).count() == 1
    browsers = [Visitor(user).client for _ in range(4)]
    presses = [partial(browser.post, "/me/money/paper/") for browser in browsers]
    answers = [answer["Location"] for answer in at_once(*presses)]
    assert len(set(answers)) == 1 and Document.objects.filter(kind="statement").count() == 1
