"""What somebody fills in to join: the first step, then part by part the second."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from members import rules
from members.actions.affiliates import Registration
from members.actions.applications import Application
from members.forms import (
    AddressForm,
    HouseholdForm,
    NewPasswordField,
    check_password,
    text,
)
from members.forms_base import (
    DayField,
    HouseForm,
    IbanField,
    NationalNumberField,
    add_refusal,
)
from members.models import User
from members.trade_choice import TradeField
from office import languages, uploads
from office.refusals import Refusal

MOST_TYPED = 500  # characters of one answer that are kept


class JoinForm(HouseForm):
    """The first step: who asks, how she logs in, in which language, what she does."""

    first_name = forms.CharField(label=_("Prénom"), max_length=60, widget=text("given-name"))
    last_name = forms.CharField(
        label=_("Nom"),
        max_length=60,
        widget=text("family-name"),
        help_text=_("Comme sur votre carte d’identité."),
    )
    email = forms.EmailField(
        label=_("Adresse e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Vous recevrez un lien pour la confirmer."),
    )
    password = NewPasswordField()
    language = forms.ChoiceField(
        label=_("Votre langue"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("Celle de vos contrats, de vos fiches de paie et de nos lettres."),
    )
    trade = TradeField(
        label=_("Votre métier"),
        help_text=_(
            "Celui que vous exercerez le plus. Vous pourrez en choisir un autre par mission."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"language": languages.current()})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if password := values.get("password"):
            names = f"{values.get('first_name', '')} {values.get('last_name', '')}"
            check_password(
                self, "password", password, User(email=values.get("email", ""), name=names)
            )
        return values

    def registration(self) -> Registration:
        """The answers, as the action takes them."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "trade"}
        return Registration(**values, trade_code=self.cleaned_data["trade"].pk)


# --- The second step, part by part ---------------------------------------------------------------


class BirthDateField(DayField):
    """A birth date typed as 30/07/1985 or 30071985: quicker on a phone than turning back a
    calendar.
    """

    default_error_messages = {"invalid": _("Écrivez le jour, le mois et l’année : 30/07/1985.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.DateInput(
            format="%d/%m/%Y",
            attrs={"inputmode": "numeric", "autocomplete": "bday", "class": "short"},
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            digits = re.sub(r"[\s/.\-]", "", value)
            if re.fullmatch(r"[0-3][0-9][01][0-9](19|20)[0-9]{2}", digits):
                value = f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"
        return super().to_python(value)


class IdentityForm(HouseForm):
    """When she was born, and the number that must say the same."""

    birth_date = BirthDateField(
        label=_("Date de naissance"), help_text=_("Par exemple 30/07/1985.")
    )
    national_number = NationalNumberField(
        label=_("Numéro national"),
        max_length=20,
        help_text=_(
            "Onze chiffres, au dos de votre carte d’identité (ou votre numéro bis). Il sert à "
            "votre "
            "contrat et à la Dimona, l’annonce de votre travail à l’État. Nous le gardons chiffré."
        ),
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        self.on = on
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                born = values["birth_date"]
                rules.check_age(born, on=self.on)
                rules.checked_national_number(values["national_number"], birth_date=born)
            except Refusal as refusal:
                add_refusal(self, refusal)
        return values


class AccountForm(HouseForm):
    """Where her pay goes."""

    iban = IbanField(
        label=_("Votre compte bancaire (IBAN)"),
        max_length=42,
        help_text=_("Un compte à votre nom : votre salaire y arrive."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                rules.checked_iban(values["iban"])
            except Refusal as refusal:
                add_refusal(self, refusal)
        return values


PARTS: dict[str, type[HouseForm]] = {
    "identity": IdentityForm,
    "home": AddressForm,
    "household": HouseholdForm,
    "account": AccountForm,
}
INITIAL = {"household": {"partner_income": "none_partner"}}


def part_form(part: str, typed: Mapping[str, str] | None, *, on: date) -> HouseForm:
    """The form of a part, with what was typed in it so far."""
    more: dict[str, Any] = {"on": on} if part == "identity" else {}
    return PARTS[part](typed, initial=INITIAL.get(part), **more)


def typed_in(part: str, posted: Mapping[str, Any]) -> dict[str, str]:
    """What was typed in a part, as it is kept."""
    names = PARTS[part].base_fields
    return {name: str(posted[name])[:MOST_TYPED] for name in names if name in posted}


def application(parts: Mapping[str, HouseForm]) -> Application:
    """The whole application, of parts that are all in order."""
    household = parts["household"]
    assert isinstance(household, HouseholdForm)
    return Application(
        **parts["identity"].cleaned_data,
        **parts["home"].cleaned_data,
        **parts["account"].cleaned_data,
        household=household.facts(),
    )


class PaperForm(HouseForm):
    """The picture of one paper: taken now with the telephone, or a file that exists."""

    photo = forms.FileField(
        label=_("Prendre une photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": uploads.PICTURES, "capture": "environment"}),
    )
    file = forms.FileField(
        label=_("Choisir une photo ou un PDF"),
        required=False,
        widget=forms.FileInput(attrs={"accept": uploads.PICTURES_AND_PDF}),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{kind}_%s", **kwargs)

    def brought(self) -> UploadedFile[Any] | None:
        """Whichever of the two came."""
        found: UploadedFile[Any] | None = self.cleaned_data["photo"] or self.cleaned_data["file"]
        return found
