"""Routes of this room: papers of who is logged in, and the client's pages behind their sealed
link.
"""

from django.urls import path

from invoicing import public_views, views

urlpatterns = [
    path("invoices/<str:ref>/pdf/", views.invoice_document, name="invoice_document"),
    path("i/<str:token>/", public_views.invoice_page, name="invoice_page"),
    path("i/<str:token>/pdf/", public_views.invoice_pdf, name="invoice_pdf"),
]
