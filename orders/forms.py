"""What people answer about a job once it is sent; a draft is typed in ``orders.wizard``."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms_base import (
    EuroField,
    HoursField,
    HouseForm,
)
from office import uploads


class ReasonForm(HouseForm):
    """A reason, in a few words."""

    reason = forms.CharField(
        label=_("Votre raison"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class AskForm(HouseForm):
    """To change or to cancel a signed job."""

    kind = forms.ChoiceField(
        label=_("Vous demandez"),
        choices=[("change", _("d’autres dates ou un autre prix")), ("cancel", _("l’annulation"))],
        widget=forms.RadioSelect,
        initial="change",
    )
    reason = forms.CharField(
        label=_("Expliquez en quelques mots"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WorkForm(HouseForm):
    """Other answers than « done as agreed »: what, and the hours really worked each day."""

    answer = forms.ChoiceField(
        label=_("Que s’est-il passé ?"),
        choices=[
            ("fewer", _("moins de jours ou d’heures")),
            ("not_done", _("le travail n’a pas été fait")),
            ("ill", _("maladie ou accident")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Une précision pour votre conseiller"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    hours = forms.CharField(required=False, widget=forms.HiddenInput)  # where its sentences go

    def __init__(self, *args: Any, days: Iterable[tuple[date, Decimal]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day_names: dict[str, date] = {}
        for day, agreed in days:
            name = f"done-{day.isoformat()}"
            self.day_names[name] = day
            self.fields[name] = HoursField(
                label=day.strftime("%d/%m/%Y"), required=False, initial=agreed, most=agreed
            )

    def worked(self) -> dict[date, Decimal]:
        """Hours really worked by day; an empty box is zero."""
        return {
            day: self.cleaned_data.get(name) or Decimal("0.00")
            for name, day in self.day_names.items()
        }

    def day_fields(self) -> list[forms.BoundField]:
        """The boxes of hours, in order."""
        return [self[name] for name in self.day_names]


class ReceiptForm(HouseForm):
    """The proof of an expense."""

    amount = EuroField(label=_("Montant du justificatif"), least=Decimal("0.01"))
    file = forms.FileField(
        label=_("Photo ou PDF"),
        widget=forms.ClearableFileInput(attrs={"accept": uploads.PICTURES_AND_PDF}),
    )
