"""Everything that may keep a draft from leaving, said before it leaves, so that a signature never
refuses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from invoicing.law import vat_rate
from invoicing.models import Client
from invoicing.policies import InvoicingPolicy
from members import trades
from members.models import Activity, ContractKind
from members.queries import activities_of, is_known_address, papers_missing
from office import policy
from office.parameters import NoValue
from office.refusals import Refusal
from orders import grounds, pricing, rules, share, shown
from orders.models import Order
from orders.plans import JobFields, fields_of
from orders.policy import on_day
from orders.states import OrderStatus


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
