"""Several people in one activity: Ana invites Bruno, he accepts, takes part, leaves one day."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ledger import actions as ledger
from members.actions import activities as acts
from members.models import (
    Activity,
    ActivityInvitation,
    ActivityMandate,
    ActivityRole,
    Affiliate,
)
from members.states import InvitationStatus
from office import journal
from office.lifecycle import NotAllowed
from office.models import Letter, Notice
from office.refusals import Refusal
from tests import world
from tests.scenarios.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("peopled")

AT, ON = world.MONDAY, world.MONDAY.date()
TOMORROW, LATER = ON + timedelta(days=1), date(2026, 12, 31)
HOLDER, PARTICIPANT = ActivityRole.HOLDER, ActivityRole.PARTICIPANT


def invite(
    who: Affiliate, invited: str, role: str = PARTICIPANT, **days: date
) -> ActivityInvitation:
    """An invitation to her own activity."""
    key, by = world.activity(who).pk, world.by(who)
    return acts.invite(key, invited=invited, role=role, inviter_id=who.pk, by=by, at=AT, **days)


def accept(invitation: ActivityInvitation, who: Affiliate, at: datetime = AT) -> ActivityMandate:
    return acts.accept(invitation.pk, affiliate_id=who.pk, by=world.by(who), at=at)


def end(mandate: ActivityMandate, on: date, who: Affiliate, at: datetime = AT) -> ActivityMandate:
    return acts.end(mandate.pk, ends_on=on, asked_by=who.pk, by=world.by(who), at=at)


def joined(role: str = PARTICIPANT) -> ActivityMandate:
    """Bruno takes part in Ana's activity."""
    return accept(invite(world.ana(), world.bruno().user.email, role), world.bruno())


def refused(refusal: type[Refusal], act: Any, *args: Any) -> Refusal:
    with pytest.raises(refusal) as caught:
        act(*args)
    return caught.value


def test_her_activity_is_hers_from_the_day_it_opened(db: None) -> None:
    ana = world.ana()
    mandate = ana.activity_mandates.get()
    assert (mandate.role, mandate.starts_on, mandate.ends_on) == (HOLDER, ON, None)
    assert str(mandate) == "Ana Lopes · titulaire de l’activité"
    assert Activity.objects.visible_to(ana.user, on=ON).get() == mandate.activity
    before = Activity.objects.visible_to(ana.user, on=ON - timedelta(days=1))
    assert not before.exists()


@pytest.mark.parametrize("by_ref", [True, False])
def test_bruno_is_invited_and_takes_part(db: None, by_ref: bool) -> None:
    ana, bruno = world.ana(), world.bruno()
    activity = world.activity(ana)
    name = bruno.ref.lower() if by_ref else f" {bruno.user.email.upper()} "
    invitation = invite(ana, name)
    assert invite(ana, name) == invitation
    letter = Letter.objects.get(kind="members/activity_invited")
    assert letter.to == bruno.user.email and letter.subject_line.startswith(
        "Ana Lopes nodigt u uit"
    )
    assert not Activity.objects.held_by(bruno.pk, on=ON).filter(pk=activity.pk).exists()

    mandate = accept(invitation, bruno)
    assert accept(invitation, bruno) == mandate
    assert (mandate.role, mandate.starts_on, mandate.ends_on) == (PARTICIPANT, ON, None)
    assert activity in Activity.objects.visible_to(bruno.user, on=ON)
    assert Letter.objects.get(kind="members/activity_joined").to == ana.user.email
    assert Notice.objects.get(kind="members/activity_invited").read_at is not None
    kinds = [event.kind for event in journal.timeline(activity)]
    assert kinds[:2] == ["activity.joined", "activity.invited"]


def said(page: Page) -> str:
    """The words of a page, without the demo's bar and its clock."""
    assert page.root is not None
    main = page.root.xpath("//main")[0].text_content()
    return re.sub(r"\d\d:\d\d", "", " ".join(main.split()))


