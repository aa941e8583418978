"""The topmost room."""

from importlib import import_module

from django.apps import AppConfig


class SmartConfig(AppConfig):
    name = "smart"
    verbose_name = "Coopérative"

    def ready(self) -> None:
        """Register the deployment checks."""
        import_module("smart.checks")
