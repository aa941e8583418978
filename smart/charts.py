"""The desk's charts: one message each, computed; bars drawn here as SVG, readable as a table too.

Their figures are computed once a day, by whoever comes first, and kept (`DailyFigures`): the desk
asks one query for all of them, however many rows they were made of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import Avg, Count, F, Q, Sum
from django.db.models.functions import TruncMonth, TruncWeek
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from invoicing.models import Advance, Receivable
from members.models import Role
from office import clock
from office.templatetags import house
from orders.models import Order
from orders.states import OrderStatus
from payroll.models import Contract
from smart.models import DailyFigures

MONTHS, WEEKS = 6, 8
AGES = (30, 60, 90)  # days; the last bar is what is older
WIDEST = 56  # of a bar, when there are few
WIDTH, HEIGHT, TOP, FOOT = 360, 150, 22, 22  # of a drawing, in its own units
Row = list[Any]


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: what it is of, its value, how that is written."""

    label: str
    value: float
    shown: str


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A bar in its place."""

    bar: Bar
    x: float
    y: float
    width: float
    height: float
    middle: float
    above: float


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A message and the bars that say why. ``of`` and ``measure`` head the table."""

    code: str
    role: str
    message: str
    of: str
    measure: str
    bars: Sequence[Bar]

    @property
    def box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"

    @property
    def ground(self) -> float:
        """The height of zero; bars below it hang."""
        values = [bar.value for bar in self.bars]
        low, high = min(0.0, *values), max(0.0, *values)
        return TOP + (HEIGHT - TOP - FOOT) * high / ((high - low) or 1)

    @property
    def drawn(self) -> list[Drawn]:
        values = [bar.value for bar in self.bars]
        span = max(0.0, *values) - min(0.0, *values)
        scale = (HEIGHT - TOP - FOOT) / (span or 1)
        step = WIDTH / len(self.bars)
        places = []
        for number, bar in enumerate(self.bars):
            height = abs(bar.value) * scale
            y = self.ground - height if bar.value >= 0 else self.ground
            width, middle = min(step * 0.64, WIDEST), step * (number + 0.5)
            places.append(
                Drawn(
                    bar=bar,
                    x=round(middle - width / 2, 1),
                    y=round(y, 1),
                    width=round(width, 1),
                    height=round(height, 1),
                    middle=round(middle, 1),
                    above=round(y - 6 if bar.value >= 0 else self.ground - 6, 1),
                )
            )
        return places


def of_day(on: date, *, at: datetime) -> list[Chart]:
    """Every chart, with the figures of this day."""
    kept = DailyFigures.objects.filter(day=on).values_list("values", flat=True).first()
    if kept is None:
        kept = {code: figures(on) for code, (figures, _told) in CHARTS.items()}
        DailyFigures.objects.bulk_create(
            [DailyFigures(day=on, values=kept, computed_at=at)], ignore_conflicts=True
        )
    return [told(kept[code]) for code, (_figures, told) in CHARTS.items()]


# --- How late clients pay ------------------------------------------------------------------------


def _delays(on: date) -> list[Row]:
    """(month, days after the due date on average, invoices) of what was settled."""
    first = _months_before(on, MONTHS - 1)
    rows = (
        Receivable.objects.filter(settled_on__gte=first, settled_on__lte=on)
        .values(month=TruncMonth("settled_on"))
        .annotate(late=Avg(F("settled_on") - F("invoice__due_on")), count=Count("pk"))
        .order_by("month")
    )
    return [[row["month"].isoformat(), row["late"].total_seconds() / 86400, row["count"]]
            for row in rows]  # fmt: skip


def _told_delays(rows: list[Row]) -> Chart:
    count = sum(row[2] for row in rows)
    days = round(sum(row[1] * row[2] for row in rows) / count) if count else 0
    if not count:
        message = _("Aucune facture n’a été payée ces six derniers mois")
    elif days > 0:
        message = ngettext(
            "Les clients paient en moyenne %(days)d jour après l’échéance",
            "Les clients paient en moyenne %(days)d jours après l’échéance",
            days,
        ) % {"days": days}
    elif days < 0:
        message = ngettext(
            "Les clients paient en moyenne %(days)d jour avant l’échéance",
            "Les clients paient en moyenne %(days)d jours avant l’échéance",
            -days,
        ) % {"days": -days}
    else:
        message = _("Les clients paient en moyenne à l’échéance")
    bars = [Bar(label=_month(row[0]), value=row[1], shown=_days(round(row[1]))) for row in rows]
    return Chart(
        code="delays", role=Role.FINANCE, message=message, of=_("mois du paiement"),
        measure=_("jours après l’échéance"), bars=bars,
    )  # fmt: skip


# --- What the fund waits for ---------------------------------------------------------------------


def _advanced(on: date) -> list[Row]:
    """(age, euros, jobs) of what the fund advanced and has not got back."""
    left = F("amount") - F("repaid") - F("lost")
    edges = [on - timedelta(days=age) for age in AGES]
    ages = [
        Q(made_on__gt=edges[0]),
        *(Q(made_on__lte=younger, made_on__gt=older) for younger, older in pairwise(edges)),
        Q(made_on__lte=edges[-1]),
    ]
    told = Advance.objects.filter(amount__gt=F("repaid") + F("lost")).aggregate(
        **{f"sum{n}": Sum(left, filter=age) for n, age in enumerate(ages)},
        **{f"count{n}": Count("pk", filter=age) for n, age in enumerate(ages)},
    )
    return [[n, str(told[f"sum{n}"] or 0), told[f"count{n}"]] for n in range(len(ages))]


