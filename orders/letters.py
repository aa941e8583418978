"""What this room says, one function each. Amounts of pay never stand in a letter; the price does
in the client's.
"""

from datetime import date, datetime
from typing import Any

from django.db.models import Model

from members.letters import advisors_of
from members.models import User
from office import mail, notices
from office.models import Letter, Link
from orders.client_links import clients_link
from orders.models import ChangeRequest, Forwarding, Order, Receipt, Review, WorkReport
from orders.rules import first_line
from payroll.models import Contract


def sent(order: Order, *, link: Link, at: datetime, again: bool = False) -> None:
    """To the client: the order to sign; ``again`` when he asked for its link once more."""
    _client(order, "sent", _which(order, at, again), at, link=link, shown=order.shown)


def copy(order: Order, *, link: Link, at: datetime, again: bool = False) -> None:
    """To the client: signed, with the link to follow it."""
    _client(order, "copy", _which(order, at, again), at, link=link, shown=order.shown)


def reminder(order: Order, *, link: Link, day: date, at: datetime) -> None:
    """To the client: the order still waits, and until when."""
    _client(order, "reminder", f"{order.version}:{day}", at, link=link, shown=order.shown)


def code(order: Order, *, link: Link, at: datetime) -> None:
    """To the client: the code that his signature asks for."""
    _client(order, "code", f"{link.pk}", at, link=link, shown=order.shown)


def forwarded(step: Forwarding, *, link: Link, at: datetime) -> None:
    """To the colleague: the order to sign, passed on to him; and to the affiliate: by whom."""
    order = step.order
    _client(order, "forwarded", f"{step.pk}", at, link=link, shown=order.shown, step=step)
    values = {"who": step.to_name}
    _affiliate(order, "forwarded_affiliate", f"{step.pk}", at, values=values, step=step)


def other_asked(request: ChangeRequest, *, at: datetime) -> None:
    """To the affiliate: the client would sign something else."""
    _affiliate(request.order, "other_asked", f"{request.pk}", at, request=request)


def kept(request: ChangeRequest, *, link: Link | None, at: datetime) -> None:
    """To the client: the order stays as it is, and why."""
    order = request.order
    _client(order, "kept", f"{request.pk}", at, link=link, shown=order.shown, request=request)


def wanted_again(order: Order, *, at: datetime) -> None:
    """To the affiliate: the client came back to an order that lapsed."""
    _affiliate(order, "wanted_again", f"{order.version}", at)


def withdrawn(order: Order, *, at: datetime) -> None:
    """To the client: the order he had to sign is taken back; its link will show the next one."""
    link = clients_link(order)
    _client(order, "withdrawn", f"{order.version}", at, link=link, shown=order.shown)


def cancelled(order: Order, *, by_client: bool, at: datetime) -> None:
    """To both: the order is cancelled."""
    context: dict[str, Any] = {"reason": order.ended_reason, "by_client": by_client}
    _client(order, "cancelled", "", at, link=clients_link(order), shown=order.shown, **context)
    _affiliate(order, "cancelled_affiliate", "", at, **context)


def opened(order: Order, *, at: datetime) -> None:
    """To the affiliate: the client has opened the order."""
    _affiliate(order, "opened", f"{order.version}", at)


def declined(order: Order, *, at: datetime) -> None:
    """To the affiliate: the client says no."""
    _affiliate(order, "declined", f"{order.version}", at, reason=order.ended_reason)


def lapsed(order: Order, *, at: datetime) -> None:
    """To the affiliate: the client did not sign in time; do not start."""
    _affiliate(order, "lapsed", f"{order.version}", at)


def signed(order: Order, *, at: datetime) -> None:
    """To the affiliate: the client signed; the contract comes."""
    _affiliate(order, "signed", f"{order.version}", at)


def change_asked(request: ChangeRequest, *, by_client: bool, at: datetime) -> None:
    """To the affiliate and the advisors: somebody asks to change or cancel a signed job."""
    order = request.order
    context: dict[str, Any] = {"request": request, "by_client": by_client}
    if by_client:
        _affiliate(order, "change_asked", f"{request.pk}", at, **context)
    for user in advisors_of(order.affiliate):
        _staff(user, order, "change_asked_staff", at, about=request, **context)


def change_answer(request: ChangeRequest, *, outcome: str, at: datetime) -> None:
    """To both: what staff decided."""
    context: dict[str, Any] = {"request": request, "outcome": outcome, "decision": request.decision}
    order, which = request.order, f"{request.pk}"
    link = clients_link(order)
    _client(order, "change_answer", which, at, link=link, shown=order.shown, **context)
    _affiliate(order, "change_answer_affiliate", which, at, **context)


def review_asked(review: Review, *, at: datetime) -> None:
    """To the advisors: a job waits for somebody to look at it before it leaves."""
    values = {"due": review.due_on}
    for user in advisors_of(review.order.affiliate):
        _staff(user, review.order, "review_asked", at, about=review, values=values, review=review)


