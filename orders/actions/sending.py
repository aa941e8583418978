"""Sending a job to the client: everything that may refuse, refuses here, so that a signature never
does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from invoicing.law import vat_rate
from invoicing.models import Client
from invoicing.policies import InvoicingPolicy
from members import trades
from members.models import Activity, ContractKind
from members.queries import activities_of, is_known_address, papers_missing
from office import clock, journal, lifecycle, links, notices, policy
from office.actors import Actor
from office.models import Link
from office.parameters import NoValue
from office.refusals import Refusal
from orders import conditions, documents, grounds, letters, pricing, rules, share, shown
from orders.locks import lock_with_replaced
from orders.models import ChangeRequest, Order
from orders.plans import JobFields, fields_of
from orders.policy import on_day
from orders.split import frozen_split
from orders.states import CHANGE_TRANSITIONS, ORDER_TRANSITIONS, ChangeStatus, OrderStatus


class NotAMember(Refusal):
    code = "not_a_member"
    sentence = _(
        "Votre inscription n’est pas encore acceptée : vous pourrez envoyer cette mission dès "
        "qu’elle le sera. Votre brouillon est gardé."
    )


class NotInActivity(Refusal):
    code = "not_in_activity"
    sentence = _(
        "Vous n’avez pas de mandat dans « {activity} » d’aujourd’hui au dernier jour de cette "
        "mission : choisissez une autre activité. Le brouillon est gardé."
    )
    field = "activity"


class EmailNotConfirmed(Refusal):
    code = "email_not_confirmed"
    sentence = _(
        "Confirmez d’abord votre adresse électronique par le lien reçu, puis revenez envoyer "
        "cette mission. Votre brouillon est gardé."
    )


class Missing(Refusal):
    code = "missing"
    sentence = _("Il manque encore : {what}.")

    def __init__(self, *, field: str, what: Any) -> None:
        super().__init__(what=what)
        self.field = field  # type: ignore[misc]


class TradeNotYet(Refusal):
    code = "trade_not_yet"
    sentence = _(
        "Le métier « {trade} » demande un contrat que la plateforme ne fait pas encore (seul "
        "celui d’employé existe). Le brouillon est gardé ; parlez-en à votre conseiller."
    )
    field = "trade"


class PaperMissing(Refusal):
    code = "paper_missing"
    sentence = _(
        "Le métier « {trade} » demande encore : {papers}. Donnez ce papier dans votre profil, la "
        "coopérative le vérifie. Le brouillon est gardé."
    )
    field = "trade"


class PaperOfOtherTrade(Refusal):
    code = "paper_of_other_trade"
    sentence = _(
        "Le métier « {trade} », qui n’est pas celui de votre profil, demande : {papers}. "
        "Parlez-en à votre conseiller. Le brouillon est gardé."
    )
    field = "trade"


class PaperInCheck(Refusal):
    code = "paper_in_check"
    sentence = _(
        "La coopérative vérifie encore : {papers}. Vous pourrez envoyer cette mission dès que "
        "c’est fait ; un message vous le dira."
    )
    field = "trade"


class ClientNotYet(Refusal):
    code = "client_not_yet"
    sentence = _(
        "Pour l’instant, le client doit être une entreprise belge assujettie à la TVA (21 %). Le "
        "brouillon pour {client} est gardé ; parlez-en à votre conseiller."
    )
    field = "client"


class SignerIsOurs(Refusal):
    code = "signer_is_ours"
    sentence = _(
        "{address} est l’adresse d’un membre ou du personnel de la coopérative. La commande doit "
        "être signée par le client : donnez son adresse."
    )
    field = "signer_email"


class ValidityPassed(Refusal):
    code = "validity_passed"
    sentence = _("La date de validité est passée. Choisissez aujourd’hui ou plus tard.")
    field = "valid_until"


class TermTooLong(Refusal):
    code = "term_too_long"
    sentence = _("Le délai de paiement est d’au plus {most} jours entre entreprises.")
    field = "payment_term_days"


class WorkHasBegun(Refusal):
    code = "work_has_begun"
    sentence = _(
        "La mission que celle-ci remplace a déjà commencé : elle ne peut plus être remplacée. "
        "Parlez-en à votre conseiller."
    )


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A draft looked at on a day: what keeps it back, what its price pays, the activities it may
    go to, and where it stands with the reasons why an advisor looks first.
    """

    hindrances: tuple[Refusal, ...]
    quote: pricing.Quote | None
    activities: tuple[Activity, ...] = ()
    standing: grounds.Standing = field(default_factory=grounds.Standing)


