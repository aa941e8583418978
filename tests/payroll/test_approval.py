"""Pay runs submitted by Carla, approved by Denis: four eyes, booked, then never changed."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from lxml import etree

from ledger import queries as ledger
from ledger.models import LegalEntity
from members.models import Affiliate, User
from office import documents, journal
from office.lifecycle import NotAllowed
from office.models import Letter
from payroll import checks
from payroll.actions import runs
from payroll.models import PayRun, Payslip, PayslipLine, Transfer
from payroll.states import RunStatus
from tests.payroll.conftest import (
    BUILD_DAY,
    approved,
    built,
    pdf_text,
    proved,
    released,
    unguarded,
)

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


# --- four eyes, approval


def test_four_eyes(ana: Affiliate, coop: LegalEntity, carla: User) -> None:
    released(ana)
    run = built(coop, at=BUILD_DAY)
    mine = {"by": carla.as_actor(), "user": carla, "at": BUILD_DAY}
    for _ in range(2):
        runs.submit(run.pk, **mine)  # type: ignore[arg-type]
    with pytest.raises(runs.SamePerson):
        runs.approve(run.pk, **mine)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError), transaction.atomic():
        PayRun.objects.filter(pk=run.pk).update(approved_by=carla, approved_at=BUILD_DAY)


def test_nothing_is_approved_unsubmitted(ana: Affiliate, coop: LegalEntity, denis: User) -> None:
    released(ana)
    run = built(coop, at=BUILD_DAY)
    with pytest.raises(NotAllowed):
        runs.approve(run.pk, by=denis.as_actor(), user=denis, at=BUILD_DAY)


def test_an_approved_run(ana: Affiliate, coop: LegalEntity, denis: User) -> None:
    contract = released(ana)
    run = approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    again = runs.approve(run.pk, by=denis.as_actor(), user=denis, at=BUILD_DAY)
    assert again.status == RunStatus.APPROVED
    slip = Payslip.objects.get()
    assert slip.final_at == BUILD_DAY
    balances = {
        code: ledger.balance(ledger.account_id(coop.pk, code))
        for code in ("455", "453", "620", "930", "950")
    }
    assert balances["455"] == -slip.net_payable
    assert balances["453"] == -slip.withholding
    assert balances["620"] == slip.gross + slip.holiday_gross
    assert balances["930"] == -slip.employment_cost
    assert balances["950"] == slip.employment_cost
    activity = ana.activities.get()
    assert ledger.balance(activity.budget_account_id) == slip.employment_cost
    proved()
    letter = Letter.objects.get(kind="payroll/payslip_ready")
    assert "€" not in letter.body
    assert str(slip.net_payable) not in letter.body
    kinds = [event.kind for event in journal.timeline(contract)]
    assert "run.approved" in kinds
    assert "run.built" in kinds


def test_the_bank_file(ana: Affiliate, bruno: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    released(bruno)
    run = approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    assert run.bank_file
    file = etree.fromstring(documents.content(run.bank_file))
    amounts = [Decimal(node.text) for node in file.iterfind(".//p:InstdAmt", NS)]
    assert sum(amounts) == run.total
    assert file.findtext(".//p:ReqdExctnDt/p:Dt", namespaces=NS) == "2026-12-03"
    ids = [node.text for node in file.iterfind(".//p:EndToEndId", NS)]
    assert len(set(ids)) == 2


def test_a_payslip_tells_all_the_law_wants(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    slip = Payslip.objects.get()
    text = pdf_text(slip.document)
    shown = f"{slip.net_payable:.2f}".replace(".", ",")
    for words in (
        "Net à payer",
        shown,
        "Lopes A.",
        "Ana Lopes",
        ana.ref,
        "2 jours, 15",
        "Salaire de base",
        "Brut total",
        "Retenues sociales",
        "Montant imposable",
        "Précompte professionnel",
        "Avantages en nature",
        "Avances, saisies",
        "13,07 %",
        "Cotisation personnelle ONSS",
        "paramètre non confirmé (démonstration)",
        "barème I",
        "commission paritaire 200",
        "SPECIMEN",
    ):
        assert words in text, words
    assert "1 / 2" in text and "2 / 2" in text  # a simple slip is one sheet


@pytest.mark.parametrize(("language", "words"), [("nl", "Netto te betalen"), ("en", "Net to pay")])
def test_a_payslip_speaks_the_contracts_language(
    ana: Affiliate, coop: LegalEntity, language: str, words: str
) -> None:
    released(ana, language=language)
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    assert words in pdf_text(Payslip.objects.get().document)


def test_a_late_approval_moves_the_day_within_its_month(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    run = built(coop, at=BUILD_DAY)
    late = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
    run = approved(run, at=late)
    assert run.pay_on == date(2026, 12, 7)
    assert Payslip.objects.get().paid_on == date(2026, 12, 7)


def test_a_run_of_last_month_is_built_again(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    run = built(coop, at=BUILD_DAY)
    with pytest.raises(runs.PayDayPassed):
        approved(run, at=datetime(2027, 1, 4, 8, 0, tzinfo=UTC))


# --- frozen


@pytest.mark.parametrize(
    "change", [{"net_payable": Decimal("1.00")}, {"paid_on": date(2026, 12, 8)}, {"month": {}}]
)
def test_a_final_payslip_never_changes(
    ana: Affiliate, coop: LegalEntity, change: dict[str, object]
) -> None:
    released(ana)
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payslip.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payslip.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        PayslipLine.objects.update(amount=Decimal(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.update(iban="BE00")
    with pytest.raises(IntegrityError), transaction.atomic():
        PayRun.objects.update(total=Decimal(1))


def test_no_line_joins_a_final_payslip(ana: Affiliate, coop: LegalEntity) -> None:
    released(ana)
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayslipLine.objects.create(
            payslip=Payslip.objects.get(), position=99, code="gross", side="salary", amount=1
        )


def test_what_was_tampered_with_is_found(ana: Affiliate, coop: LegalEntity, denis: User) -> None:
    released(ana)
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    with unguarded():
        PayslipLine.objects.filter(code="gross").update(amount=Decimal("1.00"))
        PayRun.objects.update(total=Decimal("1.00"))
        Payslip.objects.update(
            withholding=F("withholding") + 1, employment_cost=F("employment_cost") + 1
        )
    assert {problem.code for problem in checks.run()} == {
        "payslip_lines",
        "run_total",
        "pay_not_as_booked",
    }
