"""The papers of this room: contract, payslip, bank file.

Everything they print is frozen in their context.
"""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from ledger.models import LegalEntity
from members.models import Affiliate, Household, Trade, in_language
from office import documents, sepa
from office.models import Document
from office.money import round_cents
from office.rules import plain
from office.uploads import Upload
from payroll import labels
from payroll.models import Contract, PayRun, Payslip, Transfer
from payroll.plans import ContractPlan

# the title of a paper, and its file
CONTRACT = {
    "fr": ("Contrat de travail du {day}", "contrat-{ref}"),
    "nl": ("Arbeidsovereenkomst van {day}", "arbeidsovereenkomst-{ref}"),
    "en": ("Employment contract of {day}", "contract-{ref}"),
}
SIGNED_BY_HAND = {
    "fr": "contrat-signe-{ref}",
    "nl": "arbeidsovereenkomst-ondertekend-{ref}",
    "en": "contract-signed-{ref}",
}
PAYSLIP = {
    "fr": ("Fiche de paie du {day}", "fiche-de-paie-{ref}"),
    "nl": ("Loonbrief van {day}", "loonbrief-{ref}"),
    "en": ("Payslip of {day}", "payslip-{ref}"),
}


def contract_terms(
    plan: ContractPlan, *, entity: LegalEntity, affiliate: Affiliate, trade: Trade
) -> dict[str, Any]:
    """Every word of a contract that comes from data, copied once when it is drafted."""
    hours = sum((hours for _, hours in plan.days), Decimal(0))
    return plain(
        {
            "entity": _entity(entity),
            "affiliate": _affiliate(affiliate),
            "trade": in_language(trade, "label", plan.language),
            "pay_class": trade.pay_class,
            "client": plan.client_name,
            "description": plan.description,
            "place": plan.place,
            "free_setting": plan.free_setting,
            "job": plan.job,
            "starts_on": plan.days[0][0],
            "ends_on": plan.days[-1][0],
            "days": [{"day": day, "hours": hours} for day, hours in plan.days],
            "hours": hours,
            "gross": plan.gross,
            "hourly": round_cents(plan.gross / hours),
            "joint_committee": plan.joint_committee,
            "justification": plan.justification,
            "click": settings.COOP_CONTRACT_SIGNATURE == "simple",
        }
    )


def contract_paper(
    contract: Contract, *, at: datetime, signatory: str = "", consent: str = ""
) -> Document:
    """The contract as it stands: a draft, signed by the cooperative (``signatory``.

    Her or his title), or by both.
    """
    signatures: dict[str, Any] = {}
    if contract.cooperative_signed_by:
        signatures["cooperative"] = {
            "name": contract.cooperative_signed_by.name,
            "title": signatory,
            "at": contract.cooperative_signed_at,
        }
    if contract.affiliate_signed_at:
        signatures["affiliate"] = {
            "name": contract.affiliate.name,
            "at": contract.affiliate_signed_at,
            "consent": consent,
        }
    title, file_name = CONTRACT[contract.language]
    return documents.order(
        "contract_signed" if contract.affiliate_signed_at else "contract",
        template=f"print/contract.v1.{contract.language}.html",
        language=contract.language,
        subject=contract,
        title=title.format(day=f"{contract.starts_on:%d/%m/%Y}"),
        file_name=f"{file_name.format(ref=contract.ref)}.pdf",
        context=contract.printed | {"ref": contract.ref, "signatures": signatures},
        at=at,
    )


def signed_paper(contract: Contract, *, upload: Upload, at: datetime) -> Document:
    """The paper the affiliate signed by hand, kept as it came."""
    title, _file_name = CONTRACT[contract.language]
    file_name = SIGNED_BY_HAND[contract.language].format(ref=contract.ref)
    return documents.keep(
        "contract_signed",
        subject=contract,
        title=title.format(day=f"{contract.starts_on:%d/%m/%Y}"),
        file_name=f"{file_name}{upload.extension}",
        media_type=upload.media_type,
        content=upload.content,
        at=at,
        language=contract.language,
    )


def payslip_paper(payslip: Payslip, *, account: str, at: datetime) -> Document:
    """The payslip with the mentions of the royal decree of 27 September 1966.

    ``account`` is the IBAN paid.
    """
    contract = payslip.contract
    title, file_name = PAYSLIP[contract.language]
    return documents.order(
        "payslip",
        template=f"print/payslip.v1.{contract.language}.html",
        language=contract.language,
        subject=payslip,
        title=title.format(day=f"{payslip.paid_on:%d/%m/%Y}"),
        file_name=f"{file_name.format(ref=payslip.ref)}.pdf",
        context=payslip_terms(payslip, account=account, language=contract.language),
        at=at,
    )


