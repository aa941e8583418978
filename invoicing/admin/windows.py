"""What the pages of finance at the desk share."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.forms_base import use_house_sentences

Said = str | Promise


class DeskForm(forms.Form):
    """A form of this desk, in the house's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            use_house_sentences(field)


class ReasonForm(DeskForm):
    """Why; kept with the decision."""

    reason = forms.CharField(
        label=_("Raison"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
