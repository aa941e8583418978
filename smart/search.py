"""The desk's one box: a name, an address, any number people read aloud, any reference.

What was typed is looked at once (`Typed`); each kind of thing says by what it may be found, always
through an index, and how a row of it is told. One query per kind at most, whatever there is.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from stdnum import iban
from stdnum.be import ogm_vcs, ssn, vat

from invoicing.models import Client, Invoice
from members.models import Activity, Affiliate, BankAccount, Share, User
from office import crypto
from office.models import Document
from office.refs import ALPHABET
from office.search import named
from office.templatetags import house
from orders.models import Order
from orders.rules import first_line
from payroll.models import Contract, Declaration, PayRun, Payslip

SHOWN = 10
LONGEST = 200
NUMBER_PREFIX = 4  # digits of an enterprise number from which its beginning is looked for


class Typed:
    """What somebody typed, and what it may be."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.replace("\x00", "").split())[:LONGEST]
        self.bare = re.sub(r"[^0-9A-Z]", "", self.text.upper())
        self.digits = self.bare if self.bare.isdigit() else self.bare.removeprefix("BE")

    def __bool__(self) -> bool:
        return bool(self.bare)

    @property
    def ref(self) -> str:
        """A reference of eight letters, O and I read as 0 and 1."""
        letters = self.text.upper().translate(str.maketrans("OIL", "011"))
        return letters if len(letters) == 8 and set(letters) <= set(ALPHABET) else ""

    @property
    def email(self) -> str:
        """The beginning of an address."""
        return self.text.lower() if "@" in self.text and " " not in self.text else ""

    @property
    def communication(self) -> str:
        """Twelve digits whose last two check the others, with or without the plus signs."""
        return self.digits if ogm_vcs.is_valid(self.digits) else ""

    @property
    def national_number(self) -> str:
        return crypto.index(self.digits) if ssn.is_valid(self.digits) else ""

    @property
    def account(self) -> str:
        return self.bare if iban.is_valid(self.bare, check_country=False) else ""

    @property
    def client_number(self) -> str:
        """An enterprise or VAT number, or how it begins."""
        if vat.is_valid(self.digits):
            return str(vat.compact(self.digits))
        begins = self.digits.isdigit() and NUMBER_PREFIX <= len(self.digits) <= 10
        return self.digits if begins else ""

    @cached_property
    def exact(self) -> bool:
        """Whether it names one thing: then one hit is gone to at once."""
        ref = self.ref and not self.text.isalpha()  # else it may as well be a name
        return bool(self.communication or self.national_number or self.account or ref)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A thing that was found."""

    title: str
    detail: str
    status: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found of one kind; ``more`` says that there is more than is shown."""

    label: str
    hits: list[Hit]
    more: bool


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of thing: by what it is found, in which order, and how a row of it is told."""

    rows: QuerySet[Any]
    ways: Callable[[Typed], Iterator[Q]]
    told: Callable[[Any], tuple[str, str, str]]  # title, detail, status

    @property
    def model(self) -> type[Model]:
        return self.rows.model

    def find(self, typed: Typed) -> Found | None:
        """The rows of this kind, or None when none of its ways fits what was typed."""
        ways = list(self.ways(typed))
        if not ways:
            return None
        condition = Q()
        for way in ways:
            condition |= way
        rows = list(self.rows.filter(condition)[: SHOWN + 1])
        options = self.model._meta
        hits = []
        for row in rows[:SHOWN]:
            title, detail, status = self.told(row)
            url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])
            hits.append(Hit(title=title, detail=detail, status=status, url=url))
        return Found(label=str(options.verbose_name_plural), hits=hits, more=len(rows) > SHOWN)


def find(typed: Typed, request: HttpRequest) -> list[Found]:
    """Everything that answers, by kind, of what this person may see at the desk."""
    if not typed:
        return []
    seen = (kind for kind in KINDS if _may_see(kind.model, request))
    answers = (kind.find(typed) for kind in seen)
    return [found for found in answers if found and found.hits]


def _may_see(model: type[Model], request: HttpRequest) -> bool:
    return admin.site._registry[model].has_view_permission(request)


def _one(*facts: str) -> str:
    """Facts on a line; what is empty is left out."""
    return " · ".join(fact for fact in facts if fact)


# --- Who and what --------------------------------------------------------------------------------


def _affiliates(typed: Typed) -> Iterator[Q]:
    if typed.email:
        yield Q(user__email__startswith=typed.email)
    elif typed.national_number:
        yield Q(national_number_index=typed.national_number)
    elif typed.account:
        yield Q(pk__in=BankAccount.objects.filter(iban=typed.account).values("affiliate"))
    else:
        yield named(typed.text, "first_name", "last_name")
        if typed.ref:
            yield Q(ref=typed.ref)


def _clients(typed: Typed) -> Iterator[Q]:
    if typed.client_number:
        yield Q(enterprise_number__startswith=typed.client_number)
    elif not typed.email:
        yield named(typed.text, "name")
    if typed.ref:
        yield Q(ref=typed.ref)


def _orders(typed: Typed) -> Iterator[Q]:
    if typed.ref:
        yield Q(ref=typed.ref)
    if typed.email:
        yield Q(signer_email=typed.email)
    elif typed:
        yield Q(purchase_reference=typed.text)


def _invoices(typed: Typed) -> Iterator[Q]:
    if typed.communication:
        yield Q(communication=typed.communication)
    elif typed.ref:
        yield Q(ref=typed.ref) | Q(job=typed.ref)
    yield Q(printed_number=typed.text.upper()) & ~Q(printed_number="")


def _by_job(typed: Typed) -> Iterator[Q]:
    if typed.ref:
        yield Q(ref=typed.ref) | Q(job=typed.ref)


def _by_ref(typed: Typed) -> Iterator[Q]:
    if typed.ref:
        yield Q(ref=typed.ref)


def _declarations(typed: Typed) -> Iterator[Q]:
    if typed.digits.isdigit() and len(typed.digits) <= 12:
        yield Q(period_number=typed.digits) & ~Q(period_number="")


def _shares(typed: Typed) -> Iterator[Q]:
    if typed.communication:
        yield Q(communication=typed.communication)


def _activities(typed: Typed) -> Iterator[Q]:
    if typed.ref:
        yield Q(ref=typed.ref)


def _colleagues(typed: Typed) -> Iterator[Q]:
    if typed.email:
        yield Q(is_staff=True, email__startswith=typed.email)
    else:
        yield Q(is_staff=True) & named(typed.text, "name")


def _client_status(row: Client) -> str:
    if row.blocked_at:
        return _("hors garantie")
    return _("vérifié") if row.verified_at else _("à vérifier")


def _invoice_status(row: Invoice) -> str:
    receivable = getattr(row, "receivable", None)
    if receivable is None:
        return row.get_status_display()
    if receivable.open_amount:
        return _("{open} à recevoir").format(open=house.euros(receivable.open_amount))
    return _("soldée")


KINDS: tuple[Kind, ...] = (
    Kind(
        rows=Affiliate.objects.select_related("user", "trade").order_by("last_name", "id"),
        ways=_affiliates,
        told=lambda row: (
            row.name,
            _one(row.user.email, str(row.trade), row.ref),
            row.get_status_display(),
        ),
    ),
    Kind(
        rows=Client.objects.order_by("name", "id"),
        ways=_clients,
        told=lambda row: (
            row.name,
            _one(house.enterprise(row.enterprise_number), row.city),
            _client_status(row),
        ),
    ),
    Kind(
        rows=Order.objects.select_related("affiliate", "client").order_by("-id"),
        ways=_orders,
        told=lambda row: (
            f"{row.ref} {first_line(row.description)}",
            _one(row.affiliate.name, row.client.name if row.client else ""),
            row.get_status_display(),
        ),
    ),
    Kind(
        rows=Invoice.objects.select_related("client", "receivable").order_by("-id"),
        ways=_invoices,
        told=lambda row: (
            str(row),
            _one(row.client.name, house.euros(row.total), row.job),
            _invoice_status(row),
        ),
    ),
    Kind(
        rows=Contract.objects.select_related("affiliate").order_by("-id"),
        ways=_by_job,
        told=lambda row: (
            f"{row.ref} {row.affiliate.name}",
            _one(
                row.client_name, f"{house.shortday(row.starts_on)} – {house.shortday(row.ends_on)}"
            ),
            row.get_status_display(),
        ),
    ),
    Kind(
        rows=Declaration.objects.select_related("contract__affiliate").order_by("-id"),
        ways=_declarations,
        told=lambda row: (
            f"Dimona {row.get_kind_display()} {row.period_number}",
            row.contract.affiliate.name,
            row.get_status_display(),
        ),
    ),
    Kind(
        rows=PayRun.objects.order_by("-id"),
        ways=_by_ref,
        told=lambda row: (
            row.ref,
            _one(house.longday(row.pay_on), house.euros(row.total)),
            row.get_status_display(),
        ),
    ),
    Kind(
        rows=Payslip.objects.select_related("contract__affiliate").order_by("-id"),
        ways=_by_ref,
        told=lambda row: (
            row.ref,
            _one(row.contract.affiliate.name, row.contract.job),
            _("établie") if row.final_at else _("en préparation"),
        ),
    ),
    Kind(
        rows=Share.objects.select_related("affiliate").order_by("-id"),
        ways=_shares,
        told=lambda row: (
            _("part {year} de {who}").format(year=row.year, who=row.affiliate.name),
            house.euros(row.amount),
            _("payée") if row.paid_on else _("à recevoir"),
        ),
    ),
    Kind(
        rows=Activity.objects.select_related("affiliate").order_by("-id"),
        ways=_activities,
        told=lambda row: (row.name, row.affiliate.name, row.get_kind_display()),
    ),
    Kind(
        rows=Document.objects.order_by("-id"),
        ways=_by_ref,
        told=lambda row: (row.title, row.ref, _("prêt") if row.sha256 else _("en préparation")),
    ),
    Kind(
        rows=User.objects.order_by("name", "id"),
        ways=_colleagues,
        told=lambda row: (
            row.name,
            row.email,
            row.get_role_display() if row.is_active else _("compte fermé"),
        ),
    ),
)
