from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "ledger"
    verbose_name = _("Livres")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(sync_charts, sender=self)


def sync_charts(**_signal: Any) -> None:
    """Reference data is YAML, synced after migrate: every entity has every account of the chart."""
    from ledger.actions import sync_chart
    from ledger.models import LegalEntity

    for entity in LegalEntity.objects.all():
        sync_chart(entity)
