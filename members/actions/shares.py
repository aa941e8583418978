"""A member's share of the year: asked for, paid from her own account, certified.

Booked D 550 / C 4890 as money arrives; once whole, D 4890 / C 111: a contribution of hers.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger import incoming
from ledger.booking import Leg, book
from ledger.queries import account_id
from members import letters, shares
from members.models import Activity, Affiliate, Share, SharePayment
from members.policies import SharesPolicy
from office import bank, clock, journal, policy
from office.actors import Actor
from office.refusals import Refusal

BANK, AWAITED, CONTRIBUTION = "550", "4890", "111"
FIRST_KEY = 9_000_000_000  # of communications: far from those of invoices


class NoShareYet(Refusal):
    code = "no_share_yet"
    sentence = _("Une part se prend une fois votre inscription acceptée.")


class YearOutOfReach(Refusal):
    code = "year_out_of_reach"
    sentence = _("Une part se prend pour {first} ou pour {last}.")
    field = "year"


class LineMissing(Refusal):
    code = "line_missing"
    sentence = _("Écrivez la référence de la ligne de la banque : elle ne compte qu’une fois.")
    field = "reference"


class LineUsed(Refusal):
    code = "line_used"
    sentence = _("Cette ligne de la banque est déjà inscrite pour la part de {share}.")
    field = "reference"


class NothingTooMuch(Refusal):
    code = "nothing_too_much"
    sentence = _("Rien n’a été reçu de trop pour cette part.")


@transaction.atomic
def ask(affiliate_id: int, *, year: int, by: Actor, at: datetime) -> Share:
    """Her share of this year or the next, at today's price, with its own communication.

    Asked twice, it is the same share. Raises ``NoShareYet``, ``YearOutOfReach``.
    """
    on = clock.day_of(at)
    if year not in (on.year, on.year + 1):
        raise YearOutOfReach(first=on.year, last=on.year + 1)
    affiliate = Affiliate.objects.select_for_update(no_key=True, of=("self",)).get(pk=affiliate_id)
    if known := Share.objects.filter(affiliate=affiliate, year=year).first():
        return known
    activity = Activity.objects.filter(affiliate=affiliate).order_by("id").first()
    if activity is None or not affiliate.may_send:
        raise NoShareYet
    share = Share.objects.create(
        affiliate=affiliate,
        entity_id=activity.entity_id,
        year=year,
        amount=policy.current(SharesPolicy, on).price,
        asked_at=at,
    )
    share.communication = bank.communication(FIRST_KEY + share.pk)
    share.save(update_fields=["communication"])
    journal.record("share.asked", share, affiliate, by=by, at=at, year=year, amount=share.amount)
    letters.share_due(share, at=at)
    return share


@transaction.atomic
def record_payment(
    share_id: int,
    *,
    amount: Decimal,
    received_on: date,
    reference: str,
    by: Actor,
    at: datetime,
) -> SharePayment:
    """Write down money received for a share: a part, the whole, or too much; early or late.

    The same line of the bank twice is one payment. Raises ``incoming.AmountWrong``,
    ``incoming.NotYetReceived``, ``LineMissing``, ``LineUsed``.
    """
    amount, line = incoming.check_amount(amount), reference.strip()[:140]
    incoming.check_day(received_on, at=at)
    if not line:
        raise LineMissing
    share = _lock(share_id)
    payment, new = _pay(share, amount, f"line:{line}", line, on=received_on, by=by, at=at)
    if not new:
        if (payment.share_id, payment.amount) != (share.pk, amount):
            raise LineUsed(share=payment.share)
        return payment
    journal.record(
        "share.payment", share, share.affiliate, by=by, at=at, amount=amount, on=received_on
    )
    if share.paid_on is None and share.received >= share.amount:
        _issue(share, on=received_on, by=by, at=at)
    return payment


@transaction.atomic
def give_back(share_id: int, *, on: date, by: Actor, at: datetime) -> SharePayment:
    """What was received above the value has been sent back on a day; a second click finds nothing.

    Raises ``NothingTooMuch``, ``incoming.NotYetReceived``.
    """
    incoming.check_day(on, at=at)
    share = _lock(share_id)
    surplus = share.received - share.amount
    if surplus <= 0:
        raise NothingTooMuch
    key = f"back:{share.pk}:{share.payments.count()}"
    payment, _new = _pay(share, -surplus, key, "rendu", on=on, by=by, at=at)
    journal.record("share.given_back", share, share.affiliate, by=by, at=at, amount=surplus)
    return payment


def _issue(share: Share, *, on: date, by: Actor, at: datetime) -> None:
    """The share is hers: booked as a contribution, certified, told."""
    share.paid_on = on
    _book(
        share, f"share:{share.pk}", "share", share.amount, debit=AWAITED, credit=CONTRIBUTION,
        on=on, at=at,
    )  # fmt: skip
    share.certificate = shares.certificate(share, at=at)
    share.save(update_fields=["paid_on", "certificate"])
    journal.record("share.paid", share, share.affiliate, by=by, at=at, year=share.year)
    letters.share_received(share, at=at)


def _pay(
    share: Share, amount: Decimal, key: str, line: str, *, on: date, by: Actor, at: datetime
) -> tuple[SharePayment, bool]:
    """The payment, and whether it is new: the key counts once, also for two shares at once."""
    payment, new = SharePayment.objects.get_or_create(
        request_key=key,
        defaults={
            "share": share,
            "amount": amount,
            "received_on": on,
            "reference": line,
            "recorded_at": at,
            "recorded_by": by.name,
        },
    )
    if new:
        source = f"share_payment:{payment.pk}"
        _book(share, source, "share_payment", amount, debit=BANK, credit=AWAITED, on=on, at=at)
    return payment, new


def _book(
    share: Share,
    source: str,
    kind: str,
    amount: Decimal,
    *,
    debit: str,
    credit: str,
    on: date,
    at: datetime,
) -> None:
    legs = [
        Leg(account_id(share.entity_id, debit), amount),
        Leg(account_id(share.entity_id, credit), -amount),
    ]
    text = f"Part {share.year} de {share.affiliate.name}"
    book(share.entity_id, on=on, kind=kind, source=source, text=text, legs=legs, at=at)


def _lock(share_id: int) -> Share:
    held = Share.objects.select_for_update(no_key=True, of=("self",))
    return held.select_related("affiliate__user", "entity").get(pk=share_id)
