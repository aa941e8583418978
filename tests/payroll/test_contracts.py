"""Contracts: drafted at the client's signature, signed by the cooperative then by the affiliate."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from members.actions import mandates
from members.models import Affiliate, User
from office import documents, journal
from office.actors import SYSTEM
from office.lifecycle import NotAllowed
from office.models import Letter
from office.uploads import Upload
from payroll.actions import contracts, declarations, signatures, starts
from payroll.models import Contract
from payroll.states import ContractStatus
from tests.payroll.conftest import (
    MONDAY,
    TWO_DAYS,
    drafted,
    offered,
    pdf_text,
    released,
    signed,
)

FIRST_DAY = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)  # midnight in Brussels
PAPER = Upload(content=b"%PDF-1.4 signed", media_type="application/pdf", extension=".pdf")


def test_a_draft_copies_its_plan(ana: Affiliate) -> None:
    contract = drafted(ana)
    assert (contract.status, contract.gross, contract.hours) == (
        ContractStatus.DRAFT,
        Decimal("640.00"),
        Decimal("15.20"),
    )
    assert [row.day for row in contract.days.all()] == list(TWO_DAYS)
    [declaration] = contract.declarations.all()
    assert (declaration.kind, declaration.due_on) == ("in", date(2026, 11, 25))
    assert contract.document
    assert contract.document.template == "print/contract.v1.fr.html"
    assert [event.kind for event in journal.timeline(contract)] == ["contract.drafted"]


def test_a_draft_reads_no_law(ana: Affiliate, monkeypatch: pytest.MonkeyPatch) -> None:
    from payroll import law

    def unread() -> None:
        raise AssertionError("the law was read at a signature")

    monkeypatch.setattr(law, "law", unread)
    monkeypatch.setattr(contracts, "law", unread)
    assert drafted(ana).pk


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["durée déterminée", "article 10", "jeudi 26 novembre 2026", "640,00", "200"]),
        ("nl", ["bepaalde duur", "artikel 10", "donderdag 26 november 2026", "640,00", "200"]),
        (
            "en",
            [
                "fixed-term employment contract",
                "article 10",
                "Thursday 26 November 2026",
                "640.00",
                "200",
            ],
        ),
    ],
)
def test_the_paper_says_what_the_law_wants(ana: Affiliate, language: str, words: list[str]) -> None:
    contract = drafted(ana, language=language)
    text = pdf_text(contract.document)
    for word in [
        *words,
        "Ana Lopes",
        "Coopérative Exemple",
        "Dumont Éditions SRL",
        "rue des Imprimeurs 3",
        "Refonte de la page",
        "15,34" if language != "en" else "15.34",
        "SPECIMEN",
    ]:
        assert word in text, word


def test_many_are_signed_at_once_and_a_bad_one_is_named(
    ana: Affiliate, bruno: Affiliate, denis: User
) -> None:
    good, other, bad = drafted(ana), drafted(bruno), drafted(ana)
    contracts.annul(bad.pk, by=SYSTEM, at=MONDAY)
    answer = signatures.sign_for_cooperative(
        [bad.pk, other.pk, good.pk], by=denis.as_actor(), user=denis, at=MONDAY
    )
    assert {row.pk for row in answer.signed} == {good.pk, other.pk}
    [(row, refusal)] = answer.refused
    assert (row.pk, refusal.code) == (bad.pk, "not_allowed")
    assert Letter.objects.filter(kind="payroll/contract_offered").count() == 2


def test_only_a_mandate_signs(ana: Affiliate, carla: User) -> None:
    contract = drafted(ana)
    answer = signatures.sign_for_cooperative(
        [contract.pk], by=carla.as_actor(), user=carla, at=MONDAY
    )
    [(_, refusal)] = answer.refused
    assert refusal.code == "no_mandate"
    assert "Carla" in str(refusal)


def test_a_mandate_ends(ana: Affiliate, denis: User) -> None:
    mandate = denis.mandates.get()
    mandates.end(mandate.pk, on=date(2026, 11, 24), by=SYSTEM, at=MONDAY)
    later = MONDAY + timedelta(days=2)
    contract = drafted(ana)
    answer = signatures.sign_for_cooperative(
        [contract.pk], by=denis.as_actor(), user=denis, at=later
    )
    assert not answer.signed


def test_the_affiliate_signs_by_click(ana: Affiliate) -> None:
    contract = offered(ana)
    for _ in range(2):
        signatures.sign_simple(
            contract.pk, consent="D’accord.", by=ana.user.as_actor(), user=ana.user, at=MONDAY
        )
    contract.refresh_from_db()
    assert contract.signed
    assert contract.signature_level == "simple"
    assert Letter.objects.filter(kind="payroll/contract_signed").count() == 1
    text = pdf_text(contract.signed_paper)
    assert "D’accord." in text
    assert "Denis Claes" in text
    assert "3bis" in text


def test_a_click_is_refused_where_paper_is_asked(ana: Affiliate, settings: object) -> None:
    contract = offered(ana)
    settings.COOP_CONTRACT_SIGNATURE = "wet"  # type: ignore[attr-defined]
    with pytest.raises(signatures.ClickNotAccepted):
        _click(contract, ana)


def test_nobody_signs_for_another(ana: Affiliate, bruno: Affiliate) -> None:
    with pytest.raises(signatures.NotYours):
        _click(offered(ana), bruno)


def test_nobody_signs_on_the_first_day(ana: Affiliate) -> None:
    contract = offered(ana)
    with pytest.raises(signatures.TooLateToSign):
        _click(contract, ana, at=FIRST_DAY)
    _click(contract, ana, at=FIRST_DAY - timedelta(seconds=1))


def test_she_cannot_sign_before_the_cooperative(ana: Affiliate) -> None:
    with pytest.raises(NotAllowed):
        _click(drafted(ana), ana)


def test_a_signed_paper_is_checked(ana: Affiliate, carla: User) -> None:
    contract = offered(ana)
    upload = {"upload": PAPER, "by": ana.user.as_actor(), "user": ana.user, "at": MONDAY}
    check = {"by": carla.as_actor(), "user": carla, "at": MONDAY}
    signatures.upload_paper(contract.pk, **upload)  # type: ignore[arg-type]
    with pytest.raises(signatures.ReasonMissing):
        signatures.refuse_paper(contract.pk, reason=" ", **check)  # type: ignore[arg-type]
    signatures.refuse_paper(contract.pk, reason="La photo est floue.", **check)  # type: ignore[arg-type]
    contract.refresh_from_db()
    assert contract.status == ContractStatus.OFFERED
    assert contract.signed_paper is None
    assert "floue" in Letter.objects.get(kind="payroll/paper_refused").body
    signatures.upload_paper(contract.pk, **upload)  # type: ignore[arg-type]
    for _ in range(2):
        signatures.accept_paper(contract.pk, **check)  # type: ignore[arg-type]
    contract.refresh_from_db()
    assert contract.signed
    assert contract.signature_level == "wet"
    assert contract.signed_paper
    assert documents.content(contract.signed_paper) == PAPER.content


def test_the_paper_stands_as_signed_at_its_upload(ana: Affiliate, carla: User) -> None:
    contract = offered(ana)
    signatures.upload_paper(
        contract.pk, upload=PAPER, by=ana.user.as_actor(), user=ana.user, at=MONDAY
    )
    _declare(contract, carla)
    signatures.accept_paper(
        contract.pk, by=carla.as_actor(), user=carla, at=FIRST_DAY + timedelta(days=1)
    )
    assert starts.mark_irregular(at=FIRST_DAY + timedelta(days=1)) == 0


# --- before the work: annulled, replaced


def test_an_annulled_contract_needs_no_declaration(ana: Affiliate) -> None:
    contract = drafted(ana)
    for _ in range(2):
        contracts.annul(contract.pk, reason="Le client annule.", by=SYSTEM, at=MONDAY)
    assert [row.status for row in contract.declarations.all()] == ["dropped"]


def test_what_was_declared_is_cancelled(ana: Affiliate) -> None:
    contract = signed(ana)
    contracts.annul(contract.pk, by=SYSTEM, at=MONDAY)
    recorded, cancel = contract.declarations.order_by("pk")
    assert (cancel.kind, cancel.previous, cancel.due_on) == (
        "cancel",
        recorded,
        date(2026, 11, 24),
    )


def test_a_new_version_keeps_the_declared_period(ana: Affiliate, carla: User) -> None:
    old = signed(ana)
    new = drafted(ana, days=(date(2026, 11, 27),))
    for _ in range(2):
        contracts.replace(old.pk, new.pk, by=SYSTEM, at=MONDAY)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, new.replaces_id) == (ContractStatus.REPLACED, old.pk)
    assert not old.declarations.exists()
    rows = list(new.declarations.order_by("created_at", "pk").values_list("kind", "status"))
    assert sorted(rows) == [("in", "dropped"), ("in", "recorded"), ("update", "to_declare")]
    assert contracts.readiness([new.pk]) == {new.pk: ("signature", "dimona")}
    update = new.declarations.get(kind="update")
    mine = {"by": carla.as_actor(), "user": carla, "at": MONDAY}
    with pytest.raises(declarations.PeriodDiffers):
        declarations.record(update.pk, period_number="1", **mine)  # type: ignore[arg-type]
    declarations.record(
        update.pk,
        period_number=update.previous.period_number,
        **mine,  # type: ignore[arg-type]
    )
    assert contracts.readiness([new.pk]) == {new.pk: ("signature",)}


def test_a_new_version_of_the_same_days_needs_no_update(ana: Affiliate) -> None:
    old, new = signed(ana), drafted(ana, gross="700.00")
    contracts.replace(old.pk, new.pk, by=SYSTEM, at=MONDAY)
    assert contracts.readiness([new.pk]) == {new.pk: ("signature",)}


def test_a_new_version_of_an_undeclared_contract_has_its_own_declaration(ana: Affiliate) -> None:
    old, new = drafted(ana), drafted(ana)
    contracts.replace(old.pk, new.pk, by=SYSTEM, at=MONDAY)
    assert [row.status for row in old.declarations.all()] == ["dropped"]
    assert [(row.kind, row.status) for row in new.declarations.all()] == [("in", "to_declare")]


def test_nothing_ends_once_the_work_is_released(ana: Affiliate) -> None:
    contract, new = released(ana), drafted(ana)
    with pytest.raises(contracts.ContractReleased):
        contracts.annul(contract.pk, by=SYSTEM, at=MONDAY)
    with pytest.raises(contracts.ContractReleased):
        contracts.replace(contract.pk, new.pk, by=SYSTEM, at=MONDAY)


# --- the work


def test_release_counts_seven_legal_working_days(ana: Affiliate) -> None:
    contract = released(ana)
    assert contract.pay_deadline == date(2026, 12, 5)  # a Saturday: it counts, as the law counts
    again = contracts.release(
        contract.pk,
        kind="decided",
        gross_due=Decimal(1),
        hours_done=Decimal(1),
        by=SYSTEM,
        at=MONDAY,
    )
    assert again.gross_due == Decimal("640.00")


def test_unsigned_work_is_released_too(ana: Affiliate) -> None:
    contract = drafted(ana)
    row = contracts.release(
        contract.pk,
        kind="silence",
        gross_due=contract.gross,
        hours_done=contract.hours,
        last_day=date(2026, 11, 26),
        by=SYSTEM,
        at=MONDAY,
    )
    assert row.pay_deadline == date(2026, 12, 4)


def test_work_that_never_took_place_is_cancelled(ana: Affiliate) -> None:
    contract = signed(ana)
    contracts.release(
        contract.pk,
        kind="decided",
        gross_due=Decimal(0),
        hours_done=Decimal(0),
        by=SYSTEM,
        at=MONDAY,
    )
    assert contract.declarations.filter(kind="cancel").count() == 1


def test_work_that_ended_early_is_updated(ana: Affiliate) -> None:
    for contract in (signed(ana), drafted(ana)):
        contracts.release(
            contract.pk,
            kind="decided",
            gross_due=Decimal("320.00"),
            hours_done=Decimal("7.60"),
            last_day=date(2026, 11, 26),
            by=SYSTEM,
            at=MONDAY,
        )
        updates = contract.declarations.filter(kind="update").count()
        assert updates == (1 if contract.signed else 0)


def test_an_annulled_contract_is_not_released(ana: Affiliate) -> None:
    contract = drafted(ana)
    contracts.annul(contract.pk, by=SYSTEM, at=MONDAY)
    with pytest.raises(NotAllowed):
        contracts.release(
            contract.pk,
            kind="silence",
            gross_due=Decimal(1),
            hours_done=Decimal(1),
            by=SYSTEM,
            at=MONDAY,
        )


def test_work_begun_unsigned_is_flagged_and_decided(ana: Affiliate, elise: User) -> None:
    contract, ready = offered(ana), signed(ana)
    assert starts.mark_irregular(at=FIRST_DAY - timedelta(seconds=1)) == 0
    assert starts.mark_irregular(at=FIRST_DAY) == 1
    assert starts.mark_irregular(at=FIRST_DAY) == 0
    contract.refresh_from_db()
    ready.refresh_from_db()
    assert contract.irregular_start
    assert not ready.irregular_start
    event = journal.timeline(contract)[0]
    assert event.data["missing"] == ["signature", "dimona"]
    mine = {"by": elise.as_actor(), "user": elise, "at": FIRST_DAY}
    with pytest.raises(starts.DecisionMissing):
        starts.decide_irregular(contract.pk, decision=" ", **mine)  # type: ignore[arg-type]
    starts.decide_irregular(contract.pk, decision="Régularisé avec elle.", **mine)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        starts.decide_irregular(contract.pk, decision="Encore.", **mine)  # type: ignore[arg-type]


def test_an_annulled_start_is_not_looked_at(ana: Affiliate) -> None:
    contract = offered(ana)
    contracts.annul(contract.pk, by=SYSTEM, at=MONDAY)
    assert starts.mark_irregular(at=FIRST_DAY) == 0
    assert not starts._check(contract.pk, at=FIRST_DAY)  # annulled while the round was under way


def test_a_late_paper_leaves_the_start_irregular(ana: Affiliate) -> None:
    contract = offered(ana)
    signatures.upload_paper(
        contract.pk, upload=PAPER, by=ana.user.as_actor(), user=ana.user, at=FIRST_DAY
    )
    assert starts.mark_irregular(at=FIRST_DAY) == 1


# --- what the database refuses


@pytest.mark.parametrize(
    "change",
    [
        {"gross": Decimal("1.00")},
        {"printed": {}},
        {"starts_on": date(2026, 11, 25)},
        {"affiliate_signed_at": MONDAY},
        {"status": "signed", "signature_level": ""},
    ],
)
def test_a_signed_contract_never_changes(ana: Affiliate, change: dict[str, object]) -> None:
    contract = signed(ana)
    if "affiliate_signed_at" in change:
        change = {"affiliate_signed_at": MONDAY + timedelta(days=1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(**change)


def test_days_never_change(ana: Affiliate) -> None:
    contract = drafted(ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        contract.days.update(hours=Decimal(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        contract.days.create(day=date(2026, 11, 30), hours=Decimal(1))


def test_an_affiliate_sees_only_her_contracts(
    ana: Affiliate, bruno: Affiliate, carla: User
) -> None:
    contract = drafted(ana)
    assert Contract.objects.visible_to(ana.user).get() == contract
    assert not Contract.objects.visible_to(bruno.user).exists()
    assert Contract.objects.visible_to(carla).get() == contract


def _click(contract: Contract, who: Affiliate, at: datetime = MONDAY) -> None:
    signatures.sign_simple(
        contract.pk, consent="D’accord.", by=who.user.as_actor(), user=who.user, at=at
    )


def _declare(contract: Contract, carla: User) -> None:
    declarations.record(
        contract.declarations.get().pk,
        period_number="900001",
        by=carla.as_actor(),
        user=carla,
        at=MONDAY,
    )
