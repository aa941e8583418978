"""The topmost room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SmartConfig(AppConfig):
    name = "smart"
    verbose_name = _("Coopérative")

    def ready(self) -> None:
        """Register the deployment checks."""
        import_module("smart.checks")
