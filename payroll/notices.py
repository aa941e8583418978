"""What this room tells affiliates and staff. Words name no amount of pay."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from members.models import AFFILIATE, Role
from office.notices import How, Kind, register

PAY_STAFF = (Role.PAYROLL, Role.FINANCE)
# what asks for a signature on a contract
TO_SIGN = ("payroll/contract_offered", "payroll/paper_refused", "payroll/paper_to_check")
HERS: dict[str, Any] = {
    "to": (AFFILIATE,),
    "page": "contract",
    "named_by": "contract",
    "must": True,
}

register(
    Kind(
        **HERS,
        code="payroll/contract_offered",
        label=_("Un contrat est à signer"),
        words=_("Signez votre contrat pour {client} avant le {starts_on}."),
        days=("starts_on",),
    ),
    Kind(
        **HERS,
        code="payroll/contract_signed",
        label=_("Un contrat est signé par les deux"),
        words=_("Votre contrat pour {client} est signé : gardez-en une copie."),
    ),
    Kind(
        **HERS,
        code="payroll/paper_refused",
        label=_("Un contrat signé est à renvoyer"),
        words=_("Renvoyez votre contrat signé pour {client} avant le {starts_on}."),
        days=("starts_on",),
    ),
    Kind(
        code="payroll/payslip_ready",
        to=(AFFILIATE,),
        label=_("Une fiche de paie est prête"),
        words=_("Votre fiche de paie pour {client} est prête ; le virement part le {paid_on}."),
        page="payslip",
        named_by="payslip",
        days=("paid_on",),
        must=True,
    ),
    Kind(
        code="payroll/transfer_rejected",
        to=(AFFILIATE,),
        label=_("La banque renvoie votre paie"),
        words=_("La banque a renvoyé votre paie pour {client} : vérifiez votre compte."),
        page="bank-account",
        must=True,
    ),
    Kind(
        code="payroll/account_missing",
        to=(AFFILIATE,),
        label=_("Votre paie attend un compte"),
        words=_("Votre paie pour {client} attend votre numéro de compte."),
        page="bank-account",
        must=True,
    ),
    Kind(
        code="payroll/paper_to_check",
        to=(Role.PAYROLL,),
        label=_("Un contrat sur papier est à vérifier"),
        words=_("{who} a renvoyé son contrat signé pour {client}."),
        page="admin:payroll_contract_change",
        named_by="key",
        at_first=How.DIGEST,
        own_letter=False,
    ),
    Kind(
        code="payroll/run_late",
        to=PAY_STAFF,
        label=_("Une paie doit être approuvée"),
        words=_("La paie {run} doit être approuvée au plus tard le {before}."),
        page="admin:payroll_payrun_change",
        named_by="key",
        days=("before",),
        must=True,
    ),
    Kind(
        code="payroll/left_out",
        to=PAY_STAFF,
        label=_("Des contrats ne peuvent pas être payés"),
        words=_("Contrats qu’aucune paie ne peut prendre : {count}."),
        page="admin:payroll_contract_changelist",
        must=True,
    ),
)
