"""The same thing done by two at the same moment: a paper given twice, an application sent twice, a
picture replaced while staff answer on it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from members.actions import affiliates, applications, papers
from members.models import Affiliate, BankAccount, PersonalPaper
from members.rules import HouseholdFacts
from members.states import PaperStatus
from office.lifecycle import NotAllowed
from office.models import Letter, SealedFile
from office.uploads import Upload
from smart.demo import cast
from tests import files, world

AT, ON = world.MONDAY, world.MONDAY.date()
PICTURE = Upload(content=files.picture(), media_type="image/jpeg", extension=".jpg")
CLICKS = 12


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each gives, or what refuses it."""

    def act(one: Callable[[], object]) -> object:
        try:
            return one()
        except NotAllowed as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(acts)) as people:
        return list(people.map(act, acts))


@pytest.fixture
def gita(real_world: Any) -> Affiliate:
    world.cooperative(), world.staff()
    found = Affiliate.objects.filter(user__email=cast.GITA.email).first()
    return found or cast.begin(cast.GITA, at=AT)


def give(gita: Affiliate, kind: str = "id_front") -> PersonalPaper:
    return papers.give(gita.pk, kind, upload=PICTURE, by=world.by(gita), at=AT)


def send(gita: Affiliate) -> Affiliate:
    told = applications.Application(
        birth_date=cast.GITA.born,
        national_number=cast.GITA.national_number,
        street=cast.GITA.street,
        postcode=cast.GITA.postcode,
        city=cast.GITA.city,
        iban=cast.GITA.iban,
        household=HouseholdFacts(),
    )
    return applications.send(gita.pk, told, by=world.by(gita), on=ON, at=AT)


def test_a_paper_given_by_many_clicks_is_there_once(gita: Affiliate) -> None:
    at_once(*[lambda: give(gita)] * CLICKS)
    current = PersonalPaper.objects.current().filter(affiliate=gita, kind="id_front")
    assert current.count() == 1
    readable = SealedFile.objects.filter(forgotten_at=None)
    assert [file.pk for file in readable] == [current.get().file_id]


def test_an_application_sent_by_many_clicks_is_sent_once(gita: Affiliate) -> None:
    cast.give_papers(gita, cast.GITA, at=AT)
    assert {str(one) for one in at_once(*[lambda: send(gita)] * CLICKS)} == {"Gita Singh"}
    assert BankAccount.objects.filter(affiliate=gita).count() == 1
    assert gita.households.count() == 1


def test_staff_answer_on_what_they_saw_or_not_at_all(gita: Affiliate) -> None:
    seen = gita.papers.get(kind="bank_card", status=PaperStatus.GIVEN)
    elise = world.elise()
    again = papers.Decision(paper_id=seen.pk, accepted=False, reason="Trop flou.")

    def answer() -> object:
        by = elise.as_actor()
        return papers.review(gita.pk, [again], user=elise, by=by, on=ON, at=AT)

    outcomes = at_once(answer, lambda: give(gita, "bank_card"), answer)
    seen.refresh_from_db()
    assert seen.status == PaperStatus.REPLACED  # either after the answer, or before it
    current = PersonalPaper.objects.current().get(affiliate=gita, kind="bank_card")
    assert current.status == PaperStatus.GIVEN
    answered = [one for one in outcomes if one is not NotAllowed and isinstance(one, list)]
    letters = Letter.objects.filter(kind="members/papers_to_redo", to=gita.user.email)
    assert len(answered) == letters.count() <= 1


def test_accepted_by_two_she_has_one_activity(gita: Affiliate) -> None:
    elise, entity = world.elise(), world.cooperative()
    cast.check_papers(gita, advisor=elise, at=AT)

    def accept() -> object:
        by = elise.as_actor()
        return affiliates.accept(gita.pk, entity_id=entity.pk, user=elise, by=by, at=AT)

    assert len({str(one) for one in at_once(*[accept] * 4)}) == 1
    assert gita.activities.count() == 1
