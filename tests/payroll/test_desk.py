"""The desk: queues, buttons, and who may press them."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from ledger.models import LegalEntity
from members.models import Affiliate, User
from office import clock, tasks
from office.models import Batch, Event
from payroll.actions import signatures, starts
from payroll.models import Contract, PayRun, Payslip, Transfer
from payroll.states import ContractStatus, RunStatus
from tests.payroll.conftest import (
    BUILD_DAY,
    MONDAY,
    approved,
    built,
    drafted,
    offered,
    pdf_text,
    released,
)
from tests.payroll.test_contracts import PAPER
from tests.payroll.test_pages import of

DESK = "/admin/payroll"


@pytest.fixture(autouse=True)
def monday(db: None) -> None:
    clock.move_to(MONDAY)


def press(who: Client, model: str, row: int | None, button: str, **typed: object) -> HttpResponse:
    """Open the button's page, then its form."""
    name = f"admin:payroll_{model}_{button.replace('-', '_')}"
    address = reverse(name, args=[row] if row else [])
    shown = who.get(address)
    if shown.status_code != 200:
        return shown  # type: ignore[return-value]
    return who.post(address, typed)  # type: ignore[arg-type, return-value]


def test_denis_signs_many(ana: Affiliate, denis: User) -> None:
    rows = [drafted(ana), drafted(ana)]
    ticked = {"action": "sign_many", "_selected_action": [row.pk for row in rows]}
    asked = of(denis).post(
        f"{DESK}/contract/",
        ticked,
    )
    assert "engagez la coopérative" in asked.content.decode()
    assert not Contract.objects.filter(status=ContractStatus.OFFERED).exists()
    [keys] = re.findall(r'name="keys" value="([^"]+)"', asked.content.decode())
    of(denis).post(f"{DESK}/contract/", {**ticked, "keys": keys})
    tasks.work_batch(Batch.objects.get().pk)
    assert Contract.objects.filter(status=ContractStatus.OFFERED).count() == 2


def test_elise_has_no_mandate(ana: Affiliate, elise: User) -> None:
    row = drafted(ana)
    ticked = {"action": "sign_many", "_selected_action": [row.pk]}
    asked = of(elise).post(f"{DESK}/contract/", ticked)
    assert 'name="keys"' not in asked.content.decode()
    assert not Batch.objects.exists()
    row.refresh_from_db()
    assert row.status == ContractStatus.DRAFT


def test_carla_checks_a_paper(ana: Affiliate, carla: User, elise: User) -> None:
    row = offered(ana)
    signatures.upload_paper(row.pk, upload=PAPER, by=ana.user.as_actor(), user=ana.user, at=MONDAY)
    assert press(of(elise), "contract", row.pk, "accept-paper").status_code in (302, 403)
    press(of(carla), "contract", row.pk, "refuse-paper", reason="Illisible.")
    row.refresh_from_db()
    assert row.status == ContractStatus.OFFERED
    signatures.upload_paper(row.pk, upload=PAPER, by=ana.user.as_actor(), user=ana.user, at=MONDAY)
    press(of(carla), "contract", row.pk, "accept-paper")
    row.refresh_from_db()
    assert row.signed
    assert of(carla).get(f"{DESK}/contract/{row.pk}/signed/").status_code == 200
    assert of(carla).get(f"{DESK}/contract/{row.pk}/paper/").status_code == 202


def test_the_queue_of_declarations(ana: Affiliate, carla: User, elise: User) -> None:
    [row] = drafted(ana).declarations.all()
    browser = of(carla)
    assert ana.name not in browser.get(f"{DESK}/declaration/").content.decode()
    clock.move_to(MONDAY + timedelta(days=2))
    page = browser.get(f"{DESK}/declaration/").content.decode()
    assert ana.name in page
    assert ana.national_number_masked in page
    refused = press(browser, "declaration", row.pk, "record", period_number="12x")
    assert "1 à 12 chiffres" in refused.content.decode()
    press(browser, "declaration", row.pk, "record", period_number=" 123 456 ")
    row.refresh_from_db()
    assert row.period_number == "123456"
    assert ana.name not in browser.get(f"{DESK}/declaration/").content.decode()
    assert ana.name in browser.get(f"{DESK}/declaration/?queue=recorded").content.decode()
    for queue in ("to_declare", "all"):
        assert browser.get(f"{DESK}/declaration/?queue={queue}").status_code == 200
    number = press(browser, "declaration", row.pk, "show-number")
    assert "90.03.14" in number.content.decode()
    assert Event.objects.filter(kind="affiliate.national_number_shown").count() == 1
    press(of(elise), "declaration", row.pk, "show-number")
    assert Event.objects.filter(kind="affiliate.national_number_shown").count() == 1