def test_nobody_learns_who_is_a_member(db: None) -> None:
    """A stranger's address, a reference that is nobody's, a member's: the same page, word for
    word, but for what was typed.
    """
    ana, bruno = world.ana(), world.bruno()
    url = f"/me/activities/{world.activity(ana).ref}/"
    pages: dict[str, Page] = {}
    for invited in ("inconnue@mail.example", "00000000", bruno.user.email):
        at_browser = Visitor(ana.user)
        pages[invited] = at_browser.press(at_browser.see(url), "Inviter", invited=invited)
        assert "L’invitation est notée" in pages[invited].text
        at_browser.press(pages[invited], "Retirer")
    told = {said(page).replace(invited, "…") for invited, page in pages.items()}
    assert len(told) == 1
    assert "Bruno" not in told.pop()
    letters = Letter.objects.filter(kind="members/activity_invited")
    assert [letter.to for letter in letters] == [bruno.user.email]


def test_an_invitation_waits_for_who_is_not_a_member_yet(db: None) -> None:
    ana, gita = world.ana(), world.newcomer()
    invitation = invite(ana, gita.user.email)
    refused(acts.NotYetAMember, accept, invitation, gita)
    page = Visitor(gita.user).see("/me/activities/")
    assert "Ana Lopes vous invite" in page.text and "Vous pourrez accepter" in page.text


def test_she_declines_or_it_is_taken_back(db: None) -> None:
    ana, bruno = world.ana(), world.bruno()
    first = invite(ana, bruno.ref)
    for _twice in range(2):
        gone = acts.decline(first.pk, affiliate_id=bruno.pk, by=world.by(bruno), at=AT)
        assert gone.status == InvitationStatus.DECLINED
    refused(NotAllowed, accept, first, bruno)
    second = invite(ana, bruno.ref)
    gone = acts.withdraw(second.pk, affiliate_id=ana.pk, by=world.by(ana), at=AT)
    assert gone.status == InvitationStatus.WITHDRAWN
    assert refused(NotAllowed, accept, second, bruno).field == ""
    assert not Notice.objects.filter(read_at=None, kind="members/activity_invited").exists()
    assert str(second) == f"{second.activity} · {bruno.ref}"


def test_only_who_may(db: None) -> None:
    ana, bruno = world.ana(), world.bruno()
    mandate = joined()
    stranger = invite(ana, "inconnue@mail.example")
    refused(ActivityInvitation.DoesNotExist, accept, stranger, bruno)
    by = world.by(bruno)
    with pytest.raises(acts.NotHolder):
        acts.withdraw(stranger.pk, affiliate_id=bruno.pk, by=by, at=AT)
    with pytest.raises(acts.NotHolder):
        acts.invite(
            mandate.activity_id, invited="x@y.example", role=HOLDER,
            inviter_id=bruno.pk, by=by, at=AT,
        )  # fmt: skip
    hers = ana.activity_mandates.get()
    refused(acts.NotHolder, end, hers, LATER, bruno)
    for own in (ana.user.email, ana.ref):
        assert refused(acts.InvitesHerself, invite, ana, own).field == "invited"


def test_twenty_invitations_wait_at_most(db: None) -> None:
    ana = world.ana()
    for number in range(acts.MOST_OPEN - 1):
        invite(ana, f"invitee-{number}@mail.example")
    last = invite(ana, "derniere@mail.example")
    assert invite(ana, "derniere@mail.example") == last
    refused(acts.TooManyInvitations, invite, ana, "encore@mail.example")


def test_a_mandate_ends_on_a_day_and_access_with_it(db: None) -> None:
    ana, bruno = world.ana(), world.bruno()
    mandate = joined()
    ended = end(mandate, LATER, ana)
    assert end(mandate, LATER, ana).ends_on == ended.ends_on == LATER
    told = Letter.objects.filter(kind="members/activity_ended")
    assert {letter.to for letter in told} == {ana.user.email, bruno.user.email}
    on = Activity.objects.held_by(bruno.pk, on=LATER)
    after = Activity.objects.held_by(bruno.pk, on=LATER + timedelta(days=1))
    assert mandate.activity in on and mandate.activity not in after
    refused(acts.EndTooLate, end, mandate, LATER + timedelta(days=1), ana)
    refused(acts.EndTooEarly, end, mandate, ON - timedelta(days=1), bruno)
    assert end(mandate, ON, bruno).ends_on == ON


