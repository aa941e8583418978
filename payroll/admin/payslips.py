"""Payslips at the desk, as they were computed."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from office.templatetags import house
from payroll.admin.windows import Desk, Rows, paper
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
class PayslipAdmin(Desk):
    """Payslips, as they were computed."""

    list_display = (
        "affiliate",
        "ref",
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
        *(
            "ref",
            "life",
            "affiliate",
            "contract",
            "job_page",
            "run",
            "household",
            "paid_on",
            "time",
            "gross",
        ),
        *("holiday_gross", "employee_contributions", "withholding", "net_salary", "net_holiday"),
        *("net_payable", "employer_contributions", "insurance_and_funds", "employment_cost"),
        *("unconfirmed", "final_at", "dropped_at", "slip_paper"),
    )

    @display(description=_("affilié"))
    def affiliate(self, row: Payslip) -> str:
        return row.contract.affiliate.name

    @display(description=_("état"))
    def life(self, row: Payslip) -> str:
        if row.dropped_at:
            return str(_("abandonnée"))
        return str(_("définitive") if row.final_at else _("en préparation"))

    @display(description=_("heures"))
    def time(self, row: Payslip) -> str:
        return house.hours(row.hours)

    @display(description=_("mission"))
    def job_page(self, row: Payslip) -> str:
        return self.job_link(row.contract.job)

    @display(description=_("fiche"))
    def slip_paper(self, row: Payslip) -> str:
        if not row.document_id:
            return str(_("après l’approbation"))
        return self.paper_link("payroll_payslip_paper", row.pk)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/paper/", view(self.show_paper), name="payroll_payslip_paper"),
            *super().get_urls(),
        ]

    def show_paper(self, request: HttpRequest, pk: int) -> HttpResponse:
        return paper(self, request, pk, "document")
