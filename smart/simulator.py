"""The public simulator: what a price becomes, before anybody knows who asks.

Everything typed stands in the address, so that the page can be shared and nothing has to be kept.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.forms.utils import ErrorList
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from ledger.models import LegalEntity
from members.forms import COUNT, HouseholdForm
from members.forms_base import EuroField, HoursField, HouseForm, add_refusal
from members.models import Affiliate, ContractKind, Household, Trade, User
from members.pieces import PriceBar
from members.rules import HouseholdFacts, check_household, scale_of
from office import clock
from office.calendar import ONE_DAY, is_office_day, month_bounds
from office.money import CENT
from office.refusals import Refusal
from orders import pricing, proposals
from orders.bars import bar_of
from orders.plans import JobFields
from orders.policy import on_day
from orders.rules import shown_hours
from orders.split import split_values
from payroll import terms
from payroll.engine import Household as Declared
from payroll.labels import LABELS

MONTHS_AHEAD = 12
EXAMPLE = {"amount_kind": "price", "amount": "350", "days": "1", "hours": "7,6"}
PARTNER: Any = HouseholdForm.base_fields["partner_income"]


class NotOpenYet(Refusal):
    code = "not_open_yet"
    sentence = lazy(
        "Le simulateur ouvrira quand la coopérative aura fixé ses taux. Revenez un peu plus tard."
    )


class SaidBelow(ErrorList):
    """Sentences the page prints itself below the field, where they can change as one types."""

    def render(
        self, template_name: str | None = None, context: Any = None, renderer: Any = None
    ) -> SafeString:
        return SafeString("")

    __str__ = __html__ = render


class SimulatorForm(HouseForm):
    """The few questions a net pay depends on."""

    amount_kind = forms.ChoiceField(
        label=lazy("Vous connaissez"),
        choices=[("price", lazy("le prix hors TVA")), ("gross", lazy("le salaire brut"))],
        widget=forms.RadioSelect,
    )
    amount = EuroField(
        label=lazy("Montant pour tout le travail"),
        least=CENT,
        error_messages={
            "required": lazy("Écrivez un montant : la réponse apparaît aussitôt."),
            "too_small": lazy("Écrivez un montant au-dessus de zéro."),
            "too_big": lazy(
                "Le simulateur compte jusqu’à 999.999 €. Au-delà, parlons-en : écrivez-nous."
            ),
        },
    )
    days = forms.IntegerField(
        label=lazy("Jours de travail"), min_value=1, widget=forms.TextInput(attrs=COUNT)
    )
    hours = HoursField(label=lazy("Heures par jour"))
    month = forms.ChoiceField(
        label=lazy("Mois du travail"),
        error_messages={
            "invalid_choice": lazy("Choisissez un mois de la liste : celui-ci n’en est pas (plus).")
        },
    )
    trade = forms.ChoiceField(
        label=lazy("Métier"),
        help_text=lazy("Il fixe le risque à assurer et le salaire minimum."),
        error_messages={
            "invalid_choice": lazy(
                "Choisissez un métier de la liste. Les artistes et les ouvriers se calculent "
                "autrement, et pas encore ici."
            )
        },
    )
    expenses = EuroField(
        label=lazy("Frais compris dans le prix"),
        required=False,
        help_text=lazy("Train, matériel… remboursés sur justificatif, sans impôt."),
    )
    partner_income = forms.ChoiceField(label=PARTNER.label, help_text=PARTNER.help_text)
    children = forms.IntegerField(
        label=lazy("Enfants à charge"),
        required=False,
        min_value=0,
        max_value=20,
        widget=forms.TextInput(attrs=COUNT),
    )
    single_parent = forms.BooleanField(label=lazy("J’élève seul·e mes enfants"), required=False)

    def __init__(
        self, data: QueryDict, *, trades: Sequence[Trade], affiliate: Affiliate | None, on: date
    ) -> None:
        self.on, self.affiliate = on, affiliate
        self.recorded = affiliate is not None and affiliate.households.exists()
        months = months_from(on)
        typed = data.copy()
        for name, value in self._first_values(trades, months).items():
            typed.setdefault(name, value)
        super().__init__(typed, error_class=SaidBelow)
        self._choice("month").choices = [(month, name_of(month)) for month in months]
        self._choice("trade").choices = [(row.code, label_of(row)) for row in trades]
        own = [("", lazy("Comme dans mon profil"))] if self.recorded else []
        self._choice("partner_income").choices = [*own, *PARTNER.choices]
        self.fields["partner_income"].required = not self.recorded
        self._bound_hours(on)
        for name, field in self.fields.items():
            told = f"id_{name}_helptext id_{name}_error" if field.help_text else f"id_{name}_error"
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["aria-describedby"] = told

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def chosen(self, name: str) -> str:
        """The words of what was chosen."""
        choices: Any = self._choice(name).choices
        words = {str(value): str(label) for value, label in choices}
        return words[self.cleaned_data[name]]

    def _first_values(self, trades: Sequence[Trade], months: Sequence[str]) -> dict[str, str]:
        codes = [row.code for row in trades]
        mine = self.affiliate.trade_id if self.affiliate else ""
        return EXAMPLE | {
            "month": months[0],
            "trade": mine if mine in codes else next(iter(codes), ""),
            "partner_income": "" if self.recorded else "none_partner",
        }

    def _bound_hours(self, on: date) -> None:
        policy = on_day(on)
        self.least_hours = policy.min_hours_a_day
        hours = self.fields["hours"]
        assert isinstance(hours, HoursField)
        hours.least, hours.most = self.least_hours, policy.max_hours_a_day
        least, most = shown_hours(hours.least), shown_hours(hours.most)
        hours.error_messages |= {
            "too_small": _("Une journée compte au moins {least} heures.").format(least=least),
            "too_big": _("Une journée compte {most} heures au plus.").format(most=most),
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("days") and values.get("month"):
            self._check_days(values["days"], values["month"])
        self._check_household(values)
        return values

    def _check_days(self, wanted: int, month: str) -> None:
        most = len(days_of(month, after=self.on))
        if wanted > most:
            sentence = _(
                "En {month}, il y a {most} jours à travailler au plus (du lundi au vendredi, sans "
                "les fériés). Simulez les autres mois à part : chacun fait son contrat."
            )
            self.add_error("days", sentence.format(month=name_of(month), most=most))

    def _check_household(self, values: dict[str, Any]) -> None:
        partner = values.get("partner_income")
        if partner:
            try:
                check_household(self.facts())
            except Refusal as refusal:
                add_refusal(self, refusal)
        elif partner == "" and (values.get("children") or values.get("single_parent")):
            self.add_error(
                "partner_income", _("Répondez aussi à cette question pour essayer un autre ménage.")
            )

    def facts(self) -> HouseholdFacts:
        """What was told of a household."""
        return HouseholdFacts(
            partner_income=self.cleaned_data["partner_income"],
            children=self.cleaned_data.get("children") or 0,
            single_parent=self.cleaned_data.get("single_parent") or False,
        )

    def household(self) -> Declared | None:
        """The household to count with; None: the recorded one."""
        if not self.cleaned_data["partner_income"]:
            return None
        facts = self.facts()
        return terms.household(Household(scale=scale_of(facts.partner_income), **asdict(facts)))

    def household_said(self) -> str:
        """The household counted with, in a few words."""
        answers = self.cleaned_data
        said = [self.chosen("partner_income")]
        if children := answers.get("children"):
            said.append(_("enfants à charge : {children}").format(children=children))
        return f"{self.fields['partner_income'].label} : {', '.join(said)}"

    def job(self) -> JobFields:
        """The job asked about, on the first days of its month that can still be worked."""
        values = self.cleaned_data
        days = days_of(values["month"], after=self.on)[: values["days"]]
        expenses = values.get("expenses")
        return JobFields(
            trade_code=values["trade"],
            amount_kind=values["amount_kind"],
            amount=values["amount"],
            days=tuple((day, values["hours"]) for day in days),
            expenses=((_("Frais"), expenses),) if expenses else (),
        )

    def query(self, **changed: str) -> str:
        """The address's query of what is typed, with some answers changed; empty ones left out."""
        answers = {name: self.data.get(name, "") for name in self.fields} | changed
        return urlencode({name: text for name, text in answers.items() if text}, safe=",")


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
    household: str

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


