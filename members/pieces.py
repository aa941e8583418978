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
class FigureLine:
    """One line behind a figure; ``url`` is the page that explains it further."""

    text: Words
    amount: Decimal
    note: Words = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """An amount in euros that opens to the lines it is made of."""

    name: Words
    amount: Decimal
    note: Words = ""
    lines: tuple[FigureLine, ...] = ()
    more: int = 0  # lines not shown here
    url: str = ""  # where they all are


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar of a chart: ``share`` of the longest, a percentage written for SVG."""

    label: Words
    shown: str
    share: str


def bars(values: Sequence[tuple[Words, Decimal, str]]) -> tuple[Bar, ...]:
    """Bars of (label, value, value as shown), each as long as its share of the longest.

    >>> [bar.share for bar in bars([("a", Decimal(50), "50"), ("b", Decimal(200), "200")])]
    ['25.00%', '100.00%']
    """
    longest = max((value for _label, value, _shown in values), default=Decimal(0)) or Decimal(1)
    return tuple(
        Bar(label=label, shown=shown, share=f"{max(value, Decimal(0)) * 100 / longest:.2f}%")
        for label, value, shown in values
    )


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One of the pages that stand side by side."""

    text: Words
    url: str
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do once: ``state`` is done, waiting (for somebody else) or todo."""

    text: Words
    state: str
    note: Words = ""
    button: Words = ""
    url: str = ""


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
