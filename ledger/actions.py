"""What is done to the books beside booking: entities, accounts, closing a month."""

from datetime import date, datetime

from django.db import transaction

from ledger.chart import chart
from ledger.models import Account, LegalEntity, Period
from office import calendar, journal
from office.actors import Actor


@transaction.atomic
def create_entity(
    *,
    code: str,
    name: str,
    legal_form: str,
    enterprise_number: str,
    vat_number: str,
    street: str,
    postcode: str,
    city: str,
    court: str,
    email: str,
    website: str,
    iban: str,
    bic: str,
    bank: str,
    joint_committee: str,
    workers: int,
    employer_number: str,
) -> LegalEntity:
    """Found an entity of the cooperative, with the whole chart of accounts."""
    entity = LegalEntity.objects.create(
        code=code,
        name=name,
        legal_form=legal_form,
        enterprise_number=enterprise_number,
        vat_number=vat_number,
        street=street,
        postcode=postcode,
        city=city,
        court=court,
        email=email,
        website=website,
        iban=iban,
        bic=bic,
        bank=bank,
        joint_committee=joint_committee,
        workers=workers,
        employer_number=employer_number,
    )
    sync_chart(entity)
    return entity


def sync_chart(entity: LegalEntity) -> None:
    """Give an entity every account of the chart, with its present name; accounts no longer there
    stay.
    """
    Account.objects.bulk_create(
        [Account(entity=entity, code=row.code, name=row.fr) for row in chart().values()],
        update_conflicts=True,
        unique_fields=["entity", "code", "holder"],
        update_fields=["name"],
    )


def open_account(entity_id: int, *, code: str, holder: str, name: str) -> Account:
    """The holder's own account below an account of the chart, opened when there is none yet."""
    account, _new = Account.objects.get_or_create(
        entity_id=entity_id, code=code, holder=holder, defaults={"name": name[:120]}
    )
    return account


def open_accounts(entity_id: int, *, code: str, names: dict[str, str]) -> dict[str, int]:
    """The keys of several holders' accounts (holder: name), opening those that miss; in at most
    three queries.
    """
    wanted = Account.objects.filter(entity_id=entity_id, code=code, holder__in=names)
    known = dict(wanted.values_list("holder", "id"))
    if missing := [holder for holder in names if holder not in known]:
        Account.objects.bulk_create(
            [
                Account(entity_id=entity_id, code=code, holder=holder, name=names[holder][:120])
                for holder in missing
            ],
            ignore_conflicts=True,
        )
        known = dict(wanted.values_list("holder", "id"))
    return known


@transaction.atomic
def close_period(entity_id: int, *, month: date, by: Actor, at: datetime) -> Period:
    """Close a month of the books: it takes no entry any more. Waits for bookings under way."""
    entity = LegalEntity.objects.select_for_update().get(pk=entity_id)
    first, last = calendar.month_bounds(month)
    period, new = Period.objects.get_or_create(
        entity=entity,
        starts_on=first,
        defaults={"ends_on": last, "closed_at": at, "closed_by": by.name},
    )
    if new:
        journal.record("period.closed", entity, by=by, at=at, month=first)
    return period
