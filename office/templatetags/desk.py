"""The tabs of a list at the staff desk, and whether it has other filters."""

from typing import Any

from django import template

from office.windows import Queue

register = template.Library()


@register.simple_tag
def queue_tabs(changelist: Any) -> list[tuple[Any, list[Any]]]:
    """The named views of a list, each way of looking (its name, its views) a row of its own."""
    specs = getattr(changelist, "filter_specs", [])
    queues = [spec for spec in specs if isinstance(spec, Queue)]
    return [(queue.title, list(queue.choices(changelist))) for queue in queues]


@register.simple_tag
def has_other_filters(changelist: Any) -> bool:
    """Whether anything is left to choose beside the tabs."""
    return any(not isinstance(spec, Queue) for spec in changelist.filter_specs)
