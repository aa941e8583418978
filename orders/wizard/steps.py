"""The steps of a job, and what each page of one prints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from invoicing.policies import InvoicingPolicy
from members import pieces
from members.models import Affiliate
from office import policy
from office.refusals import Refusal
from orders import habits, pricing, rules
from orders.actions.examining import Examined
from orders.bars import bar_of
from orders.models import Order
from orders.plans import Part, fields_of, mark
from orders.policy import on_day
from orders.split import split_values
from orders.wizard import calendar, client_step, days_step, mission_step, price_step
from orders.wizard.fields import as_typed

Words = str | Promise
Form = client_step.ClientForm | mission_step.MissionForm | days_step.DaysForm | price_step.PriceForm


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of the wizard."""

    part: Part
    label: Words
    title: Words
    form: type[Form]

    @property
    def name(self) -> str:
        return self.part.name

    @property
    def template(self) -> str:
        return f"orders/wizard/{self.name}.html"

    def url(self, order: Order) -> str:
        return reverse("job-step", args=[order.ref, self.name])


STEPS = {
    step.name: step
    for step in (
        Step(
            part=client_step.PART,
            label=_("Client"),
            title=_("Pour qui ?"),
            form=client_step.ClientForm,
        ),
        Step(
            part=mission_step.PART,
            label=_("Mission"),
            title=_("Quel travail ?"),
            form=mission_step.MissionForm,
        ),
        Step(
            part=days_step.PART,
            label=_("Jours"),
            title=_("Quels jours ?"),
            form=days_step.DaysForm,
        ),
        Step(
            part=price_step.PART,
            label=_("Prix"),
            title=_("Quel prix ?"),
            form=price_step.PriceForm,
        ),
    )
}
STEP_OF = {  # field of a refusal -> step where it is mended
    **dict.fromkeys(("client", "signer_name", "signer_email"), "client"),
    **dict.fromkeys(("activity", "trade", "description", "place"), "work"),
    "days": "days",
    **dict.fromkeys(("amount", "payment_term_days", "valid_until"), "price"),
}


def opened(step: Step, order: Order, affiliate: Affiliate) -> Form:
    """The form of a step as it was left, texts that are no value yet included."""
    form = step.form(None, order=order, affiliate=affiliate)
    left = order.unfinished.get(step.name)
    if not left:
        return form
    again = step.form(as_typed(form, left), order=order, affiliate=affiliate)
    again.full_clean()
    return again


def to_mend(hindrances: Iterable[Refusal]) -> dict[str, list[Refusal]]:
    """What keeps a draft back, by step; under no name what no step mends."""
    by_step: dict[str, list[Refusal]] = {}
    for refusal in hindrances:
        by_step.setdefault(STEP_OF.get(refusal.field, ""), []).append(refusal)
    return by_step


def after(step: Step | None, order: Order, examined: Examined) -> str:
    """Where to go on: the next step that misses something, else the page where all is read."""
    names = list(STEPS)
    waiting = to_mend(examined.hindrances).keys() | order.unfinished.keys()
    start = names.index(step.name) + 1 if step else 0
    for name in names[start:]:
        if name in waiting:
            return STEPS[name].url(order)
    return reverse("job", args=[order.ref])


def before(step: Step, order: Order) -> str:
    """The step before, or nothing."""
    names = list(STEPS)
    place = names.index(step.name)
    return STEPS[names[place - 1]].url(order) if place else ""


def progress(order: Order, examined: Examined, *, now: str) -> list[pieces.Step]:
    """The five steps as the head of each page shows them; ``now`` is empty on the last."""
    waiting = to_mend(examined.hindrances).keys() | order.unfinished.keys()
    shown = [
        pieces.Step(
            label=step.label,
            state="now" if name == now else "todo" if name in waiting else "done",
            url=step.url(order),
        )
        for name, step in STEPS.items()
    ]
    check = pieces.Step(
        label=_("Vérifier"), state="todo" if now else "now", url=reverse("job", args=[order.ref])
    )
    return [*shown, check]


def fresh(order: Order) -> Order:
    """The order read again, with its rows."""
    again = Order.objects.select_related(
        "client", "trade", "affiliate__user", "replaces", "activity__entity"
    ).get(pk=order.pk)
    prefetch_related_objects([again], "days", "expense_lines")
    return again


def page(
    step: Step, order: Order, form: Form, *, examined: Examined, data: QueryDict, on: date
) -> dict[str, Any]:
    """What the page of a step prints; ``data`` is what was sent, or the address."""
    context = {
        "section": "jobs",
        "order": order,
        "step": step,
        "form": form,
        "steps": progress(order, examined, now=step.name),
        "seen": mark(order, step.part),
        "back": before(step, order),
        **split_of(order, examined, on=on),
    }
    if isinstance(form, days_step.DaysForm):
        context |= _days(order, data, on=on)
    if isinstance(form, price_step.PriceForm):
        context["default_term"] = policy.current(InvoicingPolicy, on).default_term_days
        context["validity_days"] = on_day(on).validity_days
    return context


def _days(order: Order, data: QueryDict, *, on: date) -> dict[str, Any]:
    """The month shown, and the days on which all her jobs together are too long."""
    days = fields_of(order).days
    first = calendar.month_to_show(data.get("to") or data.get("shown") or "", days, on=on)
    month_end = calendar.month_bounds(first)[1]
    every = [day for day, _hours in days]
    taken = habits.hours_elsewhere(order, min([first, *every]), max([month_end, *every]))
    most = on_day(on).max_hours_a_day
    over = rules.overfull(days, habits.total_elsewhere(taken), most=most)
    return {
        "month": calendar.month_of(first, days, taken, over, on=on),
        "over": _too_long(over, taken),
        "most": most,
        "total_hours": rules.total_hours(days),
    }


def overfull_days(order: Order, *, on: date) -> dict[str, Any]:
    """The days of an order on which all her jobs together are too long, as a page says them."""
    days = fields_of(order).days
    if not days:
        return {}
    every = [day for day, _hours in days]
    taken = habits.hours_elsewhere(order, min(every), max(every))
    most = on_day(on).max_hours_a_day
    over = rules.overfull(days, habits.total_elsewhere(taken), most=most)
    return {"over": _too_long(over, taken), "most": most}


def _too_long(
    over: Mapping[date, Any], taken: Mapping[date, Sequence[habits.Elsewhere]]
) -> list[dict[str, Any]]:
    return [
        {"day": day, "total": total, "others": [one.title for one in taken[day]]}
        for day, total in over.items()
    ]


def split_of(order: Order, examined: Examined, *, on: date) -> dict[str, Any]:
    """What the price becomes, or why it is not shown yet."""
    quote = examined.quote
    if quote is not None:
        net = quote.split.net_salary + quote.split.net_holiday_pay
        return {"quote": quote, "bar": bar_of(split_values(quote.split)), "net": net}
    kinds = (pricing.PriceTooSmall, pricing.NoLaw)
    said = [str(one) for one in examined.hindrances if isinstance(one, kinds)]
    return {"quote": None, "bar": None, "refusal": " ".join(said)}
