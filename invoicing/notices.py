"""What this room tells affiliates and staff, and its letters to clients. What a client pays is no
pay.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from members.models import AFFILIATE, Role
from members.notices import ADVISORS
from office.notices import How, Kind, register, register_letters_to_clients

HERS: dict[str, Any] = {
    "to": (AFFILIATE,),
    "page": "invoice_document",
    "named_by": "invoice",
    "own_letter": False,
}

register_letters_to_clients("invoicing/issued", "invoicing/credited", "invoicing/question_answered")

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
    Kind(
        code="invoicing/disputed",
        to=(AFFILIATE,),
        page="job",
        named_by="job",
        label=_("Le client conteste une facture"),
        words=_("{client} conteste la facture {number}. La coopérative répond ; votre paie suit."),
    ),
    Kind(
        code="invoicing/disputed_staff",
        to=(Role.FINANCE,),
        page="admin:invoicing_question_change",
        named_by="key",
        label=_("Un client conteste une facture"),
        words=_("{client} conteste la facture {number} ({who}) : à répondre."),
    ),
    Kind(
        **ADVISORS,
        code="invoicing/question_asked",
        page="admin:invoicing_question_change",
        label=_("Un client pose une question"),
        words=_("{client} pose une question sur la mission {job} de {who}."),
    ),
)
