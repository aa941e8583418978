"""Drafting a job: always possible, complete or not, member or not yet."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from members.models import Affiliate
from members.queries import activity_of
from office import clock, journal, lifecycle
from office.actors import Actor
from office.calendar import ONE_DAY, is_legal_holiday, working_days_after
from office.refusals import Refusal
from orders import rules
from orders.locks import lock
from orders.models import ExpenseLine, Order, OrderDay
from orders.plans import JobFields, Part, fields_of, mark
from orders.states import ORDER_TRANSITIONS, OrderStatus

UNTOUCHED = 20  # drafts looked at for the same one
DAYS_TO_SIGN = 2  # office days a client has at least, in a copy
AS_TYPED = (
    "description place free_setting client_id signer_name signer_email signer_language "
    "amount_kind amount payment_term_days valid_until"
).split()


class NotADraft(Refusal):
    code = "not_a_draft"
    sentence = _(
        "Cette mission est « {status} » : reprenez-la d’abord comme brouillon pour la changer."
    )


class ChangedElsewhere(Refusal):
    code = "changed_elsewhere"
    sentence = _(
        "Cette étape a changé dans une autre fenêtre entre-temps. Ce que vous voyez ici n’est pas "
        "encore gardé : choisissez ce qui vaut."
    )


@transaction.atomic
def begin(affiliate_id: int, *, fields: JobFields, by: Actor, at: datetime) -> Order:
    """A new draft; the same one, when the newest untouched ones hold just this (two clicks)."""
    Affiliate.objects.select_for_update(no_key=True).get(pk=affiliate_id)
    fields = _placed(affiliate_id, fields, at=at)
    drafts = Order.objects.filter(
        affiliate=affiliate_id,
        status=OrderStatus.DRAFT,
        version=1,
        replaces=None,
        changed_at=F("created_at"),
    ).prefetch_related("days", "expense_lines")
    for order in drafts.order_by("-id")[:UNTOUCHED]:
        if fields_of(order) == fields:
            return order
    return create(affiliate_id, fields=fields, by=by, at=at)


@transaction.atomic
def create(
    affiliate_id: int,
    *,
    fields: JobFields,
    by: Actor,
    at: datetime,
    replaces: Order | None = None,
) -> Order:
    """A new draft, however little was typed. Raises ``rules.DayTwice``."""
    affiliate = Affiliate.objects.get(pk=affiliate_id)
    order = Order(affiliate=affiliate, replaces=replaces, created_at=at, changed_at=at)
    _write(order, _placed(affiliate_id, fields, at=at))
    journal.record("order.drafted", order, by=by, at=at)
    return order


@transaction.atomic
def amend(order_id: int, *, fields: JobFields, by: Actor, at: datetime) -> Order:
    """Replace what stands in a draft. Raises ``NotADraft``, ``rules.DayTwice``."""
    order = lock(order_id)
    _must_be_draft(order)
    order.changed_at = at
    _write(order, fields)
    journal.record("order.amended", order, by=by, at=at)
    return order


@transaction.atomic
def fill(
    order_id: int,
    *,
    part: Part,
    values: Mapping[str, Any],
    unfinished: Mapping[str, str],
    seen: str,
    by: Actor,
    at: datetime,
) -> Order:
    """Keep one part of a draft as it is typed.

    ``values`` are those of the part's fields that are understood, ``unfinished`` the texts that
    are no value yet; ``seen`` is the part's ``mark`` when it was shown. Nothing changes when it
    holds just this already. Raises ``ChangedElsewhere`` when it is not what was shown,
    ``NotADraft``, ``rules.DayTwice``.
    """
    order = lock(order_id)
    _must_be_draft(order)
    held = fields_of(order)
    fields = replace(held, **values)
    typed = {name: texts for name, texts in order.unfinished.items() if name != part.name}
    if unfinished:
        typed[part.name] = dict(unfinished)
    if (fields, typed) == (held, order.unfinished):
        return order
    if seen != mark(order, part):
        raise ChangedElsewhere()
    order.unfinished, order.changed_at = typed, at
    _write(order, fields)
    if fields != held:
        journal.record("order.amended", order, by=by, at=at)
    return order


@transaction.atomic
def discard(order_id: int, *, by: Actor, at: datetime) -> None:
    """Throw a draft away. One that a client has already seen is kept, as cancelled."""
    order = lock(order_id)
    _must_be_draft(order)
    journal.record("order.discarded", order, by=by, at=at)
    if order.version == 1:
        order.delete()
        return
    lifecycle.move(order, OrderStatus.CANCELLED, ORDER_TRANSITIONS)
    order.ended_at = at
    order.replaces = None
    order.save(update_fields=["status", "ended_at", "replaces"])


@transaction.atomic
def copy(order_id: int, *, by: Actor, at: datetime) -> Order:
    """A new draft with the words, client and amount of another job, its days whole weeks later."""
    source = Order.objects.get(pk=order_id)
    fields = fields_of(source)
    earliest = working_days_after(clock.day_of(at), DAYS_TO_SIGN)
    after = max((day for day, _hours in fields.days), default=earliest) + ONE_DAY
    days = rules.moved(fields.days, earliest=max(earliest, after), closed=is_legal_holiday)
    again = replace(fields, days=days, valid_until=None)
    return begin(source.affiliate_id, fields=again, by=by, at=at)


def _must_be_draft(order: Order) -> None:
    if order.status != OrderStatus.DRAFT:
        raise NotADraft(status=order.get_status_display())


def _placed(affiliate_id: int, fields: JobFields, *, at: datetime) -> JobFields:
    """The fields with the activity the job goes to: the one named, while she takes part in it."""
    activity = activity_of(affiliate_id, clock.day_of(at), wanted=fields.activity_id)
    return replace(fields, activity_id=activity.pk if activity else None)


def _write(order: Order, fields: JobFields) -> None:
    rules.check_each_day_once(fields.days)
    order.activity_id = fields.activity_id or order.activity_id
    for name in AS_TYPED:
        setattr(order, name, getattr(fields, name))
    order.trade_id = fields.trade_code or None
    order.save()
    days = sorted(fields.days)
    if days != [(row.day, row.hours) for row in order.days.all()]:
        order.days.all().delete()
        OrderDay.objects.bulk_create(
            OrderDay(order=order, day=day, hours=hours) for day, hours in days
        )
    if fields.expenses != tuple((row.label, row.amount) for row in order.expense_lines.all()):
        order.expense_lines.all().delete()
        ExpenseLine.objects.bulk_create(
            ExpenseLine(order=order, position=position, label=label, amount=amount)
            for position, (label, amount) in enumerate(fields.expenses, 1)
        )
