"""What the queues of the jobs share."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members.admin.windows import Portfolio
from office.windows import Queue


class Waiting(Queue):
    """What waits, unless everything is asked for."""

    views = (("waiting", _("à décider")), ("all", _("tout")))
    waiting: ClassVar[dict[str, Any]] = {}

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if view == "all" else queryset.filter(**self.waiting)


class OfOrder(Portfolio):
    path = "order__affiliate__advisor"
