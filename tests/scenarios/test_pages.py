"""A page makes as many queries with thirty jobs as with a few."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import User
from office import clock
from orders.models import Order
from smart.demo import acts
from tests import world

pytestmark = pytest.mark.usefixtures("peopled")

DESK = (
    "/admin/",
    "/admin/books/",
    "/admin/orders/order/?queue=all",
    "/admin/payroll/contract/?queue=to_sign",
    "/admin/payroll/declaration/?queue=to_declare",
    "/admin/invoicing/invoice/?queue=all",
    "/admin/members/affiliate/?queue=all",
    "/admin/office/letter/",
)
PORTAL = ("/", "/jobs/", "/pay/", "/me/", "/me/money/", "/me/documents/", "/demo/mail/")
DAYS = {date(2026, 12, 14): acts.FULL_DAY}


def queries(user: User, url: str) -> int:
    """How many queries the page makes, once everything is warm."""
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(url)
    assert answer.status_code == 200, url
    return len(captured)


def counts(order: Order) -> dict[str, int]:
    """The queries of every page that could grow."""
    ana, denis = world.ana().user, world.denis()
    pages = {url: queries(ana, url) for url in (*PORTAL, f"/jobs/{order.ref}/")}
    return pages | {url: queries(denis, url) for url in DESK}


@pytest.fixture
def job(demo: None) -> Order:
    clock.move_to(world.MONDAY)
    world.staff()
    return world.paid_job()


def test_queries_do_not_grow_with_the_jobs(job: Order) -> None:
    for _ in range(3):
        world.signed_job(days=DAYS)
    few = counts(job)
    for _ in range(27):
        world.signed_job(days=DAYS)
    many = counts(job)
    grown = {url: (few[url], many[url]) for url in few if many[url] > few[url]}
    assert not grown
