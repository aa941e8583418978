"""Keys for programs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import visitors
from members.actions import tokens
from members.models import ApiToken
from members.roles import ByRole
from members.scopes import Scope
from office import clock
from office.desk import button


class TokenForm(forms.Form):
    """A key for a program of the staff's own."""

    name = forms.CharField(label=_("Nom"), max_length=60)
    scopes = forms.MultipleChoiceField(
        label=_("Droits"),
        choices=[(scope, scope.label) for scope in Scope if scope.value.endswith(":read")],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=_("Expire après (jours)"),
        choices=[(str(days), str(days)) for days in tokens.LIVES_DAYS],
        coerce=int,
    )


@admin.register(ApiToken)
class ApiTokenAdmin(ByRole, ModelAdmin):
    """Everybody's tokens by their first letters; an administrator makes her own, to read."""

    list_display = (
        "name",
        "prefix",
        "user",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    )
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__name", "user__email")
    ordering = ("-id",)
    fields = (
        *("name", "prefix", "user", "scopes"),
        *("created_at", "last_used_at", "expires_at", "revoked_at"),
    )
    actions_list = ("create",)
    actions_detail = ("revoke",)

    @button(
        _("Créer un jeton de lecture"),
        permissions=["administrator"],
        question=_(
            "Il lit tout ce que vous lisez et n’agit sur rien. Il n’est montré qu’une fois : "
            "copiez-le sur la page suivante."
        ),
        form=TokenForm,
    )
    def create(self, request: HttpRequest, row: None, **values: Any) -> HttpResponse:
        by, at = visitors.actor(request), clock.now()
        made = tokens.create(visitors.user_of(request).pk, **values, by=by, at=at)
        context = {**self.admin_site.each_context(request), "title": _("Jeton"), "made": made}
        return TemplateResponse(request, "members/token_made.html", context)

    @button(
        _("Révoquer"),
        when=lambda row: row.revoked_at is None,
        permissions=["administrator"],
        question=_("Le programme qui s’en sert est refusé dès la prochaine demande."),
    )
    def revoke(self, request: HttpRequest, row: ApiToken) -> str | Promise:
        tokens.revoke(row.pk, by=visitors.actor(request), at=clock.now())
        return _("Le jeton n’ouvre plus rien.")
