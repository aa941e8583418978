"""What the pieces of a page are given: plain values, ready to print (``templates/pieces/``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Words: TypeAlias = str | Promise

STATES: dict[str, Words] = {
    "done": _("fait"),
    "now": _("en cours"),
    "waiting": _("en attente"),
    "todo": _("à venir"),
    "stopped": _("arrêté"),
}
CURRENT = frozenset({"now", "waiting", "stopped"})


@dataclass(frozen=True, kw_only=True)
class Knot:
    """One knot of the thread. ``detail`` says who must do what; ``on`` by when."""

    label: Words
    state: str  # a key of STATES
    detail: Words = ""
    on: date | None = None

    @property
    def is_current(self) -> bool:
        """Whether this knot is where things stand."""
        return self.state in CURRENT

    @property
    def said(self) -> Words:
        """The state in a word, for who hears the page."""
        return STATES[self.state]


@dataclass(frozen=True, kw_only=True)
class PartLine:
    """One line behind a part of the price, in euros; ``rate`` is a fraction."""

    label: Words
    amount: Decimal
    base: Decimal | None = None
    rate: Decimal | None = None
    source: Words = ""
    explanation: Words = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the price, in euros. Its tone is its colour: the key unless said otherwise."""

    key: str
    label: Words
    amount: Decimal
    tone: str = ""
    explanation: Words = ""
    lines: tuple[PartLine, ...] = ()

    def __post_init__(self) -> None:
        if not self.tone:
            object.__setattr__(self, "tone", self.key)


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Where a part stands on the bar: percentages, written for SVG."""

    tone: str
    x: str
    width: str


@dataclass(frozen=True, kw_only=True)
class PriceBar:
    """A price and its parts, which add up to it."""

    total: Decimal
    label: str
    parts: tuple[Part, ...]
    segments: tuple[Segment, ...]


def price_bar(total: Decimal, parts: Sequence[Part], *, label: str = "") -> PriceBar:
    """The bar of a price; parts at or below zero keep their line and have no segment.

    >>> bar = price_bar(Decimal(100), [Part(key="fee", label="Part", amount=Decimal(25)),
    ...                                Part(key="net", label="Net", amount=Decimal(75))])
    >>> [(segment.x, segment.width) for segment in bar.segments]
    [('0.00%', '25.00%'), ('25.00%', '75.00%')]
    """
    shown = [part for part in parts if part.amount > 0]
    whole = sum((part.amount for part in shown), Decimal(0))
    segments, start = [], Decimal(0)
    for part in shown:
        share = part.amount * 100 / whole
        segments.append(Segment(tone=part.tone, x=f"{start:.2f}%", width=f"{share:.2f}%"))
        start += share
    return PriceBar(
        total=total,
        label=label or gettext("Prix hors TVA"),
        parts=tuple(parts),
        segments=tuple(segments),
    )


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """The one thing to do next. Without ``url`` it says what will happen by itself."""

    title: Words
    text: Words = ""
    button: Words = ""
    url: str = ""
    tone: str = "now"
    due: date | None = None
    post: bool = False


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that happened."""

    at: datetime
    text: Words
    who: str = ""
    detail: Words = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of a wizard: ``state`` is done, now or todo."""

    label: Words
    state: str
    url: str = ""
