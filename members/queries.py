"""Reads that others ask of this room."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from stdnum.be import ssn

from members.models import Activity, Affiliate, BankAccount, Household, User
from office import crypto
from office.notices import Reader
from office.refusals import Refusal


class NoHousehold(Refusal):
    code = "no_household"
    sentence = _("{name} n’a pas de situation de ménage au {on}. Demandez-lui de la compléter.")


def readers(user_ids: Iterable[int]) -> dict[int, Reader]:
    """Who of these people is still told things, in one query."""
    people = User.objects.filter(pk__in=list(user_ids), is_active=True)
    return {user.pk: user.as_reader() for user in people}


def bank_account_of(affiliate_id: int, at: datetime) -> BankAccount | None:
    """The account her pay goes to at an instant: the newest that was approved by then."""
    return bank_accounts_of([affiliate_id], at).get(affiliate_id)


def bank_accounts_of(affiliate_ids: Iterable[int], at: datetime) -> dict[int, BankAccount]:
    """The same for many, in one query; who has none is absent."""
    counting = BankAccount.objects.filter(affiliate__in=list(affiliate_ids), approved_at__lte=at)
    newest = counting.order_by("affiliate", "-approved_at", "-id").distinct("affiliate")
    return {account.affiliate_id: account for account in newest}


def household_of(affiliate_id: int, on: date) -> Household:
    """The version of her household on a day. Raises ``NoHousehold``."""
    try:
        return households_of([affiliate_id], on)[affiliate_id]
    except KeyError:
        name = Affiliate.objects.get(pk=affiliate_id).name
        raise NoHousehold(name=name, on=f"{on:%d/%m/%Y}") from None


def households_of(affiliate_ids: Iterable[int], on: date) -> dict[int, Household]:
    """The same for many, in one query; who has none is absent."""
    told = Household.objects.filter(affiliate__in=list(affiliate_ids), starts_on__lte=on)
    newest = told.order_by("affiliate", "-starts_on", "-id").distinct("affiliate")
    return {household.affiliate_id: household for household in newest}


def activity_of(affiliate_id: int) -> Activity | None:
    """Her activity, once she is a member."""
    return (
        Activity.objects.select_related("entity", "affiliate")
        .filter(affiliate=affiliate_id)
        .order_by("id")
        .first()
    )


def national_number(affiliate: Affiliate) -> str:
    """The eleven digits, for contracts, payslips and declarations; never for a page or a log."""
    return crypto.unseal(affiliate.national_number_sealed)


def find_by_national_number(text: str) -> QuerySet[Affiliate]:
    """Who has exactly this number, however it is typed; nobody when it is no such number."""
    if not ssn.is_valid(text):
        return Affiliate.objects.none()
    return Affiliate.objects.filter(national_number_index=crypto.index(ssn.compact(text)))


def is_known_address(email: str) -> bool:
    """Whether an address is an affiliate's or one of the staff: they sign for no client."""
    return User.objects.filter(email__iexact=email.strip()).exists()
