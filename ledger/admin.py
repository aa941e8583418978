"""The books at the desk: read, never written by hand."""

from typing import Any

from django.contrib import admin
from django.db.models import DecimalField, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from ledger.models import Account, Entry, LegalEntity, Period, Posting
from office.money import ZERO
from office.templatetags import house
from office.windows import NOTHING, Window

KINDS: dict[str, str | Promise] = {  # of entries, as the rooms book them
    "endowment": _("dotation du fonds"),
    "invoice": _("facture"),
    "split": _("répartition d’une facture"),
    "credit_note": _("note de crédit"),
    "credit_split": _("répartition d’une note de crédit"),
    "payment": _("paiement reçu"),
    "payment_reversal": _("paiement extourné"),
    "pay": _("paie"),
    "pay_cost": _("coût du salaire"),
    "pay_executed": _("salaire versé"),
    "advance": _("avance du fonds"),
    "repayment": _("avance remboursée"),
    "recovery": _("perte récupérée"),
    "loss": _("perte"),
    "refund": _("frais remboursés"),
    "share_payment": _("paiement d’une part"),
    "share": _("part payée"),
}


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
    list_display = ("code", "name", "held_by", "balance")
    list_filter = ("code",)
    search_fields = ("code", "name", "holder")
    ordering = ("code", "holder", "id")
    fields = ("entity", "code", "name", "held_by", "balance")
    readonly_fields = ("held_by", "balance")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        balance = Coalesce(Sum("postings__amount"), ZERO, output_field=DecimalField())
        return rows.annotate(balance=balance)

    @admin.display(description=_("titulaire"), ordering="holder")
    def held_by(self, account: Any) -> str:
        return self.link_to_subject(account.holder) if account.holder else NOTHING

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


class ByKind(admin.SimpleListFilter):
    """Entries of one kind."""

    title = _("genre")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, str(label)) for kind, label in KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(Read, ModelAdmin):
    list_display = ("on", "nature", "text", "mission", "paper")
    list_filter = (ByKind,)
    search_fields = ("job", "source", "text")
    ordering = ("-id",)
    show_full_result_count = False
    fields = ("on", "nature", "text", "mission", "paper", "booked_at")
    inlines = (Postings,)

    @admin.display(description=_("genre"), ordering="kind")
    def nature(self, entry: Entry) -> str:
        return str(KINDS.get(entry.kind, entry.kind))

    @admin.display(description=_("mission"))
    def mission(self, entry: Entry) -> str:
        return self.link("orders_order_of", entry.job, entry.job) if entry.job else NOTHING

    @admin.display(description=_("pièce"))
    def paper(self, entry: Entry) -> str:
        return self.link_to_subject(entry.source)


@admin.register(Period)
class PeriodAdmin(Read, ModelAdmin):
    list_display = ("entity", "starts_on", "ends_on", "closed_at", "closed_by")
    list_select_related = ("entity",)
    ordering = ("-starts_on",)
