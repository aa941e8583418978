"""Placeholder until the pages stand."""

from django.urls import path

from smart.health import healthz

urlpatterns = [path("healthz", healthz)]