def examine(order: Order, *, on: date) -> Examined:
    """Everything that keeps a draft from being sent on a day, the person first, then by field."""
    prefetch_related_objects([order], "days", "expense_lines")
    fields = fields_of(order)
    price = _price(order, fields, on)
    activities: tuple[Activity, ...] = ()
    if order.affiliate.may_send:
        last = max([on, *(day for day, _hours in fields.days)])
        activities = tuple(activities_of(order.affiliate_id, on, until=last))
    trade = trades.standing(order.trade, on) if order.trade else None
    stands = grounds.standing(grounds.Case(order=order, trade=trade, quote=price.quote))
    found = (
        *_person(order, activities),
        *_missing(order, fields),
        *share.hindrances(order, on=on),
        *_papers(order, fields, on),
        *_not_yet(order, trade),
        *_dates_and_terms(order, fields, on),
        *price.hindrances,
        *grounds.hindrances(order, stands),
    )
    return Examined(hindrances=found, quote=price.quote, activities=activities, standing=stands)


def hindrances(order: Order, *, on: date) -> tuple[Refusal, ...]:
    """What keeps a draft from being sent on a day."""
    return examine(order, on=on).hindrances


def replaceable(order: Order, *, on: date) -> bool:
    """Whether a signed order can still be replaced or cancelled: its work has not begun on that
    day.
    """
    return order.status == OrderStatus.SIGNED and first_day(order) > on


def first_day(order: Order) -> date:
    """The first working day of an order that has days."""
    return min(row.day for row in order.days.all())


