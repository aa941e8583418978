"""The chart of accounts as written in ``chart.yaml``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

CHART = Path(__file__).with_name("chart.yaml")


@dataclass(frozen=True, kw_only=True)
class ChartAccount:
    """One line of the chart. ``holders`` names who has an account of his own below it
    (``client``), or nobody.
    """

    code: str
    fr: str
    nl: str
    en: str
    holders: str = ""

    def name(self, language: str) -> str:
        """The account's name in French, Dutch or English."""
        return str(getattr(self, language))


@cache
def chart() -> dict[str, ChartAccount]:
    """Every account of the chart by its code, in the order of the file.

    >>> chart()["700"].name("nl")
    'Gefactureerde prestaties'
    """
    rows = [ChartAccount(**row) for row in yaml.safe_load(CHART.read_text("utf-8"))]
    return {row.code: row for row in rows}
