"""What a price pays, shown before anything is sent. The same engine as the contract and the
payslip.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext_lazy as _

from invoicing import guarantee
from invoicing.models import Client
from invoicing.policies import InvoicingPolicy
from ledger.models import LegalEntity
from members.models import Affiliate, Trade
from members.queries import NoHousehold, household_of
from office import policy
from office.calendar import month_bounds
from office.money import CENT, floor_cents
from office.parameters import Law, NoValue
from office.refusals import Refusal
from orders import rules
from orders.plans import JobFields
from orders.refusals import InEuros
from payroll import queries as payroll
from payroll import terms
from payroll.engine import (
    ContractMonth,
    Employer,
    Household,
    Minimum,
    PriceTooLow,
    Split,
    WorkDay,
    contract_months,
    minimum_pay,
    split_gross,
    split_price,
)
from payroll.law import law
from payroll.models import Contract
from payroll.policy import PayrollPolicy, insurance_rate

EXPERIENCE_YEARS = 0  # not recorded yet: the lowest step of the scale is the legal minimum


class PriceTooSmall(InEuros):
    code = "price_too_small"
    sentence = _(
        "De ce prix, la contribution ({fee}) et les frais ({expenses}) ne laissent rien pour "
        "le salaire. Augmentez le prix ou diminuez les frais."
    )
    field = "amount"


class BelowMinimum(InEuros):
    code = "below_minimum"
    sentence = _(
        "Le salaire brut de {gross} est sous le minimum légal pour {hours} heures. Deux "
        "solutions : un salaire brut d’au moins {least_gross} (prix de {least_price} hors "
        "TVA), ou au plus {most_hours} heures pour ce prix."
    )
    field = "amount"


class NoLaw(Refusal):
    code = "no_law"
    sentence = _(
        "Les chiffres officiels ne sont pas encore connus pour ces dates ({names}). Le prix montré "
        "est une estimation ; gardez le brouillon et envoyez-le dès leur publication, ou "
        "choisissez des dates plus proches."
    )
    field = "days"


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The house's rates of a day: an order keeps those of the day it was sent."""

    fee: Decimal
    insurance: Decimal


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A price and all it falls apart into, before anything is sent.

    ``first_of_month``: nothing else is paid in the months of payment, so the net pay shown is
    exact.
    """

    split: Split
    rates: Rates
    answer: guarantee.Answer
    minimums: tuple[Minimum, ...]
    below_minimum: BelowMinimum | None
    first_of_month: bool
    household_known: bool

    @property
    def estimated(self) -> tuple[str, ...]:
        """Names of the figures of law nobody knows yet for these dates."""
        return self.split.estimated

    @property
    def net_exact(self) -> bool:
        return self.first_of_month and self.household_known and not self.estimated


def quote(fields: JobFields, *, affiliate: Affiliate, on: date) -> Quote | None:
    """The split of what was typed, with the policy of a day; None while too little was typed.

    Figures of law nobody knows yet are replaced by the last known ones and named. Raises
    ``PriceTooSmall``, ``rules.DayTwice``, ``NoInsuranceRate`` and, without any figure, ``NoLaw``.
    """
    trade = Trade.objects.filter(pk=fields.trade_code).first()
    if trade is None or not fields.amount or not fields.days:
        return None
    rules.check_each_day_once(fields.days)
    entity = entity_of(affiliate)
    rates = rates_on(on, trade=trade)
    try:
        return _quote(fields, affiliate, trade, entity, rates, on)
    except NoValue as fault:
        raise NoLaw(names=fault.name) from fault
    except PriceTooLow as fault:
        raise PriceTooSmall(fee=fault.fee, expenses=fault.expenses) from fault


def rates_on(on: date, *, trade: Trade) -> Rates:
    """Fee and insurance of a day for a trade, as fractions."""
    insurance = insurance_rate(policy.current(PayrollPolicy, on), risk_class=trade.risk_class)
    return Rates(fee=policy.current(InvoicingPolicy, on).fee_rate, insurance=insurance)


def entity_of(affiliate: Affiliate) -> LegalEntity:
    """The entity that employs the affiliate; before her acceptance, the first of the
    cooperative.
    """
    activity = affiliate.activities.select_related("entity").first()
    return activity.entity if activity else LegalEntity.objects.earliest("id")


def _quote(
    fields: JobFields,
    affiliate: Affiliate,
    trade: Trade,
    entity: LegalEntity,
    rates: Rates,
    on: date,
) -> Quote:
    figures, employer = law().estimating(), terms.employer(entity)
    household, household_known = _household(affiliate, fields.days)
    months, first = _months(fields.days, affiliate, entity, figures, on)
    split = _split(fields, months, household, employer, rates, figures)
    minimums = tuple(
        minimum_pay(
            month.days,
            employer=employer,
            pay_class=trade.pay_class,  # type: ignore[arg-type]
            experience_years=EXPERIENCE_YEARS,
            on=month.days[0].day,
            law=figures,
        )
        for month in months
    )
    below = None
    if any(pay.gross < least.total for pay, least in zip(split.months, minimums, strict=True)):
        gross = least_gross(minimums)
        raised = replace(fields, amount=gross, amount_kind="gross")
        price = _split(raised, months, household, employer, rates, figures).price
        below = _below(split, minimums, gross, price)
    client = Client.objects.filter(pk=fields.client_id).first() if fields.client_id else None
    return Quote(
        split=split,
        rates=rates,
        answer=guarantee.ask(client, amount=split.price, on=on),
        minimums=minimums,
        below_minimum=below,
        first_of_month=first,
        household_known=household_known,
    )


def _household(affiliate: Affiliate, days: rules.Schedule) -> tuple[Household, bool]:
    try:
        return terms.household(household_of(affiliate.pk, min(days)[0])), True
    except NoHousehold:
        return Household(), False


def _months(
    days: rules.Schedule, affiliate: Affiliate, entity: LegalEntity, figures: Law, on: date
) -> tuple[Sequence[ContractMonth], bool]:
    """One contract a month, on the day it will be paid, with what is already paid that month."""
    pay = policy.current(PayrollPolicy, on)
    months: list[ContractMonth] = []
    first = True
    for month in contract_months([WorkDay(day, hours) for day, hours in days], law=figures):
        paid_on = payroll.expected_pay_on(month.days[-1].day, policy=pay, law=figures)
        earlier = payroll.month_of(
            affiliate.pk, entity.pk, paid_on=paid_on, worked_on=month.days[0].day
        )
        first = (
            first
            and payroll.is_first_of_month(affiliate.pk, entity.pk, paid_on)
            and not _at_work_elsewhere(affiliate, month)
        )
        months.append(replace(month, paid_on=paid_on, earlier=earlier))
    return months, first


def _at_work_elsewhere(affiliate: Affiliate, month: ContractMonth) -> bool:
    """Whether a contract of another job, not yet handed to payroll, lies in the same month."""
    inside = Contract.objects.living().filter(
        affiliate=affiliate,
        released_at=None,
        starts_on__range=month_bounds(month.days[0].day),
    )
    return inside.exists()


def _split(
    fields: JobFields,
    months: Sequence[ContractMonth],
    household: Household,
    employer: Employer,
    rates: Rates,
    figures: Law,
) -> Split:
    assert fields.amount is not None
    if fields.amount_kind == "gross":
        return split_gross(
            gross=fields.amount,
            expenses=fields.expenses_total,
            months=months,
            household=household,
            employer=employer,
            law=figures,
            insurance_rate=rates.insurance,
            fee_rate=rates.fee,
        )
    return split_price(
        price=fields.amount,
        expenses=fields.expenses_total,
        months=months,
        household=household,
        employer=employer,
        law=figures,
        insurance_rate=rates.insurance,
        fee_rate=rates.fee,
    )


def least_gross(minimums: Sequence[Minimum]) -> Decimal:
    """The lowest gross pay that, divided over its months by hours, reaches the minimum of each."""
    hourly = max(least.total / least.hours for least in minimums)
    hours = sum((least.hours for least in minimums), Decimal(0))
    return (hourly * hours).quantize(CENT, ROUND_CEILING)


def _below(
    split: Split, minimums: Sequence[Minimum], gross: Decimal, price: Decimal
) -> BelowMinimum:
    hourly = max(least.hourly for least in minimums)
    return BelowMinimum(
        gross=split.gross,
        hours=rules.shown_hours(sum((least.hours for least in minimums), Decimal(0))),
        least_gross=gross,
        least_price=price,
        most_hours=rules.shown_hours(floor_cents(split.gross / hourly)),
    )
