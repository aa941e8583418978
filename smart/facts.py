"""What happened, in the desk's words: the timeline at the foot of every page of a thing."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import Affiliate
from members.pieces import Moment
from office import journal
from orders.models import Order
from orders.moments import SENTENCES, moment_of, who_of

SHOWN = 50

WORDS: dict[str, str | Promise] = {
    "activity.invitation_declined": _("Invitation dans l’activité déclinée"),
    "activity.invitation_withdrawn": _("Invitation dans l’activité retirée"),
    "activity.invited": _("Quelqu’un est invité dans l’activité"),
    "activity.joined": _("Invitation acceptée : mandat dans l’activité"),
    "activity.mandate_ended": _("Dernier jour d’un mandat dans l’activité fixé"),
    "advance.lost": _("Avance passée en perte"),
    "affiliate.accepted": _("Inscription acceptée"),
    "affiliate.applied": _("Inscription complète, avec ses pièces"),
    "affiliate.email_confirmed": _("Adresse e-mail confirmée"),
    "affiliate.handed_over": _("Confiée à un autre conseiller"),
    "affiliate.moved": _("Adresse ou téléphone changés"),
    "affiliate.national_number_shown": _("Numéro national montré pour une déclaration"),
    "affiliate.refused": _("Inscription refusée"),
    "affiliate.registered": _("Inscription reçue"),
    "affiliate.reopened": _("Inscription rouverte"),
    "affiliate.seen_as": _("Son espace a été regardé, en lecture seule"),
    "affiliate.seen_as_ended": _("Son espace n’est plus regardé"),
    "bank_account.approved": _("Compte bancaire approuvé"),
    "bank_account.asked": _("Autre compte bancaire demandé"),
    "bank_account.confirmed": _("Compte bancaire confirmé par e-mail"),
    "bank_account.refused": _("Compte bancaire refusé"),
    "batch.ended": _("Action groupée finie"),
    "batch.started": _("Action groupée demandée"),
    "batch.tried_again": _("Lignes refusées reprises"),
    "client.amended": _("Données du client corrigées"),
    "client.blocked": _("Client sorti de la garantie"),
    "client.ceiling_set": _("Plafond garanti changé"),
    "client.created": _("Client encodé"),
    "client.term_set": _("Délai de paiement changé"),
    "client.unblocked": _("Client remis dans la garantie"),
    "client.verified": _("Client vérifié"),
    "document.retried": _("Document remis en préparation"),
    "fund.endowed": _("Fonds de garantie doté"),
    "household.recorded": _("Situation de ménage notée"),
    "identity.asked": _("Correction d’identité demandée"),
    "identity.corrected": _("Identité corrigée"),
    "identity.proof_seen": _("Preuve d’identité regardée"),
    "identity.refused": _("Correction d’identité refusée"),
    "invoice.credited": _("Facture corrigée par une note de crédit"),
    "invoice.drafted": _("Projet de facture préparé"),
    "letter.retried": _("Lettre renvoyée"),
    "letter.settled": _("Lettre notée comme arrivée"),
    "mandate.ended": _("Mandat terminé"),
    "mandate.given": _("Mandat donné"),
    "notices.chosen": _("Choix des avis changé"),
    "order.amended": _("Brouillon changé"),
    "order.code_confirmed": _("Code de signature confirmé"),
    "order.code_sent": _("Code de signature envoyé"),
    "order.language_chosen": _("Langue choisie par le client"),
    "order.settled": _("Mission clôturée"),
    "paper.accepted": _("Pièce acceptée"),
    "paper.expired": _("Pièce périmée"),
    "paper.forgotten": _("Pièce effacée"),
    "paper.given": _("Pièce déposée"),
    "paper.refused": _("Pièce refusée"),
    "paper.seen": _("Pièce regardée"),
    "period.closed": _("Mois clôturé"),
    "policy.decided": _("Règle de la maison décidée"),
    "run.built": _("Paie préparée"),
    "run.discarded": _("Paie abandonnée"),
    "run.submitted": _("Paie soumise"),
    "second_factor.begun": _("Application de codes demandée"),
    "second_factor.codes_renewed": _("Codes de secours refaits"),
    "second_factor.confirmed": _("Vérification en deux étapes activée"),
    "second_factor.locked": _("Trop de codes essayés"),
    "second_factor.recovery_code_used": _("Code de secours utilisé"),
    "second_factor.reset": _("Vérification en deux étapes réinitialisée"),
    "share.asked": _("Part demandée"),
    "share.given_back": _("Part rendue"),
    "share.paid": _("Part payée"),
    "share.payment": _("Paiement d’une part reçu"),
    "terms.accepted": _("Conditions acceptées"),
    "terms.declined": _("Conditions refusées"),
    "token.created": _("Jeton d’accès créé"),
    "token.revoked": _("Jeton d’accès révoqué"),
    "trade.decided": _("Métier : état décidé"),
    "user.dismissed": _("Compte fermé"),
    "user.hired": _("Personne engagée"),
    "user.language_chosen": _("Langue choisie"),
    "user.password_set": _("Mot de passe choisi"),
    "user.role_given": _("Rôle donné"),
    "webhook.approved": _("Envoi automatique approuvé"),
    "webhook.asked": _("Envoi automatique demandé"),
    "webhook.asked_again": _("Envoi automatique refait"),
    "webhook.ended": _("Envoi automatique terminé"),
}

ALSO: dict[type[Model], Callable[[Any], str]] = {  # what else a thing is known by
    Affiliate: lambda row: f"user:{row.user_id}",
    Order: lambda row: f"job:{row.ref}",
}


def happened_to(row: Model) -> list[Moment]:
    """The last things that happened to a row, newest first, in one query."""
    also = [ALSO[type(row)](row)] if type(row) in ALSO else []
    return [_told(event) for event in journal.timeline(row, *also, limit=SHOWN)]


def _told(event: Any) -> Moment:
    if event.kind in SENTENCES:
        moment = moment_of(event)
        assert moment is not None
        return moment
    detail = event.data.get("reason") or event.data.get("note") or ""
    text = WORDS.get(event.kind, event.kind)
    return Moment(at=event.at, text=text, who=who_of(event), detail=detail)
