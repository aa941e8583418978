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

Accounts = dict[tuple[int, str], int]  # by entity and code


def book_pay(payslips: Sequence[Payslip], *, on: date, at: datetime) -> None:
    """Book final payslips of one entity (contract and activity loaded) and advance what clients
    have not yet paid.

    Each payslip twice: towards worker, State and insurer; and inside, its whole cost on the
    activity's budget.
    """
    if not payslips:
        return
    accounts = ledger.account_ids({payslip.contract.entity_id for payslip in payslips})
    bookings = []
    for payslip in payslips:
        bookings += [_pay(payslip, accounts, on=on), _cost(payslip, accounts, on=on)]
    book_many(bookings, at=at)
    advances.make_many([_need(payslip) for payslip in payslips], on=on, at=at)


def book_executed(transfers: Sequence[Transfer], *, on: date, at: datetime) -> None:
    """The bank paid these transfers (payslip, contract and run loaded).

    The debt to the workers is gone.
    """
    accounts = ledger.account_ids({row.payslip.contract.entity_id for row in transfers})
    bookings = []
    for transfer in transfers:
        contract = transfer.payslip.contract
        bookings.append(
            Booking(
                entity_id=contract.entity_id,
                on=on,
                kind="pay_executed",
                source=f"transfer:{transfer.pk}",
                text=f"Virement de la fiche {transfer.payslip.ref}",
                job=contract.job,
                legs=[
                    Leg(accounts[contract.entity_id, NET], transfer.amount),
                    Leg(accounts[contract.entity_id, BANK], -transfer.amount),
                ],
            )
        )
    book_many(bookings, at=at)


def _pay(payslip: Payslip, accounts: Accounts, *, on: date) -> Booking:
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
            Leg(accounts[contract.entity_id, GROSS], payslip.gross + payslip.holiday_gross),
            Leg(accounts[contract.entity_id, EMPLOYER], payslip.employer_contributions),
            Leg(accounts[contract.entity_id, INSURANCE], payslip.insurance_and_funds),
            Leg(accounts[contract.entity_id, NET], -payslip.net_payable),
            Leg(accounts[contract.entity_id, TAX], -payslip.withholding),
            Leg(accounts[contract.entity_id, SOCIAL], -social),
            Leg(accounts[contract.entity_id, INSURER], -payslip.insurance_and_funds),
        ],
    )


def _cost(payslip: Payslip, accounts: Accounts, *, on: date) -> Booking:
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
            Leg(accounts[contract.entity_id, BUDGETS_CHARGED], -payslip.employment_cost),
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
