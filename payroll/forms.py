"""What an affiliate may send on a contract's page.

Her signature by click, or the paper she signed.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms_base import HouseForm
from office import uploads

CONSENT = _("J’ai lu ce contrat et je le signe : je m’engage à l’exécuter.")


class SignForm(HouseForm):
    """The consent that stands for a signature."""

    consent = forms.BooleanField(
        label=CONSENT,
        error_messages={"required": _("Cochez cette phrase pour signer.")},
    )


class PaperForm(HouseForm):
    """The signed contract as a picture or a PDF."""

    file = forms.FileField(
        label=_("Le contrat signé"),
        help_text=_("Un PDF ou une photo nette de chaque page, 10 Mo au plus."),
        widget=forms.ClearableFileInput(attrs={"accept": uploads.PICTURES_AND_PDF}),
    )