def test_an_irregular_start_is_decided(ana: Affiliate, elise: User) -> None:
    row = offered(ana)
    at = MONDAY + timedelta(days=3)
    clock.move_to(at)
    starts.mark_irregular(at=at)
    page = of(elise).get(f"{DESK}/contract/?queue=irregular").content.decode()
    assert ana.name in page
    press(of(elise), "contract", row.pk, "decide-start", decision="Contrat signé le jour même.")
    row.refresh_from_db()
    assert row.irregular_decided_by == elise


def test_a_run_from_build_to_bank(
    ana: Affiliate, bruno: Affiliate, coop: LegalEntity, carla: User, denis: User
) -> None:
    released(ana)
    released(bruno)
    clock.move_to(BUILD_DAY)
    carlas, deniss = of(carla), of(denis)
    press(carlas, "payrun", None, "build-now")
    run = PayRun.objects.get()
    press(carlas, "payrun", None, "build-now")
    assert PayRun.objects.count() == 1
    assert ana.name in carlas.get(f"{DESK}/payrun/{run.pk}/change/").content.decode()
    press(carlas, "payrun", run.pk, "submit")
    press(carlas, "payrun", run.pk, "approve")
    run.refresh_from_db()
    assert run.status == RunStatus.SUBMITTED
    press(deniss, "payrun", run.pk, "approve")
    run.refresh_from_db()
    assert run.status == RunStatus.APPROVED
    file = deniss.get(f"{DESK}/payrun/{run.pk}/file/")
    assert file["Content-Type"].startswith("application/xml")
    first, second = run.transfers.order_by("pk")
    press(deniss, "transfer", first.pk, "reject", on="2026-12-01", reason="Compte clos.")
    refused = press(deniss, "payrun", run.pk, "confirm-all", on="2027-01-01")
    assert "encore à venir" in refused.content.decode()
    press(deniss, "payrun", run.pk, "confirm-all", on="2026-12-01")
    second.refresh_from_db()
    assert second.executed_on
    run.refresh_from_db()
    assert run.status == RunStatus.EXECUTED
    press(carlas, "payrun", None, "build-now")
    again = Transfer.objects.get(payslip=first.payslip, rejected_on=None)
    run = again.run
    press(carlas, "payrun", run.pk, "submit")
    press(deniss, "payrun", run.pk, "approve")
    press(deniss, "transfer", again.pk, "confirm", on="2026-12-01")
    again.refresh_from_db()
    assert again.executed_on


def test_a_run_is_discarded_with_a_reason(ana: Affiliate, coop: LegalEntity, carla: User) -> None:
    released(ana)
    run = built(coop, at=BUILD_DAY)
    clock.move_to(BUILD_DAY)
    press(of(carla), "payrun", run.pk, "discard", reason="Ménage à corriger.")
    run.refresh_from_db()
    assert run.status == RunStatus.DISCARDED
    assert run.discarded_by == carla


@pytest.mark.parametrize("model", ["contract", "declaration", "payrun", "payslip", "transfer"])
def test_every_list_and_page_opens(
    ana: Affiliate, coop: LegalEntity, carla: User, model: str
) -> None:
    released(ana)
    run = approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    slip = Payslip.objects.get()
    pdf_text(slip.document)
    rows = {
        "contract": slip.contract,
        "declaration": slip.contract.declarations.get(),
        "payrun": run,
        "payslip": slip,
        "transfer": run.transfers.get(),
    }
    browser = of(carla)
    queues = {
        "contract": ("to_sign", "offered", "paper", "irregular", "to_pay", "left_out"),
        "payrun": ("open", "approved", "over"),
        "transfer": ("waiting", "executed", "rejected"),
    }
    for query in ("", *(f"?queue={queue}" for queue in queues.get(model, ()))):
        assert browser.get(f"{DESK}/{model}/{query}").status_code == 200
    assert browser.get(f"{DESK}/{model}/{rows[model].pk}/change/").status_code == 200
    assert browser.get(f"{DESK}/{model}/add/").status_code == 403
    assert browser.get(f"{DESK}/payslip/{slip.pk}/paper/").status_code == 200


def test_an_affiliate_has_no_desk(ana: Affiliate, coop: LegalEntity) -> None:
    assert of(ana).get(f"{DESK}/payrun/").status_code == 302


def test_the_bank_file_is_not_for_advisors(ana: Affiliate, coop: LegalEntity, elise: User) -> None:
    released(ana)
    run = approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    assert of(elise).get(f"{DESK}/payrun/{run.pk}/file/").status_code == 404
