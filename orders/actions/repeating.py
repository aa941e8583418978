"""A job that comes back each week or month: one draft for each calendar month to come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from office import clock
from office.actors import Actor
from office.calendar import is_legal_holiday
from office.refusals import Refusal
from orders import rhythm
from orders.actions.drafts import begin
from orders.models import Order
from orders.plans import JobFields, fields_of


class NothingToRepeat(Refusal):
    code = "nothing_to_repeat"
    sentence = _(
        "Aucun jour à venir avec ce rythme. Choisissez plus de fois, ou une date plus lointaine."
    )
    field = "times"


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """The drafts a repetition would make, and the holidays it leaves out."""

    jobs: Sequence[JobFields]
    left_out: Sequence[date]


def proposed(order: Order, *, every: str, times: int, on: date) -> Proposed:
    """What ``repeat`` would draft on a day: one job a calendar month, its price by its hours."""
    fields = fields_of(order)
    if not fields.days:
        return Proposed(jobs=(), left_out=())
    found = rhythm.repeated(
        fields.days, rhythm=every, times=times, after=on, closed=is_legal_holiday
    )
    jobs = [
        replace(
            fields,
            days=days,
            valid_until=None,
            amount=rhythm.in_proportion(fields.amount, days, of=fields.days)
            if fields.amount
            else None,
            expenses=tuple(
                (label, rhythm.in_proportion(amount, days, of=fields.days))
                for label, amount in fields.expenses
            ),
        )
        for days in found.months.values()
    ]
    return Proposed(jobs=jobs, left_out=found.left_out)


@transaction.atomic
def repeat(order_id: int, *, every: str, times: int, by: Actor, at: datetime) -> list[Order]:
    """Draft a job again, ``times`` weeks or months on; asked twice, the same drafts answer.

    Raises ``NothingToRepeat``.
    """
    order = Order.objects.prefetch_related("days", "expense_lines").get(pk=order_id)
    found = proposed(order, every=every, times=times, on=clock.day_of(at))
    if not found.jobs:
        raise NothingToRepeat
    return [begin(order.affiliate_id, fields=fields, by=by, at=at) for fields in found.jobs]
