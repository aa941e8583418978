"""Bruno works in Ana's activity: one budget, two people, each with contracts and pay of her own."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from invoicing.models import Invoice
from members.actions import activities
from members.models import Activity, ActivityMandate
from office import clock
from office.models import Notice
from orders import actions as orders
from orders.actions import examining
from orders.models import Order
from orders.plans import fields_of
from payroll.models import Contract, Payslip
from smart.demo import acts
from smart.money import lines_of, statement
from tests import world
from tests.scenarios.test_money import prove
from tests.scenarios.visitor import Visitor

pytestmark = pytest.mark.usefixtures("peopled")

ON = world.MONDAY.date()


def shared() -> tuple[Activity, ActivityMandate]:
    """Ana's activity, in which Bruno takes part."""
    ana, bruno = world.ana(), world.bruno()
    activity = world.activity(ana)
    mandate = acts.share_activity(ana, bruno, at=world.MONDAY)
    return activity, mandate


def test_two_people_one_budget(demo: None) -> None:
    activity, _mandate = shared()
    ana, bruno = world.ana(), world.bruno()
    hers = world.invoiced_job()
    his = world.paid_job(bruno, activity_id=activity.pk)
    assert his.activity == hers.activity == activity
    invoice = world.invoice_of(his)
    assert invoice.activity == activity and invoice.affiliate == bruno
    assert Contract.objects.get(job=his.ref).affiliate == bruno
    prove(activity)
    whose = {line.job: line.who for line in lines_of(activity)}
    assert whose == {hers.ref: "Ana Lopes", his.ref: "Bruno Maes"}

    assert world.activity(bruno).name in Visitor(bruno.user).see("/me/money/").text
    assert his.ref not in {line.job for line in lines_of(world.activity(bruno))}
    assert set(Order.objects.visible_to(ana.user)) == {hers}
    assert set(Invoice.objects.visible_to(ana.user)) == {world.invoice_of(hers)}
    assert set(Invoice.objects.visible_to(bruno.user)) == {invoice}
    told = Notice.objects.filter(kind__startswith="invoicing/", about=f"invoice:{invoice.pk}")
    assert {notice.user_id for notice in told} == {bruno.user_id}

    for who, colleague in ((ana, his), (bruno, hers)):
        at_browser = Visitor(who.user)
        page = at_browser.see(f"/me/money/?activity={activity.ref}")
        assert "Ana Lopes" in page.text and "Bruno Maes" in page.text and "Dumont" in page.text
        assert f"/jobs/{colleague.ref}/" not in page.content.decode()
        assert f"/invoices/{world.invoice_of(colleague).ref}" not in page.content.decode()
        slips = Payslip.objects.exclude(contract__affiliate=who)
        assert not any(slip.ref in page.content.decode() for slip in slips)
        at_browser.see(f"/jobs/{colleague.ref}/", status=404)
        one = at_browser.see(f"/me/money/?activity={activity.ref}&job={colleague.ref}")
        assert "Voir la mission" not in one.text and "De opdracht bekijken" not in one.text
        table = at_browser.client.get(f"/me/money/table/?activity={activity.ref}")
        assert "Bruno Maes · Dumont" in table.content.decode()
    assert {row.url for row in statement(activity, year=2026, viewer=ana.pk).jobs} == {
        f"/jobs/{hers.ref}/",
        "",
    }


def test_the_job_says_which_activity(demo: None) -> None:
    activity, mandate = shared()
    bruno = world.bruno()
    at_browser = Visitor(bruno.user)
    order = world.draft_job(bruno)
    assert order.activity == world.activity(bruno)
    page = at_browser.see(f"/jobs/{order.ref}/edit/work/")
    assert "Activiteit" in page.text
    at_browser.press(page, "Verder", activity=activity.ref)
    order.refresh_from_db()
    assert order.activity == activity
    again = orders.copy(order.pk, by=world.by(bruno), at=world.MONDAY)
    assert again.activity == activity

    before_the_last_day = max(order.days.values_list("day", flat=True)) - timedelta(days=1)
    activities.end(
        mandate.pk, ends_on=before_the_last_day, asked_by=bruno.pk, by=world.by(bruno),
        at=world.MONDAY,
    )  # fmt: skip
    with pytest.raises(examining.NotInActivity):
        orders.send(order.pk, by=world.by(bruno), at=world.MONDAY)
    activities.end(mandate.pk, ends_on=ON, asked_by=bruno.pk, by=world.by(bruno), at=world.MONDAY)
    tomorrow = world.MONDAY + timedelta(days=1)
    clock.move_to(tomorrow)
    with pytest.raises(examining.NotInActivity):
        orders.send(order.pk, by=world.by(bruno), at=tomorrow)
    mended = at_browser.see(f"/jobs/{order.ref}/edit/work/")
    at_browser.press(mended, "Verder", activity=world.activity(bruno).ref)
    order.refresh_from_db()
    assert order.activity == world.activity(bruno)
    at_browser.see(f"/me/activities/{activity.ref}/", status=404)
    money = at_browser.see(f"/me/money/?activity={activity.ref}")
    assert activity.name not in money.text
    copied = orders.copy(again.pk, by=world.by(bruno), at=tomorrow)
    assert copied.activity == world.activity(bruno)


def test_who_is_in_one_activity_is_not_asked(demo: None) -> None:
    ana = world.ana()
    order = world.draft_job(ana)
    page = Visitor(ana.user).see(f"/jobs/{order.ref}/edit/work/")
    assert 'name="activity"' not in page.content.decode()
    fields = replace(fields_of(order), amount=Decimal("900.00"))
    stranger = world.activity(world.bruno()).pk
    made = orders.begin(
        ana.pk, fields=replace(fields, activity_id=stranger), by=world.by(ana), at=world.MONDAY
    )
    assert made.activity == world.activity(ana)
