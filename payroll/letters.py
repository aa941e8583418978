"""Every e-mail of this room. Amounts of pay never stand in one."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from members.models import Affiliate, Role, User
from office import mail
from payroll.models import Contract, PayRun, Payslip, Transfer

PAY_STAFF = (Role.PAYROLL, Role.FINANCE)


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
        | {"paid_on": payslip.paid_on, "url": _url("payslip", payslip.ref)},
    )


def transfer_rejected(transfer: Transfer, *, at: datetime) -> None:
    """The bank sent the money back: check the account number."""
    contract = transfer.payslip.contract
    _to_affiliate(
        "payroll/transfer_rejected",
        contract.affiliate,
        transfer,
        at=at,
        context=_of_contract(contract) | {"profile": _url("profile")},
    )


def account_missing(contract: Contract, *, at: datetime) -> None:
    """Pay waits only for an account number the cooperative may use. Said once per contract."""
    _to_affiliate(
        "payroll/account_missing",
        contract.affiliate,
        contract,
        at=at,
        context=_of_contract(contract) | {"profile": _url("profile")},
    )


def run_late(run: PayRun, *, on: date, at: datetime) -> int:
    """A run must be approved today, or should have been. Once a day to each of the pay staff."""
    context = {
        "run": run,
        "url": f"{settings.COOP_PUBLIC_URL}/admin/payroll/payrun/{run.pk}/change/",
    }
    return _to_staff("payroll/run_late", f"payrun:{run.pk}", context, on=on, at=at)


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
    context = {"rows": rows, "url": f"{settings.COOP_PUBLIC_URL}/admin/payroll/contract/"}
    return _to_staff("payroll/left_out", "payroll:left_out", context, on=on, at=at)


def _to_affiliate(
    kind: str,
    affiliate: Affiliate,
    about: Contract | Payslip | Transfer,
    *,
    at: datetime,
    context: Mapping[str, object],
    moment: bool = False,
) -> None:
    name = type(about).__name__.lower()
    once = f"{kind}:{name}:{about.pk}" + (f":{at:%Y%m%d%H%M%S}" if moment else "")
    mail.post(
        kind,
        to=affiliate.user.email,
        language=affiliate.user.language,
        about=about,
        once=once,
        at=at,
        context={"first_name": affiliate.first_name, **context},
    )


def _to_staff(
    kind: str, about: str, context: Mapping[str, object], *, on: date, at: datetime
) -> int:
    posted = 0
    for user in User.objects.staff().filter(role__in=PAY_STAFF):
        letter = mail.post(
            kind,
            to=user.email,
            language=user.language,
            about=about,
            once=f"{kind}:{about}:{user.pk}:{on}",
            at=at,
            context={"name": user.name, **context},
        )
        posted += letter is not None
    return posted


def _of_contract(contract: Contract) -> dict[str, object]:
    return {
        "job": contract.job,
        "client": contract.client_name,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "url": _url("contract", contract.ref),
    }


def _url(name: str, *args: str) -> str:
    return f"{settings.COOP_PUBLIC_URL}{reverse(name, args=args)}"
