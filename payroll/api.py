"""The API of this room: payslips."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from members.api_base import ApiView, described, user_of
from members.scopes import Scope
from office.api.pages import PageIn, page, page_of
from office.api.values import DayOut, DecimalOut, InstantOut, MoneyOut, Out, RefOut, TextOut, asked
from payroll.models import Payslip


class PayslipOut(Out):
    """What one contract pays."""

    ref = RefOut()
    job = RefOut(source="contract.job", help_text="Ref of the order.")
    contract = RefOut(source="contract.ref")
    client_name = TextOut(source="contract.client_name")
    work_from = DayOut(source="contract.starts_on")
    work_until = DayOut(source="contract.ends_on")
    paid_on = DayOut()
    final_at = InstantOut()
    hours = DecimalOut()
    gross = MoneyOut()
    holiday_gross = MoneyOut()
    employee_contributions = MoneyOut()
    withholding = MoneyOut()
    net_salary = MoneyOut()
    net_holiday = MoneyOut()
    net_payable = MoneyOut()
    employer_contributions = MoneyOut()
    insurance_and_funds = MoneyOut()
    employment_cost = MoneyOut()
    document = RefOut(source="document.ref", or_none=True, default=None)


class PayslipLineOut(Out):
    """A line: base times rate, with the parameter of law it rests on."""

    code = TextOut()
    side = TextOut()
    base = MoneyOut(or_none=True)
    rate = DecimalOut(or_none=True)
    amount = MoneyOut()
    parameter = TextOut()
    starts_on = DayOut(or_none=True, help_text="Since when the parameter holds.")
    source = TextOut()  # type: ignore[assignment]
    confirmed = serializers.BooleanField()


class WholePayslipOut(PayslipOut):
    """A payslip with its lines."""

    lines = PayslipLineOut(many=True)


class Payslips(ApiView):
    scopes = {"GET": Scope.PAY_READ}

    @described(
        "list_payslips", "Payslips", scope=Scope.PAY_READ, query=PageIn, gives=page_of(PayslipOut)
    )
    def get(self, request: Request) -> Response:
        """Payslips, newest first."""
        rows = (
            Payslip.objects.visible_to(user_of(request))
            .live()
            .select_related("contract", "document")
        )
        return page(rows, asked(PageIn, request), out=PayslipOut)


class OnePayslip(ApiView):
    scopes = {"GET": Scope.PAY_READ}

    @described(
        "show_payslip", "A payslip", scope=Scope.PAY_READ, gives=WholePayslipOut, about_one=True
    )
    def get(self, request: Request, ref: str) -> Response:
        """One payslip with its lines."""
        rows = (
            Payslip.objects.visible_to(user_of(request))
            .live()
            .select_related("contract", "document")
        )
        slip = get_object_or_404(rows.prefetch_related("lines"), ref=ref)
        return Response(WholePayslipOut(slip).data)


urlpatterns: list[Any] = [
    path("payslips", Payslips.as_view(), name="api-payslips"),
    path("payslips/<ref:ref>", OnePayslip.as_view(), name="api-payslip"),
]
