from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def sync_trades(**_: Any) -> None:
    """Reference data follows the code."""
    from members import trades

    trades.sync()


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Membres")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what this room says; keep the trades in line after each migrate."""
        import_module("members.notices")
        post_migrate.connect(sync_trades, sender=self)