def reviewed(review: Review, *, at: datetime) -> None:
    """To the affiliate: her job may leave, or why it may not."""
    _affiliate(review.order, "reviewed", f"{review.pk}", at, review=review)


def work(contract: Contract, order: Order, *, link: Link, at: datetime) -> bool:
    """To the affiliate on the last evening: was the work done? One tap."""
    values, context = {"contract": contract.ref}, {"contract": contract}
    return _affiliate(
        order, "work", f"{contract.pk}", at, link=link, about=contract, values=values, **context
    )


def work_reminder(contract: Contract, order: Order, *, link: Link, by: date, at: datetime) -> bool:
    """To the affiliate on the next working day: still no answer."""
    values = {"contract": contract.ref, "by": by}
    context: dict[str, Any] = {"contract": contract, "by": by}
    return _affiliate(
        order,
        "work_reminder",
        f"{contract.pk}",
        at,
        link=link,
        about=contract,
        values=values,
        **context,
    )


def work_silent(contract: Contract, order: Order, *, at: datetime) -> None:
    """To the affiliate: invoice and pay go on, marked not confirmed."""
    _affiliate(order, "work_silent", f"{contract.pk}", at, contract=contract)


def held(report: WorkReport, *, at: datetime) -> None:
    """To the advisors: a report waits for a decision."""
    for user in advisors_of(report.order.affiliate):
        _staff(user, report.order, "held", at, about=report, report=report)


def work_decided(report: WorkReport, *, at: datetime) -> None:
    """To the affiliate: the advisor decided (without an amount)."""
    _affiliate(report.order, "work_decided", f"{report.pk}", at, report=report)


def not_ready(contract: Contract, order: Order, *, unsigned: bool, on: date, at: datetime) -> bool:
    """To the affiliate: do not start yet. Once a day."""
    values = {"starts_on": contract.starts_on}
    context: dict[str, Any] = {"contract": contract, "unsigned": unsigned}
    return _affiliate(order, "not_ready", f"{contract.pk}:{on}", at, values=values, **context)


def not_ready_staff(user: User, missing: list[Any], *, on: date, newest: int, at: datetime) -> None:
    """To payroll staff: these contracts begin, and something is missing. One letter for all."""
    notices.tell(
        "orders/not_ready_staff",
        reader=user.as_reader(),
        about=user,
        once=f"orders.not_ready_staff:{user.pk}:{on}:{newest}",
        at=at,
        values={"on": on, "count": len(missing)},
        context={"missing": missing},
    )


def receipt_answer(receipt: Receipt, *, kind: str, at: datetime) -> None:
    """To the affiliate: receipt approved, refused or refunded."""
    order, values = receipt.line.order, {"line": receipt.line.label}
    _affiliate(order, f"receipt_{kind}", f"{receipt.pk}", at, values=values, receipt=receipt)


def receipt_to_approve(receipt: Receipt, order: Order, *, at: datetime) -> None:
    """To the advisors: she handed in a proof of expense."""
    values = {"line": receipt.line.label}
    for user in advisors_of(order.affiliate):
        _staff(user, order, "receipt_to_approve", at, about=receipt, values=values)


def _which(order: Order, at: datetime, again: bool) -> str:
    return f"{order.version}:{at.isoformat()}" if again else f"{order.version}"


def _client(
    order: Order, kind: str, which: str, at: datetime, *, link: Link | None = None, **context: Any
) -> Letter | None:
    return mail.post(
        f"orders/{kind}",
        to=order.signer_email,
        language=order.shown["language"],
        about=order,
        once=f"orders.{kind}:{order.pk}:{which}",
        at=at,
        context={"order": order, **context},
        link=link,
    )


def _affiliate(
    order: Order,
    kind: str,
    which: str,
    at: datetime,
    *,
    link: Link | None = None,
    about: Model | None = None,
    values: dict[str, Any] | None = None,
    **context: Any,
) -> bool:
    what = first_line(order.description)
    return notices.tell(
        f"orders/{kind}",
        reader=order.affiliate.user.as_reader(),
        about=about or order,
        once=f"orders.{kind}:{order.pk}:{which}",
        at=at,
        values=_of(order) | (values or {}),
        context={"order": order, "what": what, **context},
        link=link,
    )


def _staff(
    user: User,
    order: Order,
    kind: str,
    at: datetime,
    *,
    about: Model,
    values: dict[str, Any] | None = None,
    **context: Any,
) -> None:
    notices.tell(
        f"orders/{kind}",
        reader=user.as_reader(),
        about=about,
        once=f"orders.{kind}:{order.pk}:{about.pk}:{user.pk}",
        at=at,
        values=_of(order) | {"who": order.affiliate.name, "key": about.pk} | (values or {}),
        context={"order": order, "what": first_line(order.description), **context},
    )


def _of(order: Order) -> dict[str, Any]:
    client = order.client.name if order.client else ""
    return {"job": order.ref, "what": first_line(order.description), "client": client}
