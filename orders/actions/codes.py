"""Above an amount, who signs proves that he reads the mailbox the link went to: six digits."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from office import journal, limits, links
from office.actors import Actor
from office.limits import TooOften
from office.refusals import Refusal
from orders import letters
from orders.actions.signing import check_answerable, is_proved
from orders.locks import lock
from orders.models import Order

LIFE = timedelta(minutes=10)
TRIES = 5  # of one code
CODES_AN_HOUR = 5  # of one order


class CodeWrong(Refusal):
    code = "code_wrong"
    sentence = _("Ce n’est pas le code du dernier courriel. Recopiez ses six chiffres.")
    field = "code"


class CodeOver(Refusal):
    code = "code_over"
    sentence = _("Ce code ne vaut plus. Demandez-en un nouveau : il arrive par courriel.")
    field = "code"


def send_code(order_id: int, *, by: Actor, at: datetime) -> None:
    """A new code to the signer's address; the one before is over. Raises ``TooOften``, or what
    ``check_answerable`` raises.
    """
    limits.take("code", order_id, most=CODES_AN_HOUR, seconds=3600, at=at)
    _send(order_id, by=by, at=at)


@transaction.atomic
def _send(order_id: int, *, by: Actor, at: datetime) -> None:
    order = lock(order_id)
    check_answerable(order, shown_sha256=order.shown_sha256, by=by, at=at)
    links.revoke(order, links.CODE, at=at)
    link = links.issue(
        links.CODE, subject=order, address=order.signer_email, at=at, expires_at=at + LIFE
    )
    journal.record(
        "order.code_sent",
        order,
        by=by,
        at=at,
        chain=order,
        version=order.version,
        to=order.signer_email,
    )
    letters.code(order, link=link, at=at)


def waits_for_code(order: Order, *, at: datetime) -> bool:
    """Whether a code is on its way to the signer and not typed yet."""
    return links.living(order, links.CODE).filter(expires_at__gt=at).exists()


def confirm_code(order_id: int, *, typed: str, by: Actor, at: datetime) -> None:
    """Who signs types the code. Each try counts, also a refused one; a code is used once, and a
    second click finds it used.

    Raises ``CodeWrong``, ``CodeOver``, or what ``check_answerable`` raises.
    """
    link = links.newest(f"order:{order_id}", links.CODE)
    if link is None or link.revoked_at or link.expires_at is None or at >= link.expires_at:
        raise CodeOver()
    try:
        limits.take("code-try", link.pk, most=TRIES, seconds=int(LIFE.total_seconds()), at=at)
    except TooOften:
        raise CodeOver() from None
    if not links.fits(link, "".join(typed.split())):
        raise CodeWrong()
    with transaction.atomic():
        order = lock(order_id)
        if is_proved(order, at=at):
            return
        check_answerable(order, shown_sha256=order.shown_sha256, by=by, at=at)
        links.use(link, at=at)
        journal.record(
            "order.code_confirmed",
            order,
            by=by,
            at=at,
            chain=order,
            version=order.version,
            to=link.address,
        )
