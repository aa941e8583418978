"""The journal's events as sentences of a job's timeline. Amounts of pay never stand in them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.pieces import Moment
from office.actors import shown
from office.models import Event

# kind of event -> sentence, tone; a kind that is not here is not shown
SENTENCES: dict[str, tuple[str | Promise, str]] = {
    "order.drafted": (_("Brouillon commencé"), ""),
    "order.sent": (_("Commande envoyée au client"), "done"),
    "order.opened": (_("Commande ouverte par le client"), ""),
    "order.signed": (_("Commande signée par le client"), "done"),
    "order.declined": (_("Commande déclinée par le client"), "stopped"),
    "order.lapsed": (_("Lien de signature expiré"), "stopped"),
    "order.withdrawn": (_("Commande reprise comme brouillon"), ""),
    "order.other_asked": (_("Le client demande une autre version"), "waiting"),
    "order.kept": (_("Version maintenue telle quelle"), ""),
    "order.forwarded": (_("Commande transmise par le client à un collègue"), ""),
    "order.reminded": (_("Rappel envoyé au client : la commande reste à signer"), ""),
    "order.link_asked": (_("Lien demandé à nouveau par le client"), ""),
    "question.asked": (_("Le client a posé une question à la coopérative"), "waiting"),
    "question.answered": (_("La coopérative a répondu au client"), "done"),
    "dispute.opened": (_("Le client conteste la facture"), "stopped"),
    "dispute.answered": (_("La coopérative a répondu à la contestation"), "done"),
    "order.cancelled": (_("Mission annulée"), "stopped"),
    "order.discarded": (_("Brouillon jeté"), "stopped"),
    "order.review_asked": (_("Un conseiller regarde la mission avant qu’elle parte"), "waiting"),
    "order.reviewed": (_("Votre conseiller a répondu"), "done"),
    "order.change_proposed": (_("Nouvelle version en préparation"), "waiting"),
    "order.replaced": (_("Remplacée par une nouvelle version"), "stopped"),
    "order.change_asked": (_("Changement ou annulation demandé"), "waiting"),
    "order.change_withdrawn": (_("Demande retirée"), ""),
    "order.change_decided": (_("Demande tranchée par la coopérative"), "done"),
    "work.reported": (_("Réponse sur le travail fait"), ""),
    "work.decided": (_("Décision de votre conseiller"), "done"),
    "receipt.handed_in": (_("Justificatif déposé"), ""),
    "receipt.approved": (_("Justificatif approuvé"), "done"),
    "receipt.refused": (_("Justificatif refusé"), "stopped"),
    "receipt.refunded": (_("Frais remboursés"), "done"),
    "contract.drafted": (_("Contrat de travail préparé"), ""),
    "contract.signed_by_cooperative": (_("Contrat signé par la coopérative"), "done"),
    "contract.signed": (_("Contrat signé"), "done"),
    "contract.annulled": (_("Contrat annulé"), "stopped"),
    "contract.replaced": (_("Contrat remplacé"), ""),
    "contract.released": (_("Travail transmis à la paie"), "done"),
    "contract.paper_uploaded": (_("Contrat signé sur papier, à vérifier"), ""),
    "contract.paper_refused": (_("Papier du contrat refusé"), "stopped"),
    "contract.irregular_start": (_("Travail commencé sans contrat ou sans déclaration"), "stopped"),
    "contract.irregular_decided": (_("Début irrégulier : décision de la coopérative"), ""),
    "declaration.in_recorded": (_("Travail déclaré à la sécurité sociale (Dimona)"), "done"),
    "declaration.update_recorded": (_("Déclaration modifiée (Dimona)"), "done"),
    "declaration.cancel_recorded": (_("Déclaration annulée (Dimona)"), ""),
    "run.approved": (_("Fiche de paie établie"), "done"),
    "run.transfers_executed": (_("Salaire versé"), "done"),
    "transfer.rejected": (_("Virement du salaire rejeté par la banque"), "stopped"),
    "invoice.released": (_("Facture prête à être émise"), ""),
    "invoice.issued": (_("Facture émise et envoyée au client"), "done"),
    "invoice.annulled": (_("Projet de facture annulé"), ""),
    "credit_note.issued": (_("Note de crédit émise"), "stopped"),
    "payment.recorded": (_("Paiement du client reçu"), "done"),
    "payment.reversed": (_("Paiement du client corrigé"), "stopped"),
}


def moment_of(event: Event) -> Moment | None:
    """The event as a line of the timeline, or None when it says nothing to people."""
    if event.kind not in SENTENCES:
        return None
    text, tone = SENTENCES[event.kind]
    detail = event.data.get("reason") or event.data.get("text") or event.data.get("note") or ""
    return Moment(at=event.at, text=text, who=who_of(event), detail=detail, tone=tone)


def who_of(event: Event) -> str:
    """Who did it, as people are told."""
    return shown(event.by_name)
