"""Bank accounts: where pay goes, approved by finance."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import queries, visitors
from members.actions import bank_accounts
from members.admin.windows import ReasonForm
from members.models import BankAccount
from members.roles import ByRole
from members.states import AffiliateStatus
from office import clock
from office.desk import button
from office.templatetags import house
from office.windows import Queue


class BankAccountQueue(Queue):
    views = (
        ("to_approve", _("à approuver")),
        ("to_confirm", _("attendent le lien")),
        ("approved", _("approuvés")),
        ("refused", _("refusés")),
        ("all", _("tous")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = queryset.filter(affiliate__status="accepted")
        return {
            "to_approve": known.filter(
                approved_at=None, refused_at=None, confirmed_at__isnull=False
            ),
            "to_confirm": queryset.filter(approved_at=None, refused_at=None, confirmed_at=None),
            "approved": queryset.filter(approved_at__isnull=False),
            "refused": queryset.filter(refused_at__isnull=False),
        }.get(view, queryset)


def awaits(row: BankAccount) -> bool:
    """Whether an account of a member is still to approve or refuse."""
    is_open = row.approved_at is None and row.refused_at is None
    return is_open and row.affiliate.status == AffiliateStatus.ACCEPTED


def current_account(row: BankAccount) -> str:
    """Where her pay goes until this one is approved."""
    current = queries.bank_account_of(row.affiliate_id, clock.now())
    return house.iban(current.iban) if current else str(_("aucun"))


@admin.register(BankAccount)
class BankAccountAdmin(ByRole, ModelAdmin):
    list_display = ("affiliate", "account", "asked_at", "confirmed_at", "approved_at", "refused_at")
    list_filter = (BankAccountQueue,)
    list_select_related = ("affiliate__user",)
    search_fields = ("affiliate__first_name", "affiliate__last_name", "iban")
    ordering = ("asked_at", "id")
    fields = (
        "affiliate",
        "account",
        "bic",
        "current",
        "asked_at",
        "confirmed_at",
        "approved_at",
        "approved_by",
        "refused_at",
        "refused_by",
        "refusal_reason",
    )
    actions_detail = ("approve", "refuse")

    @admin.display(description=_("compte"))
    def account(self, row: BankAccount) -> str:
        return house.iban(row.iban)

    @admin.display(description=_("la paie va aujourd’hui au compte"))
    def current(self, row: BankAccount) -> str:
        return current_account(row)

    @button(
        _("Approuver"),
        permissions=["finance"],
        primary=True,
        when=lambda row: row.confirmed_at and awaits(row),
        facts=lambda row: [
            (_("affilié"), row.affiliate.name),
            (_("nouveau compte"), house.iban(row.iban)),
            (_("compte actuel"), current_account(row)),
        ],
        question=_("Les paies préparées à partir de maintenant iront à ce compte."),
    )
    def approve(self, request: HttpRequest, row: BankAccount) -> str | Promise:
        user, by = visitors.user_of(request), visitors.actor(request)
        bank_accounts.approve(row.pk, user=user, by=by, at=clock.now())
        return _("Compte approuvé : la personne est prévenue.")

    @button(
        _("Refuser"),
        permissions=["finance"],
        when=lambda row: awaits(row),
        question=_("La paie continue d’aller au compte actuel. La personne reçoit cette raison."),
        form=ReasonForm,
    )
    def refuse(self, request: HttpRequest, row: BankAccount, *, reason: str) -> str | Promise:
        user, by = visitors.user_of(request), visitors.actor(request)
        bank_accounts.refuse(row.pk, reason=reason, user=user, by=by, at=clock.now())
        return _("Compte refusé : la personne est prévenue.")
