"""Money that has arrived on the account: what may be written down of it, whoever sent it."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from office import clock
from office.money import NotEuros, euros
from office.refusals import Refusal


class AmountWrong(Refusal):
    code = "amount_wrong"
    sentence = _("Un paiement est un montant au-dessus de zéro, en euros et cents.")
    field = "amount"


class NotYetReceived(Refusal):
    code = "not_yet_received"
    sentence = _("Cette date n’est pas encore passée. Inscrivez le jour où l’argent est arrivé.")
    field = "received_on"


def check_amount(amount: Decimal) -> Decimal:
    """Euros and whole cents, above zero. Raises ``AmountWrong``."""
    try:
        exact = euros(amount)
    except NotEuros as fault:
        raise AmountWrong from fault
    if exact <= 0:
        raise AmountWrong
    return exact


def check_day(day: date, *, at: datetime) -> None:
    """Money moved on a day that has come. Raises ``NotYetReceived``."""
    if day > clock.day_of(at):
        raise NotYetReceived
