"""Gita asks to join: what she types, the letter, the link, the cooperative's answer."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ledger import queries as books
from members import queries, rules
from members.actions import affiliates, applications, papers
from members.models import Activity, Affiliate, BankAccount, Trade, User
from members.rules import HouseholdFacts
from office import crypto, journal, links
from office.actors import Actor, ActorKind
from office.lifecycle import NotAllowed
from office.models import Letter
from office.uploads import Upload
from smart.demo import cast
from tests import files, world

AT = world.MONDAY
ON = date(2026, 11, 23)
GUEST = Actor(kind=ActorKind.AFFILIATE, name="Gita Rao")
PICTURE = Upload(content=files.picture(), media_type="image/jpeg", extension=".jpg")

pytestmark = pytest.mark.django_db


def form(**changes: object) -> affiliates.Registration:
    """What Gita types first."""
    return replace(
        affiliates.Registration(
            email="Gita.Rao@exemple.example",
            password="trois mots bien choisis",
            first_name="Gita",
            last_name="Rao",
            trade_code="translator",
        ),
        **changes,  # type: ignore[arg-type]
    )


def told(**changes: object) -> applications.Application:
    """What she tells next."""
    return replace(
        applications.Application(
            birth_date=date(1985, 7, 30),
            national_number="85.07.30-033 28",
            street="Rue Haute 12",
            postcode="1000",
            city="Bruxelles",
            phone="0470123456",
            iban="BE71 0961 2345 6769",
            household=HouseholdFacts(partner_income="none", children=2),
        ),
        **changes,  # type: ignore[arg-type]
    )


def register(**changes: object) -> Affiliate:
    affiliate = affiliates.register(form(**changes), by=GUEST, on=ON, at=AT)
    assert affiliate is not None
    return affiliate


def send(gita: Affiliate, **changes: object) -> Affiliate:
    return applications.send(gita.pk, told(**changes), by=GUEST, on=ON, at=AT)


def ready(**changes: object) -> Affiliate:
    """Gita, her address confirmed, her papers given."""
    gita = register(**changes)
    affiliates.confirm_email(gita.user_id, by=GUEST, at=AT)
    for kind in queries.papers_asked(gita.trade):
        papers.give(gita.pk, kind, upload=PICTURE, by=GUEST, at=AT)
    gita.user.refresh_from_db()
    return gita


def applied(**changes: object) -> Affiliate:
    return send(ready(), **changes)


def checked(gita: Affiliate) -> Affiliate:
    cast.check_papers(gita, advisor=world.elise(), at=AT)
    return gita


def test_the_first_step_keeps_who_asks_and_nothing_more() -> None:
    gita = register()
    assert gita.status == "draft" and not gita.may_send
    assert gita.user.email == "gita.rao@exemple.example"
    assert gita.user.check_password("trois mots bien choisis")
    assert gita.birth_date is None and gita.national_number_index is None
    letter = Letter.objects.get(to=gita.user.email)
    assert letter.kind == "members/confirm_email" and letter.link
    assert links.open("email", links.token(letter.link), at=AT).subject == f"user:{gita.user_id}"
    assert [event.kind for event in journal.timeline(gita)] == ["affiliate.registered"]


def test_a_trade_that_does_not_exist_is_refused_in_a_sentence() -> None:
    with pytest.raises(affiliates.TradeUnknown) as refused:
        register(trade_code="sorcerer")
    assert refused.value.field and len(str(refused.value)) > 20 and not User.objects.exists()


def test_what_she_types_is_kept_sealed_until_it_is_sent() -> None:
    gita = register()
    typed = {"birth_date": "hier", "national_number": "85073003328"}
    for part, values in (("identity", typed), ("home", {"city": "Liège"})):
        gita = applications.keep(gita.pk, part, values)
    assert applications.draft_of(gita) == {"identity": typed, "home": {"city": "Liège"}}
    assert gita.draft_sealed and b"8507" not in bytes(gita.draft_sealed)
    sent = applied_by(gita)
    assert sent.draft_sealed is None and applications.draft_of(sent) == {}
    with pytest.raises(NotAllowed):
        applications.keep(sent.pk, "home", {})


def applied_by(gita: Affiliate) -> Affiliate:
    """Gita confirms, gives her papers, sends."""
    affiliates.confirm_email(gita.user_id, by=GUEST, at=AT)
    for kind in queries.papers_asked(gita.trade):
        papers.give(gita.pk, kind, upload=PICTURE, by=GUEST, at=AT)
    return send(gita)


def test_what_she_tells_is_on_her_row_once_sent() -> None:
    gita = applied()
    assert gita.status == "registered" and not gita.may_send
    assert gita.national_number_masked == "85.07.30-***.**"
    assert b"8507300" not in bytes(gita.national_number_sealed or b"")
    assert queries.national_number(gita) == "85073003328"
    account = BankAccount.objects.get(affiliate=gita)
    assert account.confirmed_at == AT and account.approved_at is None and account.bic == "GKCCBEBB"
    assert queries.bank_account_of(gita.pk, AT) is None
    household = queries.household_of(gita.pk, ON)
    assert (household.scale, household.children, household.starts_on) == ("2", 2, ON)
    assert send(gita) == gita and BankAccount.objects.count() == 1  # twice is once
    assert "affiliate.applied" in [event.kind for event in journal.timeline(gita)]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"national_number": "85.07.30-033 29"}, rules.NationalNumberWrong),
        ({"birth_date": date(1985, 7, 31)}, rules.BirthDateDiffers),
        ({"birth_date": date(2010, 7, 30), "national_number": "10073000166"}, rules.TooYoung),
        ({"iban": "BE71 0961 2345 6760"}, rules.IbanWrong),
        ({"iban": "BR1500000000000010932840814P2"}, rules.IbanOutsideSepa),
        ({"household": HouseholdFacts(single_parent=True)}, rules.NotSingleParent),
        ({"household": HouseholdFacts(partner_disabled=True)}, rules.NoPartner),
        (
            {"household": HouseholdFacts(children=1, disabled_children=2)},
            rules.TooManyDisabledChildren,
        ),
        ({"household": HouseholdFacts(higher_rate=rules.Decimal(2))}, rules.HigherRateOutOfReach),
    ],
)
def test_what_does_not_hold_is_refused_in_a_sentence_and_nothing_is_sent(
    changes: dict[str, object], refusal: type[rules.Refusal]
) -> None:
    gita = ready()
    with pytest.raises(refusal) as refused:
        send(gita, **changes)
    assert len(str(refused.value)) > 20 and refused.value.field
    gita.refresh_from_db()
    assert gita.status == "draft" and not BankAccount.objects.exists()


def test_an_application_needs_the_confirmed_address_and_every_paper() -> None:
    gita = register()
    with pytest.raises(applications.EmailNotConfirmed):
        send(gita)
    affiliates.confirm_email(gita.user_id, by=GUEST, at=AT)
    with pytest.raises(applications.PapersToGive, match="verso"):
        send(gita)


def test_a_bis_number_without_birth_date_is_taken_as_it_is() -> None:
    digits = "00000100195"
    number = f"{digits[:9]}{97 - int(digits[:9]) % 97:02d}"
    assert applied(national_number=number, birth_date=date(1985, 7, 30))


def test_a_known_national_number_is_refused_without_saying_whose() -> None:
    applied()
    other = ready(email="other@exemple.example")
    with pytest.raises(applications.NationalNumberKnown) as refused:
        send(other)
    assert "Gita" not in str(refused.value) and "gita" not in str(refused.value)


def test_a_known_address_gets_a_letter_and_the_page_learns_nothing() -> None:
    gita = register()
    again = form()
    assert affiliates.register(again, by=GUEST, on=ON, at=AT) is None
    assert affiliates.register(again, by=GUEST, on=ON, at=AT) is None
    assert Affiliate.objects.count() == 1
    letters = Letter.objects.filter(to=gita.user.email).order_by("id")
    kinds = [letter.kind for letter in letters]
    assert kinds == ["members/confirm_email", "members/already_registered"]


def test_two_at_the_same_instant_are_told_what_a_later_one_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    register()
    monkeypatch.setattr(User.objects, "filter", lambda **_: User.objects.none())
    assert affiliates.register(form(), by=GUEST, on=ON, at=AT) is None


def test_confirming_the_address_twice_changes_nothing() -> None:
    gita = register()
    for hours in (1, 2):
        affiliates.confirm_email(gita.user_id, by=GUEST, at=AT + timedelta(hours=hours))
    gita.user.refresh_from_db()
    assert gita.user.email_confirmed_at == AT + timedelta(hours=1)


def test_staff_confirm_an_address_too() -> None:
    user = User.objects.create_user("new@coop.example", None, name="New", joined_at=AT)
    assert affiliates.confirm_email(user.pk, by=GUEST, at=AT).email_confirmed_at == AT


def test_the_link_once_more_closes_the_older_one_but_not_twice_in_a_moment() -> None:
    gita = register()
    first = links.newest(gita.user, "email")
    assert first
    assert not affiliates.send_confirmation(gita.user_id, at=AT + timedelta(minutes=1))
    assert affiliates.send_confirmation(gita.user_id, at=AT + timedelta(minutes=5))
    with pytest.raises(links.LinkRevoked):
        links.open("email", links.token(first), at=AT + timedelta(minutes=6))
    affiliates.confirm_email(gita.user_id, by=GUEST, at=AT + timedelta(hours=1))
    assert not affiliates.send_confirmation(gita.user_id, at=AT + timedelta(days=1))


def test_accepting_opens_her_activity_and_its_budget_and_her_account_counts() -> None:
    elise, entity = world.elise(), world.cooperative()
    gita = applied()
    answer = {"entity_id": entity.pk, "user": elise, "by": elise.as_actor(), "at": AT}
    with pytest.raises(affiliates.PapersNotChecked, match="recto"):
        affiliates.accept(gita.pk, **answer)
    checked(gita)
    activity = affiliates.accept(gita.pk, advisor_id=elise.pk, **answer)
    assert affiliates.accept(gita.pk, **answer) == activity
    gita.refresh_from_db()
    assert gita.may_send and gita.advisor == elise and gita.decided_by == elise
    assert activity.budget_account.code == "920"
    assert activity.budget_account.holder == f"activity:{activity.pk}"
    assert books.balance(activity.budget_account_id) == 0
    account = queries.bank_account_of(gita.pk, AT)
    assert account and account.approved_by == elise
    assert queries.activity_of(gita.pk, AT.date()) == activity
    assert Letter.objects.filter(kind="members/accepted", to=gita.user.email).count() == 1


def test_a_refusal_says_why_and_can_be_looked_at_again() -> None:
    elise = world.elise()
    gita = applied()
    answer = {"user": elise, "by": elise.as_actor(), "at": AT}
    with pytest.raises(affiliates.ReasonMissing):
        affiliates.refuse(gita.pk, reason="  ", **answer)
    affiliates.refuse(gita.pk, reason="Métier réglementé.", **answer)
    letter = Letter.objects.get(kind="members/refused")
    assert "Métier réglementé." in letter.body and letter.to == gita.user.email
    affiliates.reopen(gita.pk, by=elise.as_actor(), at=AT)
    gita.refresh_from_db()
    assert gita.status == "registered" and gita.decided_at is None and not gita.refusal_reason


VERBS = {
    "accept": {"registered", "accepted"},  # accepted already: the same activity
    "refuse": {"registered"},
    "reopen": {"refused"},
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", ["draft", "registered", "accepted", "refused"])
def test_every_status_allows_its_verbs_and_no_other(status: str, verb: str) -> None:
    elise, entity = world.elise(), world.cooperative()
    answer = {"user": elise, "by": elise.as_actor(), "at": AT}
    gita = ready() if status == "draft" else checked(applied())
    acts = {
        "accept": lambda: affiliates.accept(gita.pk, entity_id=entity.pk, **answer),
        "refuse": lambda: affiliates.refuse(gita.pk, reason="Non.", **answer),
        "reopen": lambda: affiliates.reopen(gita.pk, by=elise.as_actor(), at=AT),
    }
    if status not in ("draft", "registered"):
        acts[{"accepted": "accept", "refused": "refuse"}[status]]()
    if status in VERBS[verb]:
        acts[verb]()
    else:
        with pytest.raises(NotAllowed):
            acts[verb]()


def test_her_papers_follow_when_she_moves_and_the_history_is_kept_by_the_database() -> None:
    ana = world.ana()
    affiliates.move_house(
        ana.pk,
        street="Quai 1",
        postcode="4000",
        city="Liège",
        phone="",
        by=world.by(ana),
        at=AT,
    )
    ana.refresh_from_db()
    assert (ana.street, ana.city) == ("Quai 1", "Liège")
    streets = list(ana.events.order_by("pgh_id").values_list("street", flat=True))  # type: ignore[attr-defined]
    assert streets[-1] == "Quai 1" and streets[0] != "Quai 1"


def test_what_is_ana_s_is_seen_by_her_and_by_staff_and_by_nobody_else() -> None:
    ana, bruno, denis = world.ana(), world.bruno(), world.denis()
    for table in (Affiliate, Activity, BankAccount):
        on: dict[str, Any] = {"on": AT.date()} if table is Activity else {}
        mine = set(table.objects.visible_to(ana.user, **on))  # type: ignore[attr-defined]
        others = set(table.objects.visible_to(bruno.user, **on))  # type: ignore[attr-defined]
        assert mine and others and not mine & others
        assert mine | others <= set(table.objects.visible_to(denis, **on))  # type: ignore[attr-defined]


def test_the_national_number_is_found_whole_only() -> None:
    gita = applied()
    assert list(queries.find_by_national_number("85 07 30 033 28")) == [gita]
    assert not queries.find_by_national_number("85073").exists()
    assert not queries.find_by_national_number("98.47.28-997.65").exists()
    assert gita.national_number_index == crypto.index("85073003328")


def test_the_database_refuses_a_decision_by_nobody() -> None:
    gita = applied()
    with pytest.raises(IntegrityError), transaction.atomic():
        Affiliate.objects.filter(pk=gita.pk).update(status="accepted")


def test_the_database_refuses_a_registration_sent_half() -> None:
    gita = register()
    with pytest.raises(IntegrityError), transaction.atomic():
        Affiliate.objects.filter(pk=gita.pk).update(status="registered")


def test_the_register_of_trades_follows_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from members import trades

    Trade.objects.filter(pk="translator").update(label_fr="?", active=False)
    Trade.objects.create(
        code="old",
        label_fr="Ancien",
        label_nl="Oud",
        label_en="Old",
        artistic=False,
        risk_class="office",
        contract_kind="white_collar",
        pay_class="A",
    )
    trades.sync()
    assert Trade.objects.get(pk="translator").active
    assert str(Trade.objects.get(pk="translator")) == "Traduction"
    assert not Trade.objects.get(pk="old").active


def test_addresses_of_affiliates_and_staff_are_known() -> None:
    ana, denis = world.ana(), world.denis()
    assert queries.is_known_address(ana.user.email.upper())
    assert queries.is_known_address(denis.email)
    assert not queries.is_known_address("marc@client.example")
