"""From released contracts to payslips, not yet saved.

Read in bulk, computed in memory by the pay engine.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from ledger.models import LegalEntity
from members import queries as members
from members.models import BankAccount, Household
from office.calendar import month_bounds
from office.parameters import Law, NoValue
from payroll import terms
from payroll.engine.pay import Pay, compute_pay
from payroll.engine.terms import BadTerms, MonthToDate
from payroll.models import Contract, PayRun, Payslip, PayslipLine, Transfer
from payroll.rules import Paid, month_as_text, month_from_text, month_to_date, worked_days


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A contract no run can pay today, and why: a sentence for staff."""

    contract_id: int
    contract_ref: str
    affiliate_name: str
    code: str
    reason: str


@dataclass(kw_only=True)
class Slips:
    """What a run will hold."""

    payslips: list[Payslip]
    lines: list[PayslipLine]
    transfers: list[Transfer]
    left_out: list[LeftOut]


class CannotPay(Exception):
    """One contract cannot be paid; the others can."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code)
        self.code, self.reason = code, reason


def compute(
    contracts: Sequence[Contract], *, run: PayRun, entity: LegalEntity, law: Law, at: datetime
) -> Slips:
    """A payslip for each contract that can be paid on the run's day, and the names of those that
    cannot.

    Contracts of one person count one after another into the month's total. Needs ``days`` and
    affiliate loaded.
    """
    people = {contract.affiliate_id for contract in contracts}
    accounts = members.bank_accounts_of(people, at)
    households = members.households_of(people, run.pay_on)
    paid = paid_by_person(contracts, entity_id=entity.pk, pay_on=run.pay_on)
    slips = Slips(payslips=[], lines=[], transfers=[], left_out=[])
    for contract in sorted(contracts, key=lambda row: (row.affiliate_id, row.starts_on, row.pk)):
        person = contract.affiliate_id
        try:
            account, household = _account(accounts.get(person)), _household(households.get(person))
            earlier = month_to_date(paid[person], paid_on=run.pay_on, worked_on=contract.starts_on)
            pay = _pay(contract, household, entity=entity, law=law, run=run, earlier=earlier)
        except CannotPay as cannot:
            slips.left_out.append(left_out(contract, cannot))
            continue
        paid[person].append(Paid(paid_on=run.pay_on, worked_on=contract.starts_on, adds=pay.adds))
        payslip = _payslip(contract, household, pay, run=run, after=earlier + pay.adds)
        slips.payslips.append(payslip)
        slips.lines += _lines(payslip, pay)
        if payslip.net_payable > 0:
            slips.transfers.append(transfer(payslip, account, run=run))
    return slips


def transfer(payslip: Payslip, account: BankAccount, *, run: PayRun) -> Transfer:
    """The line of the bank file that pays a payslip, its account frozen."""
    return Transfer(
        run=run,
        payslip=payslip,
        name=payslip.contract.affiliate.name,
        iban=account.iban,
        amount=payslip.net_payable,
    )


def paid_by_person(
    contracts: Iterable[Contract], *, entity_id: int, pay_on: date, before_id: int | None = None
) -> defaultdict[int, list[Paid]]:
    """What these people already have on payslips (runs not yet approved included), in the months
    that matter.

    ``before_id`` keeps only payslips older than that one.
    """
    first, last = month_bounds(pay_on)
    months = Q(paid_on__range=(first, last))
    for worked in {month_bounds(contract.starts_on) for contract in contracts}:
        months |= Q(contract__starts_on__range=worked)
    rows = Payslip.objects.live().filter(
        months,
        contract__affiliate__in={contract.affiliate_id for contract in contracts},
        contract__entity=entity_id,
    )
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    paid: defaultdict[int, list[Paid]] = defaultdict(list)
    for row in rows.order_by("pk").values(
        "contract__affiliate", "contract__starts_on", "paid_on", "month"
    ):
        paid[row["contract__affiliate"]].append(
            Paid(
                paid_on=row["paid_on"],
                worked_on=row["contract__starts_on"],
                adds=month_from_text(row["month"]["adds"]),
            )
        )
    return paid


def _account(account: BankAccount | None) -> BankAccount:
    if account is None:
        raise CannotPay("no_account", _("Aucun compte bancaire confirmé et approuvé."))
    return account


def _household(household: Household | None) -> Household:
    if household is None:
        raise CannotPay("no_household", _("La situation de ménage n’est pas connue à cette date."))
    return household


def _pay(
    contract: Contract,
    household: Household,
    *,
    entity: LegalEntity,
    law: Law,
    run: PayRun,
    earlier: MonthToDate,
) -> Pay:
    days = [(row.day, row.hours) for row in contract.days.all()]
    try:
        pay = compute_pay(
            gross=contract.gross_due or Decimal(0),
            days=worked_days(days, hours_done=contract.hours_done or Decimal(0)),
            household=terms.household(household),
            employer=terms.employer(entity),
            law=law,
            paid_on=run.pay_on,
            insurance_rate=contract.insurance_rate,
            earlier=earlier,
        )
    except NoValue as unknown:
        reason = _("Le paramètre légal « {name} » n’est pas connu au {day}.")
        raise CannotPay(
            "no_value", reason.format(name=unknown.name, day=f"{unknown.on:%d/%m/%Y}")
        ) from unknown
    except BadTerms as bad:
        reason = _("La situation de ménage ou le contrat se contredit : {detail}.")
        raise CannotPay("bad_terms", reason.format(detail=bad)) from bad
    if pay.unconfirmed and not settings.COOP_DEMO:
        reason = _("Paramètres légaux non confirmés : {names}.")
        raise CannotPay("unconfirmed", reason.format(names=", ".join(pay.unconfirmed)))
    return pay


def _payslip(
    contract: Contract, household: Household, pay: Pay, *, run: PayRun, after: MonthToDate
) -> Payslip:
    return Payslip(
        contract=contract,
        run=run,
        household=household,
        paid_on=run.pay_on,
        hours=contract.hours_done or Decimal(0),
        gross=pay.gross,
        holiday_gross=pay.holiday_gross,
        employee_contributions=pay.employee_contributions,
        withholding=pay.withholding,
        net_salary=pay.net_salary,
        net_holiday=pay.net_holiday,
        employer_contributions=pay.employer_contributions,
        insurance_and_funds=pay.insurance_and_funds,
        employment_cost=pay.employment_cost,
        net_payable=pay.net,
        month={"adds": month_as_text(pay.adds), "after": month_as_text(after)},
        unconfirmed=list(pay.unconfirmed),
    )


def _lines(payslip: Payslip, pay: Pay) -> list[PayslipLine]:
    return [
        PayslipLine(
            payslip=payslip,
            position=position,
            code=line.code.value,
            side=line.side.value,
            base=line.base,
            rate=line.rate,
            amount=line.amount,
            parameter=line.parameter,
            starts_on=line.starts_on,
            source=line.source,
            confirmed=line.confirmed,
        )
        for position, line in enumerate(pay.lines, start=1)
    ]


def left_out(contract: Contract, cannot: CannotPay) -> LeftOut:
    """A contract and why no run can pay it."""
    return LeftOut(
        contract_id=contract.pk,
        contract_ref=contract.ref,
        affiliate_name=contract.affiliate.name,
        code=cannot.code,
        reason=cannot.reason,
    )
