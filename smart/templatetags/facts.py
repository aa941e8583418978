"""What happened to the thing a desk page is about."""

from django import template
from django.db.models import Model

from members.pieces import Moment
from smart import facts

register = template.Library()


@register.simple_tag
def happened_to(row: Model) -> list[Moment]:
    """Its timeline, newest first."""
    return facts.happened_to(row)
