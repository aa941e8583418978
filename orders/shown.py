"""Every word and figure a client is shown of an order: frozen at sending, hashed, printed by page
and PDF.

Nothing of the affiliate's pay stands in it. Fixed words are given in his language here, because
they are part of what he signs.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from ledger.models import LegalEntity
from members.models import in_language
from office import rules as office_rules
from office.money import round_cents
from orders import conditions
from orders.models import Order
from orders.plans import JobFields, fields_of
from orders.rules import total_hours

CONSENT = {
    "fr": (
        "J’ai lu la commande {ref} (version {version}) et les conditions générales "
        "({conditions}). Je les accepte et je peux engager {client}."
    ),
    "nl": (
        "Ik heb de bestelling {ref} (versie {version}) en de algemene voorwaarden "
        "({conditions}) gelezen. Ik aanvaard ze en kan {client} verbinden."
    ),
    "en": (
        "I have read order {ref} (version {version}) and the general conditions "
        "({conditions}). I accept them and may bind {client}."
    ),
}
SETTING = {
    "fr": ("lieux et horaires convenus", "lieux et horaires choisis surtout par le travailleur"),
    "nl": ("plaatsen en uren afgesproken", "plaatsen en uren vooral door de werknemer gekozen"),
    "en": ("places and hours agreed", "places and hours mainly chosen by the worker"),
}


def compose(
    order: Order, *, entity: LegalEntity, price: Decimal, vat_rate: Decimal, language: str
) -> dict[str, Any]:
    """What the client is shown of an order, JSON-safe; ``price`` excl. VAT, ``vat_rate`` a
    fraction.
    """
    fields = fields_of(order)
    assert order.client is not None and order.trade is not None
    vat = round_cents(price * vat_rate)
    content = {
        "ref": order.ref,
        "version": order.version,
        "language": language,
        "replaces": order.replaces.ref if order.replaces else "",
        "issuer": _issuer(entity),
        "worker": order.affiliate.name,
        "client": _client(order),
        "signer": {"name": order.signer_name, "email": order.signer_email},
        "trade": in_language(order.trade, "label", language),
        "description": order.description,
        "place": order.place,
        "setting": SETTING[language][order.free_setting],
        "days": [{"day": day, "hours": hours} for day, hours in sorted(fields.days)],
        "hours": total_hours(fields.days),
        "expenses": [{"label": label, "amount": amount} for label, amount in fields.expenses],
        "service": price - fields.expenses_total,
        "price": price,
        "vat_rate": vat_rate,
        "vat": vat,
        "total": price + vat,
        "payment_term_days": order.payment_term_days,
        "valid_until": order.valid_until,
        "conditions": {
            "version": conditions.CURRENT,
            "sha256": conditions.sha256_of(conditions.CURRENT, language),
        },
        "consent": _consent(order, conditions.CURRENT, language, client=order.client.name),
    }
    safe: dict[str, Any] = office_rules.plain(content)
    return safe


def translated(order: Order, language: str) -> dict[str, Any]:
    """What a sent order shows, its fixed words in another language; what was typed stays."""
    assert order.trade is not None
    version = order.conditions_version
    return order.shown | {
        "language": language,
        "trade": in_language(order.trade, "label", language),
        "setting": SETTING[language][order.free_setting],
        "conditions": {"version": version, "sha256": conditions.sha256_of(version, language)},
        "consent": _consent(order, version, language, client=order.shown["client"]["name"]),
    }


def digest(shown: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of what is shown."""
    return office_rules.sha256(office_rules.canonical_json(shown))


def last_day(fields: JobFields) -> date:
    """The last day of work."""
    return max(day for day, _hours in fields.days)


def _consent(order: Order, version: str, language: str, *, client: str) -> str:
    return CONSENT[language].format(
        ref=order.ref, version=order.version, conditions=version, client=client
    )


def _issuer(entity: LegalEntity) -> dict[str, str]:
    names = (
        "name legal_form enterprise_number vat_number street postcode city court email website "
        "iban bic"
    )
    return {name: getattr(entity, name) for name in names.split()}


def _client(order: Order) -> dict[str, str]:
    names = "name street postcode city country enterprise_number vat_number"
    return {name: getattr(order.client, name) or "" for name in names.split()}
