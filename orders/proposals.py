"""First values of a new job, written in the address of its page: how another page hands them over.

Nothing is kept by opening such an address; what cannot be understood is left out.
"""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.forms import CharField, Field
from django.http import QueryDict
from django.utils.translation import gettext as _

from members.forms_base import DayField, EuroField, HoursField
from members.models import Affiliate
from orders.plans import JobFields
from orders.rules import carried

MAX_DAYS = 31
PRICE, GROSS = "price", "gross"


def written(fields: JobFields) -> str:
    """The query of ``job-new`` that proposes these values; its days count equal hours.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> written(JobFields(trade_code="translator", amount=Decimal("350.00"),
    ...                   days=((date(2026, 12, 1), Decimal("7.60")),)))
    'trade=translator&amount_kind=price&amount=350&day=2026-12-01&hours=7,6'
    """
    values: list[tuple[str, str]] = [
        ("trade", fields.trade_code),
        ("amount_kind", fields.amount_kind),
        ("amount", carried(fields.amount) if fields.amount else ""),
        *(("day", day.isoformat()) for day, _hours in fields.days),
        ("hours", carried(fields.days[0][1]) if fields.days else ""),
        ("expenses", carried(fields.expenses_total) if fields.expenses_total else ""),
    ]
    return urlencode([(name, value) for name, value in values if value], safe=",")


def read(query: QueryDict, affiliate: Affiliate) -> JobFields | None:
    """What an address proposes for a new job of an affiliate; None when it proposes nothing."""
    amount = _understood(EuroField(required=False), query.get("amount"))
    if amount is None:
        return None
    hours = _understood(HoursField(required=False), query.get("hours"))
    read_days = (_understood(DayField(required=False), day) for day in query.getlist("day"))
    days = sorted({day for day in read_days if day})[:MAX_DAYS]
    expenses = _understood(EuroField(required=False), query.get("expenses"))
    return JobFields(
        trade_code=_understood(CharField(required=False), query.get("trade")) or affiliate.trade_id,
        amount_kind=GROSS if query.get("amount_kind") == GROSS else PRICE,
        amount=amount,
        days=tuple((day, hours) for day in days) if hours else (),
        expenses=((_("Frais"), expenses),) if expenses else (),
    )


def _understood(field: Field, text: str | None) -> Any:
    """The value of what stands in an address; None when nothing or nothing sensible does."""
    try:
        return field.clean(text)
    except ValidationError:
        return None
