"""The tabs of a list at the staff desk, and whether it has other filters."""

from typing import Any

from django import template

from office.windows import Queue

register = template.Library()


@register.simple_tag
def queue_tabs(changelist: Any) -> list[list[Any]]:
    """The named views of a list, each way of looking a row of its own."""
    specs = getattr(changelist, "filter_specs", [])
    return [list(spec.choices(changelist)) for spec in specs if isinstance(spec, Queue)]


@register.simple_tag
def has_other_filters(changelist: Any) -> bool:
    """Whether anything is left to choose beside the tabs."""
    return any(not isinstance(spec, Queue) for spec in changelist.filter_specs)
