"""The books take whole entries only, once, in open months, and never change what they hold."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from ledger import actions, checks, queries
from ledger.apps import sync_charts
from ledger.booking import AlreadyBooked, Booking, Leg, PeriodClosed, Unbalanced, book, book_many
from ledger.chart import chart
from ledger.models import Account, Entry, LegalEntity, Period, Posting
from office.actors import SYSTEM

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def entity(code: str = "CE", number: str = "0999999922") -> LegalEntity:
    return actions.create_entity(
        code=code,
        name="Coopérative Exemple SC",
        legal_form="SC",
        enterprise_number=number,
        vat_number=f"BE{number}",
        street="rue de la Démo 1",
        postcode="1060",
        city="Bruxelles",
        court="RPM Bruxelles",
        email="bonjour@coop.example",
        website="coop.example",
        iban="BE68539007547034",
        bic="GKCCBEBB",
        bank="Banque Exemple",
        joint_committee="200",
        workers=120,
        employer_number="0123456789",
    )


@pytest.fixture
def house(db: None) -> LegalEntity:
    return entity()


def legs(house: LegalEntity, amount: str = "100.00") -> list[Leg]:
    return [
        Leg(queries.account_id(house.pk, "550"), Decimal(amount)),
        Leg(queries.account_id(house.pk, "700"), -Decimal(amount)),
    ]


def test_an_entity_has_the_whole_chart(house: LegalEntity) -> None:
    assert set(Account.objects.filter(entity=house).values_list("code", flat=True)) == set(chart())
    Account.objects.filter(entity=house, code="700").update(name="Autre")
    actions.sync_chart(house)
    assert Account.objects.get(entity=house, code="700").name == "Prestations facturées"
    assert str(Account.objects.get(entity=house, code="700")) == "700 Prestations facturées"
    Account.objects.filter(entity=house, code="700").update(name="Autre")
    sync_charts()
    assert Account.objects.get(entity=house, code="700").name == "Prestations facturées"
    assert (str(house), chart()["400"].name("en")) == ("Coopérative Exemple SC", "Trade debtors")


def test_a_holder_has_one_account(house: LegalEntity) -> None:
    first = actions.open_account(house.pk, code="920", holder="activity:3", name="Ana")
    assert actions.open_account(house.pk, code="920", holder="activity:3", name="Ana") == first
    names = {"activity:3": "Ana", "activity:4": "Bruno"}
    opened = actions.open_accounts(house.pk, code="920", names=names)
    assert opened["activity:3"] == first.pk
    assert opened["activity:4"] == queries.account_id(house.pk, "920", "activity:4")


def test_an_entry_is_read_back_as_balances_and_as_a_statement(house: LegalEntity) -> None:
    key = book(
        house.pk,
        on=TODAY,
        kind="payment",
        source="payment:1",
        text="Paiement",
        job="7K2M9QWX",
        legs=[*legs(house), Leg(queries.account_id(house.pk, "642"), Decimal(0))],
        at=AT,
    )
    entry = Entry.objects.get(pk=key)
    assert (entry.legs, str(entry)) == (2, "2026-11-23 Paiement")
    assert queries.balance(queries.account_id(house.pk, "550")) == Decimal("100.00")
    assert queries.balance_of_code(house.pk, "700") == Decimal("-100.00")
    assert queries.balance_of_code(house.pk, "940") == 0
    rows = {row.code: row for row in queries.account_balances(house.pk)}
    assert set(rows) == {"550", "700"}
    assert (rows["700"].debit, rows["700"].credit, rows["700"].balance) == (0, 100, -100)
    statement = queries.job_statement("7K2M9QWX")
    assert [(line.account_code, line.amount) for line in statement] == [("550", 100), ("700", -100)]
    assert str(entry.postings.all()[0]) == "550 Compte à vue 100.00"
    assert checks.run() == []


def test_an_entry_that_does_not_balance_is_refused(house: LegalEntity) -> None:
    off = [*legs(house)[:1], Leg(queries.account_id(house.pk, "700"), Decimal("-99.99"))]
    with pytest.raises(Unbalanced) as refusal:
        book(house.pk, on=TODAY, kind="x", source="x:1", text="x", legs=off, at=AT)
    assert "x:1" in str(refusal.value)
    with pytest.raises(Unbalanced):
        book(house.pk, on=TODAY, kind="x", source="x:1", text="x", legs=[], at=AT)


def test_the_same_source_is_booked_once(house: LegalEntity) -> None:
    book(house.pk, on=TODAY, kind="x", source="x:1", text="x", legs=legs(house), at=AT)
    with pytest.raises(AlreadyBooked) as refusal, transaction.atomic():
        book(house.pk, on=TODAY, kind="x", source="x:1", text="x", legs=legs(house), at=AT)
    assert "x:1" in str(refusal.value)
    assert Entry.objects.count() == 1
    assert Posting.objects.count() == 2


def test_a_leg_in_another_entity_is_refused(house: LegalEntity) -> None:
    other = entity("CF", "0888888895")
    mixed = [legs(house)[0], legs(other)[1]]
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        book(house.pk, on=TODAY, kind="x", source="x:1", text="x", legs=mixed, at=AT)


def test_a_closed_month_takes_no_entry(house: LegalEntity) -> None:
    period = actions.close_period(house.pk, month=TODAY, by=SYSTEM, at=AT)
    assert (period.starts_on, period.ends_on) == (date(2026, 11, 1), date(2026, 11, 30))
    assert actions.close_period(house.pk, month=TODAY, by=SYSTEM, at=AT) == period
    assert str(period) == "2026-11"
    with pytest.raises(PeriodClosed) as refusal, transaction.atomic():
        book(house.pk, on=TODAY, kind="x", source="x:1", text="x", legs=legs(house), at=AT)
    assert "11/2026" in str(refusal.value)
    december = date(2026, 12, 1)
    book(house.pk, on=december, kind="x", source="x:1", text="x", legs=legs(house), at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Period.objects.update(ends_on=TODAY)


def test_another_refusal_of_the_database_is_not_hidden(house: LegalEntity) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        book(0, on=TODAY, kind="x", source="x:1", text="x", legs=legs(house), at=AT)


def _change(house: LegalEntity) -> None:
    Entry.objects.update(text="autre")


def _delete(house: LegalEntity) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_entry")


def _change_leg(house: LegalEntity) -> None:
    Posting.objects.update(amount=1)


def _delete_leg(house: LegalEntity) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_posting")


def _add_leg(house: LegalEntity) -> None:
    Posting.objects.create(
        entry=Entry.objects.get(),
        account_id=queries.account_id(house.pk, "700"),
        amount=Decimal("5.00"),
    )


def _entry_without_legs(house: LegalEntity) -> None:
    Entry.objects.create(
        entity=house, on=TODAY, kind="x", source="x:2", text="x", legs=2, booked_at=AT
    )


@pytest.mark.parametrize(
    "attempt", [_change, _delete, _change_leg, _delete_leg, _add_leg, _entry_without_legs]
)
def test_the_database_refuses_to_rewrite_the_books(
    house: LegalEntity, attempt: Callable[[LegalEntity], None]
) -> None:
    book(house.pk, on=TODAY, kind="x", source="x:1", text="x", legs=legs(house), at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt(house)


def test_check_finds_what_a_broken_guard_would_let_in(house: LegalEntity) -> None:
    other = entity("CF", "0888888895")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_posting DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
    _entry_without_legs(house)
    Posting.objects.create(
        entry=Entry.objects.get(), account_id=queries.account_id(other.pk, "700"), amount=5
    )
    assert [problem.code for problem in checks.run()] == ["entry_unbalanced", "leg_elsewhere"]


def test_many_entries_in_one_statement_keep_their_order(house: LegalEntity) -> None:
    accounts = legs(house)
    bookings = [
        Booking(entity_id=house.pk, on=TODAY, kind="x", source=f"x:{n}", text="x", legs=accounts)
        for n in range(50, 0, -1)
    ]
    keys = book_many(bookings, at=AT)
    sources = dict(Entry.objects.values_list("pk", "source"))
    assert [sources[key] for key in keys] == [booking.source for booking in bookings]
    assert book_many([], at=AT) == []
