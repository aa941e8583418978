"""What the pages of people at the desk share."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members.models import User


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
