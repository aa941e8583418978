"""When: a month of squares to tap, and the hours of each day chosen."""

import re
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.forms_base import DayField, HoursField
from members.models import Affiliate
from office.calendar import ONE_DAY, is_office_day
from office.templatetags.house import longday
from orders.models import Order
from orders.plans import Part
from orders.rules import Schedule
from orders.wizard.fields import StepForm

PART = Part(name="days", fields=("days",))
MOST_DAYS = 92
HALF = Decimal("0.50")
FULL_DAY = Decimal("7.60")
HOURS = re.compile(r"hours-(\d{4}-\d{2}-\d{2})\Z", re.ASCII)


class DaysForm(StepForm):
    """The days ticked and their hours; a day or a run of days may be typed as dates instead."""

    days = forms.CharField(label=_("Jours"), required=False, widget=forms.HiddenInput)
    fill_from = DayField(label=_("Du"), required=False)
    fill_until = DayField(label=_("Au"), required=False)
    fill_hours = HoursField(label=_("Heures par jour"), required=False)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        order: Order,
        affiliate: Affiliate,
        leaving: bool = False,
    ) -> None:
        self.order = order
        kept = {row.day: row.hours for row in order.days.all()}
        self.usual = next(reversed(kept.values()), FULL_DAY)  # hours of a day just chosen
        first = {f"hours-{day}": hours for day, hours in kept.items()}
        super().__init__(data, initial=first | {"fill_hours": self.usual})
        shown = _typed_days(data) if data is not None else set(kept)
        self.chosen = sorted(shown)[:MOST_DAYS]
        for day in self.chosen:
            label = gettext("Heures, {day}").format(day=longday(day))
            self.fields[f"hours-{day}"] = HoursField(label=label, required=False)
        self.dress()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for day in self.chosen:
            name = f"hours-{day}"
            if name in values and not values[name]:
                self.add_error(name, _("Écrivez les heures de ce jour."))
        if "fill" in self.data and not values.get("fill_from") and "fill_from" in values:
            self.add_error("fill_from", _("Choisissez le jour."))
        return values

    def values(self) -> dict[str, Any]:
        """What is understood, as fields of the job."""
        return {"days": self.schedule}

    @cached_property
    def schedule(self) -> Schedule:
        """The days chosen with their hours, after the button that was pressed."""
        typed = self.cleaned_data
        days = {day: typed.get(f"hours-{day}") or self._held(day) for day in self.chosen}
        ticked = _days(cast(QueryDict, self.data).getlist("day"))
        for day in ticked - days.keys():
            days[day] = self.usual
        shown = self.data.get("shown", "")
        kept = {
            day: hours
            for day, hours in days.items()
            if hours and (f"{day:%Y-%m}" != shown or day in ticked)
        }
        return tuple(sorted(self._pressed(kept).items())[:MOST_DAYS])

    def _held(self, day: date) -> Decimal | None:
        """The hours kept of a day whose box is no number yet."""
        return next((row.hours for row in self.order.days.all() if row.day == day), None)

    def _pressed(self, days: dict[date, Decimal]) -> dict[date, Decimal]:
        for day in _days([self.data.get("drop", "")]):
            days.pop(day, None)
        for button, step in (("less", -HALF), ("more", HALF)):
            for day in _days([self.data.get(button, "")]) & days.keys():
                days[day] = _stepped(days[day], step)
        typed = self.cleaned_data
        first, hours = typed.get("fill_from"), typed.get("fill_hours") or self.usual
        if "fill" in self.data and first:
            for day in _run(first, typed.get("fill_until") or first):
                days.setdefault(day, hours)
        return days

    def rows(self) -> list[tuple[date, forms.BoundField]]:
        """The box of hours of each day chosen."""
        return [(day, self[f"hours-{day}"]) for day in self.chosen]


def _typed_days(data: QueryDict) -> set[date]:
    return _days([found[1] for name in data if (found := HOURS.match(name))])


def _days(texts: list[str]) -> set[date]:
    """The texts that are days."""
    found = set()
    for text in texts:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            continue
        if 2000 <= day.year <= 2100:
            found.add(day)
    return found


def _stepped(hours: Decimal, step: Decimal) -> Decimal:
    """Half an hour more or less, on the half hour: 7.60 goes to 8.00 and to 7.50.

    >>> _stepped(Decimal("7.60"), HALF), _stepped(Decimal("7.60"), -HALF)
    (Decimal('8.00'), Decimal('7.50'))
    >>> _stepped(Decimal("0.50"), -HALF)
    Decimal('0.50')
    """
    rounding = ROUND_FLOOR if step > 0 else ROUND_CEILING
    on_the_half = (hours / HALF).to_integral_value(rounding) * HALF
    return min(max(on_the_half + step, HALF), Decimal("24.00"))


def _run(first: date, last: date) -> list[date]:
    """One day whatever it is; of several, Monday to Friday without public holidays.

    >>> [day.day for day in _run(date(2026, 12, 24), date(2026, 12, 28))]
    [24, 28]
    """
    if last <= first:
        return [first]
    last = min(last, first + 366 * ONE_DAY)
    every = [first + number * ONE_DAY for number in range((last - first).days + 1)]
    return [day for day in every if is_office_day(day)][:MOST_DAYS]
