"""A locked identity is corrected by two, with a proof; what was stays known, papers keep it."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from members import queries
from members.actions import corrections
from members.actions.affiliates import ReasonMissing
from members.actions.applications import NationalNumberKnown
from members.actions.corrections import Identity
from members.models import Affiliate, IdentityCorrection
from members.rules import BirthDateDiffers, TooYoung
from office import clock, vault
from office.models import Event, Letter, Notice
from office.uploads import Upload
from smart.demo import cast
from smart.demo.world import RECEIPT
from tests import files, world
from tests.scenarios.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peopled")]
AT = world.MONDAY
PROOF = Upload(content=RECEIPT, media_type="image/png", extension=".png")


def identity(**other: Any) -> Identity:
    values = {"first_name": "Ana", "last_name": "Lopes", "birth_date": cast.ANA.born} | other
    return Identity(**values)


def ask(who: Affiliate | None = None, **other: Any) -> IdentityCorrection:
    who = who or world.ana()
    other = other or {"last_name": "Lopès"}
    return corrections.ask(
        who.pk,
        identity=identity(**other),
        reason=" Un accent manque. ",
        proof=PROOF,
        by=world.by(who),
        on=clock.day_of(AT),
        at=AT,
    )


def accept(row: IdentityCorrection) -> IdentityCorrection:
    elise = world.elise()
    return corrections.accept(row.pk, user=elise, by=elise.as_actor(), at=AT)


def refuse(row: IdentityCorrection, reason: str = "La photo ne se lit pas.") -> IdentityCorrection:
    elise = world.elise()
    return corrections.refuse(row.pk, reason=reason, user=elise, by=elise.as_actor(), at=AT)


def test_the_new_identity_stands_and_the_old_one_stays_known() -> None:
    order = world.contracted_job()
    contract = world.contract_of(order)
    before = contract.printed
    row = ask()
    assert [(was, asked) for _label, was, asked in row.changes] == [("Lopes", "Lopès")]
    assert Notice.objects.filter(kind="members/identity_to_decide", read_at=None).exists()
    assert vault.content(row.proof) == RECEIPT and row.reason == "Un accent manque."
    assert world.ana().last_name == "Lopes", "nothing changes before staff say so"
    decided = accept(row)
    assert accept(row).decided_at == decided.decided_at  # twice: no change
    ana = Affiliate.objects.select_related("user").get(pk=row.affiliate_id)
    assert ana.name == ana.user.name == "Ana Lopès"
    assert decided.was_last_name == "Lopes" and decided.accepted
    contract.refresh_from_db()
    assert contract.printed == before, "papers made before keep what they print"
    history = Affiliate.pgh_event_model.objects.filter(pgh_obj=ana)  # type: ignore[attr-defined]
    assert "Lopes" in set(history.values_list("last_name", flat=True))
    with pytest.raises(vault.Forgotten):
        vault.content(decided.proof)
    assert not Notice.objects.filter(kind="members/identity_to_decide", read_at=None).exists()
    letter = Letter.objects.get(kind="members/identity_corrected")
    assert "Lopès" not in letter.subject_line
    assert Event.objects.filter(kind="identity.corrected").count() == 1
    with pytest.raises(corrections.CorrectionDecided):
        refuse(row)


def test_a_new_number_is_sealed_checked_and_nobody_elses() -> None:
    bruno, ana = world.bruno(), world.ana()
    with pytest.raises(NationalNumberKnown):
        ask(birth_date=cast.BRUNO.born, national_number=cast.BRUNO.national_number)
    with pytest.raises(BirthDateDiffers):
        ask(birth_date=date(1990, 3, 15))
    with pytest.raises(TooYoung):
        ask(birth_date=date(2020, 3, 15))
    row = ask(birth_date=cast.CHLOE.born, national_number=cast.CHLOE.national_number)
    assert {str(label) for label, _was, _asked in row.changes} == {"naissance", "numéro national"}
    assert cast.CHLOE.national_number not in repr(vars(row))
    world.affiliate(cast.CHLOE)  # meanwhile she joined
    with pytest.raises(NationalNumberKnown):
        accept(row)
    assert queries.national_number(ana) == cast.ANA.national_number
    assert bruno.pk != ana.pk


def test_a_number_replaced_is_found_by_the_new_one_only() -> None:
    row = accept(ask(birth_date=cast.GITA.born, national_number=cast.GITA.national_number))
    found = queries.find_by_national_number(cast.GITA.national_number)
    assert found.get().pk == row.affiliate_id
    assert not queries.find_by_national_number(cast.ANA.national_number).exists()
    assert queries.national_number(found.get()) == cast.GITA.national_number


def test_one_question_at_a_time_and_about_something() -> None:
    with pytest.raises(corrections.NothingToCorrect):
        ask(last_name="Lopes")
    row = ask()
    with pytest.raises(corrections.CorrectionOpen):
        ask(last_name="Lôpes")
    with pytest.raises(ReasonMissing):
        refuse(row, reason="  ")
    refused = refuse(row)
    assert refused.accepted is False and refused.refusal_reason == "La photo ne se lit pas."
    assert "La photo ne se lit pas." in Letter.objects.get(kind="members/identity_refused").body
    for again in (accept, refuse):
        with pytest.raises(corrections.CorrectionDecided):
            again(row)
    assert ask(last_name="Lôpes").pk != row.pk
    with pytest.raises(corrections.IdentityNotLocked):
        ask(world.newcomer())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE members_identitycorrection SET last_name = 'x' WHERE id = %s",
        "UPDATE members_identitycorrection SET accepted = false WHERE id = %s",
        "DELETE FROM members_identitycorrection WHERE id = %s",
    ],
)
def test_the_database_keeps_what_was_decided(statement: str) -> None:
    row = accept(ask())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [row.pk])


def test_she_asks_on_her_page_and_elise_decides_at_the_desk() -> None:
    clock.move_to(AT)
    ana, elise = Visitor(world.ana().user), Visitor(world.elise())
    page = ana.see("/me/identity/")
    assert "ne change qu’à deux" in page.text
    values = {
        "first_name": "Ana",
        "last_name": "Lopès",
        "birth_date": "14/03/1990",
        "reason": "Un accent manque.",
    }
    missing = ana.client.post("/me/identity/", values)
    assert missing.status_code == 422 and "Lopès" in missing.content.decode()
    bad = SimpleUploadedFile("preuve.pdf", b"MZ program", content_type="application/pdf")
    refused = ana.client.post("/me/identity/", values | {"file": bad})
    assert refused.status_code == 422 and not IdentityCorrection.objects.exists()
    proof = SimpleUploadedFile("carte.png", files.picture(), content_type="image/png")
    ana.client.post("/me/identity/", values | {"file": proof})
    row = IdentityCorrection.objects.get()
    waiting = ana.see("/me/identity/")
    assert "attend une réponse" in waiting.text and "Lopes → Lopès" in waiting.text
    shown = ana.client.get(f"/me/identity/proof/{row.ref}/")
    assert shown.status_code == 200 and shown["Content-Type"].startswith("image/")
    listed = elise.see("/admin/members/identitycorrection/")
    assert "Lopes → Lopès" in listed.text
    detail = elise.see(f"/admin/members/identitycorrection/{row.pk}/change/")
    assert "Voir la preuve" in detail.text
    assert elise.client.get(f"/me/identity/proof/{row.ref}/").status_code == 200
    assert Event.objects.filter(kind="identity.proof_seen").count() == 1
    button = elise.see(f"/admin/members/identitycorrection/{row.pk}/accept/")
    elise.press(button, "Corriger l’identité")
    assert "effacée avec la réponse" in elise.see(detail.url).text
    assert ana.client.get(f"/me/identity/proof/{row.ref}/").status_code == 404
    after = ana.see("/me/identity/")
    assert "Corrections passées" in after.text and "Ana Lopès" in after.text


def test_elise_refuses_with_a_reason_she_reads() -> None:
    clock.move_to(AT)
    row = ask()
    elise, ana = Visitor(world.elise()), Visitor(world.ana().user)
    page = elise.see(f"/admin/members/identitycorrection/{row.pk}/refuse/")
    elise.press(page, "Refuser", status=422)
    elise.press(page, "Refuser", reason="La photo est floue.")
    assert "La photo est floue." in ana.see("/me/identity/").text
    queue = elise.see("/admin/members/identitycorrection/?queue=decided")
    assert "Lopès" in queue.text
