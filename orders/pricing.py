"""What a price pays, shown before anything is sent. The same engine as the contract and the
payslip.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
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
A_MONTH = timedelta(days=31)  # nobody waits longer for her pay


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
    exact. ``earlier_gross``: gross pay in euros of other jobs paid in those months, counted for
    the tax.
    """

    split: Split
    rates: Rates
    answer: guarantee.Answer
    minimums: tuple[Minimum, ...]
    below_minimum: BelowMinimum | None
    first_of_month: bool
    earlier_gross: Decimal
    household_known: bool

    @property
    def estimated(self) -> tuple[str, ...]:
        """Names of the figures of law nobody knows yet for these dates."""
        return self.split.estimated

    @property
    def net_exact(self) -> bool:
        return self.first_of_month and self.household_known and not self.estimated


def quote(
    fields: JobFields,
    *,
    affiliate: Affiliate | None,
    on: date,
    entity: LegalEntity | None = None,
    household: Household | None = None,
) -> Quote | None:
    """The split of what was typed, with the policy of a day; None while too little was typed.

    Without affiliate it is the first job of somebody new. A ``household`` takes the place of the
    one recorded: what if. The ``entity`` is that of the job's activity, else of her own.

    Figures of law nobody knows yet are replaced by the last known ones and named. Raises
    ``PriceTooSmall``, ``rules.DayTwice``, ``NoInsuranceRate`` and, without any figure, ``NoLaw``.
    """
    trade = Trade.objects.filter(pk=fields.trade_code).first()
    if trade is None or not fields.amount or not fields.days:
        return None
    rules.check_each_day_once(fields.days)
    entity = entity or entity_of(affiliate)
    rates = rates_on(on, trade=trade)
    person = _Person(affiliate=affiliate, entity=entity, household=household)
    try:
        return _quote(fields, person, trade, rates, on)
    except NoValue as fault:
        raise NoLaw(names=fault.name) from fault
    except PriceTooLow as fault:
        raise PriceTooSmall(fee=fault.fee, expenses=fault.expenses) from fault


def rates_on(on: date, *, trade: Trade) -> Rates:
    """Fee and insurance of a day for a trade, as fractions."""
    insurance = insurance_rate(policy.current(PayrollPolicy, on), risk_class=trade.risk_class)
    return Rates(fee=policy.current(InvoicingPolicy, on).fee_rate, insurance=insurance)


def entity_of(affiliate: Affiliate | None) -> LegalEntity:
    """The entity that employs the affiliate; before her acceptance, the first of the
    cooperative.
    """
    activity = affiliate.activities.select_related("entity").first() if affiliate else None
    return activity.entity if activity else LegalEntity.objects.earliest("id")


@dataclass(frozen=True, kw_only=True)
class _Person:
    """Who would be paid: an affiliate, or nobody known yet; and a household told instead."""

    affiliate: Affiliate | None
    entity: LegalEntity
    household: Household | None


def _quote(fields: JobFields, person: _Person, trade: Trade, rates: Rates, on: date) -> Quote:
    figures, employer = law().estimating(), terms.employer(person.entity)
    household, household_known = _household(person, fields.days)
    months, first = _months(fields.days, person, figures, on)
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
        earlier_gross=_earlier_gross(months),
        household_known=household_known,
    )


def _household(person: _Person, days: rules.Schedule) -> tuple[Household, bool]:
    if person.household is not None:
        return person.household, True
    if person.affiliate is None:
        return Household(), False
    try:
        return terms.household(household_of(person.affiliate.pk, min(days)[0])), True
    except NoHousehold:
        return Household(), False


def _months(
    days: rules.Schedule, person: _Person, figures: Law, on: date
) -> tuple[Sequence[ContractMonth], bool]:
    """One contract a month, on the day it will be paid, with what is already paid that month."""
    pay = policy.current(PayrollPolicy, on)
    months: list[ContractMonth] = []
    first = True
    for month in contract_months([WorkDay(day, hours) for day, hours in days], law=figures):
        paid_on = payroll.expected_pay_on(month.days[-1].day, policy=pay, law=figures)
        month = replace(month, paid_on=paid_on)
        if person.affiliate is not None:
            who, entity = person.affiliate.pk, person.entity.pk
            worked_on = month.days[0].day
            earlier = payroll.month_of(who, entity, paid_on=paid_on, worked_on=worked_on)
            first = (
                first
                and payroll.is_first_of_month(who, entity, paid_on)
                and not _at_work_elsewhere(person.affiliate, month, pay=pay, figures=figures)
            )
            month = replace(month, earlier=earlier)
        months.append(month)
    return months, first


def _earlier_gross(months: Sequence[ContractMonth]) -> Decimal:
    """Gross pay of other jobs in the months of payment; two months paid together count it once."""
    earlier = {month.paid_on.replace(day=1): month.earlier.gross for month in months}
    return sum(earlier.values(), Decimal("0.00"))


def _at_work_elsewhere(
    affiliate: Affiliate, month: ContractMonth, *, pay: PayrollPolicy, figures: Law
) -> bool:
    """Whether a contract of another job, not yet handed to payroll, lies in the month of the work
    or will be paid in the month of its pay.
    """
    worked, paid = month_bounds(month.days[0].day), month_bounds(month.paid_on)
    others = Contract.objects.living().filter(affiliate=affiliate, released_at=None)
    others = others.filter(ends_on__range=(min(worked[0], paid[0] - A_MONTH), paid[1]))
    return any(
        worked[0] <= first <= worked[1]
        or paid[0] <= payroll.expected_pay_on(last, policy=pay, law=figures) <= paid[1]
        for first, last in others.values_list("starts_on", "ends_on")
    )


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
