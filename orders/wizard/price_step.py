"""For how much, with which expenses, payable when."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from members.forms_base import DayField, EuroField
from members.models import Affiliate
from orders.models import Order
from orders.plans import Part
from orders.wizard.fields import StepForm

PART = Part(
    name="price",
    fields=("amount_kind", "amount", "expenses", "payment_term_days", "valid_until"),
)
MOST_EXPENSES = 20
ROW = re.compile(r"expense-(\d{1,2})-(?:label|amount)\Z", re.ASCII)


class PriceForm(StepForm):
    """A price or a gross pay, the expenses in it, the term."""

    amount_kind = forms.ChoiceField(
        label=_("Vous fixez"),
        choices=[("price", _("le prix hors TVA")), ("gross", _("le salaire brut"))],
        required=False,
        widget=forms.RadioSelect,
    )
    amount = EuroField(label=_("Montant pour tout le travail"), required=False)
    payment_term_days = forms.IntegerField(
        label=_("Délai de paiement (jours)"),
        min_value=0,
        max_value=365,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )
    valid_until = DayField(label=_("Le client peut signer jusqu’au"), required=False)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        order: Order,
        affiliate: Affiliate,
        leaving: bool = False,
    ) -> None:
        self.order = order
        lines = list(order.expense_lines.all())
        first: dict[str, Any] = {
            "amount_kind": order.amount_kind,
            "amount": order.amount,
            "payment_term_days": order.payment_term_days,
            "valid_until": order.valid_until,
        }
        for number, line in enumerate(lines):
            first[f"expense-{number}-label"] = line.label
            first[f"expense-{number}-amount"] = line.amount
        super().__init__(data, initial=first)
        self.count = self._rows_shown(len(lines))
        for number in range(self.count):
            self.fields[f"expense-{number}-label"] = forms.CharField(
                label=_("Frais (par exemple : train)"), required=False, max_length=120
            )
            self.fields[f"expense-{number}-amount"] = EuroField(
                label=_("Montant hors TVA"), required=False
            )
        self.dress()

    def _rows_shown(self, kept: int) -> int:
        """The rows typed, or those kept; the last one is always left to fill in."""
        if self.is_bound:
            filled = [name for name, text in self.data.items() if text and ROW.match(name)]
            kept = max((int(name.split("-")[1]) for name in filled), default=-1) + 1
        return min(kept + 1, MOST_EXPENSES)

    def shown(self) -> list[forms.BoundField]:
        """The fields that stand on the page already."""
        fields = self.visible_fields()
        if not self.is_bound:
            return fields
        return [one for one in fields if one.name in self.data or not ROW.match(one.name)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for number in range(self.count):
            label, amount = f"expense-{number}-label", f"expense-{number}-amount"
            if values.get(label) and not values.get(amount) and amount in values:
                self.add_error(amount, _("Écrivez le montant de ces frais."))
            if values.get(amount) and not values.get(label) and label in values:
                self.add_error(label, _("Dites de quels frais il s’agit."))
        return values

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of expenses: label and amount."""
        return [
            (self[f"expense-{number}-label"], self[f"expense-{number}-amount"])
            for number in range(self.count)
        ]

    def values(self) -> dict[str, Any]:
        """What is understood, as fields of the job."""
        typed = self.cleaned_data
        names = ("amount", "valid_until")
        values: dict[str, Any] = {name: typed[name] for name in names if name in typed}
        if typed.get("amount_kind"):
            values["amount_kind"] = typed["amount_kind"]
        if typed.get("payment_term_days") is not None:
            values["payment_term_days"] = typed["payment_term_days"]
        values["expenses"] = self._expenses()
        return values

    def _expenses(self) -> tuple[tuple[str, Decimal], ...]:
        typed = self.cleaned_data
        pairs = [
            (typed.get(f"expense-{number}-label"), typed.get(f"expense-{number}-amount"))
            for number in range(self.count)
        ]
        return tuple((label, amount) for label, amount in pairs if label and amount)

    def unfinished(self) -> dict[str, str]:
        """Rows of which one misses a half are kept all together: their numbers hold."""
        texts = super().unfinished()
        rows = [name for name in self.fields if name.startswith("expense-")]
        if any(name in self.errors for name in rows):
            texts |= {name: text for name in rows if (text := self.typed(name))}
        return texts
