"""The affiliate's pages: contracts to sign, payslips to read; nothing of anybody else's."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ledger.models import LegalEntity
from members.models import Affiliate, User
from office import clock
from office.actors import SYSTEM
from payroll.actions import contracts, transfers
from payroll.models import Payslip
from tests import files
from tests.payroll.conftest import (
    BUILD_DAY,
    MONDAY,
    approved,
    built,
    drafted,
    offered,
    pdf_text,
    released,
    signed,
)

PDF = files.pdf()


@pytest.fixture(autouse=True)
def monday(db: None) -> None:
    clock.move_to(MONDAY)


def of(who: Affiliate | User) -> Client:
    client = Client()
    user = who.user if isinstance(who, Affiliate) else who
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_she_signs_by_click(ana: Affiliate) -> None:
    contract, browser = offered(ana), of(ana)
    page = browser.get(f"/contracts/{contract.ref}/")
    assert "carte d’identité électronique" in page.content.decode()
    refused = browser.post(f"/contracts/{contract.ref}/sign/")
    assert refused.status_code == 422
    assert "Cochez cette phrase" in refused.content.decode()
    answer = browser.post(f"/contracts/{contract.ref}/sign/", {"consent": "on"}, follow=True)
    assert "Contrat signé" in answer.content.decode()
    contract.refresh_from_db()
    assert contract.signed


def test_a_click_after_the_start_is_answered_by_a_sentence(ana: Affiliate) -> None:
    contract = offered(ana)
    clock.move_to(MONDAY + timedelta(days=3))
    page = of(ana).post(f"/contracts/{contract.ref}/sign/", {"consent": "on"})
    assert page.status_code == 422
    assert "se signe avant le premier jour" in page.content.decode()


def test_where_paper_is_asked_no_click_is_offered(ana: Affiliate, settings: object) -> None:
    settings.COOP_CONTRACT_SIGNATURE = "wet"  # type: ignore[attr-defined]
    contract, browser = offered(ana), of(ana)
    assert "contract-sign" not in browser.get(f"/contracts/{contract.ref}/").content.decode()
    page = browser.post(f"/contracts/{contract.ref}/sign/", {"consent": "on"})
    assert page.status_code == 422
    contract.refresh_from_db()
    assert not contract.signed


def test_she_sends_the_signed_paper(ana: Affiliate) -> None:
    contract, browser = offered(ana), of(ana)
    address = f"/contracts/{contract.ref}/upload/"
    assert browser.post(address).status_code == 422
    wrong = browser.post(address, {"file": SimpleUploadedFile("contrat.pdf", b"MZ not a paper")})
    assert wrong.status_code == 422
    paper = SimpleUploadedFile("contrat.pdf", PDF, content_type="application/pdf")
    answer = browser.post(address, {"file": paper}, follow=True)
    assert "vérifie votre papier" in answer.content.decode()
    shown = browser.get(f"/contracts/{contract.ref}/paper/")
    assert shown.content == PDF or b"".join(shown) == PDF


@pytest.mark.parametrize("state", ["draft", "offered", "signed", "annulled", "released"])
def test_every_state_has_its_page(ana: Affiliate, state: str) -> None:
    make = {"draft": drafted, "offered": offered, "signed": signed, "released": released}
    contract = make.get(state, drafted)(ana)
    if state == "annulled":
        contracts.annul(contract.pk, by=SYSTEM, at=MONDAY)
    assert of(ana).get(f"/contracts/{contract.ref}/").status_code == 200
    assert of(ana).get("/pay/").status_code == 200


def test_her_payslip(ana: Affiliate, coop: LegalEntity, denis: User) -> None:
    released(ana)
    run = approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    slip = Payslip.objects.get()
    browser = of(ana)
    page = browser.get(f"/payslips/{slip.ref}/").content.decode()
    net = f"{slip.net_payable:.2f}".replace(".", ",")
    for words in (net, "Cotisation personnelle ONSS", "13,07", "non confirmé", "barème I"):
        assert words in page
    assert browser.get(f"/payslips/{slip.ref}/paper/").status_code == 202
    assert pdf_text(slip.document)
    assert browser.get(f"/payslips/{slip.ref}/paper/").status_code == 200
    assert "virement prévu" in browser.get("/pay/").content.decode()
    transfers.confirm_executed(
        [run.transfers.get().pk],
        on=clock.day_of(BUILD_DAY),
        by=denis.as_actor(),
        at=BUILD_DAY,
    )
    assert "payé" in browser.get("/pay/").content.decode()


def test_bruno_sees_nothing_of_hers(ana: Affiliate, bruno: Affiliate, coop: LegalEntity) -> None:
    contract = released(ana)
    run = built(coop, at=BUILD_DAY)
    slip = Payslip.objects.get()
    assert of(ana).get(f"/payslips/{slip.ref}/").status_code == 404  # not final yet
    approved(run, at=BUILD_DAY)
    for address in (
        f"/contracts/{contract.ref}/",
        f"/contracts/{contract.ref}/paper/",
        f"/payslips/{slip.ref}/",
        f"/payslips/{slip.ref}/paper/",
    ):
        assert of(bruno).get(address).status_code == 404
        assert Client().get(address).status_code == 302
    for address in (f"/contracts/{contract.ref}/sign/", f"/contracts/{contract.ref}/upload/"):
        assert of(bruno).post(address).status_code == 404
        assert of(bruno).get(address).status_code == 405


def test_a_page_of_pay_asks_the_same_whatever_its_length(
    ana: Affiliate, coop: LegalEntity, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    released(ana)
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    browser = of(ana)
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get("/pay/")
    for number in range(3):
        released(ana, job=f"TESTJ0B{number + 2}", gross="300.00")
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    with CaptureQueriesContext(connection) as many:
        page = browser.get("/pay/")
    assert len(page.context["slips"]) == 4
    assert len(many) == len(few)


def test_pay_is_read_page_by_page(
    ana: Affiliate, coop: LegalEntity, monkeypatch: pytest.MonkeyPatch
) -> None:
    from payroll import views

    monkeypatch.setattr(views, "PAGE", 1)
    for number in range(2):
        released(ana, job=f"TESTJ0B{number + 1}")
    approved(built(coop, at=BUILD_DAY), at=BUILD_DAY)
    newest, oldest = Payslip.objects.order_by("-pk")
    page = of(ana).get("/pay/")
    assert (page.context["slips"][0].payslip, page.context["older"]) == (newest, newest.pk)
    page = of(ana).get(f"/pay/?before={newest.pk}")
    assert (page.context["slips"][0].payslip, page.context["older"]) == (oldest, None)
    assert of(ana).get("/pay/?before=x").status_code == 200


def test_amounts_less_than_agreed(ana: Affiliate, coop: LegalEntity) -> None:
    contract = signed(ana)
    contracts.release(
        contract.pk,
        kind="decided",
        gross_due=Decimal("320.00"),
        hours_done=Decimal("7.60"),
        by=SYSTEM,
        at=datetime(2026, 11, 27, 18, 0, tzinfo=UTC),
    )
    slip = built(coop, at=BUILD_DAY).payslips.get()
    assert (slip.gross, slip.hours) == (Decimal("320.00"), Decimal("7.60"))
