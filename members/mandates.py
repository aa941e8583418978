"""Who may sign for an entity on a day."""

from datetime import date

from django.db.models import Q

from ledger.models import LegalEntity
from members.models import Mandate, User


def signatory(entity: LegalEntity | int, user: User, on: date) -> Mandate | None:
    """The mandate by which ``user`` signs for ``entity`` on a day, if there is one."""
    if not user.is_active:
        return None
    entity_id = entity if isinstance(entity, int) else entity.pk
    return (
        Mandate.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=on), entity=entity_id, user=user, starts_on__lte=on
        )
        .order_by("starts_on", "id")
        .first()
    )


def signs_somewhere(user: User, *, on: date) -> bool:
    """Whether ``user`` holds any mandate on a day."""
    held = Q(ends_on=None) | Q(ends_on__gte=on)
    return Mandate.objects.filter(held, user=user, starts_on__lte=on).exists()
