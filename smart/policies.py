"""The words of house policy, its form, and what another version would change in open things."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from invoicing import guarantee
from invoicing.models import Purpose
from invoicing.policies import GuaranteePolicy, InvoicingPolicy
from members.forms_base import DayField, EuroField, HoursField, PercentField, use_house_sentences
from members.trades import RISKS
from office import policy
from office.templatetags import house
from orders.models import Order
from orders.policy import OrdersPolicy
from orders.states import OrderStatus
from payroll.policy import PayrollPolicy

EXAMPLE = Decimal("1000.00")
CASES = 200  # drafts whose guarantee is asked again for the preview

LABELS: dict[str, str | Promise] = {
    "fee_rate": lazy("contribution à la coopérative"),
    "default_term_days": lazy("délai de paiement habituel (jours)"),
    "max_term_days": lazy("délai de paiement le plus long (jours)"),
    "allotment_order": lazy("ce qu’un paiement partiel règle d’abord"),
    "new_client_ceiling": lazy("plafond garanti d’un nouveau client"),
    "client_ceiling": lazy("plafond garanti d’un client connu"),
    "fund_share": lazy("part de la contribution pour le fonds de garantie"),
    "min_hours_a_day": lazy("heures par jour, au moins"),
    "max_hours_a_day": lazy("heures par jour, au plus"),
    "validity_days": lazy("jours pour signer une commande"),
    "silence_days": lazy("jours ouvrables avant qu’un silence vaille accord"),
    "code_from": lazy("montant hors TVA à partir duquel un code est envoyé"),
    "remind_days": lazy("rappels, en jours avant la fin"),
    "forwards": lazy("nombre de transmissions à un collègue"),
    "insurance_rates": lazy("assurance accidents, classe"),
    "transfer_days": lazy("jours bancaires d’un virement"),
    "approve_days": lazy("jours bancaires pour approuver une paie"),
    "build_days": lazy("jours bancaires pour préparer une paie"),
    "kept_days": lazy("jours de conservation des pièces"),
    "draft_days": lazy("jours de conservation d’un brouillon d’inscription"),
    "price": lazy("valeur d’une part"),
    "free_jobs": lazy("missions avant la première part"),
    "review_days": lazy("jours ouvrables pour regarder une mission"),
    "reminder_days": lazy("jours avant l’échéance d’une pièce"),
}


WORDED: dict[str, type[Purpose]] = {"allotment_order": Purpose}  # lists of choices


@dataclass(frozen=True, kw_only=True)
class Line:
    """A value, or what follows from one, in the version in force and in the next."""

    label: str
    old: str
    new: str

    @property
    def changes(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the next version says beside the one in force that day, and what it would change."""

    on: date
    values: list[Line]
    effects: list[Line]


def label(name: str) -> str:
    """A field in words; of a rate per class, the class stands behind it."""
    field, _colon, key = name.partition(":")
    return f"{LABELS.get(field, field)} {_risk(key)}".strip()


def _risk(code: str) -> str:
    """A class of risk as people know it; any other key as it is."""
    return str(RISKS.get(code, code))


# --- The form ------------------------------------------------------------------------------------


def fields_of(department: str, *, on: date) -> dict[str, forms.Field]:
    """A field for each value of a department, filled in with the version decided last."""
    made: dict[str, forms.Field] = {"starts_on": DayField(label=lazy("À partir du"), initial=on)}
    kind = policy.departments().get(department)
    for name, value in _flat(policy.latest(kind)) if kind else ():
        made[name] = _field(name, value)
    for one in made.values():
        use_house_sentences(one)
    return made


