"""What the work is, and where."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from members.models import Affiliate, Trade
from orders import habits
from orders.models import Order
from orders.plans import Part
from orders.wizard.fields import StepForm

PART = Part(name="work", fields=("trade_code", "description", "place", "free_setting"))


class MissionForm(StepForm):
    """Trade, words, place."""

    trade = forms.ChoiceField(label=_("Métier"), required=False)
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
            "trade": order.trade_id or "",
            "description": order.description,
            "place": order.place,
            "free_setting": "1" if order.free_setting else "0",
        }
        super().__init__(data, initial=first)
        choice = self.fields["trade"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = _trades(order, affiliate)
        client = order.client
        self.places = [f"{client.street}, {client.postcode} {client.city}"] if client else []

    def values(self) -> dict[str, Any]:
        """What is understood, as fields of the job."""
        typed = self.cleaned_data
        values: dict[str, Any] = {
            name: typed[name] for name in ("description", "place") if name in typed
        }
        if "trade" in typed:
            values["trade_code"] = typed["trade"]
        if "free_setting" in typed:
            values["free_setting"] = typed["free_setting"] == "1"
        return values


def _trades(order: Order, affiliate: Affiliate) -> list[Any]:
    """Every trade that can be chosen, hers first."""
    active = Trade.objects.filter(active=True)
    trades = {trade.pk: trade for trade in active}
    if order.trade:
        trades.setdefault(order.trade.pk, order.trade)
    hers = [trades[code] for code in habits.trades_of(affiliate) if code in trades]
    others = [trade for trade in trades.values() if trade not in hers]
    return [
        ("", _("Choisissez")),
        (_("Vos métiers"), [(trade.pk, str(trade)) for trade in hers]),
        (_("Tous les autres"), [(trade.pk, str(trade)) for trade in others]),
    ]
