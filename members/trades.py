"""The register of trades, kept as data and synced after migrate."""

from pathlib import Path
from typing import Any

import yaml

from members.models import Trade

REGISTER = Path(__file__).with_name("trades.yaml")


def sync() -> None:
    """Bring the table in line with ``trades.yaml``; a trade that left it becomes inactive."""
    written = [_row(entry) for entry in yaml.safe_load(REGISTER.read_text(encoding="utf-8"))]
    Trade.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[field.name for field in Trade._meta.fields if not field.primary_key],
    )
    Trade.objects.exclude(code__in=[trade.code for trade in written]).update(active=False)


def _row(entry: dict[str, Any]) -> Trade:
    return Trade(
        code=entry["code"],
        label_fr=entry["fr"],
        label_nl=entry["nl"],
        label_en=entry["en"],
        artistic=entry["artistic"],
        risk_class=entry["risk"],
        contract_kind=entry["contract"],
        pay_class=entry["pay_class"],
        active=True,
    )
