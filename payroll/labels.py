"""Words for the codes of the pay engine, in the language of the document, with a line that explains
each.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from members.models import Household
from payroll.engine.lines import Code, Side
from payroll.models import PayslipLine

SIDES = tuple(side.value for side in Side)


class Words(NamedTuple):
    """The same words in the three languages of the house."""

    fr: str
    nl: str
    en: str

    def of(self, language: str) -> str:
        return str(getattr(self, language, self.fr))


LABELS: dict[str, Words] = {
    Code.GROSS: Words("Salaire brut", "Brutoloon", "Gross pay"),
    Code.ONSS: Words(
        "Cotisation personnelle ONSS", "Persoonlijke RSZ-bijdrage", "Employee NSSO contribution"
    ),
    Code.WORK_BONUS_A: Words(
        "Bonus à l’emploi, volet A", "Werkbonus, luik A", "Work bonus, part A"
    ),
    Code.WORK_BONUS_B: Words(
        "Bonus à l’emploi, volet B", "Werkbonus, luik B", "Work bonus, part B"
    ),
    Code.SPECIAL_CONTRIBUTION: Words(
        "Cotisation spéciale de sécurité sociale",
        "Bijzondere bijdrage sociale zekerheid",
        "Special social security contribution",
    ),
    Code.WITHHOLDING: Words("Précompte professionnel", "Bedrijfsvoorheffing", "Withholding tax"),
    Code.FISCAL_WORK_BONUS: Words(
        "Bonus à l’emploi fiscal", "Fiscale werkbonus", "Tax part of the work bonus"
    ),
    Code.HIGHER_WITHHOLDING: Words(
        "Précompte supplémentaire, à votre demande",
        "Hogere bedrijfsvoorheffing, op uw vraag",
        "Extra withholding tax, at your request",
    ),
    Code.HOLIDAY_SIMPLE: Words(
        "Pécule de vacances de sortie, simple",
        "Vertrekvakantiegeld, enkel",
        "Exit holiday pay, simple",
    ),
    Code.HOLIDAY_DOUBLE: Words(
        "Pécule de vacances de sortie, double",
        "Vertrekvakantiegeld, dubbel",
        "Exit holiday pay, double",
    ),
    Code.HOLIDAY_ONSS: Words(
        "Cotisation personnelle sur le pécule simple",
        "Persoonlijke bijdrage op het enkel vakantiegeld",
        "Contribution on simple holiday pay",
    ),
    Code.HOLIDAY_RETENTION: Words(
        "Retenue sur le pécule double",
        "Inhouding op het dubbel vakantiegeld",
        "Deduction on double holiday pay",
    ),
    Code.HOLIDAY_WITHHOLDING: Words(
        "Précompte sur le pécule",
        "Bedrijfsvoorheffing op vakantiegeld",
        "Withholding tax on holiday pay",
    ),
    Code.EMPLOYER_BASIC: Words(
        "Cotisation patronale de base", "Basiswerkgeversbijdrage", "Employer’s basic contribution"
    ),
    Code.WAGE_MODERATION: Words(
        "Modération salariale", "Loonmatigingsbijdrage", "Wage moderation contribution"
    ),
    Code.CLOSING_FUND: Words(
        "Fonds de fermeture des entreprises",
        "Fonds voor sluiting van ondernemingen",
        "Closing of firms fund",
    ),
    Code.CLOSING_FUND_SPECIAL: Words(
        "Fonds de fermeture, chômage temporaire",
        "Sluitingsfonds, tijdelijke werkloosheid",
        "Closing of firms fund, temporary unemployment",
    ),
    Code.UNEMPLOYMENT: Words(
        "Cotisation chômage", "Werkloosheidsbijdrage", "Unemployment contribution"
    ),
    Code.TEMPORARY_UNEMPLOYMENT: Words(
        "Chômage temporaire et chômeurs âgés",
        "Tijdelijke werkloosheid en oudere werklozen",
        "Temporary unemployment and older unemployed",
    ),
    Code.ACCIDENTS_ONSS: Words(
        "Accidents du travail, part ONSS", "Arbeidsongevallen, deel RSZ", "Accidents at work, NSSO"
    ),
    Code.ASBESTOS: Words("Fonds amiante", "Asbestfonds", "Asbestos fund"),
    Code.UNEXPLAINED_847: Words("Cotisation ONSS 847", "RSZ-bijdrage 847", "NSSO contribution 847"),
    Code.SECTOR_FUND: Words(
        "Fonds social du secteur", "Sociaal fonds van de sector", "Sector fund"
    ),
    Code.ACCIDENT_INSURANCE: Words(
        "Assurance accidents du travail", "Arbeidsongevallenverzekering", "Accident insurance"
    ),
}

EXPLANATIONS: dict[str, Words] = {
    Code.ONSS: Words(
        "votre part dans la sécurité sociale : pension, maladie, chômage",
        "uw deel in de sociale zekerheid: pensioen, ziekte, werkloosheid",
        "your share of social security: pension, sickness, unemployment",
    ),
    Code.WORK_BONUS_A: Words(
        "réduit votre cotisation quand le salaire est bas",
        "verlaagt uw bijdrage bij een laag loon",
        "lowers your contribution when pay is low",
    ),
    Code.WORK_BONUS_B: Words(
        "réduit votre cotisation quand le salaire est très bas",
        "verlaagt uw bijdrage bij een zeer laag loon",
        "lowers your contribution when pay is very low",
    ),
    Code.SPECIAL_CONTRIBUTION: Words(
        "selon le total du mois et votre ménage",
        "volgens het maandtotaal en uw gezin",
        "from the month’s total and your household",
    ),
    Code.WITHHOLDING: Words(
        "avance sur votre impôt, calculée sur le total du mois",
        "voorschot op uw belasting, berekend op het maandtotaal",
        "advance on your income tax, computed on the month’s total",
    ),
    Code.FISCAL_WORK_BONUS: Words(
        "réduit le précompte", "verlaagt de voorheffing", "lowers the withholding tax"
    ),
    Code.HOLIDAY_SIMPLE: Words(
        "votre salaire de vacances, payé à la fin du contrat",
        "uw vakantieloon, betaald bij het einde van de overeenkomst",
        "your pay during holidays, settled when the contract ends",
    ),
    Code.HOLIDAY_DOUBLE: Words(
        "le supplément légal de vacances",
        "de wettelijke toeslag voor vakantie",
        "the legal holiday supplement",
    ),
    Code.UNEXPLAINED_847: Words(
        "figure au fichier des taux de l’ONSS",
        "staat in het tarievenbestand van de RSZ",
        "appears in the rate file of the NSSO",
    ),
}

SOURCES = {
    "contract": Words("contrat", "overeenkomst", "contract"),
    "policy": Words("contrat de l’assureur", "polis van de verzekeraar", "insurer’s contract"),
    "worker": Words("votre demande", "uw vraag", "your request"),
    "demo": Words("démonstration", "demonstratie", "demonstration"),
}

PARTNERS = {
    "none_partner": Words("sans partenaire", "zonder partner", "no partner"),
    "own": Words(
        "partenaire avec revenus professionnels propres",
        "partner met eigen beroepsinkomsten",
        "partner with own income",
    ),
    "none": Words("partenaire sans revenus", "partner zonder inkomsten", "partner without income"),
    "small": Words(
        "partenaire aux petits revenus professionnels",
        "partner met kleine beroepsinkomsten",
        "partner with a small income",
    ),
    "small_pension": Words(
        "partenaire avec une petite pension",
        "partner met een klein pensioen",
        "partner with a small pension",
    ),
}

COUNTS = {
    "children": Words("enfants à charge : {n}", "kinderen ten laste: {n}", "children: {n}"),
    "disabled_children": Words(
        "dont en situation de handicap : {n}", "waarvan met een handicap: {n}", "disabled: {n}"
    ),
    "dependants_over_66": Words(
        "personnes de plus de 66 ans à charge : {n}",
        "personen boven 66 jaar ten laste: {n}",
        "dependants over 66: {n}",
    ),
    "other_dependants": Words(
        "autres personnes à charge : {n}", "andere personen ten laste: {n}", "other dependants: {n}"
    ),
}

TRAITS = {
    "single_parent": Words("parent isolé", "alleenstaande ouder", "single parent"),
    "disabled": Words("handicap reconnu", "erkende handicap", "recognised disability"),
    "partner_disabled": Words(
        "partenaire avec handicap reconnu",
        "partner met erkende handicap",
        "partner with a recognised disability",
    ),
}


@dataclass(frozen=True, kw_only=True)
class PrintedLine:
    """One line of a payslip as printed: base × rate = amount, and where the rate comes from."""

    side: str
    code: str
    label: str
    explanation: str
    base: Decimal | None
    rate: Decimal | None
    amount: Decimal
    parameter: str
    since: date | None
    source: str
    confirmed: bool


def printed_line(line: PayslipLine, language: str) -> PrintedLine:
    """The words of a payslip's line in a language."""
    explanation = EXPLANATIONS.get(line.code)
    source = SOURCES.get(line.source)
    return PrintedLine(
        side=line.side,
        code=line.code,
        label=LABELS[line.code].of(language),
        explanation=explanation.of(language) if explanation else "",
        base=line.base,
        rate=line.rate,
        amount=line.amount,
        parameter=line.parameter,
        since=line.starts_on,
        source=source.of(language) if source else line.source,
        confirmed=line.confirmed,
    )


def household_facts(row: Household, language: str) -> list[str]:
    """What a version of a household says, one short phrase each."""
    facts = [PARTNERS[row.partner_income].of(language)]
    facts += [
        words.of(language).format(n=getattr(row, name))
        for name, words in COUNTS.items()
        if getattr(row, name)
    ]
    facts += [words.of(language) for name, words in TRAITS.items() if getattr(row, name)]
    return facts
