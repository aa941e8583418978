"""The activities of members."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from members.models import Activity
from members.roles import ByRole


@admin.register(Activity)
class ActivityAdmin(ByRole, ModelAdmin):
    list_display = ("name", "affiliate", "entity", "kind", "opened_at")
    list_select_related = ("affiliate", "entity")
    search_fields = ("name", "ref", "affiliate__last_name")
    ordering = ("-opened_at", "id")
