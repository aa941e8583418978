"""Payslips at the desk, as they were computed."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from office.templatetags import house
from payroll.admin.windows import Rows, Window, paper
from payroll.labels import LABELS
from payroll.models import Payslip, PayslipLine


class Lines(Rows):
    model = PayslipLine
    fields = ("label", "base", "percentage", "amount", "parameter", "starts_on", "source")
    readonly_fields = fields

    @display(description=_("libellé"))
    def label(self, row: PayslipLine) -> str:
        return LABELS[row.code].fr

    @display(description=_("taux"))
    def percentage(self, row: PayslipLine) -> str:
        return house.percent(row.rate)


@admin.register(Payslip)
class PayslipAdmin(Window):
    """Payslips, as they were computed."""

    list_display = (
        "ref",
        "affiliate",
        "paid_on",
        "gross",
        "net_payable",
        "employment_cost",
        "life",
    )
    list_filter = ("paid_on",)
    list_select_related = ("contract__affiliate", "run")
    search_fields = ("ref", "contract__job", "contract__affiliate__last_name")
    ordering = ("-id",)
    inlines = (Lines,)
    fields = (
        *("ref", "affiliate", "contract", "run", "household", "paid_on", "hours", "gross"),
        *("holiday_gross", "employee_contributions", "withholding", "net_salary", "net_holiday"),
        *("net_payable", "employer_contributions", "insurance_and_funds", "employment_cost"),
        *("unconfirmed", "final_at", "dropped_at", "paper_link"),
    )

    @display(description=_("affilié"))
    def affiliate(self, row: Payslip) -> str:
        return row.contract.affiliate.name

    @display(description=_("état"))
    def life(self, row: Payslip) -> str:
        if row.dropped_at:
            return str(_("abandonnée"))
        return str(_("définitive") if row.final_at else _("en préparation"))

    @display(description=_("fiche"))
    def paper_link(self, row: Payslip) -> str:
        return self.link("payroll_payslip_paper", row.pk, "PDF") if row.document_id else ""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/paper/", view(self.show_paper), name="payroll_payslip_paper"),
            *super().get_urls(),
        ]

    def show_paper(self, request: HttpRequest, pk: int) -> HttpResponse:
        return paper(self, request, pk, "document")
