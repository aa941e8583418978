"""The same invitation accepted by many clicks, two holders who leave at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from members.actions import activities as acts
from members.models import ActivityMandate, ActivityRole
from office.models import Letter
from office.refusals import Refusal
from tests import world

AT, ON = world.MONDAY, world.MONDAY.date()
CLICKS = 12


def at_once(*verbs: Callable[[], object]) -> list[object]:
    """What each gives, or what refuses it."""

    def act(one: Callable[[], object]) -> object:
        try:
            return one()
        except Refusal as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(verbs)) as people:
        return list(people.map(act, verbs))


def test_two_at_once(real_world: Any) -> None:
    ana, bruno = world.ana(), world.bruno()
    activity = world.activity(ana)

    def invite() -> Any:
        return acts.invite(
            activity.pk, invited=bruno.user.email, role=ActivityRole.HOLDER,
            inviter_id=ana.pk, by=world.by(ana), at=AT,
        )  # fmt: skip

    invitations = at_once(*[invite] * CLICKS)
    assert len(set(invitations)) == 1
    invitation: Any = invitations[0]

    def accept() -> object:
        return acts.accept(invitation.pk, affiliate_id=bruno.pk, by=world.by(bruno), at=AT)

    mandates = at_once(*[accept] * CLICKS)
    assert len(set(mandates)) == 1
    assert Letter.objects.filter(kind__startswith="members/activity").count() == 2

    def leaves(mandate: ActivityMandate) -> Callable[[], object]:
        who = mandate.affiliate
        return lambda: acts.end(mandate.pk, ends_on=ON, asked_by=who.pk, by=world.by(who), at=AT)

    def sent_away(mandate: ActivityMandate) -> Callable[[], object]:
        """The cooperative ends it, in the same moment."""
        elise = world.by(world.elise())
        return lambda: acts.end(
            mandate.pk, ends_on=ON, asked_by=None, reason="Fraude", by=elise, at=AT
        )

    both = activity.mandates.select_related("affiliate__user")
    first, second = both
    left = at_once(leaves(first), sent_away(second))
    assert left.count(acts.LastHolder) == 1
    assert activity.mandates.filter(ends_on=None, role=ActivityRole.HOLDER).count() == 1
