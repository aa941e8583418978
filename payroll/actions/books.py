"""What pay writes in the books.

The payslip, its cost on the activity's budget, the guarantee's advance, the transfer.
"""

from collections.abc import Sequence
from datetime import date, datetime

from invoicing.actions import advances
from ledger import queries as ledger
from ledger.booking import Booking, Leg, book_many
from payroll.models import Payslip, Transfer

GROSS, EMPLOYER, INSURANCE = "620", "621", "623"
NET, TAX, SOCIAL, INSURER = "455", "453", "454", "440"
BUDGETS_CHARGED, BANK = "930", "550"


def book_pay(payslips: Sequence[Payslip], *, on: date, at: datetime) -> None:
    """Book final payslips of one entity (contract and activity loaded) and advance what clients
    have not yet paid.

    Each payslip twice: towards worker, State and insurer; and inside, its whole cost on the
    activity's budget.
    """
    if not payslips:
        return
    accounts = ledger.account_ids(payslips[0].contract.entity_id)
    bookings = []
    for payslip in payslips:
        bookings += [_pay(payslip, accounts, on=on), _cost(payslip, accounts, on=on)]
    book_many(bookings, at=at)
    advances.make_many([_need(payslip) for payslip in payslips], on=on, at=at)


def book_executed(transfers: Sequence[Transfer], *, on: date, at: datetime) -> None:
    """The bank paid these transfers (payslip, contract and run loaded).

    The debt to the workers is gone.
    """
    bookings = []
    for transfer in transfers:
        contract = transfer.payslip.contract
        accounts = ledger.account_ids(contract.entity_id)
        bookings.append(
            Booking(
                entity_id=contract.entity_id,
                on=on,
                kind="pay_executed",
                source=f"transfer:{transfer.pk}",
                text=f"Virement de la fiche {transfer.payslip.ref}",
                job=contract.job,
                legs=[
                    Leg(accounts[NET], transfer.amount),
                    Leg(accounts[BANK], -transfer.amount),
                ],
            )
        )
    book_many(bookings, at=at)


def _pay(payslip: Payslip, accounts: dict[str, int], *, on: date) -> Booking:
    contract = payslip.contract
    social = payslip.employee_contributions + payslip.employer_contributions
    return Booking(
        entity_id=contract.entity_id,
        on=on,
        kind="pay",
        source=f"payslip:{payslip.pk}",
        text=f"Fiche de paie {payslip.ref}",
        job=contract.job,
        legs=[
            Leg(accounts[GROSS], payslip.gross + payslip.holiday_gross),
            Leg(accounts[EMPLOYER], payslip.employer_contributions),
            Leg(accounts[INSURANCE], payslip.insurance_and_funds),
            Leg(accounts[NET], -payslip.net_payable),
            Leg(accounts[TAX], -payslip.withholding),
            Leg(accounts[SOCIAL], -social),
            Leg(accounts[INSURER], -payslip.insurance_and_funds),
        ],
    )


def _cost(payslip: Payslip, accounts: dict[str, int], *, on: date) -> Booking:
    contract = payslip.contract
    return Booking(
        entity_id=contract.entity_id,
        on=on,
        kind="pay_cost",
        source=f"payslip-cost:{payslip.pk}",
        text=f"Coût de la fiche {payslip.ref} sur le budget",
        job=contract.job,
        legs=[
            Leg(contract.activity.budget_account_id, payslip.employment_cost),
            Leg(accounts[BUDGETS_CHARGED], -payslip.employment_cost),
        ],
    )


def _need(payslip: Payslip) -> advances.Need:
    contract = payslip.contract
    return advances.Need(
        job=contract.job,
        source=f"payslip:{payslip.pk}",
        cost=payslip.employment_cost,
        covered_default=contract.guaranteed,
        entity_id=contract.entity_id,
    )
