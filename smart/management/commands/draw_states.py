"""Draws docs/states.md from the states.py of every room."""

from argparse import ArgumentParser
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

ROOMS = ["members", "orders", "payroll", "invoicing"]
HEAD = """# States

Drawn from each room's `states.py` by `./coop manage draw_states`; `./coop check` compares.
"""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare, change nothing")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path = Path(settings.BASE_DIR, "docs", "states.md")
        with translation.override("fr"):
            drawn = draw()
        if not check:
            path.write_text(drawn)
        elif not path.exists() or path.read_text() != drawn:
            raise CommandError("docs/states.md is not what states.py says: run draw_states")


def draw() -> str:
    """The whole page."""
    parts = [HEAD]
    for room in ROOMS:
        for name, transitions in tables(import_module(f"{room}.states")):
            parts.append(f"## {room}: {name}\n\n{diagram(transitions)}\n{table(transitions)}")
    return "\n".join(parts)


def tables(module: ModuleType) -> list[tuple[str, Mapping[Any, frozenset[Any]]]]:
    """Every TRANSITIONS dict of a module, named by its enum."""
    found = [value for name, value in vars(module).items() if name.endswith("TRANSITIONS")]
    return [(type(next(iter(transitions))).__name__, transitions) for transitions in found]


def diagram(transitions: Mapping[Any, frozenset[Any]]) -> str:
    """A mermaid state diagram: the first key is where a life begins."""
    first = next(iter(transitions))
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first.value}"]
    for status, after in transitions.items():
        lines += [f"    {status.value} --> {to.value}" for to in in_order(transitions, after)]
        if not after:
            lines.append(f"    {status.value} --> [*]")
    return "\n".join([*lines, "```", ""])


def table(transitions: Mapping[Any, frozenset[Any]]) -> str:
    """The same as rows, with the words people read."""
    lines = ["| status | shown as | may become |", "|---|---|---|"]
    for status, after in transitions.items():
        may = (
            ", ".join(f"`{to.value}`" for to in in_order(transitions, after)) or "nothing: the end"
        )
        lines.append(f"| `{status.value}` | {status.label} | {may} |")
    return "\n".join([*lines, ""])


def in_order(transitions: Mapping[Any, frozenset[Any]], some: frozenset[Any]) -> list[Any]:
    """As written in the enum, since a set has no order."""
    return [status for status in transitions if status in some]
