"""The register of trades, for everybody: is what I do taken, and what is asked for it?"""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.models import ContractKind, Trade
from members.trades import standing_of
from office import clock

MOST = 80  # letters of a search


@require_safe
def trades(request: HttpRequest) -> HttpResponse:
    """All trades by sector and family, or those found by some words."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:MOST]
    rows = sorted(
        Trade.objects.registered().found(asked).standing(clock.today()),
        key=lambda row: (row.family.position if row.family else 0, str(row)),
    )
    sectors = [
        {
            "name": sector,
            "families": [
                (family, list(inside)) for family, inside in groupby(all_of, lambda row: row.family)
            ],
        }
        for sector, all_of in groupby(rows, lambda row: row.family.parent if row.family else None)
    ]
    for row in rows:
        row.reason = standing_of(row).reason  # type: ignore[attr-defined]
    context = {
        "asked": asked,
        "sectors": sectors,
        "count": len(rows),
        "simulated": ContractKind.WHITE_COLLAR.value,
    }
    return render(request, "members/trades.html", context)
