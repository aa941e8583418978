"""The figures of her home: earned, on its way, guaranteed, received; each open to its lines."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Affiliate
from members.pieces import Figure, FigureLine
from office.money import ZERO
from office.templatetags.house import longday
from payroll.models import Contract, Payslip, Transfer

LINES_SHOWN = 6


def figures_of(affiliate: Affiliate, *, on: date) -> list[Figure]:
    """The figures on a day, in four queries."""
    slips = Payslip.objects.live().filter(contract__affiliate=affiliate, final_at__isnull=False)
    living = Contract.objects.living().filter(affiliate=affiliate)
    return [
        _earned(living.filter(gross_due__gt=0).exclude(pk__in=slips.values("contract"))),
        _on_its_way(slips.exclude(transfers__executed_on__isnull=False)),
        _guaranteed(living.filter(guaranteed=True, released_at=None)),
        _received(affiliate, on=on),
    ]


def _earned(contracts: QuerySet[Contract]) -> Figure:
    lines = [
        _line(row.client_name, row.gross_due or ZERO, _by(row.pay_deadline), row)
        for row in contracts.order_by("pay_deadline", "pk")
    ]
    return _figure(_("Gagné"), _("brut, paie en préparation"), lines)


def _on_its_way(slips: QuerySet[Payslip]) -> Figure:
    lines = [
        _line(row.contract.client_name, row.net_payable, longday(row.paid_on), row)
        for row in slips.select_related("contract").order_by("paid_on", "pk")
    ]
    return _figure(_("En route"), _("net, vers votre compte"), lines)


def _guaranteed(contracts: QuerySet[Contract]) -> Figure:
    lines = [
        _line(row.client_name, row.gross, longday(row.starts_on), row)
        for row in contracts.order_by("starts_on", "pk")
    ]
    note = _("brut, à travailler ou à confirmer ; payé même si le client ne paie pas")
    return _figure(_("Garanti"), note, lines)


def _received(affiliate: Affiliate, *, on: date) -> Figure:
    paid = Transfer.objects.filter(
        payslip__contract__affiliate=affiliate, executed_on__year=on.year
    )
    lines = [
        _line(row.payslip.contract.client_name, row.amount, longday(row.executed_on), row.payslip)
        for row in paid.select_related("payslip__contract").order_by("-executed_on", "-pk")
    ]
    return _figure(_("Reçu"), _("net, cette année"), lines)


def _figure(name: str, note: str, lines: list[FigureLine]) -> Figure:
    """The whole amount; its first lines here, all of them with the pay."""
    return Figure(
        name=name,
        amount=sum((line.amount for line in lines), ZERO),
        note=note,
        lines=tuple(lines[:LINES_SHOWN]),
        more=max(len(lines) - LINES_SHOWN, 0),
        url=reverse("pay"),
    )


def _line(client: str, amount: Decimal, note: str, row: Contract | Payslip) -> FigureLine:
    page = "contract" if isinstance(row, Contract) else "payslip"
    return FigureLine(text=client, amount=amount, note=note, url=reverse(page, args=[row.ref]))


def _by(day: date | None) -> str:
    return _("au plus tard le {day}").format(day=longday(day)) if day else ""
