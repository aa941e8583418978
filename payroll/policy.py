"""House policy of pay: the insurer's rates and how many bank days a pay run needs."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from office import policy
from office.refusals import Refusal


class NoInsuranceRate(Refusal):
    code = "no_insurance_rate"
    sentence = _(
        "Le taux de l’assurance accidents manque pour la classe « {risk_class} ». "
        "Votre conseiller doit l’ajouter."
    )


@policy.department("payroll", _("paie"))
@dataclass(frozen=True, kw_only=True)
class PayrollPolicy:
    """Rates are fractions of gross pay by risk class; the delays are bank days.

    ``transfer_days``: from the execution of a transfer until the money is on the account.
    ``approve_days``: before the execution a run must be approved. ``build_days``: before the
    execution a run is built.
    """

    insurance_rates: dict[str, Decimal]
    transfer_days: int = 1
    approve_days: int = 1
    build_days: int = 3


def insurance_rate(rates: PayrollPolicy, *, risk_class: str) -> Decimal:
    """The insurer's fraction of gross pay for a class of risk.

    ``NoInsuranceRate`` when there is none.
    """
    try:
        return rates.insurance_rates[risk_class]
    except KeyError:
        raise NoInsuranceRate(risk_class=risk_class) from None
