"""The books at the desk: read, never written by hand."""

from typing import Any

from django.contrib import admin
from django.db.models import DecimalField, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from ledger.models import Account, Entry, LegalEntity, Period, Posting
from office.money import ZERO
from office.templatetags import house
from office.windows import Window


class Read(Window):
    """Everybody of the staff reads; nobody writes, an administrator neither."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(LegalEntity)
class LegalEntityAdmin(Read, ModelAdmin):
    list_display = ("code", "name", "legal_form", "enterprise_number", "city", "iban")
    ordering = ("code",)


@admin.register(Account)
class AccountAdmin(Read, ModelAdmin):
    list_display = ("code", "name", "holder", "balance")
    list_filter = ("code",)
    search_fields = ("code", "name", "holder")
    ordering = ("code", "holder", "id")
    fields = ("entity", "code", "name", "holder", "balance")
    readonly_fields = ("balance",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        balance = Coalesce(Sum("postings__amount"), ZERO, output_field=DecimalField())
        return rows.annotate(balance=balance)

    @admin.display(description=_("solde (débit au-dessus de zéro)"), ordering="balance")
    def balance(self, account: Any) -> str:
        return house.euros(account.balance)


class Postings(Read, TabularInline):
    model = Posting
    fields = ("account", "amount")
    ordering = ("id",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("account")


@admin.register(Entry)
class EntryAdmin(Read, ModelAdmin):
    list_display = ("on", "kind", "text", "job", "source")
    list_filter = ("kind",)
    search_fields = ("job", "source", "text")
    ordering = ("-id",)
    show_full_result_count = False
    fields = ("on", "kind", "text", "job", "source", "booked_at")
    inlines = (Postings,)


@admin.register(Period)
class PeriodAdmin(Read, ModelAdmin):
    list_display = ("entity", "starts_on", "ends_on", "closed_at", "closed_by")
    list_select_related = ("entity",)
    ordering = ("-starts_on",)
