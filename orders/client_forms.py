"""What a client types behind his link. The page of the link says which order and which version."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms_base import HouseForm
from office.links import CODE_LENGTH
from orders import drawing


class SignForm(HouseForm):
    """What the client types to sign; the code only once one was mailed."""

    name = forms.CharField(
        label=_("Votre nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    role = forms.CharField(
        label=_("Votre fonction"),
        max_length=120,
        help_text=_("Par exemple : gérante, administrateur délégué."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    purchase_reference = forms.CharField(
        label=_("Votre référence"),
        required=False,
        max_length=60,
        help_text=_("Un numéro de commande à mettre sur la facture, si vous en avez un."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    drawing = forms.CharField(
        required=False,
        max_length=drawing.LONGEST,
        widget=forms.HiddenInput(attrs={"data-drawing": ""}),
    )
    code = forms.CharField(
        label=_("Code reçu par courriel"),
        required=False,
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "class": "short",
                "maxlength": CODE_LENGTH + 1,
            }
        ),
    )
    consent = forms.BooleanField(required=True)
    shown_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, consent: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = consent
        self.fields["consent"].error_messages["required"] = _(
            "Pour signer, cochez cette phrase. Sans elle, rien ne vous engage."
        )


class OtherForm(HouseForm):
    """What the client would sign instead."""

    text = forms.CharField(
        label=_("Ce que vous voudriez changer"),
        max_length=1000,
        help_text=_("Par exemple : d’autres dates, un autre prix, une description plus précise."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ColleagueForm(HouseForm):
    """Who may sign instead."""

    name = forms.CharField(
        label=_("Son nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    role = forms.CharField(
        label=_("Sa fonction"),
        max_length=120,
        help_text=_("Par exemple : gérante, administrateur délégué."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("Son adresse électronique"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    words = forms.CharField(
        label=_("Un mot pour cette personne"),
        required=False,
        max_length=200,
        help_text=_("Une phrase, sans adresse ni lien. Elle s’affiche comme venant de vous."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReplyForm(HouseForm):
    """Why the affiliate keeps an order as it is."""

    reply = forms.CharField(
        label=_("Votre réponse au client"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
