"""The fifth step: everything read again, with a way back to each part, before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from office import clock
from office.refusals import Refusal
from office.templatetags.house import enterprise, euros, hours, longday
from orders import grounds, queries
from orders.actions.examining import examine
from orders.models import Order
from orders.rules import total_hours
from orders.wizard import steps
from orders.wizard.steps import STEPS, Step

Facts = list[tuple[str, list[Any]]]


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """What keeps her back on another page than the draft's, and the button that leads there."""

    hindrance: Refusal
    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """What one step holds, and what is still in the way there."""

    step: Step
    url: str
    facts: Facts
    hindrances: Sequence[Refusal | str | Promise]


def context(order: Order, *, at: datetime) -> dict[str, Any]:
    """What the page prints of a draft (``steps.fresh``)."""
    on = clock.day_of(at)
    examined = examine(order, on=on)
    to_look_at = [one for one in examined.hindrances if isinstance(one, grounds.KINDS)]
    waiting = steps.to_mend(one for one in examined.hindrances if one not in to_look_at)
    facts = {"client": _client, "work": _work, "days": _days, "price": _price}
    blocks = [
        Block(
            step=step,
            url=step.url(order),
            facts=facts[name](order),
            hindrances=[*waiting.get(name, ()), *_left(order, name)],
        )
        for name, step in STEPS.items()
    ]
    of_person = waiting.get("", [])
    review = grounds.shown(order, examined.standing, on=on)
    asked = review or examined.standing.allowed
    complete = not of_person and not any(block.hindrances for block in blocks)
    ready = complete and not to_look_at
    onward = steps.after(None, order, examined)
    return {
        "section": "jobs",
        "order": order,
        "title": queries.title_of(order),
        "steps": steps.progress(order, examined, now=""),
        "blocks": blocks,
        "of_person": [_way_out(one) for one in of_person],
        "hindrances": [] if ready else [one for block in blocks for one in block.hindrances],
        "ready": ready,
        "complete": complete,
        "review": review,
        "allowed": examined.standing.allowed,
        "onward": onward if any(block.hindrances for block in blocks) else "",
        "moments": queries.moments(order) if asked or order.version > 1 else (),
        "now": at,
        **steps.overfull_days(order, on=on),
        **steps.split_of(order, examined, on=on),
    }


def _way_out(hindrance: Refusal) -> WayOut:
    text, name = {
        "share_due": (_("Voir comment payer"), "share"),
        "email_not_confirmed": (_("Voir mon profil"), "profile"),
    }.get(hindrance.code, ("", ""))
    return WayOut(hindrance=hindrance, text=text, url=reverse(name) if name else "")


def _left(order: Order, name: str) -> list[str]:
    """A sentence for what was typed in a step and is no value yet."""
    if name not in order.unfinished:
        return []
    return [_("Ce que vous avez écrit ici n’est pas encore complet : ouvrez-le pour le finir.")]


def _client(order: Order) -> Facts:
    client = order.client
    lines = [client.name, client.street, f"{client.postcode} {client.city}"] if client else []
    if client and client.enterprise_number:
        lines.append(enterprise(client.enterprise_number))
    signer = [order.signer_name, order.signer_email]
    return _facts((_("Client"), lines), (_("Signe pour lui"), signer if order.signer_name else []))


def _work(order: Order) -> Facts:
    setting = _("lieux et horaires choisis surtout par vous") if order.free_setting else ""
    return _facts(
        (_("Métier"), [order.trade or ""]),
        (_("Description"), order.description.splitlines()),
        (_("Lieu"), [order.place, setting]),
    )


def _days(order: Order) -> Facts:
    rows = list(order.days.all())
    days = [f"{longday(row.day)}, {hours(row.hours)}" for row in rows]
    total = hours(total_hours([(row.day, row.hours) for row in rows]))
    return _facts((_("Jours"), days), (_("En tout"), [total] if len(rows) > 1 else []))


def _price(order: Order) -> Facts:
    lines = [f"{row.label}, {euros(row.amount)}" for row in order.expense_lines.all()]
    kind = _("Salaire brut") if order.amount_kind == "gross" else _("Prix hors TVA")
    days = order.payment_term_days
    term = ngettext("{n} jour", "{n} jours", days).format(n=days)
    return _facts(
        (kind, [euros(order.amount)]),
        (_("Frais compris"), lines),
        (_("Délai de paiement"), [term]),
        (_("À signer jusqu’au"), [_until(order.valid_until)]),
    )


def _until(day: date | None) -> str:
    return longday(day) if day else ""


def _facts(*pairs: tuple[str, list[Any]]) -> Facts:
    """Those that say something."""
    said = [(label, [line for line in lines if line]) for label, lines in pairs]
    return [(label, lines) for label, lines in said if lines]