@require_safe
def simulator(request: HttpRequest) -> HttpResponse:
    """Questions and answer; for HTMX the answer and the sentences beside the questions."""
    today, affiliate = clock.today(), affiliate_of(request)
    trades = Trade.objects.filter(active=True, contract_kind=ContractKind.WHITE_COLLAR)
    form = SimulatorForm(request.GET, trades=list(trades), affiliate=affiliate, on=today)
    simulation, refusal = None, ""
    if form.is_valid():
        try:
            simulation = simulated(form, on=today)
        except Refusal as said:
            if said.field in form.fields:
                add_refusal(form, said)
            else:
                refusal = str(said)
    here = f"{reverse('simulator')}?{form.query()}"
    context = {
        "form": form,
        "simulation": simulation,
        "refusal": refusal,
        "here": here,
        "shared": settings.COOP_PUBLIC_URL + here,
        "canonical": settings.COOP_PUBLIC_URL + reverse("simulator"),
        "job_query": proposals.written(simulation.job) if simulation else "",
        "affiliate": affiliate,
    }
    fragment = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    name = "smart/simulator_answer.html" if fragment else "smart/simulator.html"
    response = render(request, name, context | {"fragment": fragment})
    if fragment:
        response["HX-Replace-Url"] = here
    patch_vary_headers(response, ["HX-Request"])
    return response


