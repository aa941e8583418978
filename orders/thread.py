"""The thread of a job: drafted, sent, signed, contract, work, invoice, paid to you, paid by the
client.

Pure: what the rooms below know of a job comes in as facts; out come the knots, with who must do
what by when.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.pieces import Knot
from orders.states import OrderStatus

Words = str | Promise
DONE, NOW, WAITING, TODO, STOPPED = "done", "now", "waiting", "todo", "stopped"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Where one job stands, as plain values; dates are days in Brussels."""

    status: str
    client: str = ""
    on: date
    sign_until: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    contract_of_cooperative: bool = False  # a contract waits for the cooperative's signature
    contract_of_affiliate: bool = False  # a contract waits for the affiliate's
    contract_to_check: bool = False  # a signed paper waits to be checked
    contracts_signed: bool = False
    declared: bool = False
    answered: bool = False  # every contract that ended was answered for
    not_confirmed: bool = False
    invoice_on: date | None = None
    invoice_due_on: date | None = None
    settled_on: date | None = None
    pay_deadline: date | None = None
    paid_on: date | None = None
    review_due_on: date | None = None  # an advisor looks at the draft, and answers by then


def knots(facts: Facts) -> tuple[Knot, ...]:
    """All knots of a job, as the affiliate and the desk see it.

    >>> [knot.state for knot in knots(Facts(status="sent", on=date(2026, 11, 23)))][:3]
    ['done', 'waiting', 'todo']
    """
    if facts.status in _BEFORE_SIGNATURE:
        return _before_signature(facts)
    if facts.status in (OrderStatus.CANCELLED, OrderStatus.REPLACED):
        return _ended(facts, _paid_by_client)
    return (
        _done(_("Brouillon")),
        _done(_("Envoyée")),
        _done(_("Signée")),
        _contract(facts),
        _work(facts),
        _invoice(facts),
        _paid_to_you(facts),
        _paid_by_client(facts),
    )


def client_knots(facts: Facts) -> tuple[Knot, ...]:
    """What a client sees of it, in words for him: nothing of contract and pay.

    >>> facts = Facts(status="signed", on=date(2026, 11, 23), first_day=date(2026, 12, 1))
    >>> [knot.state for knot in client_knots(facts)]
    ['done', 'waiting', 'todo', 'todo']
    """
    if facts.status in (OrderStatus.CANCELLED, OrderStatus.REPLACED):
        return _ended(facts, _payment)
    return (_done(_("Signée")), _clients_work(facts), _invoice(facts), _payment(facts))


def settled(knots: Sequence[Knot]) -> bool:
    """Whether nothing of a job is left to come: the work is done, everybody is paid."""
    return all(knot.state == DONE for knot in knots)


_BEFORE_SIGNATURE = (
    OrderStatus.DRAFT,
    OrderStatus.SENT,
    OrderStatus.DECLINED,
    OrderStatus.LAPSED,
)
_LATER: tuple[Words, ...] = (
    _("Contrat"),
    _("Travail"),
    _("Facture"),
    _("Payée à vous"),
    _("Payée par le client"),
)


def _before_signature(facts: Facts) -> tuple[Knot, ...]:
    if facts.status == OrderStatus.DRAFT:
        first = Knot(label=_("Brouillon"), state=NOW, detail=_("à compléter et à envoyer"))
        if facts.review_due_on:
            looks: Words = _("votre conseiller la regarde et répond au plus tard")
            first = Knot(label=_("Brouillon"), state=WAITING, detail=looks, on=facts.review_due_on)
        return (first, _todo(_("Envoyée")), _todo(_("Signée")), *map(_todo, _LATER))
    if facts.status == OrderStatus.SENT:
        detail = _("{client} doit signer").format(client=facts.client)
        sent = Knot(label=_("Envoyée"), state=WAITING, detail=detail, on=facts.sign_until)
    elif facts.status == OrderStatus.DECLINED:
        sent = Knot(label=_("Déclinée"), state=STOPPED, detail=_("le client ne signe pas"))
    else:
        sent = Knot(label=_("Lien expiré"), state=STOPPED, detail=_("pas signée à temps"))
    return (_done(_("Brouillon")), sent, _todo(_("Signée")), *map(_todo, _LATER))


def _ended(facts: Facts, paid: Callable[[Facts], Knot]) -> tuple[Knot, ...]:
    replaced = facts.status == OrderStatus.REPLACED
    label = _("Remplacée") if replaced else _("Annulée")
    knots = [Knot(label=label, state=STOPPED)]
    if facts.invoice_on:
        knots += [_invoice(facts), paid(facts)]
    return tuple(knots)


