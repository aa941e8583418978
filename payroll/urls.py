"""Addresses of pay. All need a login; each shows only what the visitor may see."""

from django.urls import path

from payroll import views

urlpatterns = [
    path("pay/", views.pay, name="pay"),
    path("contracts/<str:ref>/", views.contract, name="contract"),
    path("contracts/<str:ref>/sign/", views.sign, name="contract-sign"),
    path("contracts/<str:ref>/upload/", views.upload, name="contract-upload"),
    path("contracts/<str:ref>/paper/", views.contract_paper, name="contract-paper"),
    path("payslips/<str:ref>/", views.payslip, name="payslip"),
    path("payslips/<str:ref>/paper/", views.payslip_paper, name="payslip-paper"),
]
