"""The client opens, signs or declines. Nothing is computed here that could refuse: rows are
copied.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from invoicing.actions import invoices
from office import journal, lifecycle, links, notices
from office.actors import SYSTEM, Actor
from office.models import Link
from office.refusals import Refusal
from office.rules import sha256
from orders import documents, letters
from orders.actions.sending import settle_requests
from orders.drawing import cleaned
from orders.locks import lock, lock_with_replaced
from orders.models import Order
from orders.split import contract_parties, contract_plans, invoice_plan
from orders.states import ORDER_TRANSITIONS, OrderStatus
from payroll.actions import contracts
from payroll.models import Contract

SIGNED_FIELDS = (
    "status",
    "signed_at",
    "signed_name",
    "signed_role",
    "drawing",
    "purchase_reference",
    "document",
)


PROVED_FOR = timedelta(minutes=30)  # a code that was typed


@dataclass(frozen=True, kw_only=True)
class Signer:
    """What the client types to sign: who, in which capacity, his own reference, and that he
    agrees. His name written is his signature; he may draw it too (a path, `orders.drawing`).
    """

    name: str
    role: str
    purchase_reference: str = ""
    drawing: str = ""
    consent: bool = True


class OlderVersion(Refusal):
    code = "older_version"
    sentence = _(
        "Cette commande a été modifiée depuis que vous avez ouvert la page. Voici la version "
        "actuelle : relisez-la, puis signez-la."
    )


class Lapsed(Refusal):
    code = "lapsed"
    sentence = _(
        "Cette commande ne peut plus être signée : sa validité est passée ou le premier jour de "
        "travail a commencé. Demandez-en une nouvelle à {worker}."
    )


class NotTheSigner(Refusal):
    code = "not_the_signer"
    sentence = _(
        "Cette commande a été transmise à {who} : c’est de là qu’elle se signe maintenant. Vous "
        "pouvez encore la lire ici, ou la transmettre à quelqu’un d’autre."
    )


class CodeWanted(Refusal):
    code = "code_wanted"
    sentence = _(
        "Pour un montant comme celui-ci, la signature demande un code. Nous l’avons envoyé à "
        "{address} : écrivez ses six chiffres ici, il vaut dix minutes."
    )
    field = "code"


class NoConsent(Refusal):
    code = "no_consent"
    sentence = _("Pour signer, cochez la phrase par laquelle vous acceptez la commande.")
    field = "consent"


class NobodyNamed(Refusal):
    code = "nobody_named"
    sentence = _("Écrivez votre nom et votre fonction : ils figurent sous la commande.")
    field = "name"


class ReasonMissing(Refusal):
    code = "reason_missing"
    sentence = _("Dites en quelques mots pourquoi : la personne concernée le lira.")
    field = "reason"


@transaction.atomic
def opened(order_id: int, *, by: Actor, at: datetime) -> None:
    """Evidence that the client has opened the order; the first opening of each version counts,
    and of each colleague it was passed on to.
    """
    order = lock(order_id, "client", "affiliate__user")
    if order.status != OrderStatus.SENT or order.opened_at is not None or not is_signer(order, by):
        return
    order.opened_at = at
    order.save(update_fields=["opened_at"])
    journal.record(
        "order.opened",
        order,
        by=by,
        at=at,
        chain=order,
        version=order.version,
        shown=order.shown_sha256,
    )
    letters.opened(order, at=at)


@transaction.atomic
def sign(order_id: int, *, shown_sha256: str, signer: Signer, by: Actor, at: datetime) -> Order:
    """The client accepts the order: it binds, and its invoice and contracts exist as drafts.

    Signed before, the order is given back as it is: fifty clicks sign once. Raises what
    ``check_answerable`` raises, ``NoConsent``, ``NobodyNamed``, ``DrawingUnreadable`` or, above the
    amount of the policy, ``CodeWanted``.
    """
    order, replaced = lock_with_replaced(order_id)
    if order.signed_at is not None:
        return order
    check_answerable(order, shown_sha256=shown_sha256, by=by, at=at)
    _check_signature(order, signer, at)
    lifecycle.move(order, OrderStatus.SIGNED, ORDER_TRANSITIONS)
    order.signed_at, order.drawing = at, cleaned(signer.drawing)
    order.signed_name, order.signed_role = signer.name.strip(), signer.role.strip()
    order.purchase_reference = signer.purchase_reference.strip()
    seen, order.document = order.document, documents.signed_paper(order, by=by, at=at)
    order.save(update_fields=SIGNED_FIELDS)
    links.spend(order, "sign", at=at)
    made = [
        contracts.draft(plan, by=by, at=at, parties=contract_parties(order))
        for plan in contract_plans(order)
    ]
    order.contracts.add(*made)
    order.invoices.add(invoices.draft(invoice_plan(order), by=by, at=at))
    if replaced is not None and replaced.status == OrderStatus.SIGNED:
        _replace(replaced, order, made, by=by, at=at)
    settle_requests(order, at=at)
    _record_signature(order, by=by, at=at)
    order.certificate = documents.certificate(order, seen=seen, at=at)
    order.save(update_fields=["certificate"])
    follow = links.issue("follow", subject=order, address=order.signer_email, at=at)
    letters.copy(order, link=follow, at=at)
    letters.signed(order, at=at)
    notices.settle("orders/opened", about=order, at=at)
    return order


@transaction.atomic
def decline(order_id: int, *, shown_sha256: str, reason: str, by: Actor, at: datetime) -> Order:
    """The client says no, with a reason. A second click changes nothing."""
    order = lock(order_id)
    if order.status == OrderStatus.DECLINED:
        return order
    check_answerable(order, shown_sha256=shown_sha256, by=by, at=at)
    if not reason.strip():
        raise ReasonMissing()
    lifecycle.move(order, OrderStatus.DECLINED, ORDER_TRANSITIONS)
    order.ended_at, order.ended_reason = at, reason.strip()
    order.save(update_fields=["status", "ended_at", "ended_reason"])
    settle_requests(order, at=at)
    journal.record(
        "order.declined",
        order,
        by=by,
        at=at,
        chain=order,
        version=order.version,
        reason=order.ended_reason,
    )
    letters.declined(order, at=at)
    notices.settle("orders/opened", about=order, at=at)
    return order


def lapse_due(*, at: datetime) -> int:
    """Close every sent order whose link has lapsed; gives how many. Runs again where it stopped."""
    due = Order.objects.filter(status=OrderStatus.SENT, link_expires_at__lte=at)
    return sum(_lapse(order_id, at) for order_id in due.values_list("pk", flat=True))


@transaction.atomic
def _lapse(order_id: int, at: datetime) -> bool:
    order = lock(order_id)
    if order.status != OrderStatus.SENT:
        return False
    lifecycle.move(order, OrderStatus.LAPSED, ORDER_TRANSITIONS)
    order.ended_at = at
    order.save(update_fields=["status", "ended_at"])
    settle_requests(order, at=at)
    journal.record("order.lapsed", order, by=SYSTEM, at=at, chain=order, version=order.version)
    letters.lapsed(order, at=at)
    notices.settle("orders/opened", about=order, at=at)
    return True


def is_signer(order: Order, by: Actor) -> bool:
    """Whether a client's link went to who may sign now."""
    return by.mailbox.lower() == order.signer_email.lower()


