"""What people of the cooperative fill in."""

import re
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from members.forms_base import (
    DayField,
    HouseForm,
    IbanField,
    PercentField,
    PhoneField,
    PostcodeField,
    add_refusal,
)
from members.models import ActivityRole, Household, User
from members.rules import HouseholdFacts, check_household
from office.refs import ALPHABET
from office.refusals import Refusal

REFERENCE = re.compile(f"[{ALPHABET}]{{8}}")
COUNT = {"inputmode": "numeric", "autocomplete": "off", "class": "short"}


def text(autocomplete: str, **attrs: str) -> forms.TextInput:
    """A line of text the browser may fill in."""
    return forms.TextInput(attrs={"autocomplete": autocomplete, **attrs})


class NewPasswordField(forms.CharField):
    """A password being chosen; the rules of the settings are checked by the form that knows for
    whom.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Mot de passe"))
        kwargs.setdefault(
            "help_text", _("Douze caractères au moins. Trois mots sans rapport font très bien.")
        )
        super().__init__(
            strip=False,
            max_length=128,
            widget=forms.PasswordInput(
                attrs={"autocomplete": "new-password", "class": "secret"}, render_value=False
            ),
            **kwargs,
        )


def check_password(form: HouseForm, field: str, password: str, user: User) -> None:
    """Say beside the field what a password still lacks."""
    try:
        validate_password(password, user)
    except ValidationError as lacks:
        form.add_error(field, lacks)


class HouseholdForm(HouseForm):
    """What the withholding tax has to know."""

    partner_income = forms.ChoiceField(
        label=_("Votre conjoint·e ou cohabitant·e légal·e"),
        choices=[
            ("none_partner", _("Je n’en ai pas")),
            ("own", _("A ses propres revenus professionnels")),
            ("none", _("N’a pas de revenus")),
            ("small", _("A de petits revenus professionnels")),
            ("small_pension", _("A une petite pension")),
        ],
        widget=forms.RadioSelect,
        help_text=_(
            "Le précompte professionnel est l’impôt que nous retenons sur votre salaire et "
            "versons à "
            "l’État. Il est plus bas quand un ménage vit d’un seul revenu."
        ),
    )
    children = forms.IntegerField(
        label=_("Enfants à charge"),
        min_value=0,
        max_value=20,
        initial=0,
        widget=forms.TextInput(attrs=COUNT),
    )
    single_parent = forms.BooleanField(label=_("J’élève seul·e mes enfants"), required=False)
    disabled_children = forms.IntegerField(
        label=_("Dont enfants avec un handicap reconnu"),
        min_value=0,
        max_value=20,
        initial=0,
        widget=forms.TextInput(attrs=COUNT),
        help_text=_("Chacun compte pour deux."),
    )
    disabled = forms.BooleanField(label=_("J’ai un handicap reconnu"), required=False)
    partner_disabled = forms.BooleanField(
        label=_("Mon conjoint ou cohabitant a un handicap reconnu"), required=False
    )
    dependants_over_66 = forms.IntegerField(
        label=_("Parents, frères ou sœurs de plus de 66 ans à charge, en état de dépendance"),
        min_value=0,
        max_value=20,
        initial=0,
        widget=forms.TextInput(attrs=COUNT),
    )
    other_dependants = forms.IntegerField(
        label=_("Autres personnes à charge"),
        min_value=0,
        max_value=20,
        initial=0,
        widget=forms.TextInput(attrs=COUNT),
    )
    higher_rate = PercentField(
        label=_("Retenir au moins ce pourcentage d’impôt"),
        required=False,
        help_text=_(
            "Si vous avez d’autres revenus et préférez payer l’impôt au fur et à mesure. Sinon, "
            "laissez vide."
        ),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                check_household(self.facts())
            except Refusal as refusal:
                add_refusal(self, refusal)
        return values

    def facts(self) -> HouseholdFacts:
        """The answers, as the rules take them."""
        return HouseholdFacts(**self.cleaned_data)

    def has_special_answers(self) -> bool:
        """Whether the folded part holds something to see."""
        usual = {"", "0", "None", "False"}
        return any(
            self[name].errors or str(self[name].value() or "") not in usual
            for name in (
                "disabled_children",
                "disabled",
                "partner_disabled",
                "dependants_over_66",
                "other_dependants",
                "higher_rate",
            )
        )


def household_initial(household: Household | None) -> dict[str, Any]:
    """What the form of a next version starts from."""
    if household is None:
        return {}
    return {name: getattr(household, name) for name in HouseholdFacts.__dataclass_fields__}


class StartForm(HouseForm):
    """From which day a change counts."""

    starts_on = DayField(
        label=_("À partir du"),
        help_text=_(
            "Le premier jour de ce mois au plus tôt : ce qui est déjà payé ne change plus."
        ),
    )


class AddressForm(HouseForm):
    """Where she lives and her telephone."""

    street = forms.CharField(
        label=_("Rue, numéro, boîte"), max_length=120, widget=text("street-address")
    )
    postcode = PostcodeField(label=_("Code postal"))
    city = forms.CharField(label=_("Commune"), max_length=80, widget=text("address-level2"))
    phone = PhoneField(label=_("Téléphone"), max_length=30, required=False)


class BankAccountForm(HouseForm):
    """Another account for her pay."""

    iban = IbanField(
        label=_("Nouveau compte (IBAN)"),
        max_length=42,
        help_text=_("Un compte à votre nom. Il commence par deux lettres, par exemple BE."),
    )


class LoginForm(HouseForm, AuthenticationForm):
    """E-mail and password."""

    username = forms.EmailField(
        label=_("Adresse e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "secret"}),
    )
    error_messages = {
        "invalid_login": _(
            "Cette adresse et ce mot de passe ne vont pas ensemble. Relisez-les, ou demandez un "
            "nouveau mot de passe."
        ),
        "inactive": _("Ce compte est fermé. Écrivez-nous si ce n’est pas attendu."),
    }

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


class EmailForm(HouseForm):
    """An e-mail address."""

    email = forms.EmailField(
        label=_("Adresse e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )


class NewPasswordForm(HouseForm):
    """A new password for a person, chosen behind a link."""

    password = NewPasswordField(label=_("Nouveau mot de passe"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        check_password(self, "password", password, self.user)
        return password


class PasswordChangeForm(HouseForm):
    """A new password for who is logged in."""

    current = forms.CharField(
        label=_("Mot de passe actuel"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "secret"}),
    )
    password = NewPasswordField(label=_("Nouveau mot de passe"))

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_current(self) -> str:
        current = str(self.cleaned_data["current"])
        email = self.request.user.email
        if authenticate(self.request, username=email, password=current) is None:
            raise ValidationError(_("Ce n’est pas votre mot de passe actuel. Essayez encore."))
        return current

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        check_password(self, "password", password, self.request.user)
        return password


class InviteForm(HouseForm):
    """Whom to ask to take part in an activity, and as what."""

    invited = forms.CharField(
        label=_("Son adresse e-mail ou sa référence de membre"),
        max_length=254,
        help_text=_("La référence se lit dans son profil, par exemple 7K2M9QWX."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Comme"),
        choices=[
            (ActivityRole.PARTICIPANT, _("participant·e : y fait ses missions, voit le budget")),
            (ActivityRole.HOLDER, _("titulaire : invite aussi, et met fin aux mandats")),
        ],
        initial=ActivityRole.PARTICIPANT,
        widget=forms.RadioSelect,
    )
    starts_on = DayField(
        label=_("À partir du"),
        required=False,
        help_text=_("Sans date, le mandat commence le jour où la personne accepte."),
    )
    ends_on = DayField(
        label=_("Jusqu’au"),
        required=False,
        help_text=_("Ce jour compris. Sans date, jusqu’à ce que l’un·e de vous y mette fin."),
    )

    def clean_invited(self) -> str:
        text = str(self.cleaned_data["invited"]).strip()
        known = REFERENCE.fullmatch(text.upper())
        if not known:
            try:
                validate_email(text)
            except ValidationError:
                raise ValidationError(
                    _("Écrivez une adresse e-mail entière, ou les huit signes d’une référence.")
                ) from None
        return text


class EndMandateForm(HouseForm):
    """The last day of a mandate."""

    ends_on = DayField(
        label=_("Dernier jour"), help_text=_("Aujourd’hui au plus tôt, ce jour compris.")
    )
