"""What happened, in the desk's words: the timeline at the foot of every page of a thing."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from invoicing.models import Receivable
from members.models import ActivityMandate, Affiliate, BankAccount
from members.pieces import Moment
from office import journal
from office.models import Policy
from orders.models import ChangeRequest, Order, Receipt, Review, WorkReport
from orders.moments import SENTENCES, who_of
from payroll.models import Declaration, Transfer

SHOWN = 50
DETAILS = ("reason", "text", "note")  # what people wrote

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

TO_COLLEAGUES: dict[str, str | Promise] = {  # where a job's own timeline says « votre conseiller »
    "order.reviewed": _("Mission regardée par un conseiller"),
    "work.decided": _("Travail décidé par un conseiller"),
}

ALSO: dict[type[Model], Callable[[Any], Sequence[str]]] = {  # what else a thing is known by
    Affiliate: lambda row: [f"user:{row.user_id}"],
    ActivityMandate: lambda row: [f"activity:{row.activity_id}"],
    BankAccount: lambda row: [f"affiliate:{row.affiliate_id}", f"user:{row.affiliate.user_id}"],
    ChangeRequest: lambda row: _job(row.order),
    Declaration: lambda row: [f"contract:{row.contract_id}"],
    Order: lambda row: [f"job:{row.ref}"],
    Policy: lambda row: [f"policy:{row.department}"],
    Receipt: lambda row: _job(row.line.order),
    Receivable: lambda row: [f"invoice:{row.invoice_id}"],
    Review: lambda row: _job(row.order),
    Transfer: lambda row: [f"payslip:{row.payslip_id}", f"payrun:{row.run_id}"],
    WorkReport: lambda row: _job(row.order),
}


def _job(order: Order) -> list[str]:
    return [f"order:{order.pk}", f"job:{order.ref}"]


def happened_to(row: Model) -> list[Moment]:
    """The last things that happened to a row, newest first, in one query."""
    also = ALSO[type(row)](row) if type(row) in ALSO else ()
    return [_told(event) for event in journal.timeline(row, *also, limit=SHOWN)]


def words(kind: str) -> str:
    """A kind of event as the desk says it: in its own words, else in those of a job's timeline."""
    own = TO_COLLEAGUES.get(kind) or WORDS.get(kind)
    return str(own or SENTENCES.get(kind, (kind, ""))[0])


def _told(event: Any) -> Moment:
    detail = next((event.data[name] for name in DETAILS if event.data.get(name)), "")
    return Moment(at=event.at, text=words(event.kind), who=who_of(event), detail=detail)
