"""Who may sign for an entity."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import Mandate
from office import journal
from office.actors import Actor
from office.refusals import Refusal


class EndsBeforeStart(Refusal):
    code = "ends_before_start"
    sentence = _(
        "Un mandat ne peut pas finir avant son premier jour. Choisissez une date plus tardive."
    )
    field = "ends_on"


@transaction.atomic
def give(
    *,
    user_id: int,
    entity_id: int,
    title: str,
    starts_on: date,
    by: Actor,
    at: datetime,
    ends_on: date | None = None,
) -> Mandate:
    """A person may sign for an entity from a day on. Raises ``EndsBeforeStart``."""
    if ends_on is not None and ends_on < starts_on:
        raise EndsBeforeStart
    mandate = Mandate.objects.create(
        user_id=user_id, entity_id=entity_id, title=title, starts_on=starts_on, ends_on=ends_on
    )
    journal.record("mandate.given", mandate, f"user:{user_id}", by=by, at=at)
    return mandate


@transaction.atomic
def end(mandate_id: int, *, on: date, by: Actor, at: datetime) -> Mandate:
    """The last day of a mandate. Raises ``EndsBeforeStart``."""
    mandate = Mandate.objects.select_for_update(no_key=True).get(pk=mandate_id)
    if on < mandate.starts_on:
        raise EndsBeforeStart
    mandate.ends_on = on
    mandate.save(update_fields=["ends_on"])
    journal.record("mandate.ended", mandate, f"user:{mandate.user_id}", by=by, at=at)
    return mandate