@transaction.atomic
def send(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Freeze the draft and mail its sealed link to the client.

    The order keeps fee, insurance and guarantee's answer of this day. Raises the first of
    ``hindrances``, or ``NotAllowed`` when it is no draft (a second click finds it sent and changes
    nothing).
    """
    order, replaced = lock_with_replaced(order_id)
    if order.status == OrderStatus.SENT:
        return order
    lifecycle.move(order, OrderStatus.SENT, ORDER_TRANSITIONS)
    on = clock.day_of(at)
    examined = examine(order, on=on)
    for hindrance in examined.hindrances:
        raise hindrance
    assert examined.quote is not None, "nothing is missing, so there is a price"
    _freeze(order, replaced, examined.quote, on=on, at=at)
    link = _link(order, at=at)
    order.document = documents.order_paper(order, at=at)
    order.save()
    settle_requests(order, at=at)
    _drop_questions(order, at=at)
    journal.record(
        "order.sent",
        order,
        f"activity:{order.activity_id}",
        by=by,
        at=at,
        chain=order,
        version=order.version,
        to=order.signer_email,
        shown=order.shown_sha256,
        link_expires_at=order.link_expires_at,
    )
    letters.sent(order, link=link, at=at)
    share.announce(order, at=at)
    return order


@transaction.atomic
def withdraw(order_id: int, *, by: Actor, at: datetime) -> Order:
    """Take an order back as a draft: sent, declined or lapsed. Its next sending is a new version:
    the client's link will lead there.
    """
    order, _replaced = lock_with_replaced(order_id)
    if order.status == OrderStatus.DRAFT:
        return order
    was_sent = order.status == OrderStatus.SENT
    lifecycle.move(order, OrderStatus.DRAFT, ORDER_TRANSITIONS)
    if was_sent:
        letters.withdrawn(order, at=at)
    journal.record("order.withdrawn", order, by=by, at=at, chain=order, version=order.version)
    order.version += 1
    order.changed_at = at
    order.sent_at = order.opened_at = order.link_expires_at = order.ended_at = None
    order.reminded_on = None
    order.price = order.gross = order.fee_rate = order.insurance_rate = None
    order.guaranteed, order.document = None, None
    order.split, order.shown = {}, {}
    order.shown_sha256 = order.ended_reason = order.guarantee_reason = ""
    order.save()
    return order


def _freeze(
    order: Order, replaced: Order | None, quote: pricing.Quote, *, on: date, at: datetime
) -> None:
    fields = fields_of(order)
    assert order.activity is not None
    house = on_day(on)
    order.valid_until = order.valid_until or on + timedelta(days=house.validity_days)
    order.code_wanted = quote.split.price >= house.code_from
    language = conditions.language_for(order.signer_language)
    rate = vat_rate(shown.last_day(fields))
    order.price, order.gross = quote.split.price, quote.split.gross
    order.fee_rate, order.insurance_rate = quote.rates.fee, quote.rates.insurance
    order.guaranteed, order.guarantee_reason = quote.answer.covered, quote.answer.code
    order.split = frozen_split(quote, fields, vat_rate=rate)
    order.shown = shown.compose(
        order,
        entity=order.activity.entity,
        price=quote.split.price,
        vat_rate=rate,
        language=language,
    )
    order.shown_sha256 = shown.digest(order.shown)
    order.conditions_version = conditions.CURRENT
    firsts = [first_day(one) for one in (order, replaced) if one is not None]
    order.link_expires_at = clock.start_of(
        rules.lapses_on(valid_until=order.valid_until, first_days=firsts)
    )
    order.sent_at = order.changed_at = at


def settle_requests(order: Order, *, at: datetime) -> None:
    """What was still asked about an order is answered by what just happened to it."""
    for request in ChangeRequest.objects.filter(order=order, status=ChangeStatus.OPEN):
        lifecycle.move(request, ChangeStatus.DONE, CHANGE_TRANSITIONS)
        request.decided_at = at
        request.save(update_fields=["status", "decided_at"])


def _drop_questions(order: Order, *, at: datetime) -> None:
    """What an advisor was still asked, and whose reason is gone, needs no answer any more."""
    for review in order.reviews.filter(decided_at=None):
        notices.settle("orders/review_asked", about=review, at=at)
        review.delete()


def close_others(order: Order, *, at: datetime) -> list[Link]:
    """Close the links of everybody but the signer and those who passed the order on to him; gives
    the open ones. A code that was mailed is over.
    """
    links.revoke(order, links.CODE, at=at)
    steps = order.forwardings.order_by("pk").values_list("from_email", "to_email")
    known = rules.readers(order.signer_email, list(steps))
    kept = [link for link in links.living(order, "sign") if link.address.lower() in known]
    links.living(order, "sign").exclude(pk__in=[link.pk for link in kept]).update(revoked_at=at)
    return kept


def _link(order: Order, *, at: datetime) -> Link:
    """The signer's own link: the same from version to version."""
    own = None
    for link in close_others(order, at=at):
        links.prolong(link, expires_at=order.link_expires_at)
        if link.address.lower() == order.signer_email.lower():
            own = link
    return own or links.issue(
        "sign", subject=order, address=order.signer_email, at=at, expires_at=order.link_expires_at
    )


def _person(order: Order, activities: Sequence[Activity]) -> Iterator[Refusal]:
    if not order.affiliate.may_send:
        yield NotAMember()
    else:
        order.activity = order.activity or next(iter(activities), None)
        if order.activity not in activities:
            yield NotInActivity(activity=order.activity or _("votre activité"))
    if order.affiliate.user.email_confirmed_at is None:
        yield EmailNotConfirmed()


def _missing(order: Order, fields: JobFields) -> Iterator[Refusal]:
    wanted: list[tuple[str, Any, Any]] = [
        ("trade", order.trade, _("le métier")),
        (
            "description",
            len(order.description.strip()) >= rules.MIN_DESCRIPTION,
            _("une description d’au moins 10 caractères (elle figure sur la facture)"),
        ),
        ("place", order.place.strip(), _("le lieu de travail")),
        ("days", fields.days, _("les jours de travail")),
        ("client", order.client, _("le client")),
        ("signer_name", order.signer_name.strip(), _("le nom de la personne qui signe")),
        ("signer_email", order.signer_email, _("l’adresse de la personne qui signe")),
        ("amount", fields.amount, _("le prix ou le salaire brut")),
    ]
    for name, value, what in wanted:
        if not value:
            yield Missing(field=name, what=what)


def _papers(order: Order, fields: JobFields, on: date) -> Iterator[Refusal]:
    """What the trade asks somebody to show, and that would not hold on the last day of work."""
    if order.trade is None or not order.trade.papers:
        return
    last = max([on, *(day for day, _hours in fields.days)])
    lacking = papers_missing(order.affiliate, order.trade, last)
    wanted = [paper for paper in lacking if paper.kind in order.trade.papers]
    to_give = [paper.label for paper in wanted if paper.to_give or paper.given is None]
    in_check = [paper.label for paper in wanted if paper.label not in to_give]
    if to_give:
        hers = order.trade_id == order.affiliate.trade_id
        missing = PaperMissing if hers else PaperOfOtherTrade
        yield missing(trade=order.trade, papers=", ".join(to_give))
    if in_check:
        yield PaperInCheck(papers=", ".join(in_check))


def _not_yet(order: Order, trade: trades.Standing | None) -> Iterator[Refusal]:
    if trade is not None and trade.refused:
        yield trades.TradeRefused(trade=order.trade, reason=trade.reason)
    if order.trade and order.trade.contract_kind != ContractKind.WHITE_COLLAR:
        yield TradeNotYet(trade=order.trade)
    client: Client | None = order.client
    if client is None:
        return
    if not client.is_served:
        yield ClientNotYet(client=client)


def _dates_and_terms(order: Order, fields: JobFields, on: date) -> Iterator[Refusal]:
    if order.signer_email and is_known_address(order.signer_email):
        yield SignerIsOurs(address=order.signer_email)
    if fields.days:
        yield from _days(fields, on)
    if order.valid_until and order.valid_until < on:
        yield ValidityPassed()
    most = policy.current(InvoicingPolicy, on).max_term_days
    if order.payment_term_days > most:
        yield TermTooLong(most=most)
    if order.replaces and not replaceable(order.replaces, on=on):
        yield WorkHasBegun()


def _days(fields: JobFields, on: date) -> Iterator[Refusal]:
    house = on_day(on)
    try:
        rules.check_days_to_come(fields.days, on=on)
        rules.check_hours(fields.days, least=house.min_hours_a_day, most=house.max_hours_a_day)
    except Refusal as refusal:
        yield refusal


def _price(order: Order, fields: JobFields, on: date) -> Examined:
    try:
        quote = pricing.quote(
            fields,
            affiliate=order.affiliate,
            on=on,
            entity=order.activity.entity if order.activity else None,
        )
        if quote is None:
            return Examined(hindrances=(), quote=None)
        vat_rate(shown.last_day(fields))
    except NoValue as fault:
        return Examined(hindrances=(pricing.NoLaw(names=fault.name),), quote=None)
    except Refusal as refusal:
        return Examined(hindrances=(refusal,), quote=None)
    found: list[Refusal] = []
    if quote.below_minimum:
        found.append(quote.below_minimum)
    if quote.estimated:
        found.append(pricing.NoLaw(names=", ".join(quote.estimated)))
    return Examined(hindrances=tuple(found), quote=quote)
