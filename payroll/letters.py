"""What this room says, one function each. Amounts of pay never stand in a letter."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from members.models import Affiliate, Role, User
from office import notices
from payroll.models import Contract, PayRun, Payslip, Transfer
from payroll.notices import PAY_STAFF


def contract_offered(contract: Contract, *, at: datetime) -> None:
    """The cooperative has signed: the affiliate's turn, before the first day."""
    _to_affiliate(
        "payroll/contract_offered",
        contract.affiliate,
        contract,
        at=at,
        context=_of_contract(contract),
    )


def contract_signed(contract: Contract, *, at: datetime) -> None:
    """Both have signed: the paper to keep is in the portal."""
    _to_affiliate(
        "payroll/contract_signed",
        contract.affiliate,
        contract,
        at=at,
        context=_of_contract(contract),
    )


def paper_refused(contract: Contract, *, reason: str, at: datetime) -> None:
    """The signed paper could not be accepted; why, and what to do."""
    _to_affiliate(
        "payroll/paper_refused",
        contract.affiliate,
        contract,
        at=at,
        context=_of_contract(contract) | {"reason": reason},
        moment=True,
    )


def payslip_ready(payslip: Payslip, *, at: datetime) -> None:
    """Pay was approved: the payslip can be read, the money arrives on a day."""
    contract = payslip.contract
    _to_affiliate(
        "payroll/payslip_ready",
        contract.affiliate,
        payslip,
        at=at,
        context=_of_contract(contract)
        | {"paid_on": payslip.paid_on, "url": notices.public("payslip", payslip.ref)},
        payslip=payslip.ref,
        paid_on=payslip.paid_on,
    )


def transfer_rejected(transfer: Transfer, *, at: datetime) -> None:
    """The bank sent the money back: check the account number."""
    contract = transfer.payslip.contract
    _to_affiliate(
        "payroll/transfer_rejected",
        contract.affiliate,
        transfer,
        at=at,
        context=_of_contract(contract) | {"profile": notices.public("profile")},
    )


def account_missing(contract: Contract, *, at: datetime) -> None:
    """Pay waits only for an account number the cooperative may use. Said once per contract."""
    _to_affiliate(
        "payroll/account_missing",
        contract.affiliate,
        contract,
        at=at,
        context=_of_contract(contract) | {"profile": notices.public("profile")},
    )


def run_late(run: PayRun, *, on: date, at: datetime) -> int:
    """A run must be approved today, or should have been. Once a day to each of the pay staff."""
    context = {
        "run": run,
        "url": notices.public("admin:payroll_payrun_change", str(run.pk)),
    }
    values = {"run": run.ref, "before": run.approve_before, "key": run.pk}
    return _to_staff("payroll/run_late", f"payrun:{run.pk}", values, context, on=on, at=at)


def left_out(contracts: Iterable[Contract], *, on: date, at: datetime) -> int:
    """Contracts whose pay day nears and that no run can pay, each with its reason. Once a day."""
    rows = [
        {
            "name": row.affiliate.name,
            "ref": row.ref,
            "deadline": row.pay_deadline,
            "reason": row.left_out_reason,
        }
        for row in contracts
    ]
    context = {"rows": rows, "url": notices.public("admin:payroll_contract_changelist")}
    values = {"count": len(rows)}
    return _to_staff("payroll/left_out", "payroll:left_out", values, context, on=on, at=at)


def paper_to_check(contract: Contract, *, at: datetime) -> None:
    """To payroll: the affiliate handed in the paper she signed."""
    values = {
        "who": contract.affiliate.name,
        "client": contract.client_name,
        "key": contract.pk,
    }
    for user in User.objects.staff().filter(role=Role.PAYROLL).order_by("pk"):
        notices.tell(
            "payroll/paper_to_check",
            reader=user.as_reader(),
            about=contract,
            once=f"payroll/paper_to_check:{contract.pk}:{at:%Y%m%d%H%M%S}:{user.pk}",
            at=at,
            values=values,
        )


def _to_affiliate(
    kind: str,
    affiliate: Affiliate,
    about: Contract | Payslip | Transfer,
    *,
    at: datetime,
    context: Mapping[str, object],
    moment: bool = False,
    **values: object,
) -> None:
    name = type(about).__name__.lower()
    once = f"{kind}:{name}:{about.pk}" + (f":{at:%Y%m%d%H%M%S}" if moment else "")
    notices.tell(
        kind,
        reader=affiliate.user.as_reader(),
        about=about,
        once=once,
        at=at,
        values={
            **{name: context[name] for name in ("contract", "client", "starts_on", "ends_on")},
            **values,
        },
        context={"first_name": affiliate.first_name, **context},
    )


def _to_staff(
    kind: str,
    about: str,
    values: Mapping[str, object],
    context: Mapping[str, object],
    *,
    on: date,
    at: datetime,
) -> int:
    return sum(
        notices.tell(
            kind,
            reader=user.as_reader(),
            about=about,
            once=f"{kind}:{about}:{user.pk}:{on}",
            at=at,
            values=values,
            context=context,
        )
        for user in User.objects.staff().filter(role__in=PAY_STAFF).order_by("pk")
    )


def _of_contract(contract: Contract) -> dict[str, object]:
    return {
        "contract": contract.ref,
        "job": contract.job,
        "client": contract.client_name,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "url": notices.public("contract", contract.ref),
    }