def test_who_comes_back_begins_the_day_after(db: None) -> None:
    ana, bruno = world.ana(), world.bruno()
    refused(acts.AlreadyInActivity, accept, invite(ana, joined().affiliate.user.email), bruno)
    mandate = bruno.activity_mandates.get(activity=world.activity(ana))
    end(mandate, LATER, bruno)
    again = accept(invite(ana, bruno.ref), bruno)
    assert again.starts_on == LATER + timedelta(days=1)


def test_a_participant_becomes_a_holder_from_tomorrow(db: None) -> None:
    ana, bruno = world.ana(), world.bruno()
    before = joined()
    mandate = accept(invite(ana, bruno.user.email, HOLDER), bruno)
    before.refresh_from_db()
    assert (before.ends_on, mandate.starts_on, mandate.role) == (ON, TOMORROW, HOLDER)


def test_an_activity_has_a_holder_every_day(db: None) -> None:
    ana, bruno = world.ana(), world.bruno()
    hers = ana.activity_mandates.get()
    joined()
    assert refused(acts.LastHolder, end, hers, LATER, ana).field == "ends_on"
    his = accept(invite(ana, bruno.user.email, HOLDER), bruno)
    refused(acts.HolderOfHerself, end, hers, LATER, bruno, AT + timedelta(days=1))
    end(hers, ON, ana)  # his begins tomorrow
    refused(acts.LastHolder, end, his, LATER, bruno)
    hers.refresh_from_db()
    assert hers.ends_on == ON
    assert [row.pk for row in Activity.objects.held_by(ana.pk, on=TOMORROW)] == []


def test_the_last_holder_cannot_become_a_participant(db: None) -> None:
    ana, bruno = world.ana(), world.bruno()
    his = joined(HOLDER)
    back = acts.invite(
        his.activity_id, invited=ana.ref, role=PARTICIPANT,
        inviter_id=bruno.pk, by=world.by(bruno), at=AT,
    )  # fmt: skip
    end(his, LATER, bruno)
    refused(acts.LastHolder, accept, back, ana)


def test_a_mandate_from_a_day_to_a_day(db: None) -> None:
    """Bruno answers before the first day proposed, then after it."""
    ana, bruno = world.ana(), world.bruno()
    soon = ON + timedelta(days=9)
    asked = invite(ana, bruno.user.email, starts_on=soon, ends_on=LATER)
    letter = Letter.objects.get(kind="members/activity_invited")
    assert "Van woensdag 2 december 2026 tot en met donderdag 31 december 2026" in letter.body
    home = Visitor(bruno.user).see("/")
    assert "Ana Lopes nodigt u uit" in home.text and "2 december 2026" in home.text
    mandate = accept(asked, bruno)
    assert (mandate.starts_on, mandate.ends_on) == (soon, LATER)
    page = Visitor(bruno.user).see("/me/activities/")
    assert "Van woensdag 2 december 2026" in page.text
    assert not Activity.objects.held_by(bruno.pk, on=ON).filter(pk=mandate.activity_id).exists()
    assert Activity.objects.held_by(bruno.pk, on=soon).filter(pk=mandate.activity_id).exists()

    again = invite(ana, bruno.ref, starts_on=ON)
    assert accept(again, bruno, AT + timedelta(days=1)).starts_on == LATER + timedelta(days=1)


def test_what_gives_place_ends_the_day_before(db: None) -> None:
    ana, bruno = world.ana(), world.bruno()
    before, soon = joined(), ON + timedelta(days=9)
    after = accept(invite(ana, bruno.ref, HOLDER, starts_on=soon), bruno)
    before.refresh_from_db()
    assert (before.ends_on, after.starts_on) == (soon - timedelta(days=1), soon)


def test_days_that_make_no_mandate(db: None) -> None:
    ana, bruno = world.ana(), world.bruno()
    yesterday = ON - timedelta(days=1)
    for days, refusal in (
        ({"starts_on": yesterday}, acts.StartTooEarly),
        ({"ends_on": yesterday}, acts.EndBeforeStart),
        ({"starts_on": LATER, "ends_on": TOMORROW}, acts.EndBeforeStart),
    ):
        with pytest.raises(refusal):
            invite(ana, bruno.ref, **days)
    short = invite(ana, bruno.ref, ends_on=TOMORROW)
    refused(acts.InvitationOver, accept, short, bruno, AT + timedelta(days=2))
    short.refresh_from_db()
    assert short.status == InvitationStatus.OPEN
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityInvitation.objects.filter(pk=short.pk).update(starts_on=LATER)


