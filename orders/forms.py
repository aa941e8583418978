"""The forms of a job: what people type, translated into ``JobFields``."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from invoicing.models import Client, ClientKind
from invoicing.queries import find_client
from members.forms_base import (
    DayField,
    EnterpriseNumberField,
    EuroField,
    HoursField,
    HouseForm,
    PostcodeField,
    add_refusal,
)
from members.models import Affiliate
from members.trade_choice import TradeField
from office import uploads
from office.calendar import ONE_DAY, is_office_day
from office.refusals import Refusal
from orders import rules
from orders.models import Order
from orders.plans import JobFields, fields_of

HINDRANCE_FIELDS = {"client": "client_number", "days": "days"}
MAX_DAYS, MAX_EXPENSES = 92, 20


class DraftForm(HouseForm):
    """A form in which everything is optional: it does not say so beside every field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self._call_all_wanted()

    def full_clean(self) -> None:
        super().full_clean()
        self._call_all_wanted()

    def _call_all_wanted(self) -> None:
        for field in self.fields.values():
            field.required = True  # read by the label only from here on


class JobForm(DraftForm):
    """The whole job on one page. Everything is optional here: drafting is always possible."""

    trade = TradeField(required=False)
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
    )
    free_setting = forms.TypedChoiceField(
        label=_("Lieux et horaires"),
        choices=[("0", _("convenus avec le client")), ("1", _("choisis surtout par moi"))],
        coerce=lambda value: value == "1",
        initial="0",
        required=False,
        widget=forms.RadioSelect,
    )
    days = forms.CharField(required=False, widget=forms.HiddenInput)  # where its sentences go
    fill_from = DayField(label=_("Du"), required=False)
    fill_until = DayField(label=_("Au"), required=False)
    fill_hours = HoursField(label=_("Heures par jour"), required=False, initial=Decimal("7.60"))
    client_kind = forms.ChoiceField(label=_("Le client est"), choices=ClientKind, required=False)
    client_number = EnterpriseNumberField(
        label=_("Numéro d’entreprise ou de TVA"),
        required=False,
        help_text=_("Dix chiffres. S’il est connu de la coopérative, le reste se remplit seul."),
    )
    client_name = forms.CharField(label=_("Nom du client"), required=False, max_length=120)
    client_street = forms.CharField(label=_("Rue et numéro"), required=False, max_length=120)
    client_postcode = PostcodeField(label=_("Code postal"), required=False)
    client_city = forms.CharField(label=_("Commune"), required=False, max_length=80)
    client = forms.CharField(required=False, widget=forms.HiddenInput)
    signer_name = forms.CharField(
        label=_("Qui signe pour le client"),
        required=False,
        max_length=120,
        help_text=_("Ce contact reste propre à cette mission."),
    )
    signer_email = forms.EmailField(
        label=_("Son adresse électronique"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    signer_language = forms.ChoiceField(
        label=_("Sa langue"), choices=settings.LANGUAGES, required=False, initial="fr"
    )
    amount_kind = forms.ChoiceField(
        label=_("Vous fixez"),
        choices=[("price", _("le prix hors TVA")), ("gross", _("le salaire brut"))],
        initial="price",
        required=False,
        widget=forms.RadioSelect,
    )
    amount = EuroField(label=_("Montant pour tout le travail"), required=False)
    payment_term_days = forms.IntegerField(
        label=_("Délai de paiement (jours)"), min_value=0, max_value=365, initial=10, required=False
    )
    valid_until = DayField(label=_("Le client peut signer jusqu’au"), required=False)

    def __init__(self, *args: Any, affiliate: Affiliate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.affiliate = affiliate
        self.known_client: Client | None = None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        number = values.get("client_number") or ""
        self.known_client = find_client(number) if number else None
        if self.known_client is None and "client_number" in values:
            self._ask_identity(values, number)
        return values

    def _ask_identity(self, values: dict[str, Any], number: str) -> None:
        """A client not known yet needs a name and an address; no client at all is fine in a
        draft.
        """
        names = ("client_name", "client_street", "client_postcode", "client_city")
        if not number and not any(values.get(name) for name in names):
            return
        for name in names:
            if name in values and not values[name]:
                self.add_error(name, _("À compléter : ce client n’est pas encore connu."))
        if not number and values.get("client_kind") == ClientKind.BELGIAN_BUSINESS:
            self.add_error(
                "client_number", _("Une entreprise belge se retrouve par son numéro : écrivez-le.")
            )

    @property
    def names_new_client(self) -> bool:
        """Whether a client was typed that the cooperative does not know."""
        return self.known_client is None and bool(self.cleaned_data.get("client_name"))


class DayRow(DraftForm):
    """One day of work. An empty row says nothing."""

    day = DayField(label=_("Jour"), required=False)
    hours = HoursField(label=_("Heures"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        day, hours = values.get("day"), values.get("hours")
        if day and hours in (None, 0) and "hours" in values:
            self.add_error("hours", _("Écrivez les heures de ce jour."))
        if hours and not day and "day" in values:
            self.add_error("day", _("Choisissez le jour."))
        return values


class ExpenseRow(DraftForm):
    """One expense. An empty row says nothing."""

    label = forms.CharField(label=_("Frais (par exemple : train)"), required=False, max_length=120)
    amount = EuroField(label=_("Montant hors TVA"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        label, amount = values.get("label"), values.get("amount")
        if label and amount in (None, 0) and "amount" in values:
            self.add_error("amount", _("Écrivez le montant de ces frais."))
        if amount and not label and "label" in values:
            self.add_error("label", _("Dites de quels frais il s’agit."))
        return values


DayRows = forms.formset_factory(DayRow, extra=0, max_num=MAX_DAYS, absolute_max=MAX_DAYS)
ExpenseRows = forms.formset_factory(
    ExpenseRow, extra=0, max_num=MAX_EXPENSES, absolute_max=MAX_EXPENSES
)


class JobPage:
    """The form of a job with its rows of days and expenses, from a draft or from what was just
    typed.
    """

    def __init__(
        self,
        affiliate: Affiliate,
        *,
        data: QueryDict | None = None,
        order: Order | None = None,
        proposed: JobFields | None = None,
    ) -> None:
        new = proposed or JobFields(trade_code=affiliate.trade_id)
        typed = fields_of(order) if order else new
        client = order.client if order else None
        self.form = JobForm(data, affiliate=affiliate, initial=_initial(typed, client))
        self.days = DayRows(data, prefix="days", initial=_day_rows(typed))
        self.expenses = ExpenseRows(data, prefix="expenses", initial=_expense_rows(typed))

    def is_valid(self) -> bool:
        """Whether a draft can be kept of it; sentences stand beside the fields otherwise."""
        valid = [self.form.is_valid(), self.days.is_valid(), self.expenses.is_valid()]
        if all(valid):
            try:
                rules.check_each_day_once(self.typed_days())
            except Refusal as refusal:
                add_refusal(self.form, refusal)
                return False
        return all(valid)

    def say(self, hindrances: Iterable[Refusal]) -> None:
        """Show what keeps a draft from being sent beside its fields, before anything is typed
        again.
        """
        errors = self.form.errors  # empty: nothing was typed
        for refusal in hindrances:
            name = HINDRANCE_FIELDS.get(refusal.field, refusal.field)
            key = name if name in self.form.fields else NON_FIELD_ERRORS
            errors.setdefault(key, self.form.error_class(renderer=self.form.renderer))
            errors[key].append(str(refusal))

    def typed(self, client_id: int | None) -> JobFields:
        """What was typed and can be understood, so far."""
        values = self.form.cleaned_data
        trade = values.get("trade")
        term = values.get("payment_term_days")
        return JobFields(
            trade_code=trade.pk if trade else "",
            description=values.get("description", ""),
            place=values.get("place", ""),
            free_setting=values.get("free_setting") or False,
            client_id=client_id,
            signer_name=values.get("signer_name", ""),
            signer_email=values.get("signer_email", "").lower(),
            signer_language=values.get("signer_language") or "fr",
            amount_kind=values.get("amount_kind") or "price",
            amount=values.get("amount"),
            payment_term_days=10 if term is None else term,
            valid_until=values.get("valid_until"),
            days=self.typed_days(),
            expenses=tuple(
                (row["label"], row["amount"])
                for row in _rows(self.expenses)
                if row.get("label") and row.get("amount")
            ),
        )

    def typed_days(self) -> tuple[tuple[date, Decimal], ...]:
        """The complete rows of days."""
        return tuple(
            (row["day"], row["hours"])
            for row in _rows(self.days)
            if row.get("day") and row.get("hours")
        )


def more_rows(data: QueryDict, prefix: str, count: int) -> QueryDict:
    """What was typed, with some empty rows more."""
    again = data.copy()
    name = f"{prefix}-TOTAL_FORMS"
    total = int(again.get(name) or 0) if str(again.get(name) or 0).isdigit() else 0
    most = MAX_DAYS if prefix == "days" else MAX_EXPENSES
    again[name] = str(min(total + count, most))
    return again


def filled_days(data: QueryDict, page: JobPage) -> QueryDict:
    """What was typed, with a row for every office day of the range asked for that has none yet."""
    page.form.is_valid()
    values = page.form.cleaned_data
    first, last = values.get("fill_from"), values.get("fill_until")
    hours = values.get("fill_hours")
    if not first or not last or not hours:
        return data
    page.days.is_valid()
    rows = dict(page.typed_days())
    day = first
    while day <= last and len(rows) < MAX_DAYS:
        if is_office_day(day):
            rows.setdefault(day, hours)
        day += ONE_DAY
    again = data.copy()
    again["days-TOTAL_FORMS"] = str(len(rows))
    for number, (day, hours) in enumerate(sorted(rows.items())):
        again[f"days-{number}-day"] = day.isoformat()
        again[f"days-{number}-hours"] = rules.shown_hours(hours)
    return again


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


def default_validity(on: date, days: int) -> date:
    """The validity date proposed for a new job."""
    return on + timedelta(days=days)


def _initial(typed: JobFields, client: Client | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(typed, name)
        for name in (
            "description place signer_name signer_email signer_language amount_kind amount "
            "payment_term_days valid_until"
        ).split()
    }
    values |= {"trade": typed.trade_code, "free_setting": "1" if typed.free_setting else "0"}
    if client is not None:
        values |= {
            "client_kind": client.kind,
            "client_number": client.enterprise_number or "",
            "client_name": client.name,
            "client_street": client.street,
            "client_postcode": client.postcode,
            "client_city": client.city,
        }
    return values


def _day_rows(typed: JobFields) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [{"day": day, "hours": hours} for day, hours in typed.days]
    return rows or [{}, {}, {}]


def _expense_rows(typed: JobFields) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"label": label, "amount": amount} for label, amount in typed.expenses
    ]
    return rows or [{}]


def _rows(rows: forms.BaseFormSet) -> list[dict[str, Any]]:
    return [getattr(row, "cleaned_data", {}) for row in rows.forms]
