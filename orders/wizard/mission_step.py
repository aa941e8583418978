"""What the work is, and where."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIteratorValue
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from members.models import Activity, Affiliate, Trade
from members.queries import activities_of
from members.trade_choice import ByFamily, Choice, TradeField, label
from office import clock
from orders import habits
from orders.models import Order
from orders.plans import Part
from orders.wizard.fields import StepForm

PART = Part(
    name="work", fields=("activity_id", "trade_code", "description", "place", "free_setting")
)


class HersFirst(ByFamily):
    """Her own trades before the register."""

    def __iter__(self) -> Iterator[Choice]:
        choices = super().__iter__()
        yield next(choices)
        standing = Trade.objects.standing(clock.today()).in_bulk(self.field.hers)  # type: ignore[attr-defined]
        hers = [standing[code] for code in self.field.hers if code in standing]  # type: ignore[attr-defined]
        if hers:
            yield (
                _("Vos métiers"),
                [(ModelChoiceIteratorValue(row.pk, row), label(row)) for row in hers],
            )
        yield from choices


class HerTradeField(TradeField):
    """A trade of the register, hers first."""

    iterator = HersFirst
    hers: Sequence[str] = ()


class MissionForm(StepForm):
    """Trade, words, place; and the activity, for who works in several."""

    activity = forms.ChoiceField(
        label=_("Activité"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Le budget où entre le prix. Le contrat et le salaire restent à vous."),
    )

    trade = HerTradeField(required=False)
    description = forms.CharField(
        label=_("Description du travail"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Au moins 10 caractères. Elle figure sur la commande et la facture."),
    )
    place = forms.CharField(
        label=_("Lieu de travail"),
        required=False,
        max_length=200,
        help_text=_("Une adresse, ou par exemple « à distance »."),
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )
    free_setting = forms.ChoiceField(
        label=_("Lieux et horaires"),
        choices=[("0", _("convenus avec le client")), ("1", _("choisis surtout par moi"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        order: Order,
        affiliate: Affiliate,
        leaving: bool = False,
    ) -> None:
        self.order = order
        first = {
            "activity": order.activity.ref if order.activity else "",
            "trade": order.trade_id or "",
            "description": order.description,
            "place": order.place,
            "free_setting": "1" if order.free_setting else "0",
        }
        super().__init__(data, initial=first)
        self.offered: dict[str, int] = {}
        if data is not None:
            self.offer(activities_of(affiliate.pk, clock.today()))
        choice = self.fields["trade"]
        assert isinstance(choice, HerTradeField)
        choice.hers = habits.trades_of(affiliate)
        client = order.client
        self.places = [f"{client.street}, {client.postcode} {client.city}"] if client else []

    def offer(self, activities: Sequence[Activity]) -> None:
        """The activities the job may go to; nothing is asked where there is no choice."""
        where = self.fields.get("activity")
        if [row.pk for row in activities] in ([], [self.order.activity_id]):
            self.fields.pop("activity", None)
        elif isinstance(where, forms.ChoiceField):
            where.choices = [(row.ref, row.name) for row in activities]
            self.offered = {row.ref: row.pk for row in activities}

    def values(self) -> dict[str, Any]:
        """What is understood, as fields of the job."""
        typed = self.cleaned_data
        values: dict[str, Any] = {
            name: typed[name] for name in ("description", "place") if name in typed
        }
        if typed.get("activity"):
            values["activity_id"] = self.offered[typed["activity"]]
        if "trade" in typed:
            values["trade_code"] = typed["trade"].pk if typed["trade"] else ""
        if "free_setting" in typed:
            values["free_setting"] = typed["free_setting"] == "1"
        return values
