"""Routes of this room: the client's pages, behind their sealed link."""

from django.urls import path

from invoicing import public_views

public_urls = [
    path("i/<str:token>/", public_views.invoice_page, name="invoice_page"),
    path("i/<str:token>/pdf/", public_views.invoice_pdf, name="invoice_pdf"),
]
