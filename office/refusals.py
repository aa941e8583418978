"""What the platform answers when it will not do a thing: a code, values, and one sentence."""

from typing import Any, ClassVar

from django.utils.functional import Promise


class Refusal(Exception):
    """Base of every refusal.

    A subclass states ``code`` (stable, for machines) and ``sentence`` (translatable, with
    ``{named}`` values, saying the way out); the room that refuses defines it beside the action
    that raises it. ``field`` names the form field it belongs to.
    """

    code: ClassVar[str] = "refused"
    sentence: ClassVar[str | Promise] = ""
    field: ClassVar[str] = ""

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.sentence).format(**self.values)
