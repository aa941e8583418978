"""The page of one job, put together from all rooms; and the answer about its work, on the portal
and by link.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from invoicing import guarantee
from members.forms_base import add_refusal
from members.pieces import NextStep
from office import clock
from office.actors import Actor
from office.refusals import Refusal
from orders import actions, queries
from orders.actions.examining import Examined, examine, replaceable
from orders.bars import bar_of
from orders.forms import WorkForm
from orders.models import ChangeRequest, ExpenseLine, Order, Receipt
from orders.split import split_values
from orders.states import OrderStatus
from payroll.models import Contract
from payroll.states import ContractStatus


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Something that can be asked for now: a button (``post``) or a page."""

    text: str | Promise
    url: str
    post: bool = False
    look: str = "secondary"


def context(order: Order, *, at: datetime) -> dict[str, Any]:
    """Everything the page of a job prints; ``order`` was loaded ``with_chain``."""
    invoice = queries.invoices_of([order.ref]).get(order.ref)
    on = clock.day_of(at)
    contracts = [row for row in order.contracts.all() if row.living]
    asked = ChangeRequest.objects.filter(order=order, status="open").first()
    successor = Order.objects.filter(replaces=order).first()
    draft = order.status == OrderStatus.DRAFT
    examined = examine(order, on=on) if draft else None
    knots = queries.thread_of(order, invoice, at=at)
    return {
        "section": "jobs",
        "now": at,
        "order": order,
        "title": queries.title_of(order),
        "status": queries.status_of(order, knots),
        "tone": queries.TONES[OrderStatus(order.status)],
        "days": list(order.days.all()),
        "knots": knots,
        "step": _next_step(order, contracts, asked, at=at),
        "moments": queries.moments(order),
        "invoice": invoice,
        "contracts": contracts,
        "reports": [report for report in order.reports.all() if report.answer != "agreed"],
        "asked": asked,
        "successor": successor,
        "choices": _choices(order, contracts, asked, successor, on=on),
        "expenses": _expenses(order),
        **(_draft_split(examined) if examined else _frozen(order)),
    }


@dataclass(frozen=True, kw_only=True)
class Expense:
    """An expense line with what was handed in for it."""

    line: ExpenseLine
    receipts: tuple[Receipt, ...]
    left: Decimal
    open: bool  # something can still be handed in


class WorkAnswer:
    """One question, four answers: GET shows, POST acts. The same on the portal and behind the
    mailed link.
    """

    def __init__(
        self, request: HttpRequest, order: Order, contract: Contract, *, by: Actor, at: datetime
    ) -> None:
        self.order, self.contract, self.by, self.at = order, contract, by, at
        days = [(row.day, row.hours) for row in contract.days.all()]
        other = request.method == "POST" and request.POST.get("answer") != "agreed"
        self.form = WorkForm(request.POST if other else None, days=days)
        self.refusal = ""
        self.given = request.method == "POST" and self._answer(request)

    def _answer(self, request: HttpRequest) -> bool:
        answer = request.POST.get("answer", "")
        if answer == "agreed":
            return self._confirm(answer, None, "")
        if not self.form.is_valid():
            return False
        return self._confirm(answer, self.form.worked(), self.form.cleaned_data["note"])

    def _confirm(self, answer: str, hours: dict[date, Decimal] | None, note: str) -> bool:
        try:
            actions.confirm_work(
                self.contract.pk, answer=answer, hours=hours, note=note, by=self.by, at=self.at
            )
        except Refusal as refusal:
            if self.form.is_bound:
                add_refusal(self.form, refusal)
            else:
                self.refusal = str(refusal)
            return False
        return True

    @property
    def context(self) -> dict[str, Any]:
        """What the page prints."""
        report = self.order.reports.filter(contract=self.contract).first()
        return {
            "order": self.order,
            "contract": self.contract,
            "days": list(self.contract.days.all()),
            "form": self.form,
            "refusal": self.refusal,
            "report": report,
            "too_early": clock.day_of(self.at) < self.contract.ends_on,
        }


