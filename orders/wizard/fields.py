"""How a step of the wizard is typed, kept and shown again."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from members.forms_base import HouseForm, SaidBelow, tell_where, use_house_sentences

LONGEST = 5_000  # characters kept of what is no value yet


class StepForm(HouseForm):
    """A form in which everything is optional and no field says so; its sentences stand below each
    field, where they can change as one types.
    """

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, error_class=SaidBelow, **kwargs)
        self.dress()

    def dress(self) -> None:
        """Give every field, those added later too, the words and manners of the house."""
        for field in self.fields.values():
            use_house_sentences(field)
            field.required = True  # read by the label only
        tell_where(self)

    def full_clean(self) -> None:
        for field in self.fields.values():
            field.required = False
        super().full_clean()
        self.dress()

    def shown(self) -> list[forms.BoundField]:
        """The fields that stand on the page."""
        return self.visible_fields()

    def unfinished(self) -> dict[str, str]:
        """What was typed and is no value yet, by field."""
        texts = {name: self.typed(name) for name in self.errors if name in self.fields}
        return {name: text for name, text in texts.items() if text}

    def typed(self, name: str) -> str:
        """What stands in a field, as text."""
        return str(self.data.get(name) or "").replace("\x00", "")[:LONGEST]


def as_typed(form: forms.Form, texts: Mapping[str, str]) -> QueryDict:
    """A form nobody has typed in yet, as if it were just typed, with other texts in some fields."""
    typed = QueryDict(mutable=True)
    for field in form:
        value = field.value()
        values = value if isinstance(value, list) else [value]
        typed.setlist(field.html_name, ["" if one is None else str(one) for one in values])
    for name, text in texts.items():
        typed[name] = text
    return typed
