"""The split of a price as the price bar shows it: nine parts that add up, each with the lines
behind it.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.pieces import Part, PartLine, PriceBar, price_bar
from payroll.engine.lines import Code, Side
from payroll.explained import SENTENCES, SOURCES
from payroll.labels import LABELS

CONTRIBUTIONS = {
    Code.ONSS,
    Code.WORK_BONUS_A,
    Code.WORK_BONUS_B,
    Code.SPECIAL_CONTRIBUTION,
    Code.HOLIDAY_ONSS,
    Code.HOLIDAY_RETENTION,
}
TAX = {
    Code.WITHHOLDING,
    Code.FISCAL_WORK_BONUS,
    Code.HIGHER_WITHHOLDING,
    Code.HOLIDAY_WITHHOLDING,
}
# part of the engine -> tone of the bar, label
PARTS: dict[str, tuple[str, str | Promise]] = {
    "fee": ("fee", _("Contribution à la coopérative")),
    "expenses": ("expenses", _("Frais")),
    "employer_contributions": ("employer", _("Cotisations patronales")),
    "insurance_and_funds": ("insurance", _("Assurance et fonds")),
    "employee_contributions": ("employee", _("Cotisations personnelles (ONSS)")),
    "withholding_tax": ("tax", _("Précompte professionnel (impôt)")),
    "net_salary": ("net", _("Salaire net")),
    "net_holiday_pay": ("holiday", _("Pécule de vacances net")),
    "rounding": ("rounding", _("Arrondi")),
}
EXPLANATIONS: dict[str, str | Promise] = {
    "fee": _("Ce qui fait vivre la coopérative : conseil, factures, contrats, garantie de paie."),
    "expenses": _(
        "Vos frais vous sont remboursés contre un justificatif, quand le client les a payés."
    ),
    "employer_contributions": _(
        "Ce que l’employeur verse à la sécurité sociale (ONSS) en plus du salaire brut."
    ),
    "insurance_and_funds": _("L’assurance accidents du travail et le fonds social du secteur."),
    "employee_contributions": _("Votre part dans la sécurité sociale, retenue sur le brut."),
    "withholding_tax": _("Une avance sur votre impôt de l’année, retenue et versée à l’État."),
    "net_salary": _("Ce qui arrive sur votre compte pour vos heures."),
    "net_holiday_pay": _(
        "Vos vacances, payées avec le salaire puisque le contrat se termine avec la mission."
    ),
    "rounding": _("Ce qui reste quand c’est trop peu pour un cent de salaire brut en plus."),
}


def bar_of(split: Mapping[str, Any], language: str = "fr") -> PriceBar:
    """The bar of a split kept as plain values (``orders.split``)."""
    parts = []
    for name, (tone, label) in PARTS.items():  # in this order: stored JSON keeps none
        parts.append(
            Part(
                key=name,
                tone=tone,
                label=label,
                amount=Decimal(split["parts"][name]),
                explanation=EXPLANATIONS[name],
                lines=tuple(_lines(split, name, language)),
            )
        )
    return price_bar(Decimal(split["price"]), parts)


def _lines(split: Mapping[str, Any], part: str, language: str) -> list[PartLine]:
    if part == "fee":
        return [
            PartLine(
                label=_("Du prix hors TVA, frais compris"),
                amount=Decimal(split["parts"]["fee"]),
                base=Decimal(split["price"]),
                rate=Decimal(split["fee_rate"]),
                source=_("Décision de la coopérative"),
            )
        ]
    return [_line(row, part, language) for row in split["lines"] if _belongs(row, part)]


def _belongs(row: Mapping[str, Any], part: str) -> bool:
    side, code = row["side"], row["code"]
    if part == "employer_contributions":
        return bool(side == Side.EMPLOYER)
    if part == "insurance_and_funds":
        return bool(side == Side.INSURANCE_AND_FUNDS)
    if part == "employee_contributions":
        return code in CONTRIBUTIONS
    if part == "withholding_tax":
        return code in TAX
    if part == "net_salary":
        return bool(side == Side.SALARY)
    return bool(part == "net_holiday_pay" and side == Side.HOLIDAY)


def _line(row: Mapping[str, Any], part: str, language: str) -> PartLine:
    amount = Decimal(row["amount"])
    taken = part in ("employee_contributions", "withholding_tax")
    return PartLine(
        label=LABELS[row["code"]].of(language),
        amount=-amount if taken else amount,
        base=Decimal(row["base"]) if row["base"] is not None else None,
        rate=Decimal(row["rate"]) if row["rate"] is not None else None,
        source=_source(row),
        explanation=SENTENCES[row["code"]],
    )


def _source(row: Mapping[str, Any]) -> str:
    text = str(SOURCES.get(row["source"], row["source"]))
    if row["starts_on"]:
        since = date.fromisoformat(row["starts_on"])
        text = gettext("{source}, depuis le {day}").format(
            source=text, day=since.strftime("%d/%m/%Y")
        )
    if not row["confirmed"]:
        text = gettext("{source} (non confirmé)").format(source=text)
    return text