def _contract(facts: Facts) -> Knot:
    label = _("Contrat")
    if facts.contract_of_cooperative:
        return Knot(
            label=label,
            state=WAITING,
            detail=_("la coopérative signe d’abord ; ne commencez pas encore"),
            on=facts.first_day,
        )
    if facts.contract_of_affiliate:
        return Knot(
            label=label,
            state=NOW,
            detail=_("à signer par vous avant le premier jour"),
            on=facts.first_day,
        )
    if facts.contract_to_check:
        return Knot(
            label=label,
            state=WAITING,
            detail=_("la coopérative vérifie le papier signé"),
            on=facts.first_day,
        )
    if facts.contracts_signed and not facts.declared and not facts.answered:
        return Knot(
            label=label,
            state=WAITING,
            detail=_("signé ; la coopérative déclare le travail (Dimona), ne commencez pas encore"),
            on=facts.first_day,
        )
    return _done(label)


def _work(facts: Facts) -> Knot:
    label = _("Travail")
    if facts.status == OrderStatus.HELD:
        return Knot(label=label, state=WAITING, detail=_("votre conseiller décide de la suite"))
    if facts.status == OrderStatus.RELEASED:
        detail = _("non confirmé") if facts.not_confirmed else ""
        return Knot(label=label, state=DONE, detail=detail)
    if facts.last_day and facts.on >= facts.last_day:
        return Knot(
            label=label, state=NOW, detail=_("confirmez le travail fait"), on=facts.last_day
        )
    if facts.first_day and facts.on >= facts.first_day:
        return Knot(label=label, state=WAITING, detail=_("en cours, jusqu’au"), on=facts.last_day)
    if facts.contracts_signed and facts.declared:
        return Knot(label=label, state=WAITING, detail=_("commence"), on=facts.first_day)
    return _todo(label)


def _clients_work(facts: Facts) -> Knot:
    label = _("Travail")
    if facts.status == OrderStatus.RELEASED:
        return _done(label)
    if facts.status == OrderStatus.HELD:
        return Knot(label=label, state=WAITING, detail=_("la coopérative règle la suite avec vous"))
    if facts.last_day and facts.on >= facts.last_day:
        detail = _("la facture suit, une fois le travail confirmé")
        return Knot(label=label, state=WAITING, detail=detail)
    if facts.first_day and facts.on >= facts.first_day:
        return Knot(label=label, state=WAITING, detail=_("en cours, jusqu’au"), on=facts.last_day)
    return Knot(label=label, state=WAITING, detail=_("prévu à partir du"), on=facts.first_day)


def _invoice(facts: Facts) -> Knot:
    label = _("Facture")
    if facts.invoice_on:
        return Knot(label=label, state=DONE, on=facts.invoice_on)
    if facts.status == OrderStatus.RELEASED:
        return Knot(label=label, state=WAITING, detail=_("la coopérative l’émet"))
    return _todo(label)


def _paid_to_you(facts: Facts) -> Knot:
    label = _("Payée à vous")
    if facts.paid_on:
        return Knot(label=label, state=DONE, on=facts.paid_on)
    if facts.pay_deadline:
        return Knot(
            label=label,
            state=WAITING,
            detail=_("sur votre compte au plus tard"),
            on=facts.pay_deadline,
        )
    return _todo(label)


def _paid_by_client(facts: Facts) -> Knot:
    label = _("Payée par le client")
    if facts.settled_on:
        return Knot(label=label, state=DONE, on=facts.settled_on)
    if facts.invoice_due_on:
        return Knot(label=label, state=WAITING, detail=_("échéance"), on=facts.invoice_due_on)
    return _todo(label)


def _payment(facts: Facts) -> Knot:
    """The same, said to the client."""
    due = facts.invoice_due_on
    if facts.settled_on:
        return Knot(label=_("Payée, merci"), state=DONE, on=facts.settled_on)
    if due and due < facts.on:
        return Knot(label=_("Paiement"), state=STOPPED, detail=_("échéance passée"), on=due)
    if due:
        return Knot(label=_("Paiement"), state=WAITING, detail=_("à faire pour le"), on=due)
    return _todo(_("Paiement"))


def _done(label: Words) -> Knot:
    return Knot(label=label, state=DONE)


def _todo(label: Words) -> Knot:
    return Knot(label=label, state=TODO)
