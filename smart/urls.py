"""Every address of the platform."""

from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from smart.health import healthz

urlpatterns: list[Any] = [path("healthz", healthz, name="healthz")]
if find_spec("smart.views"):
    from smart import views

    urlpatterns += [path("", views.home, name="home")]
urlpatterns += [path("admin/", admin.site.urls)]
for _prefix, _name in (("", "members"), ("jobs/", "orders"), ("", "payroll"), ("", "invoicing")):
    if find_spec(f"{_name}.urls"):
        import importlib

        _module = importlib.import_module(f"{_name}.urls")
        if hasattr(_module, "urlpatterns"):
            urlpatterns.append(path(_prefix, include(f"{_name}.urls")))
        urlpatterns += getattr(_module, "public_urls", [])
if settings.COOP_DEMO:
    from smart.demo.urls import urlpatterns as demo_urls

    urlpatterns += demo_urls
