"""What this room tells affiliates and staff, and its letters to clients."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from members.models import AFFILIATE, Role
from members.notices import ADVISORS
from office.notices import How, Kind, register, register_letters_to_clients

HERS: dict[str, Any] = {"to": (AFFILIATE,), "page": "job", "named_by": "job"}

register_letters_to_clients(
    "orders/sent",
    "orders/reminder",
    "orders/code",
    "orders/forwarded",
    "orders/kept",
    "orders/copy",
    "orders/withdrawn",
    "orders/cancelled",
    "orders/change_answer",
)

register(
    Kind(
        **HERS,
        code="orders/opened",
        label=_("Le client ouvre la commande"),
        words=_("{client} a ouvert la commande « {what} »."),
        at_first=How.PORTAL,
        own_letter=False,
    ),
    Kind(
        **HERS,
        code="orders/other_asked",
        label=_("Le client demande un changement avant de signer"),
        words=_("{client} demande un changement avant de signer « {what} »."),
    ),
    Kind(
        **HERS,
        code="orders/forwarded_affiliate",
        label=_("Le client transmet la commande à un collègue"),
        words=_("{client} a transmis « {what} » à {who}, qui peut la signer."),
    ),
    Kind(
        **HERS,
        code="orders/wanted_again",
        label=_("Le client veut encore signer une commande échue"),
        words=_("{client} veut encore signer « {what} ». Reprenez-la et envoyez-la à nouveau."),
    ),
    Kind(
        **HERS,
        code="orders/signed",
        label=_("Le client signe"),
        words=_("{client} a signé « {what} ». Votre contrat vient : ne commencez pas avant."),
        must=True,
    ),
    Kind(
        **HERS,
        code="orders/declined",
        label=_("Le client décline"),
        words=_("{client} ne signe pas « {what} ». Ne commencez pas."),
    ),
    Kind(
        **HERS,
        code="orders/lapsed",
        label=_("Le client n’a pas signé à temps"),
        words=_("{client} n’a pas signé « {what} » à temps. Ne commencez pas."),
    ),
    Kind(
        **HERS,
        code="orders/cancelled_affiliate",
        label=_("Une mission est annulée"),
        words=_("« {what} » pour {client} est annulée. Ne commencez pas."),
        must=True,
    ),
    Kind(
        **HERS,
        code="orders/change_asked",
        label=_("Le client demande un changement"),
        words=_("{client} demande quelque chose pour « {what} »."),
    ),
    Kind(
        **HERS,
        code="orders/change_answer_affiliate",
        label=_("Votre conseiller répond à une demande"),
        words=_("Votre conseiller a répondu à la demande pour « {what} »."),
    ),
    Kind(
        code="orders/not_ready",
        to=(AFFILIATE,),
        label=_("Ne commencez pas encore"),
        words=_("Ne commencez pas encore « {what} », prévue le {starts_on}."),
        page="job",
        named_by="job",
        days=("starts_on",),
        must=True,
    ),
    Kind(
        code="orders/work",
        to=(AFFILIATE,),
        label=_("Le travail est à confirmer"),
        words=_("« {what} » est-elle faite ? Votre réponse lance la facture et votre paie."),
        page="work",
        named_by="contract",
        must=True,
    ),
    Kind(
        code="orders/work_reminder",
        to=(AFFILIATE,),
        label=_("Le travail reste à confirmer"),
        words=_("« {what} » : sans réponse le {by}, facture et paie partent « non confirmées »."),
        page="work",
        named_by="contract",
        days=("by",),
    ),
    Kind(
        **HERS,
        code="orders/work_silent",
        label=_("La facture part sans votre confirmation"),
        words=_("« {what} » : sans réponse de vous, la facture et la paie partent."),
    ),
    Kind(
        **HERS,
        code="orders/work_decided",
        label=_("Votre conseiller décide de la suite du travail"),
        words=_("Votre conseiller a décidé de la suite de « {what} »."),
    ),
    Kind(
        **HERS,
        code="orders/receipt_approved",
        label=_("Un justificatif est approuvé"),
        words=_("Le justificatif « {line} » est approuvé."),
    ),
    Kind(
        **HERS,
        code="orders/receipt_refused",
        label=_("Un justificatif n’est pas accepté"),
        words=_("Le justificatif « {line} » n’est pas accepté. Déposez-en un autre."),
    ),
    Kind(
        **HERS,
        code="orders/receipt_refunded",
        label=_("Des frais sont remboursés"),
        words=_("Les frais « {line} » vous sont remboursés."),
    ),
    Kind(
        **ADVISORS,
        code="orders/change_asked_staff",
        label=_("Un changement est à décider"),
        words=_("{who} : une demande attend votre décision pour « {what} » ({client})."),
        page="admin:orders_changerequest_change",
    ),
    Kind(
        **HERS,
        code="orders/reviewed",
        label=_("Votre conseiller a regardé une mission avant l’envoi"),
        words=_("Votre conseiller a répondu pour « {what} » : lisez s’il la laisse partir."),
        must=True,
    ),
    Kind(
        **ADVISORS,
        code="orders/review_asked",
        label=_("Une mission est à regarder avant l’envoi"),
        words=_("{who} : « {what} » ({client}) est à regarder avant l’envoi, pour le {due}."),
        page="admin:orders_review_change",
        days=("due",),
    ),
    Kind(
        **ADVISORS,
        code="orders/held",
        label=_("Un travail est à décider"),
        words=_("{who} : « {what} » ({client}) ne s’est pas passée comme convenu, à décider."),
        page="admin:orders_workreport_change",
    ),
    Kind(
        **ADVISORS,
        code="orders/receipt_to_approve",
        label=_("Un justificatif est à approuver"),
        words=_("{who} dépose le justificatif « {line} » pour « {what} »."),
        page="admin:orders_receipt_change",
        own_letter=False,
    ),
    Kind(
        code="orders/not_ready_staff",
        to=(Role.PAYROLL,),
        label=_("Des contrats commencent sans être prêts"),
        words=_("Contrats qui commencent le {on} ou le lendemain et ne sont pas prêts : {count}."),
        page="admin:payroll_contract_changelist",
        days=("on",),
        must=True,
    ),
)
