"""What the pages of people at the desk share."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.models import User
from office.windows import Queue


class ReasonForm(forms.Form):
    """Why: read by the person it concerns."""

    reason = forms.CharField(
        label=_("Raison, lue par la personne"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Écrivez la raison : elle sera lue par la personne.")},
    )


def staff_choice() -> QuerySet[User]:
    return User.objects.staff().order_by("name")


class JournalForm(forms.Form):
    """Why; kept in the journal."""

    reason = forms.CharField(
        label=_("Raison, gardée dans le journal"), max_length=300, widget=forms.Textarea
    )


class HandOverForm(forms.Form):
    """Who advises her from now on, and why."""

    advisor = forms.ModelChoiceField(label=_("Conseiller"), queryset=User.objects.none())
    reason = forms.CharField(label=_("Raison, gardée dans le journal"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advisor"].queryset = staff_choice()  # type: ignore[attr-defined]


class Portfolio(Queue):
    """Everybody's, or what concerns the members this colleague advises. ``path`` leads to the
    advisor.
    """

    title = _("portefeuille")
    parameter_name = "portfolio"
    views = (("all", _("tous les membres")), ("mine", _("mes membres")))
    path = "advisor"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "mine":
            return queryset
        return queryset.filter(**{self.path: request.user.pk})
