"""Who the work is for: somebody she knows, somebody the cooperative or the public register knows,
or somebody new.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from invoicing.actions import clients
from invoicing.models import Client, ClientKind
from invoicing.queries import find_client
from invoicing.register import Enterprise, register
from members.forms_base import EnterpriseNumberField, PostcodeField
from members.models import Affiliate
from office.actors import Actor
from orders import habits
from orders.models import Order
from orders.plans import Part
from orders.wizard.fields import StepForm

PART = Part(name="client", fields=("client_id", "signer_name", "signer_email", "signer_language"))
IDENTITY = ("name", "street", "postcode", "city")
NEW, MEND = "client_", "mend_"


class ClientForm(StepForm):
    """Her clients to tap, a new one by number or by hand, and who signs for it."""

    client = forms.ChoiceField(label=_("Le client"), required=False, widget=forms.RadioSelect)
    client_kind = forms.ChoiceField(label=_("C’est"), choices=ClientKind, required=False)
    client_number = EnterpriseNumberField(label=_("Numéro d’entreprise ou de TVA"), required=False)
    client_name = forms.CharField(label=_("Nom"), required=False, max_length=120)
    client_street = forms.CharField(label=_("Rue et numéro"), required=False, max_length=120)
    client_postcode = PostcodeField(label=_("Code postal"), required=False)
    client_city = forms.CharField(label=_("Commune"), required=False, max_length=80)
    mend_of = forms.CharField(required=False, widget=forms.HiddenInput)
    mend_name = forms.CharField(label=_("Nom"), required=False, max_length=120)
    mend_street = forms.CharField(label=_("Rue et numéro"), required=False, max_length=120)
    mend_postcode = PostcodeField(label=_("Code postal"), required=False)
    mend_city = forms.CharField(label=_("Commune"), required=False, max_length=80)
    signer_name = forms.CharField(
        label=_("Nom"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    signer_email = forms.EmailField(
        label=_("Adresse électronique"),
        required=False,
        help_text=_("La commande y est envoyée. Ce contact reste propre à vos missions."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    signer_language = forms.ChoiceField(
        label=_("Langue"), choices=settings.LANGUAGES, required=False
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        order: Order,
        affiliate: Affiliate,
        leaving: bool = False,
    ) -> None:
        self.order, self.affiliate, self.leaving = order, affiliate, leaving
        self.offered = _offered(order, affiliate)
        self.mended = order.client if _may_mend(order.client, affiliate) else None
        self.found: Client | None = None
        self.looked_up: Enterprise | None = None
        super().__init__(data, initial=_first(order, self.offered, self.mended))
        choice = self.fields["client"]
        assert isinstance(choice, forms.ChoiceField)
        known = [(one.ref, f"{one.name}, {one.city}") for one in self.offered]
        choice.choices = [*known, ("", _("Un autre client"))]
        self.connected = register().connected

    def shown(self) -> list[forms.BoundField]:
        """The fields that stand on the page."""
        absent = MEND if self.mended is None else ""
        return [
            field
            for field in self.visible_fields()
            if not (absent and field.name.startswith(absent))
            and (field.name != "client" or self.offered)
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        chosen = values.get("client")
        self.found = next((one for one in self.offered if chosen and one.ref == chosen), None)
        if "client" not in values:
            self.found = self.order.client
        number = values.get("client_number") or ""
        if self.found is None and number:
            self.found = find_client(number)
            if self.found is None and not self.typed("client_name"):
                self.looked_up = register().find(number)
        if self.found is None and self.leaving:
            self._ask_identity(values)
        if self.leaving and self.found and self.mends:
            self._ask(MEND, values, _("À compléter : il figure sur la facture."))
        return values

    def _ask_identity(self, values: dict[str, Any]) -> None:
        """Somebody new is named whole, or not at all: a draft may do without."""
        named = any(self.typed(NEW + name) for name in IDENTITY)
        number, kind = values.get("client_number"), values.get("client_kind")
        if not number and not named:
            return
        if self.looked_up is None:
            self._ask(NEW, values, _("À compléter : ce client n’est pas encore connu."))
        if not number and kind == ClientKind.BELGIAN_BUSINESS and "client_number" in values:
            self.add_error(
                "client_number", _("Une entreprise belge se retrouve par son numéro : écrivez-le.")
            )

    def _ask(self, prefix: str, values: Mapping[str, Any], sentence: Any) -> None:
        for name in IDENTITY:
            if prefix + name in values and not values[prefix + name]:
                self.add_error(prefix + name, sentence)

    @property
    def mends(self) -> bool:
        """Whether the words of her own client, still unverified, were on the page."""
        return bool(
            self.found
            and self.mended
            and self.found.pk == self.mended.pk
            and self.typed("mend_of") == self.mended.ref
        )

    def identity(self) -> dict[str, str]:
        """Name and address: mended, looked up, or typed; empty while a word is missing."""
        if self.found is not None:
            prefix = MEND if self.mends else ""
        elif self.looked_up is not None:
            words = asdict(self.looked_up)
            return {name: words[name] for name in IDENTITY}
        else:
            prefix = NEW
        words = {name: self.cleaned_data.get(prefix + name) or "" for name in IDENTITY}
        return words if prefix and all(words.values()) and self._numbered() else {}

    def _numbered(self) -> bool:
        """Whether the number is there that a Belgian business has."""
        kind, number = (self.cleaned_data.get(name) for name in ("client_kind", "client_number"))
        return bool(self.found or number or kind != ClientKind.BELGIAN_BUSINESS)

    def contact(self, client: Client | None) -> dict[str, Any]:
        """Who signs: as typed; for another client than before, who signed for it the last time."""
        values = self.cleaned_data
        typed = {
            "signer_name": values.get("signer_name", self.order.signer_name),
            "signer_email": values.get("signer_email", self.order.signer_email).lower(),
            "signer_language": values.get("signer_language") or self.order.signer_language,
        }
        held = {name: getattr(self.order, name) for name in typed}
        before = self.order.client_id
        if client is None or client.pk == before or (before and typed != held):
            return typed
        last = habits.contact_at(client.pk, self.affiliate)
        if last is not None and (before or not typed["signer_name"]):
            return asdict(last)
        if before:
            return {"signer_name": "", "signer_email": "", "signer_language": client.language}
        return typed

    def values(self, client: Client | None) -> dict[str, Any]:
        """What is understood, as fields of the job for this client."""
        return {"client_id": client.pk if client else None, **self.contact(client)}

    def unfinished(self) -> dict[str, str]:
        """What was typed of somebody who is not known yet counts too."""
        texts = super().unfinished()
        if self.found is None and not self.identity():
            names = ("client_kind", "client_number", *(NEW + name for name in IDENTITY))
            texts |= {name: text for name in names if (text := self.typed(name))}
            if list(texts) == ["client_kind"]:
                return {}
        return texts


def client_of(form: ClientForm, *, by: Actor, at: datetime) -> Client | None:
    """The client chosen, mended by who named it, or made known; nobody while it is not whole.

    Raises what ``clients.create`` and ``clients.amend`` refuse.
    """
    words, known = form.identity(), form.found
    if known is not None:
        if words and words != {name: getattr(known, name) for name in IDENTITY}:
            clients.amend(known.pk, **words, language=known.language, by=by, at=at)
        return known
    if not words:
        return None
    typed = form.cleaned_data
    return clients.create(
        kind=ClientKind(typed.get("client_kind") or ClientKind.BELGIAN_BUSINESS),
        enterprise_number=typed.get("client_number") or "",
        language=typed.get("signer_language") or "fr",
        from_register=form.looked_up is not None,
        by=by,
        at=at,
        **words,
    )


def _offered(order: Order, affiliate: Affiliate) -> list[Client]:
    """Her clients and the one of this draft, hers most used first."""
    clients = habits.clients_of(affiliate)
    if order.client and order.client not in clients:
        clients = [order.client, *clients]
    return clients


def _may_mend(client: Client | None, affiliate: Affiliate) -> bool:
    return bool(client and client.verified_at is None and client.created_by_id == affiliate.user_id)


def _first(order: Order, offered: list[Client], mended: Client | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "client": order.client.ref if order.client else "",
        "client_kind": ClientKind.BELGIAN_BUSINESS,
        "signer_name": order.signer_name,
        "signer_email": order.signer_email,
        "signer_language": order.signer_language,
        "mend_of": mended.ref if mended else "",
    }
    if mended:
        values |= {MEND + name: getattr(mended, name) for name in IDENTITY}
    return values
