"""The activities of members, and who takes part in each from when until when."""

from typing import Any

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from members.models import Activity, ActivityInvitation, ActivityMandate
from members.roles import ByRole


class ActivityMandates(ByRole, TabularInline):
    model = ActivityMandate
    fields = ("affiliate", "role", "starts_on", "ends_on")
    ordering = ("starts_on", "id")
    extra = 0

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("affiliate")


class ActivityInvitations(ByRole, TabularInline):
    model = ActivityInvitation
    fields = ("invited", "role", "status", "inviter", "invited_at", "answered_at")
    ordering = ("-id",)
    extra = 0

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("inviter", "activity")


@admin.register(Activity)
class ActivityAdmin(ByRole, ModelAdmin):
    list_display = ("name", "affiliate", "entity", "kind", "opened_at")
    list_select_related = ("affiliate", "entity")
    search_fields = ("name", "ref", "affiliate__last_name")
    ordering = ("-opened_at", "id")
    inlines = (ActivityMandates, ActivityInvitations)
