"""From the rows of the lower rooms to the words of the pay engine."""

from ledger.models import LegalEntity
from members.models import Household as HouseholdRow
from payroll.engine.terms import Employer, Household, Scale, SpouseIncome

SCALES: dict[str, Scale] = {"1": "I", "2": "II"}
PARTNERS: dict[str, SpouseIncome] = {
    "none_partner": "single",
    "own": "own",
    "none": "none",
    "small": "small",
    "small_pension": "pension_small",
}


def household(row: HouseholdRow) -> Household:
    """What the withholding tax knows of a person.

    ``BadTerms`` when the version contradicts itself.
    """
    return Household(
        scale=SCALES[row.scale],
        children=row.children,
        disabled_children=row.disabled_children,
        disabled=row.disabled,
        spouse_disabled=row.partner_disabled,
        single_parent=row.single_parent,
        spouse_income=PARTNERS[row.partner_income],
        other_dependants=row.other_dependants,
        dependants_66_in_care=row.dependants_over_66,
        higher_rate=row.higher_rate,
    )


def employer(row: LegalEntity) -> Employer:
    """What the law of contributions asks about an employing entity of the cooperative."""
    return Employer(workers=row.workers, category="commercial", joint_committee=row.joint_committee)