def check_answerable(order: Order, *, shown_sha256: str, by: Actor, at: datetime) -> None:
    """Whether the client may still answer what he was shown, from where he comes.

    Raises ``NotAllowed`` when it was answered or taken back, ``Lapsed``, ``NotTheSigner`` when it
    was passed on, ``OlderVersion`` for the hash of another version.
    """
    if order.status != OrderStatus.SENT:
        lifecycle.move(order, OrderStatus.SIGNED, {order.status: frozenset()})
    assert order.link_expires_at is not None
    if at >= order.link_expires_at:
        raise Lapsed(worker=order.affiliate.name)
    if not is_signer(order, by):
        raise NotTheSigner(who=links.masked(order.signer_email))
    if shown_sha256 != order.shown_sha256:
        raise OlderVersion()


def _check_signature(order: Order, signer: Signer, at: datetime) -> None:
    if not signer.name.strip() or not signer.role.strip():
        raise NobodyNamed()
    if not signer.consent:
        raise NoConsent()
    if order.code_wanted and not is_proved(order, at=at):
        raise CodeWanted(address=links.masked(order.signer_email))


def is_proved(order: Order, *, at: datetime) -> bool:
    """Whether who signs now has typed the code mailed to his address, not long ago."""
    return Link.objects.filter(
        purpose=links.CODE,
        subject=journal.key(order),
        address=order.signer_email,
        revoked_at=None,
        used_at__gt=at - PROVED_FOR,
    ).exists()


def _record_signature(order: Order, *, by: Actor, at: datetime) -> None:
    journal.record(
        "order.signed",
        order,
        f"activity:{order.activity_id}",
        by=by,
        at=at,
        chain=order,
        version=order.version,
        shown=order.shown_sha256,
        consent=order.shown["consent"],
        language=order.shown["language"],
        conditions=order.shown["conditions"],
        name=order.signed_name,
        role=order.signed_role,
        purchase_reference=order.purchase_reference,
        drawing=sha256(order.drawing.encode()) if order.drawing else "",
        sent_to=order.signer_email,
    )


def _replace(old: Order, new: Order, made: list[Contract], *, by: Actor, at: datetime) -> None:
    """The signed order ends, its draft invoice and contracts with it; Dimona follows in payroll."""
    lifecycle.move(old, OrderStatus.REPLACED, ORDER_TRANSITIONS)
    old.ended_at = at
    old.save(update_fields=["status", "ended_at"])
    for invoice_id in old.invoices.values_list("pk", flat=True):
        invoices.annul(invoice_id, by=by, at=at)
    of_month = {contract.starts_on.replace(day=1): contract for contract in made}
    for contract in old.contracts.order_by("pk"):
        successor = of_month.get(contract.starts_on.replace(day=1))
        if successor is None:
            contracts.annul(contract.pk, reason=str(_("remplacé")), by=by, at=at)
        else:
            contracts.replace(contract.pk, successor.pk, by=by, at=at)
    settle_requests(old, at=at)
    journal.record("order.replaced", old, new, by=by, at=at, by_order=new.ref)
