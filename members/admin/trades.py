"""The trades."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from members.models import Trade
from members.roles import ByRole


@admin.register(Trade)
class TradeAdmin(ByRole, ModelAdmin):
    list_display = ("label_fr", "code", "contract_kind", "risk_class", "pay_class", "active")
    list_filter = ("contract_kind", "artistic", "active")
    search_fields = ("label_fr", "label_nl", "label_en", "code")
