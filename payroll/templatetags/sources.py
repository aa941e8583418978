"""Where a rate comes from, in words rather than by its code."""

from django import template
from django.utils.functional import Promise

from payroll.explained import SOURCES

register = template.Library()


@register.filter
def source_name(code: str) -> str | Promise:
    """The full name of a source; what has none stays as it is."""
    return SOURCES.get(code, code)
