"""The lives of a contract, of its declaration, and of a pay run."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ContractStatus(TextChoices):
    DRAFT = "draft", _("à signer par la coopérative")
    OFFERED = "offered", _("à signer par vous")
    UPLOADED = "uploaded", _("papier signé à vérifier")
    SIGNED = "signed", _("signé")
    ANNULLED = "annulled", _("annulé")
    REPLACED = "replaced", _("remplacé")


CONTRACT_TRANSITIONS = {
    ContractStatus.DRAFT: frozenset(
        {ContractStatus.OFFERED, ContractStatus.ANNULLED, ContractStatus.REPLACED}
    ),
    ContractStatus.OFFERED: frozenset(
        {
            ContractStatus.UPLOADED,
            ContractStatus.SIGNED,
            ContractStatus.ANNULLED,
            ContractStatus.REPLACED,
        }
    ),
    ContractStatus.UPLOADED: frozenset(
        {
            ContractStatus.SIGNED,
            ContractStatus.OFFERED,
            ContractStatus.ANNULLED,
            ContractStatus.REPLACED,
        }
    ),
    ContractStatus.SIGNED: frozenset({ContractStatus.ANNULLED, ContractStatus.REPLACED}),
    ContractStatus.ANNULLED: frozenset(),
    ContractStatus.REPLACED: frozenset(),
}


class DeclarationStatus(TextChoices):
    TO_DECLARE = "to_declare", _("à déclarer")
    RECORDED = "recorded", _("déclarée")
    DROPPED = "dropped", _("sans objet")


DECLARATION_TRANSITIONS = {
    DeclarationStatus.TO_DECLARE: frozenset(
        {DeclarationStatus.RECORDED, DeclarationStatus.DROPPED}
    ),
    DeclarationStatus.RECORDED: frozenset(),
    DeclarationStatus.DROPPED: frozenset(),
}


class RunStatus(TextChoices):
    BUILT = "built", _("préparée")
    SUBMITTED = "submitted", _("à approuver")
    APPROVED = "approved", _("approuvée, fichier prêt")
    EXECUTED = "executed", _("exécutée")
    DISCARDED = "discarded", _("abandonnée")


RUN_TRANSITIONS = {
    RunStatus.BUILT: frozenset({RunStatus.SUBMITTED, RunStatus.DISCARDED}),
    RunStatus.SUBMITTED: frozenset({RunStatus.APPROVED, RunStatus.DISCARDED}),
    RunStatus.APPROVED: frozenset({RunStatus.EXECUTED}),
    RunStatus.EXECUTED: frozenset(),
    RunStatus.DISCARDED: frozenset(),
}
