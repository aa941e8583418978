"""The few questions a net pay depends on; the answers stand in the address, nothing is kept."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members import trades
from members.forms import COUNT, HouseholdForm
from members.forms_base import EuroField, HoursField, HouseForm, SaidBelow, add_refusal, tell_where
from members.models import Affiliate, ContractKind, Household, Trade
from members.rules import HouseholdFacts, check_household, scale_of
from members.trade_choice import TradeSelect, groups_of
from office.calendar import ONE_DAY, is_office_day, month_bounds
from office.money import CENT
from office.refusals import Refusal
from orders.plans import JobFields
from orders.policy import on_day
from orders.rules import carried, shown_hours

MONTHS_AHEAD = 12
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
EXAMPLE_TRADE = "coach"
EXAMPLE = {"amount_kind": "price", "amount": "350", "days": "1"}
EXAMPLE_HOURS = Decimal("7.6")
PARTNER: Any = HouseholdForm.base_fields["partner_income"]


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
        widget=TradeSelect,
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
        self, data: QueryDict, *, register: Sequence[Trade], affiliate: Affiliate | None, on: date
    ) -> None:
        self.on, self.affiliate = on, affiliate
        self.recorded = affiliate is not None and affiliate.households.exists()
        months = months_from(on)
        typed = data.copy()
        for name, value in self._first_values(register, months).items():
            typed.setdefault(name, value)
        super().__init__(typed, error_class=SaidBelow)
        self._offer(register, months)
        self._bound_hours(on)
        tell_where(self)

    def _offer(self, register: Sequence[Trade], months: Sequence[str]) -> None:
        """The lists to choose from."""
        usable = [row for row in register if row.contract_kind == ContractKind.WHITE_COLLAR]
        self._choice("trade").choices = list(groups_of(usable))
        chosen = [row for row in register if row.code == self.data["trade"]]
        self.wanted = chosen[0] if chosen else None
        if self.wanted and self.wanted not in usable:
            field: Any = self._choice("trade")
            field.widget.choices = [(self.wanted.code, str(self.wanted)), *field.choices]
        self._choice("month").choices = [(month, name_of(month)) for month in months]
        month = str(self.data["month"])
        self._keep_month(name_of(month) if MONTH.fullmatch(month) else "")
        own = [("", lazy("Comme dans mon profil"))] if self.recorded else []
        self._choice("partner_income").choices = [*own, *PARTNER.choices]
        self.fields["partner_income"].required = not self.recorded

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def clean_trade(self) -> str:
        """A trade the cooperative does not take is told, with the reason, before any figure."""
        code = str(self.cleaned_data["trade"])
        if self.wanted and (standing := trades.standing_of(self.wanted)).refused:
            refusal = trades.TradeRefused(trade=self.wanted, reason=standing.reason)
            raise forms.ValidationError(str(refusal), code=refusal.code)
        return code

    def _keep_month(self, words: str) -> None:
        """The month of an old link stays in its list, though it can no longer be answered."""
        field: Any = self._choice("month")
        chosen = self.data["month"]
        if words and chosen not in dict(field.choices):
            field.widget.choices = [(chosen, words), *field.choices]

    def _first_values(self, register: Sequence[Trade], months: Sequence[str]) -> dict[str, str]:
        codes = [row.code for row in register if row.contract_kind == ContractKind.WHITE_COLLAR]
        mine = self.affiliate.trade_id if self.affiliate else ""
        return EXAMPLE | {
            "hours": shown_hours(EXAMPLE_HOURS),
            "month": months[0],
            "trade": next((code for code in (mine, EXAMPLE_TRADE) if code in codes), ""),
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

    def household(self) -> Household | None:
        """The household to count with, never kept; None: the recorded one."""
        if not self.cleaned_data["partner_income"]:
            return None
        facts = self.facts()
        return Household(scale=scale_of(facts.partner_income), **asdict(facts))

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

    def address(self, **changed: str) -> str:
        """This simulation, with some answers changed; empty ones are left out. It reads the same in
        every language.
        """
        numbers = {
            name: carried(value)
            for name, value in self.cleaned_data.items()
            if isinstance(value, Decimal)
        }
        answers = {name: self.data.get(name, "") for name in self.fields} | numbers | changed
        query = urlencode({name: text for name, text in answers.items() if text}, safe=",")
        return f"{reverse('simulator')}?{query}"


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