@pytest.mark.parametrize("change", ["ends", "gap", "participant", "nobody"])
def test_the_database_refuses_an_activity_nobody_holds(db: None, change: str) -> None:
    mandate = joined()
    hers = world.ana().activity_mandates.filter(activity=mandate.activity)
    chloe = world.affiliate(world.cast.CHLOE)
    bare = {"entity_id": mandate.activity.entity_id, "kind": "job_by_job", "opened_at": AT}

    def handed_over(first: date) -> None:
        ActivityMandate.objects.create(
            activity=mandate.activity,
            affiliate=chloe,
            role=HOLDER,
            starts_on=first,
        )
        hers.update(ends_on=LATER)

    wrong: dict[str, Any] = {
        "ends": lambda: hers.update(ends_on=LATER),
        "gap": lambda: handed_over(LATER + timedelta(days=2)),
        "participant": lambda: hers.filter(role=HOLDER).update(ends_on=ON),
        "nobody": lambda: Activity.objects.create(
            affiliate=mandate.affiliate,
            name="À personne",
            budget_account=ledger.open_account(
                mandate.activity.entity_id, code="920", holder="activity:0", name="À personne"
            ),
            **bare,
        ),
    }
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        wrong[change]()
    assert caught.value.__cause__.diag.constraint_name == "activity_is_held"  # type: ignore[union-attr]
    handed_over(LATER + timedelta(days=1))


@pytest.mark.parametrize("change", ["role", "starts", "later", "endless", "delete", "overlap"])
def test_the_database_refuses_another_past(db: None, change: str) -> None:
    mandate = joined()
    end(mandate, LATER, world.bruno())
    rows = ActivityMandate.objects.filter(pk=mandate.pk)
    acts_on: dict[str, Any] = {
        "role": lambda: rows.update(role=HOLDER),
        "starts": lambda: rows.update(starts_on=TOMORROW),
        "later": lambda: rows.update(ends_on=LATER + timedelta(days=1)),
        "endless": lambda: rows.update(ends_on=None),
        "delete": lambda: rows._raw_delete("default"),
        "overlap": lambda: ActivityMandate.objects.create(
            activity=mandate.activity, affiliate=mandate.affiliate, role=HOLDER, starts_on=LATER
        ),
    }
    named = "activity_mandate_one_a_day" if change == "overlap" else "activity_mandate_only_ends"
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        acts_on[change]()
    assert caught.value.__cause__.diag.constraint_name == named  # type: ignore[union-attr]
    ActivityMandate.objects.create(
        activity=mandate.activity,
        affiliate=mandate.affiliate,
        role=HOLDER,
        starts_on=LATER + timedelta(days=1),
    )


def test_on_the_pages(db: None) -> None:
    ana, bruno = world.ana(), world.bruno()
    hers, his = Visitor(ana.user), Visitor(bruno.user)
    url = f"/me/activities/{world.activity(ana).ref}/"
    hers.press(hers.see(url), "Inviter", invited=bruno.user.email, role="holder")
    invitation = ActivityInvitation.objects.get()
    waiting = his.see("/me/activities/")
    assert "Ana Lopes nodigt u uit" in waiting.text
    answer = his.client.post(f"/me/activities/invitations/{invitation.ref}/", {"answer": "x"})
    assert answer.status_code == 302 and invitation.status == InvitationStatus.OPEN
    accepted = his.press(his.see("/"), "Aanvaarden")
    assert "U neemt deel aan “Activité Ana Lopes” vanaf 23/11/2026" in accepted.text
    page = hers.see(url)
    assert "Bruno Maes" in page.text and bruno.user.email not in page.text
    again = his.client.post(
        f"/me/activities/invitations/{invitation.ref}/", {"answer": "decline"}, follow=True
    )
    assert again.status_code == 200
    mandate = bruno.activity_mandates.get(activity=world.activity(ana))
    ending = f"{url}mandates/{mandate.ref}/"
    day = f"{TOMORROW:%d/%m/%Y}"
    said = hers.press(hers.see(ending), "Fixer le dernier jour", ends_on="bientôt")
    assert "Écrivez la date" in said.text
    not_his = hers.press(hers.see(ending), "Fixer le dernier jour", ends_on=day)
    assert "met elle-même fin" in not_his.text
    assert ending not in hers.see(url).content.decode()
    done = his.press(his.see(ending), "laatste dag", ends_on=day)
    assert day in done.text
    own = f"{url}mandates/{ana.activity_mandates.get().ref}/"
    said = hers.press(hers.see(own), "Fixer le dernier jour", ends_on=day, status=200)
    assert "personne ne serait titulaire" in said.text
    mine = hers.press(hers.see(url), "Inviter", invited=ana.ref)
    assert "votre propre adresse" in mine.text


