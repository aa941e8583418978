"""Why an advisor looks at a draft before it may leave: each reason as a rule, what was said of it,
what may follow.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from members import trades
from office import languages, policy
from office.calendar import working_days_after
from office.refusals import Refusal
from orders.models import Order, Review
from orders.policy import ReviewsPolicy
from orders.pricing import Quote

Words = str | Promise
Found = tuple[str, Words]  # what it is about (what is allowed holds for just that), and why


@dataclass(frozen=True, kw_only=True)
class Case:
    """A draft as the rules look at it, with where its trade stands and what its price pays."""

    order: Order
    trade: trades.Standing | None
    quote: Quote | None


class ReviewNeeded(Refusal):
    code = "review_needed"
    sentence = _("{why} Demandez à votre conseiller de regarder cette mission avant l’envoi.")


class InReview(Refusal):
    code = "in_review"
    sentence = _(
        "{who} regarde cette mission avant qu’elle parte et vous répond au plus tard le {day}."
    )


class NotAllowedToLeave(Refusal):
    code = "not_allowed_to_leave"
    sentence = _("Votre conseiller ne laisse pas partir cette mission : {note}")


KINDS = (ReviewNeeded, InReview, NotAllowedToLeave)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A kind of reason. ``meanwhile``: what the affiliate can do herself while she waits."""

    code: str
    find: Callable[[Case], Found | None]
    meanwhile: Words


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A reason found for one draft; ``about`` names what was looked at."""

    code: str
    about: str
    sentence: Words

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def meanwhile(self) -> Words:
        return next(rule.meanwhile for rule in RULES if rule.code == self.code)

    @property
    def kept(self) -> dict[str, Any]:
        """As a review keeps it: its sentence as it is now, in each language."""
        said = {}
        for language in languages.CODES:
            with translation.override(language):
                said[language] = str(self)
        return {"code": self.code, "about": self.about, "sentence": said}


def _paused_trade(case: Case) -> Found | None:
    order, stands = case.order, case.trade
    if stands is None or stands.accepted or stands.refused or order.replaces_id:
        return None
    sentence = _("Le métier « {trade} » est en pause. {reason}")
    why = format_lazy(sentence, trade=order.trade, reason=stands.reason)
    return f"trade:{order.trade_id}", why


def _unknown_client(case: Case) -> Found | None:
    client = case.order.client
    if client is None or client.known or not client.is_served or case.order.replaces_id:
        return None
    sentence = _(
        "{client} est un nouveau client, que ni la coopérative ni le registre public ne "
        "connaissent encore : son nom et son adresse sont vérifiés avant toute commande."
    )
    return f"client:{client.pk}", format_lazy(sentence, client=client)


def _not_covered(case: Case) -> Found | None:
    """A version that asks no more than the signed one it replaces brings no new risk."""
    order, quote, client = case.order, case.quote, case.order.client
    if quote is None or quote.answer.covered or client is None or not client.is_served:
        return None
    price = quote.split.price
    if order.replaces and order.replaces.price and price <= order.replaces.price:
        return None
    return f"guarantee:{client.pk}:{price}", format_lazy("{}", quote.answer)


RULES = (
    Rule(
        code="trade",
        find=_paused_trade,
        meanwhile=_(
            "Ne promettez pas encore de dates à votre client : le brouillon est gardé, et vous "
            "pouvez le compléter."
        ),
    ),
    Rule(
        code="client",
        find=_unknown_client,
        meanwhile=_(
            "Relisez avec votre client son nom, son adresse et son numéro d’entreprise : c’est ce "
            "que la coopérative compare."
        ),
    ),
    Rule(
        code="guarantee",
        find=_not_covered,
        meanwhile=_(
            "Une mission plus petite peut rester sous la limite garantie ; une facture payée par "
            "ce client libère aussi de la place."
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a draft stands with its reasons: answered (``allowed``, ``refused``), waiting
    (``open``) or not asked yet (``needed``). ``unsettled`` are all that nobody answered.
    """

    allowed: Review | None = None
    refused: Review | None = None
    open: Review | None = None
    needed: Sequence[Ground] = ()
    unsettled: Sequence[Ground] = ()


def standing(case: Case) -> Standing:
    """Every reason, against the newest answer that is about just that."""
    found = list(_found(case))
    if not found:
        return Standing()
    newest: dict[str, Review] = {}
    for review in case.order.reviews.select_related("decided_by").order_by("id"):
        newest |= {ground["about"]: review for ground in review.grounds}
    answers = [(ground, newest.get(ground.about)) for ground in found]
    return Standing(
        allowed=next((one for _g, one in answers if one and one.allowed), None),
        refused=next((one for _g, one in answers if one and one.allowed is False), None),
        open=next((one for _g, one in answers if one and one.decided_at is None), None),
        needed=[ground for ground, one in answers if one is None],
        unsettled=[ground for ground, one in answers if one is None or one.decided_at is None],
    )


def hindrances(order: Order, stands: Standing) -> Iterator[Refusal]:
    """What those reasons say against sending."""
    if stands.refused is not None:
        yield NotAllowedToLeave(note=stands.refused.note)
    elif stands.needed:
        yield from (ReviewNeeded(why=ground) for ground in stands.needed)
    elif stands.open is not None:
        yield InReview(who=who_looks(order), day=stands.open.due_on)


def due_on(on: date) -> date:
    """The last day of an answer asked for on a day. Raises ``NoPolicy`` while nobody decided."""
    return working_days_after(on, policy.current(ReviewsPolicy, on).review_days)


def who_looks(order: Order) -> str:
    """Her advisor, by name."""
    advisor = order.affiliate.advisor
    return advisor.name if advisor else str(_("Un conseiller"))


def shown(order: Order, stands: Standing, *, on: date) -> dict[str, Any] | None:
    """What her page says of it before she sends; nothing when there is no reason."""
    kept = list(_answered(stands.refused)) if stands.refused else []
    grounds = kept or list(stands.needed) or list(stands.unsettled)
    if not grounds:
        return None
    try:
        by = stands.open.due_on if stands.open and not stands.needed else due_on(on)
        undecided = ""
    except policy.NoPolicy as missing:
        by, undecided = None, str(missing)
    return {
        "grounds": grounds,
        "who": who_looks(order),
        "by": by,
        "late": bool(by and by < on),
        "refused": stands.refused,
        "asked": stands.open if not stands.needed else None,
        "undecided": undecided,
        "may_ask": bool(stands.needed) and not stands.refused and not undecided,
    }


def _answered(review: Review) -> Iterator[Ground]:
    """The reasons an advisor answered."""
    for kept, sentence in zip(review.grounds, review.reasons, strict=True):
        yield Ground(code=kept["code"], about=kept["about"], sentence=sentence)


def _found(case: Case) -> Iterator[Ground]:
    for rule in RULES:
        if answer := rule.find(case):
            yield Ground(code=rule.code, about=answer[0], sentence=answer[1])
