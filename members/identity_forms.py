"""What somebody fills in to have a locked identity corrected."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.actions.corrections import Identity
from members.forms import text
from members.forms_base import HouseForm, NationalNumberField
from members.joining_forms import BirthDateField
from office import uploads


class CorrectionForm(HouseForm):
    """What is right, why it changes, and what proves it."""

    first_name = forms.CharField(label=_("Prénom"), max_length=60, widget=text("given-name"))
    last_name = forms.CharField(
        label=_("Nom"),
        max_length=60,
        widget=text("family-name"),
        help_text=_("Comme sur votre carte d’identité."),
    )
    birth_date = BirthDateField(
        label=_("Date de naissance"), help_text=_("Par exemple 30/07/1985.")
    )
    national_number = NationalNumberField(
        label=_("Numéro national"),
        max_length=20,
        required=False,
        help_text=_("Seulement s’il change. Nous gardons celui que nous avons, chiffré."),
    )
    reason = forms.CharField(
        label=_("Pourquoi"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Par exemple : une lettre manque à mon nom."),
    )
    file = forms.FileField(
        label=_("La preuve"),
        widget=forms.FileInput(attrs={"accept": uploads.PICTURES_AND_PDF}),
        help_text=_("Une photo ou un PDF de votre carte d’identité, ou d’un acte."),
    )

    def identity(self) -> Identity:
        """What she asks for."""
        names = ("first_name", "last_name", "birth_date", "national_number")
        return Identity(**{name: self.cleaned_data[name] for name in names})
