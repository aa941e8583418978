"""Clients: created by whoever needs them first, shared by all, locked once verified by staff."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from invoicing import rules
from invoicing.models import Client, ClientKind
from invoicing.policies import InvoicingPolicy
from office import clock, journal, policy
from office.actors import Actor
from office.refusals import Refusal


class WordMissing(Refusal):
    code = "word_missing"
    sentence = _("Complétez ce champ : il figure sur la facture.")


class NameMissing(WordMissing):
    field = "name"


class StreetMissing(WordMissing):
    field = "street"


class PostcodeMissing(WordMissing):
    field = "postcode"


class CityMissing(WordMissing):
    field = "city"


class ClientLocked(Refusal):
    code = "client_locked"
    sentence = _(
        "Les données de « {name} » ont été vérifiées : demandez à votre conseiller de les changer."
    )
    field = "name"


class ReasonMissing(Refusal):
    code = "reason_missing"
    sentence = _("Dites pourquoi : la raison est gardée avec la décision.")
    field = "reason"


class TermTooLong(Refusal):
    code = "term_too_long"
    sentence = _("Le délai de paiement compte de 0 à {maximum} jours entre entreprises.")
    field = "days"


class CeilingWrong(Refusal):
    code = "ceiling_wrong"
    sentence = _("Le plafond est un montant de zéro ou plus.")
    field = "amount"


_MISSING: dict[str, type[WordMissing]] = {
    "name": NameMissing,
    "street": StreetMissing,
    "postcode": PostcodeMissing,
    "city": CityMissing,
}


@transaction.atomic
def create(
    *,
    kind: ClientKind,
    enterprise_number: str,
    name: str,
    street: str,
    postcode: str,
    city: str,
    country: str = "BE",
    language: str = "fr",
    from_register: bool = False,
    by: Actor,
    at: datetime,
) -> Client:
    """Make a client known; one that is known by his number is answered as he is, untouched.
    ``from_register``: his words are those of the public register.

    Raises `rules.NumberWrong` for a Belgian number whose check digits do not agree.
    """
    digits, vat_number = _numbers(kind, enterprise_number)
    if digits and (known := Client.objects.filter(enterprise_number=digits).first()):
        return known
    values = _words(name=name, street=street, postcode=postcode, city=city) | {
        "kind": kind,
        "vat_number": vat_number,
        "country": country,
        "language": language,
        "created_at": at,
        "created_by_id": by.user_id,
        "found_at": at if from_register else None,
    }
    if digits:
        client, new = Client.objects.get_or_create(enterprise_number=digits, defaults=values)
    else:
        client, new = Client.objects.create(**values), True
    if new:
        journal.record("client.created", client, by=by, at=at, name=client.name, number=digits)
    return client


@transaction.atomic
def amend(
    client_id: int,
    *,
    name: str,
    street: str,
    postcode: str,
    city: str,
    language: str,
    by: Actor,
    at: datetime,
) -> Client:
    """Mend a client's words. His creator may until staff have verified him; staff may always."""
    client = _lock(client_id)
    creator = by.user_id is not None and by.user_id == client.created_by_id
    if by.kind != "staff" and (client.verified_at is not None or not creator):
        raise ClientLocked(name=client.name)
    new = _words(name=name, street=street, postcode=postcode, city=city) | {"language": language}
    old = {field: getattr(client, field) for field in new}
    if changed := {field: word for field, word in new.items() if word != old[field]}:
        _set(client, changed | {"found_at": None})  # no longer the register's words
        before = {field: old[field] for field in changed}
        journal.record("client.amended", client, by=by, at=at, before=before, after=changed)
    return client


@transaction.atomic
def verify(client_id: int, *, by: Actor, at: datetime) -> Client:
    """Staff compared the client with the register: his identity is locked."""
    client = _lock(client_id)
    if client.verified_at is None:
        _set(client, {"verified_at": at, "verified_by_id": by.user_id})
        journal.record("client.verified", client, by=by, at=at)
    return client


@transaction.atomic
def block(client_id: int, *, reason: str, by: Actor, at: datetime) -> Client:
    """The guarantee covers no new job of this client."""
    if not reason.strip():
        raise ReasonMissing()
    client = _lock(client_id)
    _set(client, {"blocked_at": at, "blocked_reason": reason.strip()[:300]})
    journal.record("client.blocked", client, by=by, at=at, reason=reason.strip())
    return client


@transaction.atomic
def unblock(client_id: int, *, by: Actor, at: datetime) -> Client:
    """The guarantee covers this client's new jobs again."""
    client = _lock(client_id)
    if client.blocked_at is not None:
        _set(client, {"blocked_at": None, "blocked_reason": ""})
        journal.record("client.unblocked", client, by=by, at=at)
    return client


@transaction.atomic
def set_term(client_id: int, *, days: int | None, by: Actor, at: datetime) -> Client:
    """The payment term negotiated with this client, in calendar days; none: the house's own."""
    maximum = policy.current(InvoicingPolicy, clock.day_of(at)).max_term_days
    if days is not None and not 0 <= days <= maximum:
        raise TermTooLong(maximum=maximum)
    client = _lock(client_id)
    _set(client, {"payment_term_days": days})
    journal.record("client.term_set", client, by=by, at=at, days=days)
    return client


@transaction.atomic
def set_ceiling(client_id: int, *, amount: Decimal | None, by: Actor, at: datetime) -> Client:
    """The guarantee's ceiling for this client, euros excl. VAT; none: the house's own."""
    if amount is not None and amount < 0:
        raise CeilingWrong()
    client = _lock(client_id)
    _set(client, {"guarantee_ceiling": amount})
    journal.record("client.ceiling_set", client, by=by, at=at, amount=amount)
    return client


def _numbers(kind: ClientKind, text: str) -> tuple[str, str]:
    """Enterprise number (ten digits or nothing) and VAT number, as the kind of client has them."""
    if kind == ClientKind.BELGIAN_BUSINESS:
        digits = rules.enterprise_number(text)
        return digits, f"BE{digits}"
    if kind == ClientKind.BELGIAN_BODY and text.strip():
        return rules.enterprise_number(text), ""
    return "", "".join(text.split())[:14] if kind == ClientKind.EU_BUSINESS else ""


def _lock(client_id: int) -> Client:
    return Client.objects.select_for_update(no_key=True).get(pk=client_id)


def _set(client: Client, values: dict[str, object]) -> None:
    for field, value in values.items():
        setattr(client, field, value)
    client.save(update_fields=list(values))


def _words(**words: str) -> dict[str, object]:
    """Every word a paper needs, without blanks around; raises when one is empty."""
    kept: dict[str, object] = {field: " ".join(word.split()) for field, word in words.items()}
    for field, word in kept.items():
        if not word:
            raise _MISSING[field]()
    return kept