def _next_step(
    order: Order, contracts: list[Contract], asked: ChangeRequest | None, *, at: datetime
) -> NextStep | None:
    """The one thing to do next on a job, or what will happen by itself."""
    if order.status == OrderStatus.DRAFT:
        return None
    if order.status == OrderStatus.SENT:
        return _answer_client(order, asked) if asked else None
    if order.status in (OrderStatus.DECLINED, OrderStatus.LAPSED):
        return NextStep(
            title=_("Cette mission n’est pas signée : ne commencez pas"),
            text=order.ended_reason or _("Reprenez-la comme brouillon pour la changer."),
            button=_("Reprendre comme brouillon"),
            url=reverse("job-withdraw", args=[order.ref]),
            tone="stopped",
            post=True,
        )
    for contract in contracts:
        if contract.status == ContractStatus.OFFERED:
            return NextStep(
                title=_("Signez votre contrat avant le premier jour"),
                text=_("La coopérative l’a signé. Sans votre signature, ne commencez pas."),
                button=_("Lire et signer le contrat"),
                url=reverse("contract", args=[contract.ref]),
                due=contract.starts_on,
            )
    for contract in queries.to_confirm(order, at=at):
        if clock.day_of(at) >= contract.ends_on:
            return NextStep(
                title=_("Le travail est-il fait ?"),
                text=_("Votre réponse lance la facture et votre paie."),
                button=_("Répondre"),
                url=reverse("work", args=[contract.ref]),
            )
    return None


def _answer_client(order: Order, asked: ChangeRequest) -> NextStep:
    """The client would sign something else."""
    title = _("{who} demande un changement avant de signer").format(who=asked.asked_by)
    return NextStep(
        title=title,
        text=_("« {text} »").format(text=asked.text),
        button=_("Préparer une nouvelle version"),
        url=reverse("job-withdraw", args=[order.ref]),
        post=True,
    )


def _choices(
    order: Order,
    contracts: list[Contract],
    asked: ChangeRequest | None,
    successor: Order | None,
    *,
    on: date,
) -> list[Choice]:
    """What can be asked for now, as the state allows."""
    ref, status = order.ref, order.status
    again = [
        Choice(text=_("Refaire"), url=reverse("job-copy", args=[ref]), post=True),
        Choice(text=_("Répéter"), url=reverse("job-repeat", args=[ref]), look="quiet"),
    ]
    if status == OrderStatus.SENT:
        back = Choice(
            text=_("Reprendre comme brouillon"), url=reverse("job-withdraw", args=[ref]), post=True
        )
        if asked is None:
            return [back, _cancel(ref), *again]
        keep = Choice(text=_("Maintenir cette version"), url=reverse("job-keep", args=[ref]))
        return [keep, _cancel(ref), *again]
    if status in (OrderStatus.DECLINED, OrderStatus.LAPSED):
        return [_cancel(ref), *again]
    if not replaceable(order, on=on):
        working = status == OrderStatus.SIGNED
        early = [
            Choice(
                text=_("Le travail ne se passe pas comme prévu"),
                url=reverse("work", args=[row.ref]),
            )
            for row in contracts
            if working and row.released_at is None and row.starts_on <= on < row.ends_on
        ]
        return [*early, *again]
    choices = []
    if successor is None:
        change = reverse("job-change", args=[ref])
        choices.append(
            Choice(text=_("Proposer d’autres dates ou un autre prix"), url=change, post=True)
        )
    if not any(contract.signed for contract in contracts):
        choices.append(_cancel(ref))
    elif asked is None:
        choices.append(Choice(text=_("Demander l’annulation"), url=reverse("job-ask", args=[ref])))
    return [*choices, *again]


def _cancel(ref: str) -> Choice:
    return Choice(text=_("Annuler la mission"), url=reverse("job-cancel", args=[ref]))


def _draft_split(examined: Examined) -> dict[str, Any]:
    quote = examined.quote
    return {"quote": quote, "bar": bar_of(split_values(quote.split)) if quote else None}


def _frozen(order: Order) -> dict[str, Any]:
    if not order.split:
        return {"bar": None}
    answer = guarantee.sentence(order.guarantee_reason, order.split["answer"])
    return {"bar": bar_of(order.split), "answer": answer, "net_exact": order.split["net_exact"]}


def _expenses(order: Order) -> list[Expense]:
    lines = list(order.expense_lines.all())
    if not lines:
        return []
    receipts: dict[int, list[Receipt]] = {line.pk: [] for line in lines}
    for receipt in Receipt.objects.filter(line__order=order).order_by("pk"):
        receipts[receipt.line_id].append(receipt)
    signed = order.status in (OrderStatus.SIGNED, OrderStatus.HELD, OrderStatus.RELEASED)
    found = []
    for line in lines:
        claimed = sum(row.amount for row in receipts[line.pk] if not row.refused_reason)
        left = line.amount - claimed
        found.append(
            Expense(
                line=line, receipts=tuple(receipts[line.pk]), left=left, open=signed and left > 0
            )
        )
    return found