def values_of(typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as a policy keeps it."""
    values: dict[str, Any] = {}
    for name, value in typed.items():
        field, colon, key = name.partition(":")
        plain = str(value) if isinstance(value, Decimal | date) else value
        if isinstance(value, str) and (field in WORDED or "," in value):
            parts = [part.strip() for part in value.split(",") if part.strip()]
            plain = [_code(field, part) for part in parts]
        if colon:
            values.setdefault(field, {})[key] = plain
        else:
            values[field] = plain
    return values


def _field(name: str, value: Any) -> forms.Field:
    said: dict[str, Any] = {"label": label(name).capitalize(), "initial": value}
    if isinstance(value, bool):
        return forms.BooleanField(required=False, **said)
    if isinstance(value, Decimal) and _is_rate(name):
        rate = PercentField(**said)
        rate.places = 4
        return rate
    if isinstance(value, Decimal):
        return HoursField(**said) if "hours" in name else EuroField(**said)
    if isinstance(value, int):
        return forms.IntegerField(min_value=0, **said)
    if isinstance(value, date):
        return DayField(**said)
    if isinstance(value, list | tuple):
        said["initial"] = ", ".join(_word(name, part) for part in value)
    return forms.CharField(max_length=200, **said)


def _word(name: str, part: Any) -> str:
    """A part of a list, in the words of its choices."""
    return str(WORDED[name](part).label) if name in WORDED else str(part)


def _code(name: str, typed: str) -> str:
    """What was typed as a part of a list: of choices its code, when it is one of them."""
    words = {str(choice.label).lower(): choice.value for choice in WORDED.get(name, ())}
    return words.get(typed.lower(), typed)


def _is_rate(name: str) -> bool:
    return "rate" in name or name.endswith("share")


def _flat(decided: Any) -> Iterator[tuple[str, Any]]:
    """Each value by its name; a value per class by its name and class."""
    for field in fields(decided):
        value = getattr(decided, field.name)
        if isinstance(value, dict):
            yield from ((f"{field.name}:{key}", value[key]) for key in sorted(value))
        else:
            yield field.name, value


# --- What changes --------------------------------------------------------------------------------


def preview(department: str, decided: Any, *, on: date) -> Preview:
    """The next version beside the one that would be in force that day without it."""
    kind = type(decided)
    current = policy.current(kind, on)
    old, new = dict(_flat(current)), dict(_flat(decided))
    values = [
        Line(label=label(name), old=said(name, old.get(name)), new=said(name, new.get(name)))
        for name in dict.fromkeys([*old, *new])
    ]
    effects = list(EFFECTS[department](current, decided)) if department in EFFECTS else []
    return Preview(on=on, values=values, effects=effects)


def told(department: str, values: dict[str, Any]) -> str:
    """A version's values in words, one on a line."""
    kind = policy.departments().get(department)
    pairs = _flat(policy.from_values(kind, values)) if kind else values.items()
    lines = ((label(name), said(name, value)) for name, value in pairs)
    return format_html_join("", "<div>{} <strong>{}</strong></div>", lines)


def said(name: str, value: Any) -> str:
    """A value as people write it."""
    if isinstance(value, bool) or value is None:
        return _("oui") if value else _("non") if value is False else "—"
    if isinstance(value, Decimal) and _is_rate(name):
        return house.percent(value)
    if isinstance(value, Decimal):
        return house.hours(value) if "hours" in name else house.euros(value)
    if isinstance(value, list | tuple):
        return ", ".join(_word(name, part) for part in value)
    return house.shortday(value) if isinstance(value, date) else str(value)


def _drafts() -> Any:
    """Jobs that are not sent: what is sent keeps the figures it was sent with."""
    return Order.objects.filter(status=OrderStatus.DRAFT)


def _of_invoicing(old: InvoicingPolicy, new: InvoicingPolicy) -> Iterator[Line]:
    yield Line(
        label=_("contribution sur une mission de %(price)s") % {"price": house.euros(EXAMPLE)},
        old=house.euros(EXAMPLE * old.fee_rate),
        new=house.euros(EXAMPLE * new.fee_rate),
    )
    total = _drafts().filter(amount_kind="price").aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    yield Line(
        label=_("contribution sur les %(count)d brouillons qui ne sont pas partis")
        % {"count": _drafts().count()},
        old=house.euros((total * old.fee_rate).quantize(Decimal("0.01"))),
        new=house.euros((total * new.fee_rate).quantize(Decimal("0.01"))),
    )


def _of_guarantee(old: GuaranteePolicy, new: GuaranteePolicy) -> Iterator[Line]:
    drafts = _drafts().filter(client__isnull=False, amount__isnull=False, amount_kind="price")
    cases = [
        guarantee.case_of(order.client, order.amount)
        for order in drafts.select_related("client").order_by("-id")[:CASES]
    ]
    yield Line(
        label=_("brouillons couverts par le fonds, sur %(count)d") % {"count": len(cases)},
        old=str(sum(guarantee.decide(case, old).covered for case in cases)),
        new=str(sum(guarantee.decide(case, new).covered for case in cases)),
    )


def _of_payroll(old: PayrollPolicy, new: PayrollPolicy) -> Iterator[Line]:
    for risk in sorted(old.insurance_rates.keys() | new.insurance_rates.keys()):
        yield Line(
            label=_("assurance sur %(gross)s brut, classe %(risk)s")
            % {"gross": house.euros(EXAMPLE), "risk": _risk(risk)},
            old=house.euros(EXAMPLE * old.insurance_rates.get(risk, Decimal(0))),
            new=house.euros(EXAMPLE * new.insurance_rates.get(risk, Decimal(0))),
        )


def _of_orders(old: OrdersPolicy, new: OrdersPolicy) -> Iterator[Line]:
    priced = _drafts().filter(amount_kind="price")
    yield Line(
        label=_("brouillons dont la signature demandera un code"),
        old=str(priced.filter(amount__gte=old.code_from).count()),
        new=str(priced.filter(amount__gte=new.code_from).count()),
    )


EFFECTS: dict[str, Any] = {
    "invoicing": _of_invoicing,
    "guarantee": _of_guarantee,
    "payroll": _of_payroll,
    "orders": _of_orders,
}
