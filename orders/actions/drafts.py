"""Drafting a job: always possible, complete or not, member or not yet."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import Affiliate
from members.queries import activity_of
from office import journal, lifecycle
from office.actors import Actor
from office.refusals import Refusal
from orders import rules
from orders.locks import lock
from orders.models import ExpenseLine, Order, OrderDay
from orders.plans import JobFields, fields_of
from orders.states import ORDER_TRANSITIONS, OrderStatus

AS_TYPED = (
    "description place free_setting client_id signer_name signer_email signer_language "
    "amount_kind amount payment_term_days valid_until"
).split()


class NotADraft(Refusal):
    code = "not_a_draft"
    sentence = _(
        "Cette mission est « {status} » : reprenez-la d’abord comme brouillon pour la changer."
    )


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
    order = Order(
        affiliate=affiliate,
        activity=activity_of(affiliate.pk),
        replaces=replaces,
        created_at=at,
        changed_at=at,
    )
    _write(order, fields)
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
    """A new draft with the words, client and amount of another job; its days are still to
    choose.
    """
    source = Order.objects.get(pk=order_id)
    fields = fields_of(source)
    again = JobFields(
        **{name: getattr(fields, name) for name in fields.__dataclass_fields__}
        | {"days": (), "valid_until": None}
    )
    return create(source.affiliate_id, fields=again, by=by, at=at)


def _must_be_draft(order: Order) -> None:
    if order.status != OrderStatus.DRAFT:
        raise NotADraft(status=order.get_status_display())


def _write(order: Order, fields: JobFields) -> None:
    rules.check_each_day_once(fields.days)
    for name in AS_TYPED:
        setattr(order, name, getattr(fields, name))
    order.trade_id = fields.trade_code or None
    order.save()
    order.days.all().delete()
    OrderDay.objects.bulk_create(
        OrderDay(order=order, day=day, hours=hours) for day, hours in sorted(fields.days)
    )
    order.expense_lines.all().delete()
    ExpenseLine.objects.bulk_create(
        ExpenseLine(order=order, position=position, label=label, amount=amount)
        for position, (label, amount) in enumerate(fields.expenses, 1)
    )