def payslip_terms(payslip: Payslip, *, account: str, language: str) -> dict[str, Any]:
    """What a payslip prints, page and paper alike; needs contract, lines and household loaded."""
    contract = payslip.contract
    lines = [labels.printed_line(line, language) for line in payslip.lines.all()]
    return plain(
        {
            "ref": payslip.ref,
            "entity": contract.printed["entity"],
            "affiliate": contract.printed["affiliate"],
            "matricule": contract.affiliate.ref,
            "trade": contract.printed["trade"],
            "joint_committee": contract.joint_committee,
            "job": contract.job,
            "client": contract.client_name,
            "contract": contract.ref,
            "starts_on": contract.starts_on,
            "ends_on": contract.ends_on,
            "paid_on": payslip.paid_on,
            "days": len(contract.printed["days"]) if payslip.hours == contract.hours else 0,
            "hours": payslip.hours,
            "hours_agreed": contract.hours,
            "gross_agreed": contract.gross,
            "sides": {
                side: [asdict(line) for line in lines if line.side == side] for side in labels.SIDES
            },
            "gross": payslip.gross,
            "holiday_gross": payslip.holiday_gross,
            "gross_total": payslip.gross + payslip.holiday_gross,
            "employee_contributions": payslip.employee_contributions,
            "withholding": payslip.withholding,
            "taxable": payslip.gross + payslip.holiday_gross - taken_before_tax(payslip),
            "net_salary": payslip.net_salary,
            "net_holiday": payslip.net_holiday,
            "net_payable": payslip.net_payable,
            "employer_contributions": payslip.employer_contributions,
            "insurance_and_funds": payslip.insurance_and_funds,
            "employment_cost": payslip.employment_cost,
            "month": payslip.month["after"],
            "household": household_terms(payslip.household, language),
            "account": account,
            "unconfirmed": payslip.unconfirmed,
        }
    )


def taken_before_tax(payslip: Payslip) -> Any:
    """Contributions that lower the taxable pay: all but the special one, in euros."""
    special = sum(
        -line.amount for line in payslip.lines.all() if line.code == "special_contribution"
    )
    return payslip.employee_contributions - special


def household_terms(row: Household, language: str) -> dict[str, Any]:
    """The version of the household a payslip used, in words."""
    return {
        "starts_on": row.starts_on,
        "recorded_at": row.recorded_at,
        "scale": row.get_scale_display(),
        "facts": labels.household_facts(row, language),
    }


def bank_file(
    run: PayRun, transfers: list[Transfer], *, execute_on: date, at: datetime
) -> Document:
    """The pain.001.001.09 of a run, checked against its schema before it is kept."""
    entity = run.entity
    content = sepa.credit_transfers(
        message_id=f"{entity.code}-{run.ref}",
        created_at=at,
        execute_on=execute_on,
        debtor=sepa.Account(name=entity.name, iban=entity.iban, bic=entity.bic),
        transfers=[
            sepa.Transfer(
                end_to_end_id=f"{run.ref}-{transfer.pk}",
                name=transfer.name,
                iban=transfer.iban,
                amount=transfer.amount,
                text=f"{entity.name} {transfer.payslip.ref}",
            )
            for transfer in transfers
        ],
    )
    return documents.keep(
        "bank_file",
        subject=run,
        title=f"pain.001 {run.ref}",
        file_name=f"paie-{run.ref}.xml",
        media_type="application/xml",
        content=content,
        at=at,
    )


def _entity(entity: LegalEntity) -> dict[str, str]:
    names = (
        "name",
        "legal_form",
        "street",
        "postcode",
        "city",
        "enterprise_number",
        "vat_number",
        "court",
        "email",
        "website",
        "employer_number",
    )
    return {name: getattr(entity, name) for name in names}


def _affiliate(affiliate: Affiliate) -> dict[str, Any]:
    return {
        "ref": affiliate.ref,
        "name": affiliate.name,
        "printed_name": f"{affiliate.last_name} {affiliate.first_name[:1]}.",
        "birth_date": affiliate.birth_date,
        "national_number": affiliate.national_number_masked,
        "street": affiliate.street,
        "postcode": affiliate.postcode,
        "city": affiliate.city,
        "country": affiliate.country,
    }