def _told_advanced(rows: list[Row]) -> Chart:
    total, count = sum(Decimal(row[1]) for row in rows), sum(row[2] for row in rows)
    message = ngettext(
        "Le fonds attend %(total)s, avancés sur %(count)d salaire",
        "Le fonds attend %(total)s, avancés sur %(count)d salaires",
        count,
    ) % {"total": house.euros(total), "count": count}
    if not count:
        message = _("Le fonds de garantie n’attend rien : tout ce qu’il a avancé est revenu")
    bars = [
        Bar(label=_age(row[0]), value=float(row[1]), shown=house.euros(Decimal(row[1])))
        for row in rows
    ]
    return Chart(
        code="advanced", role=Role.FINANCE, message=message, of=_("jours depuis l’avance"),
        measure=_("reste à recevoir"), bars=bars if count else [],
    )  # fmt: skip


# --- How many orders are signed ------------------------------------------------------------------


def _signed(on: date) -> list[Row]:
    """(week, sent, signed) of what was sent to clients."""
    first = _weeks_before(on)
    rows = (
        Order.objects.filter(sent_at__gte=clock.start_of(first))
        .exclude(status__in=[OrderStatus.DRAFT, OrderStatus.REPLACED])
        .values(week=TruncWeek("sent_at", tzinfo=clock.BRUSSELS))
        .annotate(sent=Count("pk"), signed=Count("signed_at"))
        .order_by("week")
    )
    return [[row["week"].date().isoformat(), row["sent"], row["signed"]] for row in rows]


def _told_signed(rows: list[Row]) -> Chart:
    return _shares(
        rows,
        code="signed",
        role=Role.ADVISOR,
        message=_("Depuis huit semaines, les clients ont signé %(share)d %% des commandes reçues"),
        nothing=_("Aucune commande n’est partie chez un client depuis huit semaines"),
        of=_("semaine de l’envoi"),
        measure=_("commandes signées"),
    )


# --- How many contracts are ready in time --------------------------------------------------------


def _ready(on: date) -> list[Row]:
    """(week, contracts, ready) of contracts that began: signed by both and declared before."""
    rows = (
        Contract.objects.filter(
            starts_on__gte=_weeks_before(on), starts_on__lte=on, irregular_checked_at__isnull=False
        )
        .values(week=TruncWeek("starts_on"))
        .annotate(begun=Count("pk"), ready=Count("pk", filter=Q(irregular_start=False)))
        .order_by("week")
    )
    return [[row["week"].isoformat(), row["begun"], row["ready"]] for row in rows]


def _told_ready(rows: list[Row]) -> Chart:
    return _shares(
        rows,
        code="ready",
        role=Role.PAYROLL,
        message=_("Depuis huit semaines, %(share)d %% des contrats étaient prêts à temps"),
        nothing=_("Aucun contrat n’a commencé depuis huit semaines"),
        of=_("semaine du premier jour"),
        measure=_("contrats prêts avant le premier jour"),
    )


CHARTS: dict[str, tuple[Callable[[date], list[Row]], Callable[[list[Row]], Chart]]] = {
    "delays": (_delays, _told_delays),
    "advanced": (_advanced, _told_advanced),
    "signed": (_signed, _told_signed),
    "ready": (_ready, _told_ready),
}


# --- Words ---------------------------------------------------------------------------------------


def _shares(
    rows: list[Row], *, code: str, role: str, message: str, nothing: str, of: str, measure: str
) -> Chart:
    """A chart of (week, whole, part): a bar is the part of its week, in hundredths."""
    whole, part = sum(row[1] for row in rows), sum(row[2] for row in rows)
    bars = [
        Bar(
            label=formats.date_format(date.fromisoformat(row[0]), "d/m"),
            value=100 * row[2] / row[1],
            shown=f"{row[2]}/{row[1]}",
        )
        for row in rows
    ]
    said = message % {"share": round(100 * part / whole)} if whole else nothing
    return Chart(code=code, role=role, message=said, of=of, measure=measure, bars=bars)


def _months_before(on: date, months: int) -> date:
    """The first day of a month, so many months back.

    >>> _months_before(date(2026, 3, 15), 5)
    datetime.date(2025, 10, 1)
    """
    number = on.year * 12 + on.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _weeks_before(on: date) -> date:
    """The Monday of the first of the weeks that are shown."""
    return on - timedelta(days=on.weekday(), weeks=WEEKS - 1)


def _month(day: str) -> str:
    return formats.date_format(date.fromisoformat(day), "N Y")


def _days(days: int) -> str:
    return ngettext("%(days)d jour", "%(days)d jours", days) % {"days": days}


def _age(number: int) -> str:
    """The days of a bar: 0–30, 30–60, 60–90, 90+.

    >>> _age(0), _age(2), _age(3)
    ('0–30', '60–90', '90+')
    """
    edges = (0, *AGES)
    return f"{edges[number]}–{edges[number + 1]}" if number < len(AGES) else f"{edges[number]}+"
