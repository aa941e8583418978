"""What the simulator answers: the quote of the same job, its bar, its warnings, two ways out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ledger.models import LegalEntity
from members.pieces import PriceBar
from office import languages
from office.money import CENT
from office.refusals import Refusal
from office.templatetags.house import euros
from orders import pricing
from orders.bars import bar_of
from orders.plans import JobFields
from orders.rules import carried, shown_hours
from orders.split import split_values
from payroll import terms
from payroll.labels import LABELS, household_facts
from smart.simulator.questions import SimulatorForm


class NotOpenYet(Refusal):
    code = "not_open_yet"
    sentence = lazy(
        "Le simulateur ouvrira quand la coopérative aura fixé ses taux. Revenez un peu plus tard."
    )


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """A change that makes a job legal, and the address that tries it."""

    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """What the page answers."""

    job: JobFields
    quote: pricing.Quote
    bar: PriceBar
    ways_out: tuple[WayOut, ...]
    estimated: tuple[str, ...]  # labels of lines on figures nobody knows yet
    unconfirmed: tuple[str, ...]  # labels of lines on figures nobody confirmed
    what_if: bool  # another household than the recorded one
    trade: str
    household: Sequence[str]

    @property
    def first_day(self) -> date:
        return self.job.days[0][0]

    @property
    def hours(self) -> Decimal:
        """Hours of each day."""
        return self.job.days[0][1]

    @property
    def net(self) -> Decimal:
        return self.quote.split.net_salary + self.quote.split.net_holiday_pay

    @property
    def paid_on(self) -> date:
        return self.quote.split.months[-1].paid_on


def simulated(form: SimulatorForm, *, on: date) -> Simulation:
    """The answer to valid questions: the same quote a draft of this job would show.

    Raises the refusals of ``orders.pricing.quote`` and ``NotOpenYet``.
    """
    job, household = form.job(), form.household()
    try:
        told = terms.household(household) if household else None
        quote = pricing.quote(job, affiliate=form.affiliate, on=on, household=told)
    except LegalEntity.DoesNotExist as fault:
        raise NotOpenYet from fault
    assert quote is not None  # a valid form names a trade, an amount and days
    estimated = labels(quote, quote.split.estimated)
    unconfirmed = labels(quote, quote.split.unconfirmed)
    return Simulation(
        job=job,
        quote=quote,
        bar=bar_of(split_values(quote.split), languages.current()),
        ways_out=ways_out(form, job, quote) if quote.below_minimum else (),
        estimated=estimated,
        unconfirmed=tuple(label for label in unconfirmed if label not in estimated),
        what_if=form.recorded and household is not None,
        trade=str(form.wanted),
        household=household_facts(household, languages.current()) if household else (),
    )


def ways_out(form: SimulatorForm, job: JobFields, quote: pricing.Quote) -> tuple[WayOut, ...]:
    """Out of a pay below the minimum: more pay, or fewer hours for the same pay."""
    assert quote.below_minimum is not None
    values = quote.below_minimum.values
    raised = values["least_gross" if job.amount_kind == "gross" else "least_price"]
    sentence = _("Demander au moins {price} hors TVA, soit {gross} brut")
    more = WayOut(
        text=sentence.format(
            price=euros(values["least_price"]), gross=euros(values["least_gross"])
        ),
        url=form.address(amount=carried(raised)),
    )
    fewer = fewer_hours(quote, most_days=len(job.days), least_hours=form.least_hours)
    if fewer is None:
        return (more,)
    days, hours = fewer
    sentence = _("Travailler moins pour ce prix : {days} jour(s) de {hours} heures au plus")
    less = WayOut(
        text=sentence.format(days=days, hours=shown_hours(hours)),
        url=form.address(days=str(days), hours=carried(hours)),
    )
    return more, less


def fewer_hours(
    quote: pricing.Quote, *, most_days: int, least_hours: Decimal
) -> tuple[int, Decimal] | None:
    """Days and hours a day a gross pay carries at the minimum, with as many days as possible."""
    least = quote.minimums[0]  # a simulation stays inside one month
    carried = quote.split.gross / least.hourly
    for days in range(most_days, 0, -1):
        hours = (carried / days).quantize(CENT, ROUND_FLOOR)
        if hours >= least_hours:
            return days, hours
    return None


def labels(quote: pricing.Quote, parameters: Sequence[str]) -> tuple[str, ...]:
    """The lines of pay that rest on these figures of law, by the words they are shown with."""
    found = {
        LABELS[line.code].of(languages.current()): None
        for pay in quote.split.months
        for line in pay.lines
        if line.parameter in parameters
    }
    return tuple(found)
