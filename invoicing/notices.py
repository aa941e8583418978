"""What this room tells affiliates, and its letters to clients. What a client pays is no pay."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from members.models import AFFILIATE
from office.notices import How, Kind, register, register_letters_to_clients

HERS: dict[str, Any] = {
    "to": (AFFILIATE,),
    "page": "invoice_document",
    "named_by": "invoice",
    "own_letter": False,
}

register_letters_to_clients("invoicing/issued", "invoicing/credited")

register(
    Kind(
        **HERS,
        code="invoicing/left",
        label=_("Une facture part chez le client"),
        words=_("La facture {number} est partie chez {client}, à payer pour le {due_on}."),
        days=("due_on",),
        at_first=How.PORTAL,
    ),
    Kind(
        **HERS,
        code="invoicing/annulled",
        label=_("Une note de crédit annule une facture"),
        words=_("Une note de crédit annule la facture {number} à {client}."),
        at_first=How.DIGEST,
    ),
    Kind(
        **HERS,
        code="invoicing/paid",
        label=_("Le client paie"),
        words=_("{client} a payé la facture {number}."),
        at_first=How.DIGEST,
    ),
)