def simulated(form: SimulatorForm, *, on: date) -> Simulation:
    """The answer to valid questions: the same quote a draft of this job would show.

    Raises the refusals of ``orders.pricing.quote`` and ``NotOpenYet``.
    """
    job, household = form.job(), form.household()
    try:
        quote = pricing.quote(job, affiliate=form.affiliate, on=on, household=household)
    except LegalEntity.DoesNotExist as fault:
        raise NotOpenYet from fault
    if quote is None:
        raise NotOpenYet
    estimated = labels(quote, quote.split.estimated)
    unconfirmed = labels(quote, quote.split.unconfirmed)
    return Simulation(
        job=job,
        quote=quote,
        bar=bar_of(split_values(quote.split), language()),
        ways_out=ways_out(form, job, quote) if quote.below_minimum else (),
        estimated=estimated,
        unconfirmed=tuple(label for label in unconfirmed if label not in estimated),
        what_if=form.recorded and household is not None,
        trade=form.chosen("trade"),
        household=form.household_said(),
    )


def ways_out(form: SimulatorForm, job: JobFields, quote: pricing.Quote) -> tuple[WayOut, ...]:
    """Out of a pay below the minimum: more pay, or fewer hours for the same pay."""
    assert quote.below_minimum is not None
    values = quote.below_minimum.values
    raised = values["least_gross" if job.amount_kind == "gross" else "least_price"]
    sentence = _("Demander au moins {price} € hors TVA, soit {gross} € brut")
    more = WayOut(
        text=sentence.format(
            price=amount(values["least_price"]), gross=amount(values["least_gross"])
        ),
        url=address(form, amount=amount(raised)),
    )
    fewer = fewer_hours(quote, most_days=len(job.days), least_hours=form.least_hours)
    if fewer is None:
        return (more,)
    days, hours = fewer
    sentence = _("Travailler moins pour ce prix : {days} jour(s) de {hours} heures au plus")
    less = WayOut(
        text=sentence.format(days=days, hours=shown_hours(hours)),
        url=address(form, days=str(days), hours=shown_hours(hours)),
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
        LABELS[line.code].of(language()): None
        for pay in quote.split.months
        for line in pay.lines
        if line.parameter in parameters
    }
    return tuple(found)


def affiliate_of(request: HttpRequest) -> Affiliate | None:
    """The affiliate who is logged in; nobody for guests and staff."""
    if not isinstance(request.user, User):
        return None
    return Affiliate.objects.filter(user=request.user).first()


def months_from(on: date) -> tuple[str, ...]:
    """The months that can be asked for, as 2026-12: those with a day left to work.

    >>> months_from(date(2026, 11, 30))[:2]
    ('2026-12', '2027-01')
    """
    months: list[str] = []
    day = on.replace(day=1)
    while len(months) < MONTHS_AHEAD:
        if days_of(f"{day:%Y-%m}", after=on):
            months.append(f"{day:%Y-%m}")
        day = month_bounds(day)[1] + ONE_DAY
    return tuple(months)


def days_of(month: str, *, after: date) -> list[date]:
    """The office days of a month (2026-12) after a day, in order.

    >>> [day.day for day in days_of("2026-11", after=date(2026, 11, 25))]
    [26, 27, 30]
    """
    first, last = month_bounds(date.fromisoformat(f"{month}-01"))
    every = (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
    return [day for day in every if day > after and is_office_day(day)]


def name_of(month: str) -> str:
    """A month in words: décembre 2026."""
    return date_format(date.fromisoformat(f"{month}-01"), "F Y")


def label_of(trade: Trade) -> str:
    """A trade in the reader's language."""
    return str(getattr(trade, f"label_{language()}"))


def language() -> str:
    """The reader's language, one of the house."""
    active = (get_language() or "fr")[:2]
    return active if active in dict(settings.LANGUAGES) else "fr"


def amount(value: Decimal) -> str:
    """An amount as people type it: 1234,5 stays exact and goes back into a field."""
    return f"{value:.2f}".replace(".", ",")


def address(form: SimulatorForm, **changed: str) -> str:
    """This simulation with some answers changed."""
    return f"{reverse('simulator')}?{form.query(**changed)}"
