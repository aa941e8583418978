"""Who signs for which entity."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from ledger.models import LegalEntity
from members import visitors
from members.actions import mandates
from members.admin.windows import staff_choice
from members.models import Mandate, User
from members.roles import ByRole
from office import clock
from office.desk import button


class MandateForm(forms.Form):
    """Who signs for which entity, from when until when."""

    user = forms.ModelChoiceField(label=_("Personne"), queryset=User.objects.none())
    entity = forms.ModelChoiceField(label=_("Entité"), queryset=LegalEntity.objects.order_by("id"))
    title = forms.CharField(label=_("Titre, imprimé sous la signature"), max_length=80)
    starts_on = forms.DateField(
        label=_("Du"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        label=_("Au"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = staff_choice()  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day."""

    on = forms.DateField(
        label=_("Dernier jour"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


@admin.register(Mandate)
class MandateAdmin(ByRole, ModelAdmin):
    list_display = ("user", "title", "entity", "starts_on", "ends_on")
    list_select_related = ("user", "entity")
    ordering = ("-starts_on", "id")
    actions_list = ("give",)
    actions_detail = ("end",)

    @button(
        _("Donner un mandat"),
        permissions=["administrator"],
        question=_("La personne pourra signer les contrats de cette entité."),
        form=MandateForm,
    )
    def give(
        self, request: HttpRequest, row: None, *, user: User, entity: LegalEntity, **values: Any
    ) -> str | Promise:
        by, at = visitors.actor(request), clock.now()
        mandates.give(user_id=user.pk, entity_id=entity.pk, **values, by=by, at=at)
        return _("Mandat donné.")

    @button(
        _("Mettre fin"),
        permissions=["administrator"],
        when=lambda row: row.ends_on is None or row.ends_on > clock.today(),
        question=_("Après ce jour, la personne ne signe plus pour cette entité."),
        form=EndForm,
    )
    def end(self, request: HttpRequest, row: Mandate, *, on: Any) -> str | Promise:
        mandates.end(row.pk, on=on, by=visitors.actor(request), at=clock.now())
        return _("Mandat terminé.")
