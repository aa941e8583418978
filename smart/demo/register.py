"""A public register for the demo: a few businesses that do not exist, read from a file."""

from functools import cache
from pathlib import Path

import yaml

from invoicing.register import Enterprise

FILE = Path(__file__).with_name("register.yaml")


class DemoRegister:
    """Knows the businesses of ``register.yaml``."""

    connected = True

    def find(self, number: str) -> Enterprise | None:
        return _enterprises().get(number)


@cache
def _enterprises() -> dict[str, Enterprise]:
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {row["number"]: Enterprise(**row) for row in rows}