def test_the_pages_make_a_fixed_number_of_queries(
    db: None, django_assert_max_num_queries: Any
) -> None:
    """However many take part."""
    ana = world.ana()
    joined()
    url = f"/me/activities/{world.activity(ana).ref}/"
    at_browser = Visitor(ana.user)
    at_browser.see(url)
    with django_assert_max_num_queries(30) as few:
        at_browser.see(url)
        at_browser.see("/me/activities/")
    for number in range(5):
        invite(ana, f"invitee-{number}@mail.example")
    for person in (world.cast.CHLOE, world.cast.DRISS):
        who = world.affiliate(person)
        accept(invite(ana, who.ref), who)
    with django_assert_max_num_queries(30) as many:
        at_browser.see(url)
        at_browser.see("/me/activities/")
    assert len(few) == len(many)


def test_the_desk_reads_the_mandates(db: None) -> None:
    mandate = joined()
    page = Visitor(world.elise()).see(f"/admin/members/activity/{mandate.activity_id}/change/")
    assert "Bruno Maes" in page.text and "Invitation acceptée" in page.text


def test_the_cooperative_ends_a_mandate_and_says_why(db: None) -> None:
    """Elise may end what a holder may not: who is concerned reads why; somebody stays holder."""
    ana, bruno = world.ana(), world.bruno()
    his, hers = joined(HOLDER), ana.activity_mandates.get()
    elise, day = Visitor(world.elise()), TOMORROW.isoformat()
    page = elise.see(f"/admin/members/activity/{his.activity_id}/change/")
    address = f"/admin/members/activitymandate/{his.pk}/"
    assert f'href="{address}change/' in page.content.decode()
    asked = elise.see(f"{address}end/")
    assert "Ana Lopes · titulaire" in asked.text and "lisent votre raison" in asked.text
    for typed in ({}, {"ends_on": day}, {"ends_on": "demain", "reason": "x"}):
        answer = elise.press(asked, "Mettre fin au mandat", status=422, **{"reason": ""} | typed)
        assert "rreur" not in answer.text and "nvalid" not in answer.text
    past = {"ends_on": (ON - timedelta(days=1)).isoformat(), "reason": "Fin du projet commun"}
    assert "ou plus tard" in elise.press(asked, "Mettre fin au mandat", status=422, **past).text
    done = elise.press(asked, "Mettre fin au mandat", **past | {"ends_on": day})
    assert "sont prévenues" in done.text and "Fin du projet commun" in done.text
    told = Letter.objects.filter(kind="members/activity_ended")
    assert {letter.to for letter in told} == {ana.user.email, bruno.user.email}
    assert all("Fin du projet commun" in letter.body for letter in told)
    last = elise.see(f"/admin/members/activitymandate/{hers.pk}/end/")
    alone = elise.press(last, "Mettre fin au mandat", status=422, ends_on=day, reason="Fin")
    assert "personne ne serait titulaire" in alone.text
    listed = elise.see("/admin/members/activitymandate/?queue=lasting")
    assert "Bruno Maes" in listed.text and "24/11/2026" in listed.text
    ended = elise.see("/admin/members/activitymandate/?queue=ended")
    assert "Rien n’attend ici" in ended.text
