"""Every address of the platform."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from orders.urls import public_urls as order_urls
from smart import desk, money_views, offline, paper_views, views, webhook_views
from smart.health import healthz
from smart.simulator.page import simulator
from smart.verify import verify


def books(request: HttpRequest) -> HttpResponse:
    """The proofs, in the staff desk's shell."""
    return desk.prove_books(request, admin.site)


def find(request: HttpRequest) -> HttpResponse:
    """The desk's search, in the same shell."""
    return desk.find(request, admin.site)


def show_powers(request: HttpRequest) -> HttpResponse:
    """Who may do what, in the same shell."""
    return desk.show_powers(request, admin.site)


def job_books(request: HttpRequest, job: str) -> HttpResponse:
    """One job's entries, in the same shell."""
    return desk.job_books(request, admin.site, job)


urlpatterns: list[Any] = [
    path("", views.home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("verify/", verify, name="verify"),
    path("simulator/", simulator, name="simulator"),
    path("offline/<str:language>/", offline.page, name="offline"),
    path("offline/<str:language>.js", offline.worker, name="offline-worker"),
    path("admin/login/", views.desk_login),  # one door for all
    path("admin/find/", admin.site.admin_view(find), name="find"),
    path("admin/roles/", admin.site.admin_view(show_powers), name="roles"),
    path("admin/books/", admin.site.admin_view(books), name="books"),
    path("admin/books/<str:job>/", admin.site.admin_view(job_books), name="job-books"),
    path("admin/", admin.site.urls),
    path("api/", include("smart.api")),
    path("me/money/", money_views.money, name="money"),
    path("me/money/table/", money_views.money_table, name="money-table"),
    path("me/money/paper/", money_views.money_paper, name="money-paper"),
    path("me/documents/", paper_views.box, name="documents"),
    path("me/documents/zip/", paper_views.bundle_ask, name="documents-zip"),
    path("me/documents/zip/<str:ref>/", paper_views.bundle, name="documents-bundle"),
    path("me/documents/<str:ref>/", paper_views.document, name="document"),
    path("me/webhooks/", webhook_views.webhook_list, name="webhooks"),
    path("me/webhooks/<str:ref>/", webhook_views.webhook_log, name="webhook"),
    path("me/webhooks/<str:ref>/end/", webhook_views.webhook_end, name="webhook-end"),
    path(
        "me/webhooks/<str:ref>/<str:delivery>/again/",
        webhook_views.webhook_again,
        name="webhook-again",
    ),
    path("", include("members.urls")),
    path("jobs/", include("orders.urls")),
    path("", include("payroll.urls")),
    path("", include("invoicing.urls")),
    *order_urls,
]

if settings.COOP_DEMO:
    from smart.demo.urls import urlpatterns as demo_urls

    urlpatterns += demo_urls
