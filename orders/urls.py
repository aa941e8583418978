"""Addresses of the jobs: ``urlpatterns`` below /jobs/, ``public_urls`` (sealed links) at the
root.
"""

from django.urls import path

from orders import public_views, views
from orders.wizard import repeat
from orders.wizard import views as wizard

urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("new/", wizard.start, name="job-new"),
    path("work/<str:ref>/", views.work, name="work"),
    path("<str:ref>/", views.job, name="job"),
    path("<str:ref>/edit/", wizard.resume, name="job-edit"),
    path("<str:ref>/edit/<slug:name>/", wizard.step, name="job-step"),
    path("<str:ref>/repeat/", repeat.repeat, name="job-repeat"),
    path("<str:ref>/send/", views.job_send, name="job-send"),
    path("<str:ref>/review/", views.job_review, name="job-review"),
    path("<str:ref>/withdraw/", views.job_withdraw, name="job-withdraw"),
    path("<str:ref>/keep/", views.job_keep, name="job-keep"),
    path("<str:ref>/discard/", views.job_discard, name="job-discard"),
    path("<str:ref>/copy/", views.job_copy, name="job-copy"),
    path("<str:ref>/change/", views.job_change, name="job-change"),
    path("<str:ref>/cancel/", views.job_cancel, name="job-cancel"),
    path("<str:ref>/ask/", views.job_ask, name="job-ask"),
    path("<str:ref>/ask/withdraw/", views.request_withdraw, name="job-ask-withdraw"),
    path("<str:ref>/order.pdf", views.job_paper, name="job-paper"),
    path("<str:ref>/certificate.pdf", views.job_certificate, name="job-certificate"),
    path("<str:ref>/expenses/<int:position>/", views.receipt, name="receipt"),
    path("<str:ref>/receipts/<int:number>/", views.receipt_paper, name="receipt-paper"),
]

public_urls = [
    path("s/<str:token>/", public_views.sign, name="sign"),
    path("s/<str:token>/order.pdf", public_views.sign_paper, name="sign-paper"),
    path("f/<str:token>/", public_views.follow, name="follow"),
    path("f/<str:token>/order.pdf", public_views.follow_paper, name="follow-paper"),
    path(
        "f/<str:token>/certificate.pdf",
        public_views.follow_certificate,
        name="follow-certificate",
    ),
    path("f/<str:token>/invoices/<str:ref>/", public_views.follow_invoice, name="follow-invoice"),
    path("w/<str:token>/", public_views.work, name="work-public"),
]
